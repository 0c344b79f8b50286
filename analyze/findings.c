/* findings.c - see findings.h. */
#include "analyze/findings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/identity.h"

#define MIB ((int64_t)1 << 20)

static void add_finding(struct comparison *comparison, struct finding finding)
{
    struct finding *added = arena_append(comparison->arena, &comparison->findings,
                                         &comparison->finding_count, sizeof *comparison->findings);

    *added = finding;
}

static void add_suspect(struct comparison *comparison, struct suspect suspect)
{
    struct suspect *added = arena_append(comparison->arena, &comparison->suspects,
                                         &comparison->suspect_count, sizeof *comparison->suspects);

    *added = suspect;
}

static double mib(int64_t bytes)
{
    return (double)bytes / (double)MIB;
}

/* ---- claims beyond an account ---- */

static void find_over_claims(struct comparison *comparison)
{
    static const char suffix[] = ", counted more than once";

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        size_t len = strlen(row->name);
        int64_t worst = row->before_bytes < row->after_bytes ? row->before_bytes : row->after_bytes;

        if (row->kind != OWNER_KERNEL || len < sizeof suffix ||
            strcmp(row->name + len - (sizeof suffix - 1), suffix) != 0 || worst > -MIB)
            continue;
        add_finding(comparison,
                    (struct finding){
                        "W101", SEVERITY_WARNING, row->name,
                        compare_print(comparison->arena,
                                      "%.1f MiB were claimed beyond what the kernel counts there",
                                      mib(-worst)),
                        "the owners in this account share memory, or it moved while it was read; "
                        "capture again on a quieter machine",
                        "derived"});
    }
}

/* ---- beside the total ---- */

static int64_t lazily_locked_bytes(const struct side *side)
{
    const struct snapshot *snap = side->snap;
    int64_t resident = 0, unevictable = 0;

    for (size_t i = 0; i < snap->shm_segment_count; i++)
        if (snap->shm_segments[i].locked && snap->shm_segments[i].resident.known)
            resident += (int64_t)snap->shm_segments[i].resident.bytes;
    for (size_t i = 0; i < snap->region_count; i++)
        if (snap->regions[i].object != NULL && strncmp(snap->regions[i].object, "shm ", 4) == 0)
            unevictable += (int64_t)snap->regions[i].bytes;
    return resident > unevictable ? resident - unevictable : 0;
}

static void find_overlays(struct comparison *comparison)
{
    struct linux_terms before = linux_side_terms(&comparison->before);
    struct linux_terms after = linux_side_terms(&comparison->after);
    int64_t pinned = (int64_t)after.pinned_bytes - (int64_t)before.pinned_bytes;
    int64_t lazy_before = lazily_locked_bytes(&comparison->before);
    int64_t lazy_after = lazily_locked_bytes(&comparison->after);
    int64_t lazy = lazy_before > lazy_after ? lazy_before : lazy_after;

    if (pinned >= MIB || pinned <= -MIB)
        add_finding(
            comparison,
            (struct finding){
                "N201", SEVERITY_NOTE, "pinned pages",
                compare_print(comparison->arena,
                              "at least %+.1f MiB are pinned on pageable lists (io_uring "
                              "buffers, RDMA, VFIO, AF_XDP); wired memory does not hold them",
                              mib(pinned)),
                "VmPin and VmLck in processes.tsv say by whom, where the kernel tells",
                "measured"});
    if (side_has(&comparison->before, "locked.tsv") && side_has(&comparison->after, "locked.tsv") &&
        lazy >= MIB)
        add_finding(
            comparison,
            (struct finding){
                "N202", SEVERITY_NOTE, "SysV segments",
                compare_print(comparison->arena,
                              "%.1f MiB of segments under SHM_LOCK are not unevictable yet: "
                              "they were touched before they were locked",
                              mib(lazy)),
                "they become wired when the kernel next tries to reclaim them", "measured"});
}

/* ---- the residual ---- */

/* What a process has more of on one side, summed over the processes of one identity. */
struct tally {
    const char *key, *name;
    int64_t fds[3]; /* pipes, sockets, rings: after - before */
};

enum { TALLY_PIPES, TALLY_SOCKETS, TALLY_RINGS, TALLIES };

