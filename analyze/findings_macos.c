/* findings_macos.c - what a reader of a report about a Mac should be told beside the rows. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/account_macos.h"
#include "analyze/findings.h"
#include "analyze/mac_side.h"
#include "analyze/platform_macos.h"
#include "analyze/suspects.h"

#define ZONE_MIN      (16 * MIB)
#define ZONES_TOLD    3
#define ZONE_LIMIT    ((int64_t)20 << 30) /* of one zone, at which macOS 13 and later panic */
#define ORPHANS_ASKED 8
#define ORPHANS_MIN   (64 * MIB)
#define VERSIONS_TOLD 5

/* ---- zones ---- */

/* A zone that is not there has none; reports of panics and JetsamEvents know sizes alone. */
static struct count elements_of(const struct side *side, const char *identity)
{
    const struct mac_zone *zone = find_zone(&side->mac->zones, identity);

    return zone != NULL ? zone->elements : (struct count){0, true};
}

static uint64_t element_bytes_of(const struct comparison *comparison, const char *identity)
{
    const struct mac_zone *zone = find_zone(&comparison->after.mac->zones, identity);

    if (zone == NULL || zone->element_bytes == 0)
        zone = find_zone(&comparison->before.mac->zones, identity);
    return zone != NULL ? zone->element_bytes : 0;
}

static const char *elements_text(struct comparison *comparison, const struct row *row)
{
    uint64_t bytes = element_bytes_of(comparison, row->identity);
    struct count before = elements_of(&comparison->before, row->identity);
    struct count after = elements_of(&comparison->after, row->identity);
    int64_t n = (int64_t)(after.n - before.n);

    if (!before.known || !after.known || n == 0 || bytes == 0)
        return "";
    return arena_print(comparison->arena, " (%+" PRId64 " elements of %" PRIu64 " bytes)", n,
                       bytes);
}

/* What became of a zone that large, or will. */
static const char *fate_of(const struct comparison *comparison, const struct row *row)
{
    bool grew = row->after_bytes > row->before_bytes;
    const struct side *more = grew ? &comparison->after : &comparison->before;
    int64_t most = grew ? row->after_bytes : row->before_bytes;

    if (more->snap->panic.zone != NULL && strcmp(more->snap->panic.zone, row->name) == 0)
        return "; the kernel panicked when it was full";
    if (most < ZONE_LIMIT / 2)
        return "";
    return grew ? "; it is on its way to 20 GB, at which macOS panics"
                : "; it was on its way to 20 GB, at which macOS panics";
}

static void find_zones(struct comparison *comparison)
{
    int64_t total = llabs(comparison->after_bytes - comparison->before_bytes);
    size_t told = 0;

    for (size_t i = 0; i < comparison->row_count && told < ZONES_TOLD; i++) {
        const struct row *row = &comparison->rows[i];
        int64_t delta = row->after_bytes - row->before_bytes;

        if (row->kind != OWNER_ZONE || llabs(delta) < ZONE_MIN || llabs(delta) < total / 20)
            continue;
        told++;
        add_finding(
            comparison,
            (struct finding){
                "W310", SEVERITY_WARNING, row->name,
                arena_print(
                    comparison->arena,
                    "%+.1f MiB%s in this zone, and nobody is charged for it: the kernel does "
                    "not record who allocates elements%s",
                    mib(delta), elements_text(comparison, row), fate_of(comparison, row)),
                has_suspect(comparison, row->name)
                    ? "see what moved with it, below; none of it is proven. Quit one program at a "
                      "time and capture again"
                    : "capture again after quitting or unloading one thing at a time",
                "measured"});
    }
}

/* What is known beside an extension's own row: programs of its maker. */
static void find_extensions(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];

        if (row->kind == OWNER_EXTENSION && has_suspect(comparison, row->name))
            add_finding(
                comparison,
                (struct finding){"N312", SEVERITY_NOTE, row->name,
                                 arena_print(comparison->arena,
                                             "%+.1f MiB under this extension's own tag: what it "
                                             "allocated in large pieces, or wired for its programs",
                                             mib(row->after_bytes - row->before_bytes)),
                                 "ask its maker, or capture again without it", "measured"});
    }
}

/* ---- graphics memory without an owner ---- */

