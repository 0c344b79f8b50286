/* entries.c - see entries.h. */
#include "analyze/entries.h"

#include <stdlib.h>
#include <string.h>

int compare_text(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

int compare_owners(const struct owner *a, const struct owner *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return compare_text(a->identity, b->identity);
}

int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int compare_entries(const void *a, const void *b)
{
    const struct charge *left = ((const struct entry *)a)->charge;
    const struct charge *right = ((const struct entry *)b)->charge;
    int order = compare_owners(&left->owner, &right->owner);

    if (order == 0)
        order = compare_text(left->account, right->account);
    if (order == 0)
        order = ((const struct entry *)a)->after - ((const struct entry *)b)->after;
    if (order == 0)
        order = compare_numbers((uint64_t)left->owner.pid, (uint64_t)right->owner.pid);
    if (order == 0)
        order = compare_numbers(left->owner.start.n, right->owner.start.n);
    return order != 0 ? order : compare_numbers((uint64_t)left->bytes, (uint64_t)right->bytes);
}

static size_t put_entries(struct entry *entries, size_t count, const struct charges *charges,
                          bool after)
{
    for (size_t i = 0; i < charges->count; i++)
        entries[count++] = (struct entry){&charges->list[i], after};
    return count;
}

struct entry *sort_entries(const struct charges *before, const struct charges *after,
                           struct arena *arena, size_t *count)
{
    struct entry *entries = arena_alloc(arena, (before->count + after->count) * sizeof *entries);

    *count = put_entries(entries, put_entries(entries, 0, before, false), after, true);
    if (*count > 0)
        qsort(entries, *count, sizeof *entries, compare_entries);
    return entries;
}
