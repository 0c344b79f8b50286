/* groups.c - see groups.h. */
#include "formats/groups.h"

#include <string.h>

static size_t hash_of(const struct group_key *key)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < GROUP_WORDS; i++) {
        hash = (hash ^ key->words[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return (size_t)hash;
}

/* Where this key is, or would go: open addressing, at most half full. */
static size_t *slot_of(const struct groups *groups, const struct group_key *key)
{
    size_t mask = groups->slot_count - 1;
    size_t i = hash_of(key) & mask;

    while (groups->slots[i] != 0 &&
           memcmp(&groups->keys[groups->slots[i] - 1], key, sizeof *key) != 0)
        i = (i + 1) & mask;
    return &groups->slots[i];
}

static void grow(struct groups *groups)
{
    groups->slot_count = groups->slot_count == 0 ? 64 : 2 * groups->slot_count;
    groups->slots = arena_alloc(&groups->arena, groups->slot_count * sizeof *groups->slots);
    for (size_t i = 0; i < groups->count; i++)
        *slot_of(groups, &groups->keys[i]) = i + 1;
}

size_t groups_add(struct groups *groups, const struct group_key *key)
{
    struct group_key *added;
    size_t *slot;

    if (2 * groups->count >= groups->slot_count)
        grow(groups);
    slot = slot_of(groups, key);
    if (*slot == 0) {
        added = arena_append(&groups->arena, &groups->keys, &groups->count, sizeof *added);
        *added = *key;
        *slot = groups->count;
    }
    return *slot - 1;
}

size_t groups_find(const struct groups *groups, const struct group_key *key)
{
    size_t slot = groups->slot_count == 0 ? 0 : *slot_of(groups, key);

    return slot == 0 ? NO_GROUP : slot - 1;
}

struct group_key group_of_name(const char *interned)
{
    return (struct group_key){{(uintptr_t)interned}};
}

void groups_free(struct groups *groups)
{
    arena_free(&groups->arena);
    *groups = (struct groups){0};
}