static const struct {
    const char *figure, *text;
} tallies[TALLIES] = {
    {"pipe_descriptors", "descriptors of pipes; each pipe can hold 64 KiB, up to 1 MiB"},
    {"socket_descriptors", "sockets; queued data of a socket is charged to nobody"},
    {"io_uring_rings", "io_urings"},
};

static int compare_tallies(const void *a, const void *b)
{
    return strcmp(((const struct tally *)a)->key, ((const struct tally *)b)->key);
}

static size_t tally_side(struct tally *all, size_t count, const struct side *side, int64_t sign,
                         struct arena *arena)
{
    for (size_t i = 0; i < side->snap->process_count; i++) {
        const struct process *process = &side->snap->processes[i];

        if (side->unread[ASPECT_FDS][i] || process->kernel)
            continue;
        all[count++] = (struct tally){side->process_keys[i],
                                      owner_process(side, i, arena).name,
                                      {sign * (int64_t)process->pipe_count.n,
                                       sign * (int64_t)process->socket_count.n,
                                       sign * (int64_t)process->ring_count.n}};
    }
    return count;
}

/* Names, of each thing, the process whose count moved most with the residual. */
static void suspect_processes(struct comparison *comparison, int64_t direction)
{
    const struct side *before = &comparison->before, *after = &comparison->after;
    size_t total = before->snap->process_count + after->snap->process_count, count, end;
    struct tally *all = arena_alloc(comparison->arena, total * sizeof *all);
    struct tally most[TALLIES] = {0};

    count = tally_side(all, 0, before, -direction, comparison->arena);
    count = tally_side(all, count, after, direction, comparison->arena);
    if (count > 0)
        qsort(all, count, sizeof *all, compare_tallies);
    for (size_t i = 0; i < count; i = end) {
        struct tally sum = {.key = all[i].key, .name = all[i].name};

        for (end = i; end < count && strcmp(all[end].key, all[i].key) == 0; end++)
            for (size_t t = 0; t < TALLIES; t++)
                sum.fds[t] += all[end].fds[t];
        for (size_t t = 0; t < TALLIES; t++)
            if (sum.fds[t] > most[t].fds[t])
                most[t] = sum;
    }
    for (size_t t = 0; t < TALLIES; t++)
        if (most[t].name != NULL)
            add_suspect(comparison,
                        (struct suspect){most[t].name, "residual",
                                         compare_print(comparison->arena, "%+" PRId64 " %s",
                                                       direction * most[t].fds[t], tallies[t].text),
                                         tallies[t].figure, direction * most[t].fds[t]});
}

static void suspect_sockets(struct comparison *comparison)
{
    const struct snapshot *before = comparison->before.snap, *after = comparison->after.snap;
    int64_t pages, page_bytes = (int64_t)after->manifest.page_bytes.n;

    if (!before->socket_pages.known || !after->socket_pages.known)
        return;
    pages = (int64_t)after->socket_pages.n - (int64_t)before->socket_pages.n;
    if (llabs(pages * page_bytes) < MIB)
        return;
    add_suspect(comparison,
                (struct suspect){"TCP and UDP queues", "residual",
                                 compare_print(comparison->arena, "%+.1f MiB in /proc/net/sockstat",
                                               mib(pages * page_bytes)),
                                 "bytes", pages * page_bytes});
}

static bool has_extension(const struct snapshot *snap, const char *name)
{
    for (size_t i = 0; i < snap->extension_count; i++)
        if (strcmp(snap->extensions[i].name, name) == 0)
            return true;
    return false;
}

#define EXTENSIONS_MAX 4096 /* beyond that the pairwise look is not worth its time */

static void suspect_extensions(struct comparison *comparison)
{
    const struct snapshot *before = comparison->before.snap, *after = comparison->after.snap;

    if (before->extension_count == 0 || before->extension_count > EXTENSIONS_MAX ||
        after->extension_count > EXTENSIONS_MAX)
        return;
    for (size_t i = 0; i < after->extension_count; i++)
        if (!has_extension(before, after->extensions[i].name))
            add_suspect(comparison,
                        (struct suspect){after->extensions[i].name, "residual",
                                         "module loaded between the captures; what drivers take "
                                         "page by page is counted nowhere",
                                         "static_bytes", (int64_t)after->extensions[i].size.bytes});
}

