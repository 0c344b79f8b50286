/* regions.c - see regions.h. */
#include "formats/regions.h"

struct regions regions_begin(struct snapshot *snap)
{
    return (struct regions){.snap = snap, .first = snap->region_count};
}

/* Names are interned, so that equal means the same pointer. Process and kind share a word. */
static struct group_key key_of(const struct wired_region *region)
{
    return (struct group_key){{(uintptr_t)(uint32_t)region->pid << 1 ^ (uintptr_t)region->kind,
                               (uintptr_t)region->object, (uintptr_t)region->method,
                               (uintptr_t)region->type, (uintptr_t)region->detail}};
}

bool regions_add(struct regions *regions, const struct wired_region *region)
{
    struct snapshot *snap = regions->snap;
    struct group_key key = key_of(region);
    size_t at = groups_find(&regions->groups, &key);
    struct wired_region *group;

    if (at == NO_GROUP) {
        if (snap->region_count >= RECORDS_MAX || region->bytes > AMOUNT_MAX)
            return false;
        (void)groups_add(&regions->groups, &key);
        group = arena_append(snap->arena, &snap->regions, &snap->region_count, sizeof *group);
        *group = *region;
        return true;
    }
    group = &snap->regions[regions->first + at];
    if (region->bytes > AMOUNT_MAX - group->bytes)
        return false;
    group->count += region->count;
    group->bytes += region->bytes;
    return true;
}

void regions_end(struct regions *regions)
{
    groups_free(&regions->groups);
}
