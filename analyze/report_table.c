/*
 * report_table.c - the table of a text report: the largest rows, the rest folded, the residual, the
 * total.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/page.h"
#include "analyze/platform.h"
#include "analyze/printable.h"

#define BAR_COLUMNS   12
#define REGIONS_SHOWN 3

static const char *bar_text(const struct page *page, int64_t tenths)
{
    static const char hashes[] = "############";
    int64_t length = llabs(tenths) * BAR_COLUMNS / 1000;

    if (length > BAR_COLUMNS)
        length = BAR_COLUMNS;
    return arena_print(page->arena, "%-*s", BAR_COLUMNS,
                       tenths < 0 ? (length > 0 ? "-" : "") : hashes + BAR_COLUMNS - length);
}

/* "-0.0" says nothing: what rounds to zero is zero. */
static double rounded(const struct page *page, int64_t bytes)
{
    double size = (double)bytes / page->unit;

    return size > -0.05 && size < 0.05 ? 0.0 : size;
}

/* Narrow pages lose the bars first, then what was before; never the change or the name. */
static bool has_bars(const struct page *page)
{
    return page->style->columns >= 90;
}

static bool has_before(const struct page *page)
{
    return page->style->columns >= 72;
}

/* One line of the table; what is cut in the middle when it is too long. */
static void print_line(const struct page *page, int64_t before, int64_t after, int64_t tenths,
                       char mark, const char *what, enum tint tint)
{
    struct arena *arena = page->arena;
    const char *numbers =
        arena_print(arena, "%s%9.1f %+9.1f %7s  %s%c ",
                    has_before(page) ? arena_print(arena, "%9.1f ", rounded(page, before)) : "",
                    rounded(page, after), rounded(page, after - before), share_text(page, tenths),
                    has_bars(page) ? arena_print(arena, "%s ", bar_text(page, tenths)) : "", mark);

    (void)fprintf(page->out, "%s%s%s%s\n", tint_on(page, tint), numbers,
                  printable_cut(arena, what, page->style->columns - strlen(numbers)),
                  tint_off(page, tint));
}

static void print_header(const struct page *page)
{
    const char *unit = page->unit_name;

    (void)fprintf(page->out, "%s%9s %9s %7s  %*s  who\n", has_before(page) ? "   before " : "",
                  "after", "delta", "share", has_bars(page) ? BAR_COLUMNS + 1 : 0, "");
    (void)fprintf(page->out, "%s%9s %9s\n",
                  has_before(page) ? arena_print(page->arena, "%9s ", unit) : "", unit, unit);
}

static void print_regions(const struct page *page, const struct row *row)
{
    size_t shown = 0;

    for (size_t i = 0; i < row->region_count && shown < REGIONS_SHOWN; i++) {
        const struct row_region *region = &row->regions[i];
        int64_t delta = region->after_bytes - region->before_bytes;
        uint64_t count = delta >= 0 ? region->after_count : region->before_count;
        int indent = has_before(page) ? 44 : 32;
        const char *line;

        if (llabs(delta) < page->style->min_bytes)
            continue;
        line =
            arena_print(page->arena, "%+.1f in %" PRIu64 " region%s: %s%s%s", rounded(page, delta),
                        count, count == 1 ? "" : "s", printable(page->arena, region->type),
                        *region->detail != '\0' ? " " : "", printable(page->arena, region->detail));
        (void)fprintf(page->out, "%s%*s%s%s\n", tint_on(page, TINT_DIM), indent, "",
                      printable_cut(page->arena, line, page->style->columns - (size_t)indent),
                      tint_off(page, TINT_DIM));
        shown++;
    }
}

