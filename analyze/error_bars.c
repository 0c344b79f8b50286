/* error_bars.c - see error_bars.h. */
#include "analyze/error_bars.h"

#include <stdio.h>
#include <string.h>

#include "analyze/platform.h"

/* How far each column of a side's samples moved: there are few of them, and many rows. */
struct ranges {
    const char *const *columns;
    uint64_t *bytes;
    size_t count;
};

static uint64_t range_of(const struct snapshot *snap, size_t column)
{
    uint64_t least = UINT64_MAX, most = 0;

    for (size_t i = 0; i < snap->sample_count; i++) {
        struct amount amount = snap->samples[i].amounts[column];

        if (!amount.known)
            continue;
        least = amount.bytes < least ? amount.bytes : least;
        most = amount.bytes > most ? amount.bytes : most;
    }
    return most >= least ? most - least : 0;
}

static struct ranges ranges_of(const struct snapshot *snap, struct arena *arena)
{
    struct ranges ranges = {snap->sample_columns,
                            arena_alloc(arena, snap->sample_column_count * sizeof *ranges.bytes),
                            snap->sample_column_count};

    for (size_t i = 0; i < ranges.count; i++)
        ranges.bytes[i] = range_of(snap, i);
    return ranges;
}

static uint64_t find_range(const struct ranges *ranges, const char *column)
{
    for (size_t i = 0; i < ranges->count; i++)
        if (strcmp(ranges->columns[i], column) == 0)
            return ranges->bytes[i];
    return 0;
}

void column_of_account(const char *account, char column[64])
{
    size_t used = 0;

    for (; *account != '\0' && used < 50; account++)
        column[used++] = *account == ' ' ? '_' : *account;
    (void)snprintf(column + used, 64 - used, "_bytes");
}

static int64_t skew_of(const struct ranges ranges[2], const char *account)
{
    char column[64];

    column_of_account(account, column);
    return (int64_t)(find_range(&ranges[0], column) + find_range(&ranges[1], column));
}

/* Whether it was looked at more than once. */
static bool was_sampled(const struct snapshot *snap)
{
    size_t known = 0;

    for (size_t c = 0; c < snap->sample_column_count; c++)
        for (size_t i = 0; i < snap->sample_count; i++)
            known += strcmp(snap->sample_columns[c], "wired_bytes") == 0 &&
                     snap->samples[i].amounts[c].known;
    return known > 1;
}

/* The residual of each sample is what the accounts of the common ground leave. */
static int64_t residual_range(const struct platform *platform, const struct side *side,
                              struct ground ground)
{
    const struct snapshot *snap = side->snap;
    int64_t least = INT64_MAX, most = INT64_MIN;

    for (size_t i = 0; i < snap->sample_count; i++) {
        int64_t rest = 0;
        bool known = false;

        for (size_t c = 0; c < snap->sample_column_count; c++) {
            struct amount amount = snap->samples[i].amounts[c];

            if (strcmp(snap->sample_columns[c], "wired_bytes") == 0) {
                known = amount.known;
                rest += (int64_t)amount.bytes;
            }
            if (amount.known && platform->is_account_column(ground, snap->sample_columns[c]))
                rest -= (int64_t)amount.bytes;
        }
        if (!known)
            continue;
        least = rest < least ? rest : least;
        most = rest > most ? rest : most;
    }
    return most >= least ? most - least : 0;
}

void add_error_bars(struct comparison *comparison)
{
    const struct platform *platform = comparison->platform;
    const struct ranges ranges[2] = {ranges_of(comparison->before.snap, comparison->arena),
                                     ranges_of(comparison->after.snap, comparison->arena)};

    comparison->skew_known =
        was_sampled(comparison->before.snap) || was_sampled(comparison->after.snap);
    comparison->skew_bytes = skew_of(ranges, "wired");
    comparison->residual.skew_bytes =
        residual_range(platform, &comparison->before, comparison->ground) +
        residual_range(platform, &comparison->after, comparison->ground);
    for (size_t i = 0; i < comparison->row_count; i++) {
        struct row *row = &comparison->rows[i];

        for (size_t j = 0; j < row->account_count; j++)
            row->accounts[j].skew_bytes = skew_of(ranges, row->accounts[j].account);
    }
}
