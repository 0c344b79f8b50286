/*
 * dump.h - a snapshot as text, one fact a line, for goldens.
 *
 * Only what is known is printed, so that an expectation shows what a reader said and nothing else.
 * Names are escaped.
 */
#ifndef TESTS_GOLDEN_DUMP_H
#define TESTS_GOLDEN_DUMP_H

#include <stdio.h>

#include "formats/snapshot.h"

void dump_snapshot(FILE *out, const struct snapshot *snap);

#endif
