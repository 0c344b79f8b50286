/*
 * test_reports.c - every tests/golden/cases/CASE: two small bundles, and what a report of them is.
 *
 * report.expect and report.json.expect are goldens of the whole report. truth.tsv is no golden: it
 * says, by hand, which rows there are and what they hold (make_cases.py), so that the figures in
 * the goldens are not merely what the program happened to print.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/compare.h"
#include "analyze/printable.h"
#include "analyze/report.h"
#include "formats/escape.h"
#include "tests/golden/golden.h"

#define COLUMNS 100

static const struct report_style plain = {
    .top = 10, .min_bytes = 104858, .columns = COLUMNS, .color = false};

/* One case, compared both ways. */
struct compared {
    const char *name;
    struct loaded before, after;
    struct arena arena, back_arena;
    struct comparison comparison, back;
};

struct text {
    char *at;
    size_t len;
};

static void case_path(char out[PATH_MAX], const char *name, const char *file)
{
    (void)snprintf(out, PATH_MAX, "%.3000s/golden/cases/%.255s/%.255s", golden_dir(), name, file);
}

/* Paths in a report are those of the command line: here, of no machine. */
static void load(struct loaded *loaded, const char *name, const char *side)
{
    char path[PATH_MAX];
    struct err err;

    case_path(path, name, side);
    cr_assert(load_bundle(path, loaded, &err), "%s", err.text);
    loaded->path = side;
}

static void compared_open(struct compared *compared, const char *name)
{
    struct err err;

    *compared = (struct compared){.name = name};
    load(&compared->before, name, "before");
    load(&compared->after, name, "after");
    cr_assert(compare_bundles(&compared->comparison, &compared->before, &compared->after,
                              &compared->arena, &err),
              "%s: %s", name, err.text);
    cr_assert(compare_bundles(&compared->back, &compared->after, &compared->before,
                              &compared->back_arena, &err),
              "%s: %s", name, err.text);
}

static void compared_close(struct compared *compared)
{
    arena_free(&compared->arena);
    arena_free(&compared->back_arena);
    arena_free(&compared->before.arena);
    arena_free(&compared->after.arena);
}

static struct text print_text(const struct comparison *comparison, struct report_style style)
{
    struct text text;
    FILE *out = open_memstream(&text.at, &text.len);

    cr_assert_not_null(out);
    report_text(out, comparison, &style);
    cr_assert_eq(fclose(out), 0);
    return text;
}

static struct text print_json(const struct comparison *comparison)
{
    struct text text;
    struct err err;
    FILE *out = open_memstream(&text.at, &text.len);

    cr_assert_not_null(out);
    cr_assert(report_json(out, comparison, &err), "%s", err.text);
    cr_assert_eq(fclose(out), 0);
    return text;
}