/* The ledgers of all processes that run; false: some could not be read. */
static bool sum_ledgers(const struct side *side, int64_t *bytes, size_t *count)
{
    *bytes = 0;
    *count = 0;
    for (size_t i = 0; i < side->snap->process_count; i++) {
        const struct process *process = &side->snap->processes[i];

        if (process->kernel || process->status == STATUS_VANISHED)
            continue;
        if (!process->graphics.known)
            return false;
        *bytes += (int64_t)process->graphics.bytes;
        (*count)++;
    }
    return *count > 0 && !side_lost(side, "processes.tsv");
}

static void find_orphans(struct comparison *comparison)
{
    size_t asked = 0;

    for (size_t i = 0; i < comparison->row_count && asked < ORPHANS_ASKED; i++) {
        const struct row *row = &comparison->rows[i];
        int64_t delta = row->after_bytes - row->before_bytes, ledgers;
        const struct side *more = delta > 0 ? &comparison->after : &comparison->before;
        int64_t held = delta > 0 ? row->after_bytes : row->before_bytes;
        size_t count;

        if (row->kind != OWNER_EXTENSION || !mac_is_graphics(row->name) || llabs(delta) < ZONE_MIN)
            continue;
        asked++;
        if (!sum_ledgers(more, &ledgers, &count) || held - ledgers < ORPHANS_MIN ||
            held - ledgers < llabs(delta) / 2)
            continue;
        add_finding(comparison,
                    (struct finding){
                        "W311", SEVERITY_WARNING, row->name,
                        arena_print(comparison->arena,
                                    "%.1f MiB are wired under its tag in %s, and the graphics "
                                    "ledgers of all %zu processes there add up to %.1f MiB: the "
                                    "rest has no living owner",
                                    mib(held), delta > 0 ? "AFTER" : "BEFORE", count, mib(ledgers)),
                        "memory of a program that ended can stay with the driver until the Mac is "
                        "restarted",
                        "derived"});
    }
}

/* ---- the totals ---- */

static const char *total_text(struct comparison *comparison, const struct side *side,
                              enum mac_total total, const char *name, const char *text)
{
    struct figure figure = side->snap->mac_totals[total];

    if (!figure.known)
        return text;
    return arena_print(comparison->arena, "%s%s%s %.1f MiB", text, *text != '\0' ? ", " : "", name,
                       mib((int64_t)figure.bytes));
}

/* The figures that people see elsewhere, and why they are not the same (macOS facts 1, 2.5). */
static void find_totals(struct comparison *comparison)
{
    const struct side *side = comparison->after_bytes >= comparison->before_bytes
                                  ? &comparison->after
                                  : &comparison->before;
    const char *text = "";

    if (!side->snap->mac_totals[MAC_WIRED_KERNEL].known)
        return;
    text = total_text(comparison, side, MAC_WIRED_VM_STAT, "vm_stat", text);
    text = total_text(comparison, side, MAC_WIRED_TOP, "top", text);
    text = total_text(comparison, side, MAC_WIRED_KERNEL, "the kernel's counter", text);
    text = total_text(comparison, side, MAC_BOOT_STOLEN, "of which taken before the kernel started",
                      text);
    add_finding(comparison,
                (struct finding){
                    "N210", SEVERITY_NOTE,
                    side == &comparison->after ? "totals of AFTER" : "totals of BEFORE", text,
                    "vm_stat is the counter without what was taken before the kernel started; top "
                    "adds what the firmware of an Intel Mac keeps",
                    "measured"});
}

/* ---- the residual, and what would shrink it ---- */

static bool has(const struct comparison *comparison, enum mac_known what)
{
    return (comparison->ground.accounts & (uint64_t)what) != 0;
}

/* Which capture lacks that. */
static const char *lacking(const struct comparison *comparison, enum mac_known what)
{
    return which_side((comparison->before.own.accounts & (uint64_t)what) == 0,
                      (comparison->after.own.accounts & (uint64_t)what) == 0);
}

static void find_residual(struct comparison *comparison)
{
    int64_t delta = comparison->residual.after_bytes - comparison->residual.before_bytes;

    if (!residual_moved(comparison))
        return;
    add_finding(comparison,
                (struct finding){
                    "W301", SEVERITY_WARNING, SUSPECT_RESIDUAL,
                    arena_print(comparison->arena,
                                "%+.1f MiB in no account that both captures count", mib(delta)),
                    has_suspect(comparison, SUSPECT_RESIDUAL)
                        ? "see what moved with it, below; none of it is proven"
                        : "capture with wirecap as root, or add the output of `sudo zprint`",
                    "inferred"});
}

