/* compare.c - see compare.h. */
#include "analyze/compare.h"

#include <inttypes.h>
#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/coverage.h"
#include "analyze/error_bars.h"
#include "analyze/findings.h"
#include "analyze/rows.h"

static void warn(struct comparison *comparison, const char *text)
{
    const char **warning = arena_append(comparison->arena, &comparison->warnings,
                                        &comparison->warning_count, sizeof *comparison->warnings);

    *warning = text;
}

static enum yes_no same_text(const char *before, const char *after)
{
    if (before == NULL || after == NULL)
        return UNSAID;
    return strcmp(before, after) == 0 ? YES : NO;
}

/* What stands between the two captures; told before any number. */
static void compare_manifests(struct comparison *comparison)
{
    const struct manifest *before = &comparison->before.snap->manifest;
    const struct manifest *after = &comparison->after.snap->manifest;

    comparison->same_machine = same_text(before->machine_id, after->machine_id);
    comparison->same_boot = same_text(before->boot_id, after->boot_id);
    comparison->same_build = same_text(before->build, after->build);
    if (before->taken_us.known && after->taken_us.known) {
        comparison->interval.us = (int64_t)(after->taken_us.n - before->taken_us.n);
        comparison->interval.known = true;
    }
    if (comparison->same_machine == NO)
        warn(comparison, "the captures are of two machines: what differs need not have grown");
    if (comparison->interval.known && comparison->interval.us < 0)
        warn(comparison,
             "BEFORE was taken after AFTER: the captures seem to be in the wrong order");
    if (before->page_bytes.known && after->page_bytes.known &&
        before->page_bytes.n != after->page_bytes.n)
        warn(comparison, arena_print(comparison->arena,
                                     "page sizes differ (%" PRIu64 " and %" PRIu64
                                     " bytes): totals compare, counts of pages do not",
                                     before->page_bytes.n, after->page_bytes.n));
    if (comparison->same_build == NO)
        warn(comparison,
             "the kernels differ: accounts that only one of them counts are part of the residual");
}

static bool check_side(const struct side *side, const char *which, struct err *err)
{
    const char *platform = side->snap->manifest.platform;
    struct linux_terms terms;

    if (platform == NULL || strcmp(platform, "linux") != 0)
        return err_set(err, "%s: platform \"%s\" is not one that can be compared yet", which,
                       platform != NULL ? platform : "unknown");
    terms = linux_side_terms(side);
    if (!terms.known)
        return err_set(err,
                       "%s: wired memory cannot be computed: proc/meminfo, proc/vmstat or "
                       "proc/zoneinfo is missing or lacks a field; capture again",
                       which);
    return true;
}

static void set_aside(struct comparison *comparison, const struct charges *before,
                      const struct charges *after)
{
    struct arena *arena = comparison->arena;
    bool same_boot = comparison->same_boot == YES;
    struct side alone;
    struct charges own_before, own_after;

    side_alone(&comparison->before, &alone, arena);
    linux_charges(&alone, alone.own, same_boot, arena, &own_before);
    side_alone(&comparison->after, &alone, arena);
    linux_charges(&alone, alone.own, same_boot, arena, &own_after);
    rows_set_aside(comparison, &own_before, &own_after, before, after);
}

bool compare_bundles(struct comparison *comparison, const struct loaded *before,
                     const struct loaded *after, struct arena *arena, struct err *err)
{
    struct charges charges[2];
    bool same_boot;

    *comparison = (struct comparison){.arena = arena};
    comparison->before = (struct side){.loaded = before, .snap = &before->snapshot};
    comparison->after = (struct side){.loaded = after, .snap = &after->snapshot};
    comparison->before.linux_facts = linux_facts_of(comparison->before.snap);
    comparison->after.linux_facts = linux_facts_of(comparison->after.snap);
    compare_manifests(comparison);
    same_boot = comparison->same_boot == YES;
    linux_facts_agree(&comparison->before.linux_facts, &comparison->after.linux_facts, same_boot,
                      comparison->same_build == YES);
    if (!check_side(&comparison->before, "BEFORE", err) ||
        !check_side(&comparison->after, "AFTER", err))
        return false;
    sides_prepare(&comparison->before, &comparison->after, same_boot, arena);
    comparison->before.own = linux_ground(&comparison->before);
    comparison->after.own = linux_ground(&comparison->after);
    comparison->ground = ground_common(comparison->before.own, comparison->after.own);
    linux_charges(&comparison->before, comparison->ground, same_boot, arena, &charges[0]);
    linux_charges(&comparison->after, comparison->ground, same_boot, arena, &charges[1]);
    rows_match(comparison, &charges[0], &charges[1]);
    rows_share(comparison);
    rows_find_renamed(comparison);
    set_aside(comparison, &charges[0], &charges[1]);
    comparison->source = "MemTotal - MemFree - per-CPU free lists - Active - Inactive - isolated - "
                         "KReclaimable, of the raw sample with the smallest residual";
    add_error_bars(comparison);
    find_coverage(comparison);
    find_findings(comparison);
    return true;
}
