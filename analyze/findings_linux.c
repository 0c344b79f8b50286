/* findings_linux.c - what a reader of a report about a Linux machine should be told beside the rows. */
#include "analyze/platform_linux.h"

#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/findings.h"
#include "analyze/suspects.h"

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
        add_finding(comparison,
                    (struct finding){
                        "N201", SEVERITY_NOTE, "pinned pages",
                        arena_print(comparison->arena,
                                    "at least %+.1f MiB are pinned on pageable lists (io_uring "
                                    "buffers, RDMA, VFIO, AF_XDP); wired memory does not hold them",
                                    mib(pinned)),
                        "VmPin and VmLck in processes.tsv say by whom, where the kernel tells",
                        "measured"});
    if (side_has(&comparison->before, "locked.tsv") && side_has(&comparison->after, "locked.tsv") &&
        lazy >= MIB)
        add_finding(comparison,
                    (struct finding){
                        "N202", SEVERITY_NOTE, "SysV segments",
                        arena_print(comparison->arena,
                                    "%.1f MiB of segments under SHM_LOCK are not unevictable yet: "
                                    "they were touched before they were locked",
                                    mib(lazy)),
                        "they become wired when the kernel next tries to reclaim them",
                        "measured"});
}

/* ---- the residual ---- */

/* What the residual holds because one capture alone counts it: "; AFTER alone counts ...". */
static const char *one_sided_text(struct comparison *comparison)
{
    const char *text = "";

    for (size_t i = 0; i < comparison->one_sided_count; i++) {
        const struct one_sided *aside = &comparison->one_sided[i];

        if (!aside->whole_account || aside->before.bytes + aside->after.bytes < MIB)
            continue;
        text = arena_print(comparison->arena, "%s; %s alone counts %s, %.1f MiB", text,
                           aside->before.known ? "BEFORE" : "AFTER", aside->account,
                           mib(aside->before.bytes + aside->after.bytes));
    }
    return text;
}

static void find_residual(struct comparison *comparison)
{
    int64_t delta = comparison->residual.after_bytes - comparison->residual.before_bytes;

    if (!residual_moved(comparison))
        return;
    add_finding(
        comparison,
        (struct finding){
            "W301", SEVERITY_WARNING, "residual",
            arena_print(
                comparison->arena,
                "%+.1f MiB of pages in no account that both captures count%s: it could be pipe "
                "buffers, socket queues (AF_UNIX, TCP, AF_PACKET rings), io_uring or perf rings, "
                "or a driver's own pages",
                mib(delta), one_sided_text(comparison)),
            has_suspect(comparison, SUSPECT_RESIDUAL)
                ? "see what moved with it, below; none of it is proven"
                : "look for programs with many pipes, sockets or rings",
            "inferred"});
}

/* ---- locked memory of processes that could not be read ---- */

static void find_lockers(struct comparison *comparison)
{
    if (has_suspect(comparison, SUSPECT_LOCKED))
        add_finding(comparison,
                    (struct finding){"N203", SEVERITY_NOTE, SUSPECT_LOCKED,
                                     "processes whose memory could not be read have more or less "
                                     "of it under mlock than before",
                                     "capture with root on both sides to charge them", "inferred"});
}

/* ---- the evidence ---- */

static void find_gaps(struct comparison *comparison)
{
    const char *unprivileged = which_side(comparison->before.snap->manifest.privileged == NO,
                                          comparison->after.snap->manifest.privileged == NO);

    if (unprivileged != NULL)
        add_finding(comparison,
                    (struct finding){"N401", SEVERITY_NOTE, unprivileged,
                                     "captured without root: other users' locked memory, slab "
                                     "caches and vmalloc callers could not be read",
                                     "run wirecap with sudo on both sides to name them",
                                     "measured"});
}

void linux_findings(struct comparison *comparison)
{
    find_residual(comparison);
    find_overlays(comparison);
    find_lockers(comparison);
    find_gaps(comparison);
}