static void find_missing(struct comparison *comparison)
{
    if (!has(comparison, KNOWS_BOOK))
        add_finding(
            comparison,
            (struct finding){
                "N403", SEVERITY_NOTE, lacking(comparison, KNOWS_BOOK),
                has(comparison, KNOWS_TOP)
                    ? "no breakdown of wired memory by the kernel: what its extensions, tags and "
                      "call sites hold is part of the residual"
                    : "how much is wired in all is not known there: only zones are compared",
                "run wirecap as root on both sides, or `sudo zprint`; Apple's sysdiagnose has none",
                "measured"});
    if (!has(comparison, KNOWS_ZONES) && has(comparison, KNOWS_TOP))
        add_finding(comparison,
                    (struct finding){"N404", SEVERITY_NOTE, lacking(comparison, KNOWS_ZONES),
                                     "no list of zones: what the kernel allocates in small pieces "
                                     "cannot be told apart",
                                     "run wirecap as root on both sides, or `sudo zprint`",
                                     "measured"});
}

static void find_redacted(struct comparison *comparison)
{
    const char *which =
        which_side(comparison->before.snap->zones_redacted, comparison->after.snap->zones_redacted);

    if (which != NULL && has(comparison, KNOWS_ZONES))
        add_finding(comparison,
                    (struct finding){"N405", SEVERITY_NOTE, which,
                                     "sizes of zones were withheld: they are elements times "
                                     "element size on both sides, without free elements",
                                     "capture as root on both sides", "derived"});
}

static void find_rounding(struct comparison *comparison)
{
    int64_t delta = llabs(comparison->after_bytes - comparison->before_bytes);

    if (comparison->resolution_bytes >= (uint64_t)MIB)
        add_finding(comparison,
                    (struct finding){"N406", SEVERITY_NOTE, "rounded figures",
                                     arena_print(comparison->arena,
                                                 "the change is known to %.1f MiB only%s",
                                                 mib((int64_t)comparison->resolution_bytes),
                                                 (uint64_t)delta <= comparison->resolution_bytes
                                                     ? ", which is more than it is"
                                                     : ""),
                                     "vm_stat and zprint are exact", "measured"});
}

/* ---- extensions ---- */

static int compare_extensions(const void *a, const void *b)
{
    const struct extension *const *left = a, *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

static void find_versions(struct comparison *comparison)
{
    const struct snapshot *before = comparison->before.snap, *after = comparison->after.snap;
    const struct extension **sorted =
        arena_alloc(comparison->arena, before->extension_count * sizeof(struct extension *));
    size_t told = 0;

    for (size_t i = 0; i < before->extension_count; i++)
        sorted[i] = &before->extensions[i];
    if (before->extension_count == 0 || comparison->same_build == NO)
        return; /* another build has other versions of nearly all */
    qsort(sorted, before->extension_count, sizeof(struct extension *), compare_extensions);
    for (size_t i = 0; i < after->extension_count && told < VERSIONS_TOLD; i++) {
        const struct extension *now = &after->extensions[i];
        const struct extension **was = bsearch(&now, sorted, before->extension_count,
                                               sizeof(struct extension *), compare_extensions);

        if (was == NULL || (*was)->version == NULL || now->version == NULL ||
            strcmp((*was)->version, now->version) == 0)
            continue;
        told++;
        add_finding(comparison, (struct finding){
                                    "N311", SEVERITY_NOTE, now->name,
                                    arena_print(comparison->arena,
                                                "kernel extension was replaced: version %s, now %s",
                                                (*was)->version, now->version),
                                    "its memory is compared by its bundle identifier", "measured"});
    }
}

static void find_privilege(struct comparison *comparison)
{
    const char *which = which_side(comparison->before.snap->manifest.privileged == NO,
                                   comparison->after.snap->manifest.privileged == NO);

    if (which != NULL)
        add_finding(comparison,
                    (struct finding){"N401", SEVERITY_NOTE, which,
                                     "captured without root: other users' processes and what only "
                                     "root may ask the kernel could not be read",
                                     "run wirecap with sudo on both sides", "measured"});
}

void mac_findings(struct comparison *comparison)
{
    find_zones(comparison);
    find_extensions(comparison);
    find_orphans(comparison);
    find_residual(comparison);
    find_totals(comparison);
    find_versions(comparison);
    find_missing(comparison);
    find_redacted(comparison);
    find_rounding(comparison);
    find_privilege(comparison);
}
