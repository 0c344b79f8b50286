/* row_regions.c - the regions below a row; see entries.h. */
#include <stdlib.h>
#include <string.h>

#include "analyze/entries.h"

struct region_entry {
    const struct charge_region *region;
    bool after;
};

static int compare_region_entries(const void *a, const void *b)
{
    const struct charge_region *left = ((const struct region_entry *)a)->region;
    const struct charge_region *right = ((const struct region_entry *)b)->region;
    int order = compare_owners(&left->owner, &right->owner);

    if (order == 0)
        order = compare_text(left->account, right->account);
    if (order == 0)
        order = strcmp(left->type, right->type);
    return order != 0 ? order : strcmp(left->detail, right->detail);
}

static int compare_row_to_owner(const void *a, const void *b)
{
    const struct row *const *left = a, *const *right = b;

    if ((*left)->kind != (*right)->kind)
        return (*left)->kind < (*right)->kind ? -1 : 1;
    return compare_text((*left)->identity, (*right)->identity);
}

static struct row *row_of(struct row **by_owner, size_t count, const struct owner *owner)
{
    struct row key = {.kind = owner->kind, .identity = owner->identity}, *wanted = &key, **found;

    found = count == 0 ? NULL
                       : bsearch(&wanted, by_owner, count, sizeof *by_owner, compare_row_to_owner);
    return found == NULL ? NULL : *found;
}

static void add_region(struct row *row, const struct region_entry *entry, struct arena *arena)
{
    const struct charge_region *from = entry->region;
    struct row_region *region = row->region_count > 0 ? &row->regions[row->region_count - 1] : NULL;

    if (region == NULL || strcmp(region->account, from->account) != 0 ||
        strcmp(region->type, from->type) != 0 || strcmp(region->detail, from->detail) != 0) {
        region = arena_append(arena, &row->regions, &row->region_count, sizeof *row->regions);
        region->account = from->account;
        region->type = from->type;
        region->detail = from->detail;
    }
    if (entry->after) {
        region->after_count += from->count;
        region->after_bytes += from->bytes;
    } else {
        region->before_count += from->count;
        region->before_bytes += from->bytes;
    }
}

/* Those that moved most first; then by name. */
static int compare_regions(const void *a, const void *b)
{
    const struct row_region *left = a, *right = b;
    int64_t left_moved = llabs(left->after_bytes - left->before_bytes);
    int64_t right_moved = llabs(right->after_bytes - right->before_bytes);
    int order;

    if (left_moved != right_moved)
        return left_moved > right_moved ? -1 : 1;
    order = strcmp(left->account, right->account);
    if (order == 0)
        order = strcmp(left->type, right->type);
    return order != 0 ? order : strcmp(left->detail, right->detail);
}

/* What the regions of a row do not explain of the accounts that they are about. */
static void find_unread(struct row *row)
{
    for (size_t i = 0; i < row->account_count; i++) {
        struct row_account *account = &row->accounts[i];
        bool explained = false;
        int64_t before = account->before_bytes, after = account->after_bytes;

        for (size_t j = 0; j < row->region_count; j++) {
            if (strcmp(row->regions[j].account, account->account) != 0)
                continue;
            explained = true;
            before -= row->regions[j].before_bytes;
            after -= row->regions[j].after_bytes;
        }
        if (explained) {
            account->unread_before_bytes = before;
            account->unread_after_bytes = after;
        }
    }
}

void unfold_regions(struct comparison *comparison, const struct charges *before,
                    const struct charges *after)
{
    struct arena *arena = comparison->arena;
    size_t count = 0, total = before->region_count + after->region_count;
    struct region_entry *entries = arena_alloc(arena, total * sizeof *entries);
    struct row **by_owner = arena_alloc(arena, comparison->row_count * sizeof(struct row *));

    for (size_t i = 0; i < before->region_count; i++)
        entries[count++] = (struct region_entry){&before->regions[i], false};
    for (size_t i = 0; i < after->region_count; i++)
        entries[count++] = (struct region_entry){&after->regions[i], true};
    for (size_t i = 0; i < comparison->row_count; i++)
        by_owner[i] = &comparison->rows[i];
    if (comparison->row_count > 0)
        qsort(by_owner, comparison->row_count, sizeof *by_owner, compare_row_to_owner);
    if (count > 0)
        qsort(entries, count, sizeof *entries, compare_region_entries);
    for (size_t i = 0; i < count; i++) {
        struct row *row = row_of(by_owner, comparison->row_count, &entries[i].region->owner);

        if (row != NULL)
            add_region(row, &entries[i], arena);
    }
    for (size_t i = 0; i < comparison->row_count; i++) {
        struct row *unfolded = &comparison->rows[i];

        find_unread(unfolded);
        if (unfolded->region_count > 0)
            qsort(unfolded->regions, unfolded->region_count, sizeof *unfolded->regions,
                  compare_regions);
    }
}
