/*
 * suspects.h - what moved together with a row that names nobody.
 *
 * Inferred, always: never part of a sum, and never a row.
 */
#ifndef ANALYZE_SUSPECTS_H
#define ANALYZE_SUSPECTS_H

#include "analyze/comparison.h"

#define MIB ((int64_t)1 << 20)

/* The rows that a suspect may explain. */
#define SUSPECT_RESIDUAL "residual"
#define SUSPECT_LOCKED   "locked pages"

void add_suspect(struct comparison *comparison, struct suspect suspect);

bool has_suspect(const struct comparison *comparison, const char *row);

/* The residual moved beyond its error bar, and by 2 MiB or more. */
bool residual_moved(const struct comparison *comparison);

/* For sentences. */
static inline double mib(int64_t bytes)
{
    return (double)bytes / (double)MIB;
}

#endif
