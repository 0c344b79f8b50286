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

/* Whether text looks like this format, whatever its file is called. Decides by what every release
 * of the tool prints, and never by a name. */
typedef bool format_like_fn(struct str text);

enum format_platform { EVERY_PLATFORM, ONLY_LINUX, ONLY_MACOS };

struct format {
    const char *name;   /* also the folder under tests/data/ */
    const char *member; /* its name in a bundle; "%d" stands for a number, "%s" for a name part;
                           NULL: it is read as a loose file only */
    format_read_fn *read;
    uint64_t bytes_max;            /* what is beyond is cut off, with a note */
    enum format_platform platform; /* a member of another platform's bundle is not this format */
    bool needs_manifest;     /* it counts pages, or tags by release: it waits for the manifest */
    format_like_fn *is_like; /* NULL: it is never a loose file */
    const char *tool;        /* of a loose file: what people call what prints it */
    bool repeats;            /* one of them does not say everything: a folder may hold several */
};

extern const struct format formats[];
extern const size_t format_count;

/* The format of a member, and the number in its name (0 when it has none). NULL when the member is
 * one that we only carry along. platform NULL: not known. */
const struct format *format_find(struct str member, const char *platform, int32_t *number);

/* Whether bundles of that platform have the format. platform NULL: not known, so they may. */
bool format_is_of(const struct format *format, const char *platform);

/* Whether members of ours lie in a folder of that name, whose "/" it ends with. */
bool format_has_folder(struct str folder);

/* The text without the mark that some editors put in front of UTF-8. */
struct str format_text(struct str content);

/* The format that this text looks like, or NULL. */
const struct format *format_like(struct str text);

#endif
