/* error_bars.c - see error_bars.h. */
#include "analyze/error_bars.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "analyze/account_linux.h"

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

/* "page tables" is the column "page_tables_bytes". */
static void column_of(const char *account, char column[64])
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

    column_of(account, column);
    (void)column_range(comparison->before.snap, column, &before);
    (void)column_range(comparison->after.snap, column, &after);
    return (int64_t)(before + after);
}

/* The residual of each sample is what the accounts of the common ground leave. */
static int64_t residual_range(const struct side *side, struct ground ground)
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
            for (size_t account = 0; account < LINUX_ACCOUNTS; account++) {
                char column[64];

                column_of(linux_account_name((enum linux_account)account), column);
                if ((ground.accounts & (uint64_t)1 << account) != 0 && amount.known &&
                    strcmp(snap->sample_columns[c], column) == 0)
                    rest -= (int64_t)amount.bytes;
            }
        }
        if (!known)
            continue;
        least = rest < least ? rest : least;
        most = rest > most ? rest : most;
    }
    return most >= least ? most - least : 0;
}

/* There are few accounts and many rows. */
struct skew {
    const char *account;
    int64_t bytes;
};

#define SKEWS (LINUX_ACCOUNTS + 1) /* and the pages taken directly */

void add_error_bars(struct comparison *comparison)
{
    struct skew skews[SKEWS];
    size_t count = 0;

    comparison->skew_bytes = skew_of(comparison, "wired");
    comparison->residual.skew_bytes = residual_range(&comparison->before, comparison->ground) +
                                      residual_range(&comparison->after, comparison->ground);
    for (size_t i = 0; i < comparison->row_count; i++) {
        struct row *row = &comparison->rows[i];

        for (size_t j = 0; j < row->account_count; j++) {
            const char *account = row->accounts[j].account;
            size_t k = 0;

            while (k < count && strcmp(skews[k].account, account) != 0)
                k++;
            if (k == count) {
                assert(count < SKEWS);
                skews[count++] = (struct skew){account, skew_of(comparison, account)};
            }
            row->accounts[j].skew_bytes = skews[k].bytes;
        }
    }
}