static int is_case(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Calls check with each case in turn. */
static void each_case(void (*check)(struct compared *compared))
{
    struct dirent **entries;
    char folder[PATH_MAX];
    int count;

    case_path(folder, ".", ".");
    count = scandir(folder, &entries, is_case, alphasort);
    cr_assert_gt(count, 0, "%s: no cases at all", folder);
    for (int i = 0; i < count; i++) {
        struct compared compared;

        compared_open(&compared, entries[i]->d_name);
        check(&compared);
        compared_close(&compared);
        free(entries[i]);
    }
    free(entries);
}

/* ---- the goldens ---- */

static void check_goldens(struct compared *compared)
{
    struct text text = print_text(&compared->comparison, plain);
    struct text json = print_json(&compared->comparison);
    char path[PATH_MAX];

    case_path(path, compared->name, "report.expect");
    golden_check(path, text.at, text.len);
    case_path(path, compared->name, "report.json.expect");
    golden_check(path, json.at, json.len);
    free(text.at);
    free(json.at);
}

Test(reports, every_case_reads_as_expected)
{
    each_case(check_goldens);
}

/* ---- the truth ---- */

static const struct row *find_row(const struct comparison *comparison, struct str kind,
                                  const char *name)
{
    for (size_t i = 0; i < comparison->row_count; i++)
        if (str_is(kind, owner_kind_name(comparison->rows[i].kind)) &&
            strcmp(comparison->rows[i].name, name) == 0)
            return &comparison->rows[i];
    return NULL;
}

/* One line of truth.tsv: "process\tlockerd\t1048576\t2097152". */
static void check_true_line(struct compared *compared, struct str line, size_t *rows,
                            int64_t sums[2])
{
    const struct comparison *comparison = &compared->comparison;
    struct str kind, field, before;
    uint64_t size;
    int64_t held[2], found[2];
    const char *name;

    cr_assert(str_cut(&line, '\t', &kind) && str_cut(&line, '\t', &field) &&
              str_cut(&line, '\t', &before));
    held[0] = (int64_t)(*before.at == '-');
    held[1] = (int64_t)(*line.at == '-');
    for (size_t i = 0; i < 2; i++) {
        struct str digits = i == 0 ? before : line;
        bool negative = held[i] != 0;

        digits = (struct str){digits.at + negative, digits.len - negative};
        cr_assert(str_u64(digits, 10, &size));
        held[i] = negative ? -(int64_t)size : (int64_t)size;
        sums[i] += held[i];
    }
    name = unescape_name(&compared->arena, field);
    if (str_is(kind, "residual")) {
        found[0] = comparison->residual.before_bytes;
        found[1] = comparison->residual.after_bytes;
    } else {
        const struct row *row = find_row(comparison, kind, name);

        cr_assert(row != NULL, "%s: there is no row %.*s %s", compared->name, (int)kind.len,
                  kind.at, name);
        found[0] = row->before_bytes;
        found[1] = row->after_bytes;
        (*rows)++;
    }
    cr_assert(found[0] == held[0] && found[1] == held[1],
              "%s: %s: should hold %lld, then %lld; but %lld, then %lld", compared->name, name,
              (long long)held[0], (long long)held[1], (long long)found[0], (long long)found[1]);
}

static void check_truth(struct compared *compared)
{
    int64_t sums[2] = {0, 0};
    size_t len, rows = 0;
    char path[PATH_MAX], *truth;
    struct str text, line;

    case_path(path, compared->name, "truth.tsv");
    truth = golden_read(path, &len);
    text = (struct str){truth, len};
    cr_assert(str_line(&text, &line));
    while (str_line(&text, &line))
        check_true_line(compared, line, &rows, sums);
    cr_assert(eq(sz, compared->comparison.row_count, rows), "%s: rows", compared->name);
    cr_assert(eq(i64, compared->comparison.before_bytes, sums[0]), "%s", compared->name);
    cr_assert(eq(i64, compared->comparison.after_bytes, sums[1]), "%s", compared->name);
    free(truth);
}

Test(reports, rows_are_what_the_machines_hold)
{
    each_case(check_truth);
}

/* ---- sums, on the printed page ---- */

static const char *const sizes[] = {"before_bytes", "after_bytes", "delta_bytes"};

static int64_t number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    cr_assert(value != NULL && json_is_integer(value), "%s is no number", key);
    return json_integer_value(value);
}

static int64_t sum_of(const json_t *list, const char *key)
{
    int64_t sum = 0;

    for (size_t i = 0; i < json_array_size(list); i++)
        sum += number(json_array_get(list, i), key);
    return sum;
}

/* Regions, where there are some for an account, and what is unread make up the account. */
static void check_regions(const json_t *row, const char *name)
{
    const json_t *accounts = json_object_get(row, "accounts");
    const json_t *regions = json_object_get(row, "regions");
    static const char *const unread[] = {"regions_unread_before_bytes",
                                         "regions_unread_after_bytes"};

    for (size_t i = 0; i < json_array_size(accounts); i++) {
        const json_t *account = json_array_get(accounts, i);
        const char *of = json_string_value(json_object_get(account, "account"));

        for (size_t side = 0; side < 2; side++) {
            int64_t sum = number(account, unread[side]);
            size_t count = 0;

            for (size_t j = 0; j < json_array_size(regions); j++) {
                const json_t *region = json_array_get(regions, j);

                if (strcmp(json_string_value(json_object_get(region, "account")), of) != 0)
                    continue;
                sum += number(region, sizes[side]);
                count++;
            }
            if (count > 0)
                cr_assert(eq(i64, sum, number(account, sizes[side])), "%s: %s", name, of);
        }
    }
}

