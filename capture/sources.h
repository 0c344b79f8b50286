/*
 * sources.h - sources.tsv while it grows: one line for each thing that was read, and how that went.
 *
 * Lines are held compressed and their digest is kept running, so that a hundred thousand processes
 * cost little. A member's name is claimed before it is stored: no bundle holds two members, or
 * two lines, of one name. Not locked here: the store does that.
 */
#ifndef CAPTURE_SOURCES_H
#define CAPTURE_SOURCES_H

#include "formats/bundle_writer.h"
#include "formats/sha256.h"

/* One line. */
struct source_line {
    const char *member;
    enum status status;
    int errnum;
    bool stored; /* the member is in the bundle; else size and CRC are not known */
    uint64_t bytes;
    uint32_t crc32;
    uint64_t us;      /* how long it took */
    const char *note; /* or NULL */
};

struct sources {
    struct member *lines;
    struct sha256 sha;
    size_t counts[STATUSES]; /* lines by status */
    uint64_t *claimed;       /* hashes of names: open addressing, 0 is free */
    size_t claimed_count, claimed_capacity;
};

/* False: out of memory. */
bool sources_init(struct sources *sources);
void sources_end(struct sources *sources);

/* True once for each name. */
bool sources_claim(struct sources *sources, const char *member);

/* Appends the line of a member that was claimed. */
void sources_add(struct sources *sources, const struct source_line *line);

#endif
