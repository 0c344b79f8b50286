/*
 * kept_output.h - an output that keeps its members in memory, in place of the bundle's: for tests of
 * what writes members.
 */
#ifndef TESTS_UNIT_KEPT_OUTPUT_H
#define TESTS_UNIT_KEPT_OUTPUT_H

#include "capture/output.h"
#include "formats/readers.h"

/* A member that was ended, or was missing. */
struct kept {
    char name[256];
    char *text; /* NUL-terminated */
    size_t len;
    enum status status;
    int errnum;
    char note[256]; /* empty: none */
};

struct output *kept_output(void);
void kept_output_free(struct output *output);

/* The member of that name; aborts when there is none, or two. */
const struct kept *kept_member(const struct output *output, const char *name);

/* What a reader makes of it, as of a Mac of that release. *snap is in the arena. False: it is not
 * what the reader reads. */
bool kept_read(const struct kept *kept, format_read_fn *read, uint64_t darwin, struct arena *arena,
               struct snapshot *snap);

/* How many were ended or missing. */
size_t kept_count(const struct output *output);

#endif