static void check_json_sums(struct compared *compared)
{
    struct text text = print_json(&compared->comparison);
    json_error_t error;
    json_t *report = json_loadb(text.at, text.len, 0, &error);
    const json_t *rows, *wired, *residual;

    cr_assert_not_null(report, "%s: %s", compared->name, error.text);
    rows = json_object_get(report, "rows");
    wired = json_object_get(report, "wired");
    residual = json_object_get(report, "residual");
    cr_assert(eq(sz, json_array_size(rows), compared->comparison.row_count));
    for (size_t i = 0; i < 3; i++)
        cr_assert(
            eq(i64, sum_of(rows, sizes[i]) + number(residual, sizes[i]), number(wired, sizes[i])),
            "%s: %s", compared->name, sizes[i]);
    for (size_t r = 0; r < json_array_size(rows); r++) {
        const json_t *row = json_array_get(rows, r);

        for (size_t i = 0; i < 3; i++)
            cr_assert(
                eq(i64, sum_of(json_object_get(row, "accounts"), sizes[i]), number(row, sizes[i])),
                "%s: row %zu: %s", compared->name, r, sizes[i]);
        check_regions(row, compared->name);
        cr_assert(r == 0 || llabs(number(json_array_get(rows, r - 1), "delta_bytes")) >=
                                llabs(number(row, "delta_bytes")),
                  "%s: row %zu moved more than the one above it", compared->name, r);
    }
    if (number(wired, "delta_bytes") != 0) {
        double share = json_real_value(json_object_get(residual, "share"));

        for (size_t r = 0; r < json_array_size(rows); r++)
            share += json_real_value(json_object_get(json_array_get(rows, r), "share"));
        cr_assert(fabs(share - 100) < 1e-6, "%s: shares make %f", compared->name, share);
    }
    json_decref(report);
    free(text.at);
}

Test(reports, printed_json_adds_up)
{
    each_case(check_json_sums);
}

/* The numbers at the start of a line of the table; false: it is some other line. */
static bool table_numbers(struct str line, size_t count, double numbers[3])
{
    const char *at = line.at;

    if (strspn(at, " ") >= 9)
        return false;
    for (size_t i = 0; i < count; i++) {
        char *end;

        at += strspn(at, " ");
        if (strspn(at, "+-0123456789.") == 0 ||
            strspn(at, "+-0123456789") == strspn(at, "+-0123456789."))
            return false;
        numbers[i] = strtod(at, &end);
        if (end == at || *end != ' ')
            return false;
        at = end;
    }
    return true;
}

/* Adds up the printed table; the last line is its total. */
static void check_table(struct compared *compared, struct report_style style, size_t expected_rows)
{
    struct text text = print_text(&compared->comparison, style);
    size_t count = style.columns >= 72 ? 3 : 2, rows = 0;
    double sums[3] = {0}, numbers[3] = {0};
    double before = (double)compared->comparison.before_bytes;
    double after = (double)compared->comparison.after_bytes;
    const double wired[] = {before, after, after - before};
    struct str rest = {text.at, text.len}, line;

    while (str_line(&rest, &line)) {
        if (!table_numbers(line, count, numbers))
            continue;
        if (str_ends(str_trim(line), " total wired"))
            break;
        for (size_t i = 0; i < count; i++)
            sums[i] += numbers[i];
        rows++;
    }
    cr_assert(str_ends(str_trim(line), " total wired"), "%s: no total", compared->name);
    if (expected_rows > 0)
        cr_assert(eq(sz, rows, expected_rows), "%s at %zu columns", compared->name, style.columns);
    for (size_t i = 0; i < count; i++) {
        double of = wired[3 - count + i] / (1 << 20);

        cr_assert(fabs(numbers[i] - of) <= 0.0501, "%s: total of column %zu", compared->name, i);
        cr_assert(fabs(sums[i] - of) <= 0.0501 * (double)rows,
                  "%s: column %zu at %zu columns: rows make %f, the total is %f", compared->name, i,
                  style.columns, sums[i], of);
    }
    free(text.at);
}

static void check_text_sums(struct compared *compared)
{
    static const size_t widths[] = {60, 80, 100, 200};

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct report_style style = plain;

        style.columns = widths[i];
        check_table(compared, style, 0);
        style.top = 1;
        check_table(compared, style, 0);
        style.all = true;
        check_table(compared, style, compared->comparison.row_count + 1);
    }
}

Test(reports, printed_tables_add_up)
{
    each_case(check_text_sums);
}

/* ---- what no page may show ---- */