/* allocinfo names code, not owners, and slab and vmalloc are in it too: so it is only a hint. */
static int compare_sites(const void *a, const void *b)
{
    const struct site *const *left = a, *const *right = b;
    int order = strcmp((*left)->file != NULL ? (*left)->file : "",
                       (*right)->file != NULL ? (*right)->file : "");

    return order != 0 ? order : strcmp((*left)->caller, (*right)->caller);
}

static const struct site **sorted_sites(const struct snapshot *snap, struct arena *arena,
                                        size_t *count)
{
    const struct site **sorted = arena_alloc(arena, snap->site_count * sizeof(struct site *));

    *count = 0;
    for (size_t i = 0; i < snap->site_count; i++)
        if (snap->sites[i].kind == SITE_ALLOCINFO)
            sorted[(*count)++] = &snap->sites[i];
    if (*count > 0)
        qsort(sorted, *count, sizeof(struct site *), compare_sites);
    return sorted;
}

static void suspect_sites(struct comparison *comparison, int64_t direction)
{
    struct arena *arena = comparison->arena;
    size_t before_count, after_count, at = 0;
    const struct site **before = sorted_sites(comparison->before.snap, arena, &before_count);
    const struct site **after = sorted_sites(comparison->after.snap, arena, &after_count);

    for (size_t i = 0; i < after_count && before_count > 0; i++) {
        int64_t delta = (int64_t)after[i]->bytes;

        while (at < before_count && compare_sites(&before[at], &after[i]) < 0)
            at++;
        if (at < before_count && compare_sites(&before[at], &after[i]) == 0)
            delta -= (int64_t)before[at]->bytes;
        if (delta * direction < 8 * MIB)
            continue;
        add_suspect(
            comparison,
            (struct suspect){after[i]->caller, "residual",
                             compare_print(arena, "allocated %+.1f MiB at %s%s%s", mib(delta),
                                           after[i]->file != NULL ? after[i]->file : "-",
                                           after[i]->module != NULL ? " in " : "",
                                           after[i]->module != NULL ? after[i]->module : ""),
                             "bytes", delta});
    }
}

static void find_residual(struct comparison *comparison)
{
    int64_t delta = comparison->residual.after_bytes - comparison->residual.before_bytes;
    int64_t size = llabs(delta);

    if (size <= comparison->residual.skew_bytes || size < 2 * MIB)
        return;
    add_finding(comparison,
                (struct finding){
                    "W301", SEVERITY_WARNING, "residual",
                    compare_print(
                        comparison->arena,
                        "%+.1f MiB were taken page by page and are counted nowhere: it could be "
                        "pipe buffers, socket queues (AF_UNIX, TCP, AF_PACKET rings), io_uring or "
                        "perf rings, or a driver's own pages",
                        mib(delta)),
                    comparison->suspect_count > 0
                        ? "see what moved with it, below; none of it is proven"
                        : "look for programs with many pipes, sockets or rings",
                    "inferred"});
}

/* ---- the evidence ---- */

static void find_gaps(struct comparison *comparison)
{
    const struct side *sides[] = {&comparison->before, &comparison->after};
    static const char *const names[] = {"BEFORE", "AFTER"};

    for (size_t i = 0; i < 2; i++) {
        if (sides[i]->snap->manifest.privileged == NO)
            add_finding(comparison,
                        (struct finding){"N401", SEVERITY_NOTE, names[i],
                                         "captured without root: other users' locked memory, slab "
                                         "caches and vmalloc callers could not be read",
                                         "run wirecap with sudo on both sides to name them",
                                         "measured"});
        if (!sides[i]->loaded->complete)
            add_finding(comparison,
                        (struct finding){"W402", SEVERITY_WARNING, names[i],
                                         sides[i]->loaded->damage != NULL
                                             ? "the bundle is damaged; what could be read is used"
                                             : "the bundle is not complete; what is there is used",
                                         "see coverage.members_missing in the JSON report",
                                         "measured"});
    }
}

void find_findings(struct comparison *comparison)
{
    int64_t delta = comparison->residual.after_bytes - comparison->residual.before_bytes;

    if (llabs(delta) > comparison->residual.skew_bytes && llabs(delta) >= 2 * MIB) {
        int64_t direction = delta < 0 ? -1 : 1;

        suspect_processes(comparison, direction);
        suspect_sockets(comparison);
        suspect_sites(comparison, direction);
        suspect_extensions(comparison);
    }
    find_over_claims(comparison);
    find_residual(comparison);
    find_overlays(comparison);
    find_gaps(comparison);
}
