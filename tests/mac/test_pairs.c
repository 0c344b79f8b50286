/*
 * test_pairs.c - made-up Macs, captured twice in every form, rebooted between or not: the report finds
 * every owner that the captures can tell, each with its own bytes, and adds up.
 *
 * A failure prints the seed of its pair.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/compare.h"
#include "tests/mac/model.h"
#include "tests/mac/rendering.h"

#define PAIRS 10000

#define DIVISION \
    4000 /* bytes that the division of shared pages may put elsewhere; less than a page */

/* How far rounding can have moved a row on one side. */
static int64_t resolution_of(const struct row *row)
{
    int64_t resolution = 0;

    for (size_t i = 0; i < row->account_count; i++)
        resolution += (int64_t)row->accounts[i].resolution_bytes;
    return resolution + (row->kind == OWNER_PROCESS ? DIVISION : 0);
}

static bool is_row_of(const struct row *row, const struct expected *expected)
{
    static const struct {
        char kind;
        enum owner_kind owner;
    } kinds[] = {
        {'z', OWNER_ZONE}, {'e', OWNER_EXTENSION}, {'s', OWNER_KERNEL}, {'p', OWNER_PROCESS}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == expected->kind && kinds[i].owner != row->kind)
            return false;
    return strcmp(row->name, expected->name) == 0;
}

static bool is_equal(const struct row *row, const struct expected *expected)
{
    int64_t resolution = resolution_of(row);

    return llabs(row->before_bytes - expected->bytes[0]) <= resolution &&
           llabs(row->after_bytes - expected->bytes[1]) <= resolution;
}

static bool is_told(const struct row *row)
{
    return row->kind == OWNER_ZONE || row->kind == OWNER_EXTENSION || row->kind == OWNER_PROCESS ||
           (row->kind == OWNER_KERNEL &&
            (strcmp(row->accounts[0].account, "kernel call sites") == 0 ||
             strcmp(row->accounts[0].account, "DMA mappers") == 0));
}

/* Every row is one that was planted, and every planted one is a row. */
static void check_rows(const struct model *model, const struct comparison *comparison,
                       struct expected *expected, int count)
{
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        int at = 0;

        if (!is_told(row) || (row->kind == OWNER_PROCESS && model->denied) ||
            (row->kind == OWNER_ZONE && model->darwin[0] != model->darwin[1]))
            continue;
        while (at < count && (expected[at].found || !is_row_of(row, &expected[at]) ||
                              !is_equal(row, &expected[at])))
            at++;
        cr_assert(at < count, "seed %llu: %s (%s) %lld -> %lld was not planted",
                  (unsigned long long)model->seed, row->name, row->identity,
                  (long long)row->before_bytes, (long long)row->after_bytes);
        expected[at].found = true;
    }
    for (int i = 0; i < count; i++)
        cr_assert(expected[i].found || (expected[i].bytes[0] == 0 && expected[i].bytes[1] == 0),
                  "seed %llu: %c %s %lld -> %lld is missing", (unsigned long long)model->seed,
                  expected[i].kind, expected[i].name, (long long)expected[i].bytes[0],
                  (long long)expected[i].bytes[1]);
}

/* Regions that could not be read cost a program its locked memory here, and nothing else. */
static void check_denied(const struct model *model, const struct comparison *comparison)
{
    int64_t tables[2] = {0, 0}, planted[2] = {0, 0};

    if (!model->denied || !model_is_bundle(model->form[0]) || !model_is_bundle(model->form[1]))
        return;
    for (size_t i = 0; i < comparison->row_count; i++)
        for (size_t j = 0; j < comparison->rows[i].account_count; j++) {
            const struct row_account *account = &comparison->rows[i].accounts[j];

            if (comparison->rows[i].kind != OWNER_PROCESS ||
                strcmp(account->account, "page tables") != 0)
                continue;
            tables[0] += account->before_bytes;
            tables[1] += account->after_bytes;
        }
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < model->process_count; i++)
            if (model->processes[i].in[side])
                planted[side] += (int64_t)model->processes[i].table_bytes[side];
        cr_assert_eq(tables[side], planted[side], "seed %llu: page tables",
                     (unsigned long long)model->seed);
    }
}

