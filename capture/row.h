/*
 * row.h - putting a row of a table together by hand: there are millions of them, and snprintf took
 * longer than the kernel needs to say what is in them.
 *
 * Whoever puts a row together has made sure that there is room for it.
 */
#ifndef CAPTURE_ROW_H
#define CAPTURE_ROW_H

#include "formats/amount.h"

#include <stddef.h>

struct row {
    char *at; /* where it goes on */
};

void row_text(struct row *row, const char *text);

/* A number with `after` behind it, right-aligned. */
void row_number(struct row *row, uint64_t number, unsigned base, size_t width, const char *after);

/* "     132K": whole K, nine wide or more, with a blank in front; "-" when not known. */
void row_k(struct row *row, struct amount amount);

/* Blanks until the row is `width` long since `from`. */
void row_pad(struct row *row, const char *from, size_t width);

#endif
