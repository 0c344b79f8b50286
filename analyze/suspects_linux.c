/* suspects_linux.c - what moved together with the residual, or with locked memory that cannot be told apart. */
#include "analyze/platform_linux.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/identity.h"
#include "analyze/suspects.h"

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
                        (struct suspect){most[t].name, SUSPECT_RESIDUAL,
                                         arena_print(comparison->arena, "%+" PRId64 " %s",
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
                (struct suspect){"TCP and UDP queues", SUSPECT_RESIDUAL,
                                 arena_print(comparison->arena, "%+.1f MiB in /proc/net/sockstat",
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
                        (struct suspect){after->extensions[i].name, SUSPECT_RESIDUAL,
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
        add_suspect(comparison,
                    (struct suspect){after[i]->caller, SUSPECT_RESIDUAL,
                                     arena_print(arena, "allocated %+.1f MiB at %s%s%s", mib(delta),
                                                 after[i]->file != NULL ? after[i]->file : "-",
                                                 after[i]->module != NULL ? " in " : "",
                                                 after[i]->module != NULL ? after[i]->module : ""),
                                     "bytes", delta});
    }
}

/* ---- locked memory that could not be told apart ---- */

/* What everybody may read of a process that may not be read: how much of it is under mlock. */
static size_t tally_locked(struct tally *all, size_t count, const struct side *side, int64_t sign,
                           struct arena *arena)
{
    for (size_t i = 0; i < side->snap->process_count; i++) {
        const struct process *process = &side->snap->processes[i];

        if (side->unread[ASPECT_REGIONS][i] && process->locked.known)
            all[count++] = (struct tally){side->process_keys[i],
                                          owner_process(side, i, arena).name,
                                          {sign * (int64_t)process->locked.bytes, 0, 0}};
    }
    return count;
}

static void suspect_lockers(struct comparison *comparison)
{
    const struct side *before = &comparison->before, *after = &comparison->after;
    size_t total = before->snap->process_count + after->snap->process_count, count, end;
    struct tally *all = arena_alloc(comparison->arena, total * sizeof *all);

    count = tally_locked(all, 0, before, -1, comparison->arena);
    count = tally_locked(all, count, after, 1, comparison->arena);
    if (count > 0)
        qsort(all, count, sizeof *all, compare_tallies);
    for (size_t i = 0; i < count; i = end) {
        int64_t bytes = 0;

        for (end = i; end < count && strcmp(all[end].key, all[i].key) == 0; end++)
            bytes += all[end].fds[0];
        if (llabs(bytes) >= MIB)
            add_suspect(comparison,
                        (struct suspect){all[i].name, SUSPECT_LOCKED,
                                         arena_print(comparison->arena,
                                                     "%+.1f MiB of its address space under mlock; "
                                                     "its regions could not be read on both sides",
                                                     mib(bytes)),
                                         "locked_bytes", bytes});
    }
}

void linux_suspects(struct comparison *comparison)
{
    bool grew = comparison->residual.after_bytes > comparison->residual.before_bytes;

    if (residual_moved(comparison)) {
        suspect_processes(comparison, grew ? 1 : -1);
        suspect_sockets(comparison);
        suspect_sites(comparison, grew ? 1 : -1);
        suspect_extensions(comparison);
    }
    if (!side_lost(&comparison->before, "processes.tsv") &&
        !side_lost(&comparison->after, "processes.tsv"))
        suspect_lockers(comparison);
}
