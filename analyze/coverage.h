/*
 * coverage.h - how much of the moves has a name, and what could not be read.
 */
#ifndef ANALYZE_COVERAGE_H
#define ANALYZE_COVERAGE_H

#include "analyze/comparison.h"

/* Fills shares, counts of processes, missing members and notes. */
void find_coverage(struct comparison *comparison);

#endif
