/* error_bars.c - see error_bars.h. */
#include "analyze/error_bars.h"

#include <stdio.h>
#include <string.h>

#include "analyze/platform.h"

static bool column_range(const struct snapshot *snap, const char *column, uint64_t *range)
{
    uint64_t least = UINT64_MAX, most = 0;
    size_t c = 0;

    while (c < snap->sample_column_count && strcmp(snap->sample_columns[c], column) != 0)
        c++;
    if (c == snap->sample_column_count)
        return false;
    for (size_t i = 0; i < snap->sample_count; i++) {
        struct amount amount = snap->samples[i].amounts[c];

        if (!amount.known)
            continue;
        least = amount.bytes < least ? amount.bytes : least;
        most = amount.bytes > most ? amount.bytes : most;
    }
    *range = most >= least ? most - least : 0;
    return true;
}

void column_of_account(const char *account, char column[64])
{
    size_t used = 0;

    for (; *account != '\0' && used < 50; account++)
        column[used++] = *account == ' ' ? '_' : *account;
    (void)snprintf(column + used, 64 - used, "_bytes");
}

static int64_t skew_of(const struct comparison *comparison, const char *account)
{
    char column[64];
    uint64_t before = 0, after = 0;

    column_of_account(account, column);
    (void)column_range(comparison->before.snap, column, &before);
    (void)column_range(comparison->after.snap, column, &after);
    return (int64_t)(before + after);
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

struct skew {
    const char *account;
    int64_t bytes;
};

/* Of each account once: there are few of them, and each row names some. */
static int64_t known_skew(struct comparison *comparison, struct skew **skews, size_t *count,
                          const char *account)
{
    struct skew *skew;

    for (size_t i = 0; i < *count; i++)
        if (strcmp((*skews)[i].account, account) == 0)
            return (*skews)[i].bytes;
    skew = arena_append(comparison->arena, skews, count, sizeof *skew);
    *skew = (struct skew){account, skew_of(comparison, account)};
    return skew->bytes;
}

void add_error_bars(struct comparison *comparison)
{
    const struct platform *platform = comparison->platform;
    struct skew *skews = NULL;
    size_t count = 0;

    comparison->skew_bytes = skew_of(comparison, "wired");
    comparison->residual.skew_bytes =
        residual_range(platform, &comparison->before, comparison->ground) +
        residual_range(platform, &comparison->after, comparison->ground);
    for (size_t i = 0; i < comparison->row_count; i++) {
        struct row *row = &comparison->rows[i];

        for (size_t j = 0; j < row->account_count; j++)
            row->accounts[j].skew_bytes =
                known_skew(comparison, &skews, &count, row->accounts[j].account);
    }
}
