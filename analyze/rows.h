/*
 * rows.h - two lists of charges to rows, and their shares.
 */
#ifndef ANALYZE_ROWS_H
#define ANALYZE_ROWS_H

#include "analyze/comparison.h"

/* Matches the charges of both sides by (kind, identity); fills rows, residual and the totals.
 * Owners that hold nothing on either side are left out. */
void rows_match(struct comparison *comparison, const struct charges *before,
                const struct charges *after);

/* Shares of the net delta by largest remainder, over all rows and the residual. All 0 when the
 * delta is 0. */
void rows_share(struct comparison *comparison);

/* Says of rows that are gone and new, and alike in name and size, that they may be one. */
void rows_find_renamed(struct comparison *comparison);

/* What the sides know by themselves (own_*) and the comparison does not hold. */
void rows_set_aside(struct comparison *comparison, const struct charges *own_before,
                    const struct charges *own_after, const struct charges *before,
                    const struct charges *after);

#endif
