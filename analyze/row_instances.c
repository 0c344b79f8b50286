/* row_instances.c - the instances of a process row; see entries.h. */
#include <stdlib.h>

#include "analyze/entries.h"

struct instance {
    int32_t pid;
    struct count start;
    int64_t bytes;
    bool paired;
};

static int compare_instances(const void *a, const void *b)
{
    const struct instance *left = a, *right = b;

    if (left->pid != right->pid)
        return left->pid < right->pid ? -1 : 1;
    return compare_numbers(left->start.n, right->start.n);
}

/* Largest first; then by pid. */
static int compare_instance_sizes(const void *a, const void *b)
{
    const struct instance *left = a, *right = b;

    if (left->bytes != right->bytes)
        return left->bytes > right->bytes ? -1 : 1;
    return compare_instances(a, b);
}

/* The instances of one side, each once, with all that it holds. */
static size_t collect_instances(const struct entry *entries, size_t count, bool after,
                                struct instance *instances)
{
    size_t n = 0, distinct = 0;

    for (size_t i = 0; i < count; i++)
        if (entries[i].after == after)
            instances[n++] =
                (struct instance){entries[i].charge->owner.pid, entries[i].charge->owner.start,
                                  entries[i].charge->bytes, false};
    if (n > 0)
        qsort(instances, n, sizeof *instances, compare_instances);
    for (size_t i = 0; i < n; i++) {
        if (distinct > 0 && compare_instances(&instances[distinct - 1], &instances[i]) == 0)
            instances[distinct - 1].bytes += instances[i].bytes;
        else
            instances[distinct++] = instances[i];
    }
    return distinct;
}

static void add_instance(struct row *row, const struct instance *before,
                         const struct instance *after, struct arena *arena)
{
    const struct instance *shown = after != NULL ? after : before;
    struct row_instance *instance =
        arena_append(arena, &row->instances, &row->instance_count, sizeof *row->instances);

    *instance = (struct row_instance){
        .pid = {(uint64_t)shown->pid, true},
        .start = shown->start,
        .before_bytes = before != NULL ? before->bytes : 0,
        .after_bytes = after != NULL ? after->bytes : 0,
        .in_before = before != NULL,
        .in_after = after != NULL,
    };
}

void pair_instances(struct row *row, const struct entry *entries, size_t count, bool same_boot,
                    struct arena *arena)
{
    struct instance *before = arena_alloc(arena, count * sizeof *before);
    struct instance *after = arena_alloc(arena, count * sizeof *after);
    size_t before_count = collect_instances(entries, count, false, before);
    size_t after_count = collect_instances(entries, count, true, after);

    if (same_boot) {
        size_t i = 0, j = 0;

        while (i < before_count || j < after_count) {
            int order = i == before_count  ? 1
                        : j == after_count ? -1
                                           : compare_instances(&before[i], &after[j]);

            add_instance(row, order <= 0 ? &before[i] : NULL, order >= 0 ? &after[j] : NULL, arena);
            i += order <= 0;
            j += order >= 0;
        }
        return;
    }
    if (before_count > 0)
        qsort(before, before_count, sizeof *before, compare_instance_sizes);
    if (after_count > 0)
        qsort(after, after_count, sizeof *after, compare_instance_sizes);
    for (size_t i = 0; i < before_count || i < after_count; i++)
        add_instance(row, i < before_count ? &before[i] : NULL, i < after_count ? &after[i] : NULL,
                     arena);
}
