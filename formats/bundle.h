/*
 * bundle.h - reading evidence: an archive of named members, a folder that holds the same files, or
 * one file.
 *
 * Accepted: tar, plain or compressed with gzip (also concatenated members), xz or zstd; an unpacked
 * folder, or the folder around it when there is nothing else in that; any other file, compressed or
 * not, which is then the only member; "-" for an archive or a file on standard input. The top
 * folder of an archive is taken off the member names. Nothing is ever extracted to disk.
 *
 * The reader trusts nothing. Limits, each refused with a message that says where:
 *   BUNDLE_BYTES_MAX in all, BUNDLE_MEMBERS_MAX members, names of BUNDLE_NAME_MAX bytes;
 *   absolute names and names with "..";
 *   output that passes 64 MiB and 500 times its input over the last 64 MiB;
 *   links and devices in a bundle of ours; elsewhere they are left out, and never followed;
 *   a member larger than its format allows (format.h): cut there, with a note, never an error.
 * Of a sysdiagnose larger than 32 MiB the structure and the length of the compressed data are
 * checked, and not its checksum, which can take as long as unpacking.
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

/* What the evidence is, as far as names tell. */
enum bundle_kind {
    BUNDLE_OURS,        /* begins with manifest.txt; a folder: has it, sources.tsv or proc */
    BUNDLE_SYSDIAGNOSE, /* Apple's */
    BUNDLE_ARCHIVE,     /* any other; one of ours, when somebody has packed it anew */
    BUNDLE_FOLDER,      /* any other */
    BUNDLE_FILE         /* one file, which is no archive */
};

/* Of a member: nothing of it, not even that it is there. */
#define BUNDLE_SKIP UINT64_MAX

/* What a reader of members is told. */
struct bundle_visitor {
    void *context;

    /* Once, in front of everything else. top: the name of the top folder, "" without one; of a file
     * its own name. */
    void (*begin)(void *context, enum bundle_kind kind, const char *top);

    /* How many bytes of this member are wanted; or BUNDLE_SKIP. Asked before any is read, and again
     * with what was read whenever there is more than was wanted: the same answer, or less, is the
     * end of it. A name that ends in "/" is a folder, into which BUNDLE_SKIP does not go. */
    uint64_t (*want)(void *context, const char *member, struct str so_far);

    /* One member. content is valid during the call only. cut: it is longer than wanted. crc32 and
     * size are of the whole member. False, with *err filled, stops the walk. */
    bool (*member)(void *context, const char *member, struct str content, bool cut,
                   uint64_t size_bytes, uint32_t crc32, struct err *err);

    /* A link or a device that was left out. */
    void (*left_out)(void *context, const char *member);
};

/* Walks the evidence at path. False: it cannot be opened, or is refused. */
bool bundle_read(const char *path, const struct bundle_visitor *visitor, struct err *damage,
                 struct err *err);

#endif
