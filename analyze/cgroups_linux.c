/* cgroups_linux.c - control groups; see objects_linux.h. */
#include <stdlib.h>
#include <string.h>

#include "analyze/identity.h"
#include "analyze/objects_linux.h"

struct group {
    const char *path;
    uint64_t bytes; /* kernel memory that no other account counts, children included */
    uint64_t taken; /* of that: the children's, and what processes claimed already */
};

static uint64_t uncounted_bytes(const struct cgroup *cgroup)
{
    const struct amount counted[] = {
        cgroup->kernel_stack, cgroup->page_tables, cgroup->sec_page_tables,
        cgroup->percpu,       cgroup->vmalloc,     cgroup->slab,
        cgroup->zswap};
    uint64_t rest = cgroup->kernel.bytes;

    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        rest -= counted[i].bytes < rest ? counted[i].bytes : rest;
    return rest;
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *left = a, *right = b;

    return strcmp(left->path, right->path);
}

static struct group *find_group(struct group *groups, size_t count, const char *path)
{
    struct group key = {.path = path};

    return count == 0 ? NULL : bsearch(&key, groups, count, sizeof key, compare_groups);
}

static struct group *find_parent(struct group *groups, size_t count, const char *path,
                                 struct arena *arena)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL || slash == path)
        return NULL;
    return find_group(groups, count,
                      arena_intern(arena, (struct str){path, (size_t)(slash - path)}));
}

/* What was claimed in the open account already and is charged to these groups too. */
static void take_claims(struct group *groups, size_t count, const struct side *side,
                        const struct charges *charges)
{
    for (size_t i = 0; i < charges->count; i++) {
        const struct charge *charge = &charges->list[i];
        const struct process *process = side_process(side, charge->cgroup_pid);
        struct group *group = NULL;

        if (charge->account == charges->account && process != NULL && process->unit != NULL)
            group = find_group(groups, count, process->unit);
        if (group != NULL)
            group->taken += (uint64_t)charge->bytes;
    }
}

void claim_cgroups(const struct side *side, struct arena *arena, struct charges *charges)
{
    const struct snapshot *snap = side->snap;
    struct group *groups = arena_alloc(arena, snap->cgroup_count * sizeof *groups);
    size_t count = 0;

    for (size_t i = 0; i < snap->cgroup_count; i++)
        if (snap->cgroups[i].version == 2 && snap->cgroups[i].kernel.known &&
            strcmp(snap->cgroups[i].path, "/") != 0)
            groups[count++] =
                (struct group){snap->cgroups[i].path, uncounted_bytes(&snap->cgroups[i]), 0};
    if (count > 0)
        qsort(groups, count, sizeof *groups, compare_groups);
    take_claims(groups, count, side, charges);
    for (size_t i = 0; i < count; i++) { /* memory.stat includes the children */
        struct group *parent = find_parent(groups, count, groups[i].path, arena);

        if (parent != NULL)
            parent->taken += groups[i].bytes;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = without_volatile(groups[i].path, arena);

        account_claim(charges, (struct owner){.kind = OWNER_CGROUP, .identity = name, .name = name},
                      groups[i].bytes > groups[i].taken ? groups[i].bytes - groups[i].taken : 0,
                      DERIVED);
    }
}