static void print_row(const struct page *page, const struct row *row)
{
    const struct platform *words = page->comparison->platform;
    const char *const kinds[] = {[OWNER_PROCESS] = "process", [OWNER_EXTENSION] = words->extension,
                                 [OWNER_ZONE] = words->zone,  [OWNER_OBJECT] = "object",
                                 [OWNER_CGROUP] = "cgroup",   [OWNER_KERNEL] = "kernel"};
    const char *state = "", *account = "";
    int64_t delta = row->after_bytes - row->before_bytes;

    if (row->renamed_from != NULL)
        state = arena_print(page->arena, "  new, perhaps was %s",
                            printable(page->arena, row->renamed_from));
    else if (row->renamed_to != NULL)
        state = arena_print(page->arena, "  gone, perhaps is now %s",
                            printable(page->arena, row->renamed_to));
    else if (row->state != ROW_BOTH)
        state = row->state == ROW_NEW ? "  new" : "  gone";
    if (row->kind == OWNER_PROCESS || row->kind == OWNER_OBJECT ||
        (row->kind == OWNER_EXTENSION && !is_default_account(row)))
        account = arena_print(page->arena, " (%s)", row_main_account(row)->account);
    print_line(page, row->before_bytes, row->after_bytes, row->share_tenths,
               row->evidence == MEASURED ? 'M' : 'D',
               arena_print(page->arena, "%-7s %s%s%s", kinds[row->kind],
                           printable(page->arena, row->name), account, state),
               delta > 0   ? TINT_GREW
               : delta < 0 ? TINT_SHRANK
                           : TINT_DIM);
    print_regions(page, row);
}

/* Rows that are told as one line. */
struct fold {
    size_t count;
    int64_t before_bytes, after_bytes, share_tenths;
};

enum { FOLD_GREW, FOLD_SHRANK, FOLD_NOT_RUNNING, FOLD_SAME, FOLDS };

/* After a reboot most processes just do not run yet; one that held a part of the change worth
 * naming is shown all the same. */
static bool is_not_running(const struct row *row)
{
    return row->kind == OWNER_PROCESS && row->state == ROW_GONE && row->share_tenths < 10;
}

static void fold_row(struct fold *folds, const struct row *row, bool fresh_boot)
{
    int64_t delta = row->after_bytes - row->before_bytes;
    struct fold *fold = &folds[delta > 0 ? FOLD_GREW : delta < 0 ? FOLD_SHRANK : FOLD_SAME];

    if (fresh_boot && is_not_running(row))
        fold = &folds[FOLD_NOT_RUNNING];
    fold->count++;
    fold->before_bytes += row->before_bytes;
    fold->after_bytes += row->after_bytes;
    fold->share_tenths += row->share_tenths;
}

static void print_folds(const struct page *page, const struct fold *folds)
{
    static const char *const words[] = {[FOLD_GREW] = "more grew",
                                        [FOLD_SHRANK] = "more shrank",
                                        [FOLD_NOT_RUNNING] = "processes not running now",
                                        [FOLD_SAME] = "same"};

    for (size_t i = 0; i < FOLDS; i++)
        if (folds[i].count > 0)
            print_line(page, folds[i].before_bytes, folds[i].after_bytes, folds[i].share_tenths,
                       '.', arena_print(page->arena, "%zu %s", folds[i].count, words[i]), TINT_DIM);
}

/* Beyond its error bar, and more than a twentieth of the change. */
static bool is_residual_large(const struct comparison *comparison)
{
    int64_t moved = llabs(comparison->residual.after_bytes - comparison->residual.before_bytes);

    return moved > comparison->residual.skew_bytes &&
           moved > llabs(comparison->after_bytes - comparison->before_bytes) / 20;
}

void print_table(const struct page *page)
{
    const struct comparison *comparison = page->comparison;
    struct fold folds[FOLDS] = {{0}};
    bool fresh_boot = is_fresh_boot(comparison);

    print_header(page);
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        int64_t moved = llabs(row->after_bytes - row->before_bytes);

        if (page->style->all || (i < page->style->top && moved >= page->style->min_bytes &&
                                 !(fresh_boot && is_not_running(row))))
            print_row(page, row);
        else
            fold_row(folds, row, fresh_boot);
    }
    print_folds(page, folds);
    print_line(page, comparison->residual.before_bytes, comparison->residual.after_bytes,
               comparison->residual.share_tenths, '?',
               comparison->skew_known
                   ? arena_print(page->arena, "residual (%s of it may be skew)",
                                 size_text(page, comparison->residual.skew_bytes))
                   : "residual (how much of it is skew is not known)",
               is_residual_large(comparison) ? TINT_WARN : TINT_NONE);
    print_line(page, comparison->before_bytes, comparison->after_bytes, 1000, ' ',
               comparison->total, TINT_BOLD);
}
