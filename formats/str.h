/*
 * str.h - slices of text while parsing.
 *
 * A slice borrows: it is not NUL-terminated, may hold any byte, and is good as long as the text
 * that it points into. The verbs below take text apart from the front. Numbers are read through
 * here only: the whole slice or failure, overflow checked, no sign, no locale.
 */
#ifndef FORMATS_STR_H
#define FORMATS_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at;
    size_t len;
};

/* A slice of a string literal or any other NUL-terminated text. */
struct str str_of(const char *text);

/* Takes the next line off *text, without its "\n" or "\r\n"; false at the end. A last line
 * without a newline counts. */
bool str_line(struct str *text, struct str *line);

/* Takes the next run of characters other than blank and tab; false when only blanks are left. */
bool str_word(struct str *text, struct str *word);

/* Takes the last such run off the end of *text, and the blanks around it; empty when there is none. */
struct str str_last_word(struct str *text);

/* Takes what stands before the first `mark`, and the mark. Without a mark: takes everything, and
 * returns false. */
bool str_cut(struct str *text, char mark, struct str *before);

/* Takes `prefix` off the front of *text; false, *text untouched, when it does not start so. */
bool str_skip(struct str *text, const char *prefix);

bool str_is(struct str text, const char *literal);
bool str_starts(struct str text, const char *prefix);
bool str_ends(struct str text, const char *suffix);
bool str_equal(struct str a, struct str b);

/* Where `needle` first stands in text, or SIZE_MAX. */
size_t str_find(struct str text, const char *needle);

/* Without blanks and tabs at both ends. */
struct str str_trim(struct str text);

/* The number that the whole slice is, in base 10 or 16 (16: with or without 0x). False, *number
 * untouched, when it is anything else or does not fit. */
bool str_u64(struct str text, unsigned base, uint64_t *number);

/* As str_u64, times unit; false when the product does not fit into INT64_MAX, which bounds every
 * amount so that two of them can be subtracted. */
bool str_bytes(struct str text, uint64_t unit, uint64_t *bytes);

#endif
