/*
 * error_bars.h - how much the captures themselves may have moved a figure.
 *
 * The skew of a quantity is how far it moved over the samples of BEFORE plus how far it moved over
 * those of AFTER: for the headline, for the residual and for each account (DESIGN 2.5).
 */
#ifndef ANALYZE_ERROR_BARS_H
#define ANALYZE_ERROR_BARS_H

#include "analyze/comparison.h"

void add_error_bars(struct comparison *comparison);

/* The column of samples.tsv that holds an account: "page tables" is "page_tables_bytes". */
void column_of_account(const char *account, char column[64]);

#endif