static void check_page(struct compared *compared, struct report_style style)
{
    struct text text = print_text(&compared->comparison, style);
    struct str rest = {text.at, text.len}, line;

    cr_assert(eq(sz, strlen(text.at), text.len), "%s: a NUL", compared->name);
    while (str_line(&rest, &line)) {
        const char *copy = arena_intern(&compared->arena, line);

        cr_assert(printable(&compared->arena, copy) == copy, "%s: not for eyes: %s", compared->name,
                  copy);
        cr_assert(printable_width(copy) <= style.columns, "%s: wider than %zu columns:\n%s",
                  compared->name, style.columns, copy);
    }
    free(text.at);
}

static void check_pages(struct compared *compared)
{
    static const size_t widths[] = {60, 80, 100, 200};

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct report_style style = plain;

        style.columns = widths[i];
        check_page(compared, style);
        style.all = true;
        check_page(compared, style);
    }
}

Test(reports, no_line_is_too_wide_or_obeyed_by_a_terminal)
{
    each_case(check_pages);
}

/* ---- order of the two ---- */

static const struct row *mirrored_row(const struct comparison *comparison, const struct row *row)
{
    for (size_t i = 0; i < comparison->row_count; i++)
        if (comparison->rows[i].kind == row->kind &&
            strcmp(comparison->rows[i].identity, row->identity) == 0)
            return &comparison->rows[i];
    return NULL;
}

static void check_mirror(struct compared *compared)
{
    static const enum row_state mirrored[] = {
        [ROW_BOTH] = ROW_BOTH, [ROW_NEW] = ROW_GONE, [ROW_GONE] = ROW_NEW};
    const struct comparison *there = &compared->comparison, *back = &compared->back;

    cr_assert(eq(sz, there->row_count, back->row_count), "%s", compared->name);
    cr_assert(eq(i64, there->before_bytes, back->after_bytes), "%s", compared->name);
    cr_assert(eq(i64, there->after_bytes, back->before_bytes), "%s", compared->name);
    cr_assert(eq(i64, there->residual.before_bytes, back->residual.after_bytes));
    cr_assert(eq(i64, there->residual.after_bytes, back->residual.before_bytes));
    cr_assert(eq(i64, there->residual.skew_bytes, back->residual.skew_bytes));
    cr_assert(eq(sz, there->one_sided_count, back->one_sided_count), "%s", compared->name);
    for (size_t i = 0; i < there->row_count; i++) {
        const struct row *row = &there->rows[i], *other = mirrored_row(back, row);

        cr_assert(other != NULL, "%s: no row %s the other way", compared->name, row->name);
        cr_assert(eq(i64, row->before_bytes, other->after_bytes), "%s: %s", compared->name,
                  row->name);
        cr_assert(eq(i64, row->after_bytes, other->before_bytes), "%s: %s", compared->name,
                  row->name);
        cr_assert(eq(int, (int)mirrored[row->state], (int)other->state), "%s: %s", compared->name,
                  row->name);
        cr_assert(eq(sz, row->account_count, other->account_count));
        cr_assert(eq(sz, row->region_count, other->region_count));
        cr_assert(eq(sz, row->instance_count, other->instance_count));
    }
}

Test(reports, swapped_captures_give_mirrored_rows)
{
    each_case(check_mirror);
}

/* ---- one bundle with itself ---- */

static void check_itself(struct compared *compared)
{
    const struct loaded *loaded[] = {&compared->before, &compared->after};

    for (size_t i = 0; i < 2; i++) {
        struct arena arena = {0};
        struct comparison comparison;
        struct err err;

        cr_assert(compare_bundles(&comparison, loaded[i], loaded[i], &arena, &err));
        for (size_t j = 0; j < comparison.row_count; j++)
            cr_assert(eq(i64, comparison.rows[j].before_bytes, comparison.rows[j].after_bytes),
                      "%s: %s", compared->name, comparison.rows[j].name);
        cr_assert(eq(i64, comparison.residual.before_bytes, comparison.residual.after_bytes));
        cr_assert(eq(sz, comparison.one_sided_count, (size_t)0), "%s", compared->name);
        cr_assert(eq(sz, comparison.suspect_count, (size_t)0), "%s", compared->name);
        arena_free(&arena);
    }
}

Test(reports, a_bundle_does_not_differ_from_itself)
{
    each_case(check_itself);
}
