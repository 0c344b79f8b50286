/* compare.c - see compare.h. */
#include "analyze/compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/coverage.h"
#include "analyze/error_bars.h"
#include "analyze/findings.h"
#include "analyze/platform.h"
#include "analyze/rows.h"

static void warn(struct comparison *comparison, const char *text)
{
    const char **warning = arena_append(comparison->arena, &comparison->warnings,
                                        &comparison->warning_count, sizeof *comparison->warnings);

    *warning = text;
}

static void warn_unread(struct comparison *comparison, const char *side, const char *tool)
{
    if (tool != NULL)
        warn(comparison, arena_print(comparison->arena,
                                     "%s holds what %s printed behind another output, and it is "
                                     "not read: put each into a file of its own, and name their "
                                     "folder",
                                     side, tool));
}

#define SAME_BOOT_S  120 /* clocks are set after booting */
#define UPTIME_MAX_S ((uint64_t)1 << 40)

/* Without ids of the boots: whether both booted at the same time. */
static enum yes_no same_boot_time(const struct manifest *before, const struct manifest *after)
{
    int64_t apart;

    if (!before->taken_us.known || !before->uptime_s.known || !after->taken_us.known ||
        !after->uptime_s.known || before->uptime_s.n > UPTIME_MAX_S ||
        after->uptime_s.n > UPTIME_MAX_S)
        return UNSAID;
    apart = (int64_t)(after->taken_us.n / 1000000 - after->uptime_s.n) -
            (int64_t)(before->taken_us.n / 1000000 - before->uptime_s.n);
    return llabs(apart) <= SAME_BOOT_S ? YES : NO;
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
    if (comparison->same_boot == UNSAID)
        comparison->same_boot = same_boot_time(before, after);
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
        warn(comparison, comparison->platform->other_build);
    warn_unread(comparison, "BEFORE", comparison->before.loaded->unread);
    warn_unread(comparison, "AFTER", comparison->after.loaded->unread);
}

/* Both sides are of one platform, and of one that is known here. */
static bool find_platform(struct comparison *comparison, struct err *err)
{
    const char *before = comparison->before.snap->manifest.platform;
    const char *after = comparison->after.snap->manifest.platform;

    comparison->platform = platform_named(before);
    if (comparison->platform == NULL || platform_named(after) == NULL)
        return err_set(err, "%s: platform \"%s\" is not one that can be compared",
                       comparison->platform == NULL ? "BEFORE" : "AFTER",
                       comparison->platform == NULL ? (before != NULL ? before : "unknown")
                       : after != NULL              ? after
                                                    : "unknown");
    return comparison->platform == platform_named(after) ||
           err_set(err, "BEFORE is of platform %s and AFTER of %s: these cannot be compared",
                   before, after);
}

static void set_aside(struct comparison *comparison, const struct charges *before,
                      const struct charges *after)
{
    struct arena *arena = comparison->arena;
    bool same_boot = comparison->same_boot == YES;
    struct side alone;
    struct charges own_before, own_after;

    side_alone(&comparison->before, &alone, arena);
    comparison->platform->charges(&alone, alone.own, same_boot, arena, &own_before);
    side_alone(&comparison->after, &alone, arena);
    comparison->platform->charges(&alone, alone.own, same_boot, arena, &own_after);
    rows_set_aside(comparison, &own_before, &own_after, before, after);
}

bool compare_bundles(struct comparison *comparison, const struct loaded *before,
                     const struct loaded *after, struct arena *arena, struct err *err)
{
    const struct platform *platform;
    struct charges charges[2];
    bool same_boot;

    *comparison = (struct comparison){.arena = arena};
    comparison->before = (struct side){.loaded = before, .snap = &before->snapshot};
    comparison->after = (struct side){.loaded = after, .snap = &after->snapshot};
    if (!find_platform(comparison, err))
        return false;
    platform = comparison->platform;
    compare_manifests(comparison);
    same_boot = comparison->same_boot == YES;
    platform->agree(comparison);
    sides_prepare(&comparison->before, &comparison->after, same_boot, arena);
    if (!platform->check(comparison, err))
        return false;
    comparison->before.own = platform->ground(&comparison->before);
    comparison->after.own = platform->ground(&comparison->after);
    comparison->ground = ground_common(comparison->before.own, comparison->after.own);
    platform->charges(&comparison->before, comparison->ground, same_boot, arena, &charges[0]);
    platform->charges(&comparison->after, comparison->ground, same_boot, arena, &charges[1]);
    rows_match(comparison, &charges[0], &charges[1]);
    rows_share(comparison);
    rows_find_renamed(comparison);
    set_aside(comparison, &charges[0], &charges[1]);
    comparison->source = platform->source(comparison->ground);
    comparison->what = platform->what(comparison->ground);
    comparison->total = platform->total(comparison->ground);
    add_error_bars(comparison);
    find_coverage(comparison);
    find_findings(comparison);
    return true;
}
