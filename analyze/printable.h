/*
 * printable.h - names made presentable.
 *
 * A name from a bundle may hold escape codes, newlines, direction marks and broken UTF-8. What
 * comes out of here is valid UTF-8 without control, format, private or unassigned characters:
 * each of their bytes is shown as \xNN. A backslash stays as it is, so this form is for eyes, not
 * for reading back. No name reaches a report by another way.
 */
#ifndef ANALYZE_PRINTABLE_H
#define ANALYZE_PRINTABLE_H

#include "formats/arena.h"

/* The presentable form; the name itself when it is that already. NULL gives "-". */
const char *printable(struct arena *arena, const char *name);

/* Columns that presentable text takes in a terminal. */
size_t printable_width(const char *text);

/* The text cut in the middle, with "..." there, so that it takes at most that many columns. */
const char *printable_cut(struct arena *arena, const char *text, size_t columns);

#endif
