/* compare.c - see compare.h. */
#include "analyze/compare.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/findings.h"
#include "analyze/rows.h"

const char *compare_print(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    char *text;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = arena_alloc(arena, len > 0 ? (size_t)len + 1 : 1);
    if (len > 0)
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

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
        warn(comparison, compare_print(comparison->arena,
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

/* ---- error bars ---- */

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

static void add_error_bars(struct comparison *comparison)
{
    comparison->skew_bytes = skew_of(comparison, "wired");
    comparison->residual.skew_bytes = residual_range(&comparison->before, comparison->ground) +
                                      residual_range(&comparison->after, comparison->ground);
    for (size_t i = 0; i < comparison->row_count; i++) {
        struct row *row = &comparison->rows[i];

        for (size_t j = 0; j < row->account_count; j++)
            row->accounts[j].skew_bytes = skew_of(comparison, row->accounts[j].account);
    }
}

/* ---- coverage ---- */

static void note(struct comparison *comparison, const char *which, const char *member,
                 unsigned line, const char *what)
{
    const char **text = arena_append(comparison->arena, &comparison->notes, &comparison->note_count,
                                     sizeof *comparison->notes);

    if (line > 0)
        *text = compare_print(comparison->arena, "%s: %s:%u: %s", which, member, line, what);
    else
        *text = compare_print(comparison->arena, "%s: %s: %s", which, member, what);
}

static void cover_side(struct comparison *comparison, const struct side *side, const char *which)
{
    const struct snapshot *snap = side->snap;

    for (size_t i = 0; i < snap->process_count; i++) {
        const struct process *process = &snap->processes[i];

        comparison->process_count++;
        comparison->unread_count += !process->kernel && (process->status != STATUS_OK ||
                                                         process->regions_status != STATUS_OK);
    }
    for (size_t i = 0; i < snap->source_count; i++) {
        const struct source *source = &snap->sources[i];
        const char *why = status_name(source->status);

        if (source->status == STATUS_ABSENT ||
            (source->status == STATUS_OK && source->seen && source->intact) ||
            strncmp(source->member, "vmmap/", 6) == 0)
            continue;
        if (source->status == STATUS_OK)
            why = source->seen ? "damaged" : "not in the bundle";
        *(const char **)arena_append(comparison->arena, &comparison->missing,
                                     &comparison->missing_count, sizeof *comparison->missing) =
            compare_print(comparison->arena, "%s: %s: %s", which, source->member, why);
    }
    if (side->loaded->damage != NULL)
        note(comparison, which, "archive", 0, side->loaded->damage);
    for (size_t i = 0; i < snap->note_count && i < SNAPSHOT_NOTES_MAX; i++)
        note(comparison, which, snap->notes[i].member, snap->notes[i].line, snap->notes[i].what);
    if (snap->note_count > SNAPSHOT_NOTES_MAX)
        note(comparison, which, "further notes", 0, "more than can be listed");
}

static void cover(struct comparison *comparison)
{
    double rows = 0, owned = 0, residual;

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        double moved = (double)llabs(row->after_bytes - row->before_bytes);

        rows += moved;
        owned += row->kind != OWNER_KERNEL ? moved : 0;
    }
    residual = (double)llabs(comparison->residual.after_bytes - comparison->residual.before_bytes);
    comparison->named_share = rows + residual > 0 ? rows / (rows + residual) : 1;
    comparison->owner_share = rows + residual > 0 ? owned / (rows + residual) : 1;
    cover_side(comparison, &comparison->before, "BEFORE");
    cover_side(comparison, &comparison->after, "AFTER");
}

/* ---- the pipeline ---- */

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
    if (!check_side(&comparison->before, "BEFORE", err) ||
        !check_side(&comparison->after, "AFTER", err))
        return false;
    compare_manifests(comparison);
    same_boot = comparison->same_boot == YES;
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
    cover(comparison);
    find_findings(comparison);
    return true;
}
