/* tallies_macos.c - see tallies_macos.h. */
#include "analyze/tallies_macos.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/identity.h"
#include "analyze/mac_side.h"

#define STACK_BYTES 16384 /* of a kernel thread, on Intel and on arm64 (macOS facts 5) */
#define ZONES_MAX   4

/* The zones that hold them, as the kernel and as zprint spell them; the first is one element for
 * each. */
static const struct {
    const char *name;
    uint64_t apple_bytes; /* Apple's table */
    const char *zones[ZONES_MAX];
} kinds[TALLIES] = {
    [TALLY_THREADS] = {"threads", 21 << 10, {"threads", "uthreads", "threads_ro", "turnstiles"}},
    [TALLY_PORTS] = {"ports", 116, {"ipc ports", "ipc spaces", "ipc entries", "ipc kmsgs"}},
    [TALLY_REGIONS] = {"regions",
                       160 + 32,
                       {"VM map entries", "vm objects", "VM map holes", "VM map copies"}},
    [TALLY_FILES] = {"files", 0, {"fileproc", "fileglob", "vnodes", "knote zone"}},
    [TALLY_TABLES] = {"page_table_bytes", 1, {"pv_list", "pmap"}},
};

/* zprint's dots for blanks. */
static bool is_zone(const char *zone, const char *name)
{
    while (*zone != '\0' && (*zone == *name || (*zone == '.' && *name == ' '))) {
        zone++;
        name++;
    }
    return *zone == *name;
}

bool tally_fills_zone(enum tally_kind kind, const char *zone)
{
    for (size_t i = 0; i < ZONES_MAX && kinds[kind].zones[i] != NULL; i++)
        if (is_zone(zone, kinds[kind].zones[i]))
            return true;
    return false;
}

const char *tally_name(enum tally_kind kind)
{
    return kinds[kind].name;
}

uint64_t tally_cost_bytes(const struct comparison *comparison, enum tally_kind kind)
{
    const struct side *more = comparison->after_bytes >= comparison->before_bytes
                                  ? &comparison->after
                                  : &comparison->before;
    const struct mac_zones *zones = &more->mac->zones;

    for (size_t i = 0; kind != TALLY_TABLES && i < zones->count; i++)
        if (is_zone(zones->list[i].name, kinds[kind].zones[0]) && zones->list[i].element_bytes > 0)
            return zones->list[i].element_bytes + (kind == TALLY_THREADS ? STACK_BYTES : 0);
    return kinds[kind].apple_bytes;
}

static struct tally tally_of(const struct side *side, size_t i, bool after, struct arena *arena)
{
    const struct process *process = &side->snap->processes[i];
    const struct count counts[TALLIES] = {
        [TALLY_THREADS] = process->thread_count,
        [TALLY_PORTS] = process->port_count,
        [TALLY_REGIONS] = process->region_count,
        [TALLY_FILES] = process->fd_count,
        [TALLY_TABLES] = {process->page_tables.bytes, process->page_tables.known},
    };
    struct tally tally = {.key = side->process_keys[i],
                          .name = owner_process(side, i, arena).name,
                          .in_before = !after,
                          .in_after = after,
                          .signing_id = process->signing_id};

    for (size_t kind = 0; kind < TALLIES; kind++) {
        uint64_t n = counts[kind].n <= AMOUNT_MAX ? counts[kind].n : 0;

        tally.of[kind].known = counts[kind].known;
        tally.of[kind].before = after ? 0 : (int64_t)n;
        tally.of[kind].after = after ? (int64_t)n : 0;
    }
    return tally;
}

static int compare_tallies(const void *a, const void *b)
{
    return strcmp(((const struct tally *)a)->key, ((const struct tally *)b)->key);
}

static void merge(struct tally *into, const struct tally *tally)
{
    for (size_t kind = 0; kind < TALLIES; kind++) {
        into->of[kind].known = into->of[kind].known && tally->of[kind].known;
        into->of[kind].before += tally->of[kind].before;
        into->of[kind].after += tally->of[kind].after;
    }
    into->in_before = into->in_before || tally->in_before;
    into->in_after = into->in_after || tally->in_after;
    if (into->signing_id == NULL)
        into->signing_id = tally->signing_id;
}

struct tally *find_tallies(const struct comparison *comparison, size_t *count)
{
    const struct side *sides[2] = {&comparison->before, &comparison->after};
    size_t total = sides[0]->snap->process_count + sides[1]->snap->process_count, n = 0;
    struct tally *all = arena_alloc(comparison->arena, total * sizeof *all);

    *count = 0;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < sides[s]->snap->process_count; i++)
            if (!sides[s]->snap->processes[i].kernel)
                all[n++] = tally_of(sides[s], i, s == 1, comparison->arena);
    if (n > 0)
        qsort(all, n, sizeof *all, compare_tallies);
    for (size_t i = 0; i < n; i++) {
        if (*count > 0 && compare_tallies(&all[*count - 1], &all[i]) == 0)
            merge(&all[*count - 1], &all[i]);
        else
            all[(*count)++] = all[i];
    }
    return all;
}
