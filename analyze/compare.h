/*
 * compare.h - two snapshots to a comparison: the whole way from evidence to what a report prints.
 */
#ifndef ANALYZE_COMPARE_H
#define ANALYZE_COMPARE_H

#include "analyze/comparison.h"

/* Compares two loaded bundles. False: they cannot be compared at all, or one of them lacks what
 * the headline needs; *err says which and why. */
bool compare_bundles(struct comparison *comparison, const struct loaded *before,
                     const struct loaded *after, struct arena *arena, struct err *err);

#endif
