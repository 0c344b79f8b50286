/*
 * report.h - a comparison on paper: text for people, JSON for programs.
 *
 * Both print the same rows. Same comparison and options, same bytes: no clock, no locale, no
 * addresses. Names go through printable.h.
 */
#ifndef ANALYZE_REPORT_H
#define ANALYZE_REPORT_H

#include <stdio.h>

#include "analyze/comparison.h"

struct report_style {
    bool color;
    bool all;          /* no folding */
    size_t top;        /* rows before folding */
    int64_t min_bytes; /* smaller changes are folded */
    size_t columns;    /* at least 60 */
};

/* The sentence, the table, the findings, how much is named. Tables never wrap. */
void report_text(FILE *out, const struct comparison *comparison, const struct report_style *style);

/* "wirediff.report/1", DESIGN section 4. False: out of memory. */
bool report_json(FILE *out, const struct comparison *comparison, struct err *err);

/* "2026-11-20T23:19:00Z" from microseconds since the epoch; "-" when not known. */
const char *report_time(struct arena *arena, struct count us);

#endif