/* Across releases zones that only one of them has are no change; what both have keeps its bytes. */
static void check_releases(const struct model *model, const struct comparison *comparison)
{
    if (model->darwin[0] == model->darwin[1])
        return;
    for (size_t i = 0; i < comparison->row_count; i++)
        cr_assert(comparison->rows[i].kind != OWNER_ZONE || comparison->rows[i].state == ROW_BOTH,
                  "seed %llu: %s is new or gone, of another release",
                  (unsigned long long)model->seed, comparison->rows[i].name);
}

static void check_sums(const struct model *model, const struct comparison *comparison)
{
    int64_t before = comparison->residual.before_bytes, after = comparison->residual.after_bytes;
    int64_t resolution = (int64_t)comparison->resolution_bytes;

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        int64_t in_accounts[2] = {0, 0};

        for (size_t j = 0; j < row->account_count; j++) {
            in_accounts[0] += row->accounts[j].before_bytes;
            in_accounts[1] += row->accounts[j].after_bytes;
        }
        cr_assert_eq(in_accounts[0], row->before_bytes);
        cr_assert_eq(in_accounts[1], row->after_bytes);
        before += row->before_bytes;
        after += row->after_bytes;
    }
    cr_assert_eq(before, comparison->before_bytes, "seed %llu", (unsigned long long)model->seed);
    cr_assert_eq(after, comparison->after_bytes, "seed %llu", (unsigned long long)model->seed);
    cr_assert_leq(llabs(comparison->before_bytes - (int64_t)model->wired_bytes[0]), resolution,
                  "seed %llu: the headline", (unsigned long long)model->seed);
    cr_assert_leq(llabs(comparison->after_bytes - (int64_t)model->wired_bytes[1]), resolution,
                  "seed %llu: the headline", (unsigned long long)model->seed);
}

/* What no line of the kernel's book holds, and nothing else, where both books are to the byte. */
static void check_residual(const struct model *model, const struct comparison *comparison)
{
    if (!model_is_bundle(model->form[0]) || !model_is_bundle(model->form[1]) ||
        model->darwin[0] != model->darwin[1])
        return;
    cr_assert_eq(comparison->residual.before_bytes, (int64_t)model->residual_bytes[0], "seed %llu",
                 (unsigned long long)model->seed);
    cr_assert_eq(comparison->residual.after_bytes, (int64_t)model->residual_bytes[1], "seed %llu",
                 (unsigned long long)model->seed);
}

/* How much of what is on both sides was found to be the same, by bytes. */
static void count_matched(const struct expected *expected, int count, double *both, double *matched)
{
    for (int i = 0; i < count; i++) {
        double bytes = (double)(expected[i].bytes[0] < expected[i].bytes[1] ? expected[i].bytes[0]
                                                                            : expected[i].bytes[1]);

        *both += bytes;
        *matched += expected[i].found ? bytes : 0;
    }
}

Test(mac, pairs)
{
    static struct model model;
    static struct expected expected[MODEL_EXPECTED];
    double both = 0, matched = 0;
    int told = 0, rebooted = 0;

    for (uint64_t seed = 0; seed < PAIRS; seed++) {
        struct loaded loaded[2];
        struct comparison comparison;
        struct arena arena = {0};
        struct err err;
        int count;

        model_make(&model, seed);
        count = model_expect(&model, expected);
        for (int side = 0; side < 2; side++)
            load_model(&model, side, &loaded[side]);
        cr_assert(compare_bundles(&comparison, &loaded[0], &loaded[1], &arena, &err),
                  "seed %llu: %s", (unsigned long long)seed, err.text);
        check_rows(&model, &comparison, expected, count);
        check_denied(&model, &comparison);
        check_releases(&model, &comparison);
        check_sums(&model, &comparison);
        check_residual(&model, &comparison);
        count_matched(expected, count, &both, &matched);
        told += count > 0;
        rebooted += model.rebooted;
        arena_free(&arena);
        for (int side = 0; side < 2; side++)
            arena_free(&loaded[side].arena);
    }
    cr_assert_geq(matched, 0.99 * both);
    cr_log_info("%d pairs, %d with rows, %d across a reboot: %.2f %% of the bytes matched", PAIRS,
                told, rebooted, 100 * matched / both);
}
