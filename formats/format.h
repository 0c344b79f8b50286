/*
 * format.h - the table of bundle members that we can read.
 *
 * To support another source: write formats/<name>.c with one reader, declare it in readers.h, add
 * its line to the table in format.c, and drop a sample with its expected result into
 * tests/data/<name>/. Loading, fuzzing and the sample tests follow the table.
 */
#ifndef FORMATS_FORMAT_H
#define FORMATS_FORMAT_H

#include "formats/err.h"
#include "formats/snapshot.h"

/*
 * Reads one member and appends what it says to *snap. A line that it cannot use becomes a note; it
 * fails only when the member as a whole is not what it claims to be, which costs that member and
 * a note, not the bundle. snap->member and snap->pid say which member it is. text is not
 * NUL-terminated and is gone after the call.
 */
typedef bool format_read_fn(struct str text, struct snapshot *snap, struct err *err);

struct format {
    const char *name;   /* also the folder under tests/data/ */
    const char *member; /* its name in a bundle; "%d" stands for a number, "%s" for a name part */
    format_read_fn *read;
    uint64_t bytes_max; /* what is beyond is cut off, with a note */
    bool counts_pages;  /* it can be read only when the manifest has said how large they are */
};

extern const struct format formats[];
extern const size_t format_count;

/* The format of a member, and the number in its name (0 when it has none). NULL when the member is
 * one that we only carry along. */
const struct format *format_find(struct str member, int32_t *number);

#endif
