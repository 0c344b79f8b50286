/*
 * page.h - the page that a text report is printed on: its width, its unit, its colours, and the
 * words that its parts share.
 *
 * Texts live in the comparison's arena. Colour only repeats what the text says already.
 */
#ifndef ANALYZE_PAGE_H
#define ANALYZE_PAGE_H

#include "analyze/report.h"

#define PAGE_MIB ((double)(1 << 20))
#define PAGE_GIB ((double)(1 << 30))

enum tint { TINT_NONE, TINT_GREW, TINT_SHRANK, TINT_BOLD, TINT_DIM, TINT_WARN };

struct page {
    FILE *out;
    const struct comparison *comparison;
    const struct report_style *style;
    struct arena *arena;
    double unit; /* of the table */
    const char *unit_name;
};

/* What switches a colour on, and off again; "" without colours. */
const char *tint_on(const struct page *page, enum tint tint);
const char *tint_off(const struct page *page, enum tint tint);

/* A size in a sentence, without its sign: "1.84 GiB", "256.0 MiB", "12 KiB". */
const char *size_text(const struct page *page, int64_t bytes);

/* "6d 04h", "2h 05m", "45m 14s", "9s". */
const char *duration_text(const struct page *page, uint64_t seconds);

/* "59.8%"; "-" when nothing changed in all. */
const char *share_text(const struct page *page, int64_t tenths);

/* A presentable name; "?" when it is not known. */
const char *or_unknown(const struct page *page, const char *text);

/* Words as one paragraph, broken at the page's width; a word wider than that is cut in the middle.
 * The caller has printed `indent` columns. */
void print_paragraph(const struct page *page, const char *text, size_t indent, enum tint tint);

/* AFTER is a fresh boot and smaller: the commonest use is to capture, reboot and capture. */
bool is_fresh_boot(const struct comparison *comparison);

/* The parts of the report, in order. */
void print_sentence(const struct page *page);
void print_captures(const struct page *page);
void print_table(const struct page *page);

#endif
