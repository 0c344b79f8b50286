/*
 * bundle.h - reading a bundle: an archive of named members, or a folder that holds the same files.
 *
 * Accepted: tar, plain or compressed with gzip (also concatenated members), xz or zstd; an unpacked
 * folder; "-" for an archive on standard input. A bundle has one top folder, which is taken off the
 * member names. Nothing is ever extracted to disk.
 *
 * The reader trusts nothing. Limits, each refused with a message that says where:
 *   BUNDLE_BYTES_MAX in all, BUNDLE_MEMBERS_MAX members, names of BUNDLE_NAME_MAX bytes;
 *   links, devices, absolute names and names with "..";
 *   output that passes 64 MiB and 500 times its input over the last 64 MiB;
 *   a member larger than its format allows (format.h): cut there, with a note, never an error.
 * A damaged archive yields the members before the damage, a folder those that can be read:
 * bundle_read then returns true, and *damage says what is wrong; its text is empty otherwise.
 */
#ifndef FORMATS_BUNDLE_H
#define FORMATS_BUNDLE_H

#include "formats/err.h"
#include "formats/snapshot.h"

#define BUNDLE_BYTES_MAX   ((uint64_t)8 << 30)
#define BUNDLE_MEMBERS_MAX 1000000
#define BUNDLE_NAME_MAX    1024

/* What a reader of members is told. Content comes whole, up to the limit that `want` gave. */
struct bundle_visitor {
    void *context;

    /* How many bytes of this member are wanted; 0: skip it, at any size. */
    uint64_t (*want)(void *context, const char *member);

    /* One member. content is valid during the call only. cut: it is longer than wanted. crc32 and
     * size are of the whole member. False, with *err filled, stops the walk. */
    bool (*member)(void *context, const char *member, struct str content, bool cut,
                   uint64_t size_bytes, uint32_t crc32, struct err *err);
};

/* Walks the bundle at path. False: it cannot be opened, is no bundle, or is refused. */
bool bundle_read(const char *path, const struct bundle_visitor *visitor, struct err *damage,
                 struct err *err);

#endif
