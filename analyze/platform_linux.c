/* platform_linux.c - Linux, as platform.h asks. */
#include "analyze/platform_linux.h"

#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/error_bars.h"

static void agree(struct comparison *comparison)
{
    struct linux_facts *before = &comparison->before.linux_facts;
    struct linux_facts *after = &comparison->after.linux_facts;

    *before = linux_facts_of(comparison->before.snap);
    *after = linux_facts_of(comparison->after.snap);
    linux_facts_agree(before, after, comparison->same_boot == YES, comparison->same_build == YES);
}

static bool check_side(const struct side *side, const char *which, struct err *err)
{
    return linux_side_terms(side).known ||
           err_set(err,
                   "%s: wired memory cannot be computed: proc/meminfo, proc/vmstat or "
                   "proc/zoneinfo is missing or lacks a field; capture again",
                   which);
}

static bool check(const struct comparison *comparison, struct err *err)
{
    return check_side(&comparison->before, "BEFORE", err) &&
           check_side(&comparison->after, "AFTER", err);
}

static const char *source(struct ground ground)
{
    (void)ground;
    return "MemTotal - MemFree - per-CPU free lists - Active - Inactive - isolated - "
           "KReclaimable, of the raw sample with the smallest residual";
}

static const char *what(struct ground ground)
{
    (void)ground;
    return "Wired memory";
}

static const char *total(struct ground ground)
{
    (void)ground;
    return "total wired";
}

static bool is_account_column(struct ground ground, const char *column)
{
    for (size_t i = 0; i < LINUX_ACCOUNTS; i++) {
        char name[64];

        column_of_account(linux_account_name((enum linux_account)i), name);
        if ((ground.accounts & (uint64_t)1 << i) != 0 && strcmp(column, name) == 0)
            return true;
    }
    return false;
}

const struct platform platform_linux = {
    .name = "linux",
    .extension = "module",
    .zone = "slab",
    .extension_long = "module",
    .zone_long = "slab cache",
    .other_build =
        "the kernels differ: accounts that only one of them counts are part of the residual",
    .agree = agree,
    .check = check,
    .ground = linux_ground,
    .charges = linux_charges,
    .source = source,
    .what = what,
    .total = total,
    .is_account_column = is_account_column,
    .find_suspects = linux_suspects,
    .find = linux_findings,
};
