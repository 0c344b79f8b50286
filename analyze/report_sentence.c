/*
 * report_sentence.c - the first thing that a report says: how much, and who.
 */
#include <stdlib.h>

#include "analyze/page.h"
#include "analyze/platform.h"
#include "analyze/printable.h"

static const char *who_text(const struct page *page, const struct row *row)
{
    const char *name = printable_cut(page->arena, printable(page->arena, row->name), 60);
    const char *account = row_main_account(row)->account;
    const struct platform *words = page->comparison->platform;

    switch (row->kind) {
    case OWNER_PROCESS:
        return arena_print(page->arena, "the process %s (%s)", name, account);
    case OWNER_EXTENSION:
        if (is_default_account(row))
            return arena_print(page->arena, "the %s %s", words->extension_long, name);
        return arena_print(page->arena, "the %s %s (%s)", words->extension_long, name, account);
    case OWNER_ZONE:
        return arena_print(page->arena, "the %s %s", words->zone_long, name);
    case OWNER_OBJECT:
        return arena_print(page->arena, "%s (%s)", name, account);
    case OWNER_CGROUP:
        return arena_print(page->arena, "the control group %s", name);
    default:
        return arena_print(page->arena, "the kernel: %s", name);
    }
}

static const char *ram_text(const struct page *page)
{
    struct amount ram = page->comparison->after.snap->manifest.memory;

    if (!ram.known || ram.bytes == 0)
        return "";
    return arena_print(page->arena, ", %.1f%% -> %.1f%% of RAM",
                       (double)page->comparison->before_bytes * 100 / (double)ram.bytes,
                       (double)page->comparison->after_bytes * 100 / (double)ram.bytes);
}

/* The row that moved most in the direction of the whole. */
static const struct row *main_row(const struct comparison *comparison)
{
    int64_t total = comparison->after_bytes - comparison->before_bytes;

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        int64_t delta = row->after_bytes - row->before_bytes;

        if ((total >= 0 && delta > 0) || (total < 0 && delta < 0))
            return row;
    }
    return NULL;
}

/* How much. */
static const char *what_text(const struct page *page, int64_t delta)
{
    const struct comparison *comparison = page->comparison;
    const char *from = size_text(page, comparison->before_bytes);
    const char *to = size_text(page, comparison->after_bytes);
    const char *by = size_text(page, delta), *ram = ram_text(page);

    if (delta == 0 && !comparison->skew_known)
        return arena_print(page->arena, "%s did not move (now %s%s).", comparison->what, to, ram);
    if (delta == 0 || llabs(delta) <= comparison->skew_bytes)
        return arena_print(page->arena,
                           "%s did not move beyond the error of the captures (%s%s, "
                           "+-%s; now %s%s).",
                           comparison->what, delta < 0 ? "-" : "+", by,
                           size_text(page, comparison->skew_bytes), to, ram);
    if (is_fresh_boot(comparison))
        return arena_print(page->arena, "Before the reboot %s more was wired (%s -> %s%s).", by,
                           from, to, ram);
    return arena_print(page->arena, "%s %s by %s (%s -> %s%s).", comparison->what,
                       delta > 0 ? "grew" : "shrank", by, from, to, ram);
}

#define OTHERS_MAX    2
#define OTHERS_TENTHS 100 /* of a percent: a smaller part is not worth a word here */

/* ", 21.9% by the kernel extension X": the rows that follow, as far as they matter. */
static const char *others_text(const struct page *page, const struct row *most)
{
    const struct comparison *comparison = page->comparison;
    const char *text = "";
    size_t named = 0;

    for (size_t i = 0; i < comparison->row_count && named < OTHERS_MAX; i++) {
        const struct row *row = &comparison->rows[i];

        if (row == most || row->share_tenths < OTHERS_TENTHS)
            continue;
        text = arena_print(page->arena, "%s, %s by %s", text, share_text(page, row->share_tenths),
                           who_text(page, row));
        named++;
    }
    return text;
}

/* Who: the row that moved most in the direction of the whole, unless the residual moved more. */
static const char *answer_text(const struct page *page, int64_t delta)
{
    const struct comparison *comparison = page->comparison;
    const struct row *row = main_row(comparison);
    int64_t residual = comparison->residual.after_bytes - comparison->residual.before_bytes;
    int64_t moved = row != NULL ? row->after_bytes - row->before_bytes : 0;
    bool is_still = delta == 0 || llabs(delta) <= comparison->skew_bytes;

    if (!is_still && (residual > 0) == (delta > 0) && llabs(residual) > llabs(moved))
        return arena_print(page->arena,
                           " %s of it is in no account that both captures count, so nobody can "
                           "be named for that.",
                           size_text(page, residual));
    if (row == NULL || moved == 0 || llabs(moved) <= comparison->skew_bytes)
        return "";
    if (!is_still && row->share_tenths > 1000 && row->share_tenths <= 1100)
        return arena_print(page->arena, " All of it %s held by %s: %s %s.",
                           moved > 0 ? "is" : "was", who_text(page, row), size_text(page, moved),
                           moved > 0 ? "more" : "less");
    if (is_still || row->share_tenths > 1000)
        return arena_print(page->arena, " %s%s holds %s %s.",
                           is_still    ? "But "
                           : delta > 0 ? "Others shrank; "
                                       : "Others grew; ",
                           who_text(page, row), size_text(page, moved),
                           moved > 0 ? "more" : "less");
    return arena_print(page->arena, " %s of it %s held by %s%s.",
                       share_text(page, row->share_tenths), moved > 0 ? "is" : "was",
                       who_text(page, row), others_text(page, row));
}

void print_sentence(const struct page *page)
{
    int64_t delta = page->comparison->after_bytes - page->comparison->before_bytes;

    print_paragraph(
        page, arena_print(page->arena, "%s%s", what_text(page, delta), answer_text(page, delta)), 0,
        TINT_BOLD);
}
