/* fake_map.c - see fake_map.h. */
#include "tests/unit/fake_map.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#define KERN_INVALID_ADDRESS 1

const struct fake_region fake_usual[FAKE_USUAL] = {
    {.start = 0x100000000,
     .size = 0x8000,
     .tag = 0,
     .protection = 5,
     .max_protection = 5,
     .share_mode = 1,
     .resident = 2,
     .object_id = 0x1111222233334444,
     .pager = true,
     .path = "/usr/libexec/lockerd"},
    {.start = 0x100008000,
     .size = 0x8000,
     .tag = 2,
     .protection = 3,
     .max_protection = 7,
     .share_mode = 2,
     .resident = 2,
     .dirty = 1,
     .object_id = 0x5555},
    {.start = 0x10a000000,
     .size = 0x4000000,
     .tag = 3,
     .protection = 3,
     .max_protection = 7,
     .share_mode = 2,
     .wired = 1,
     .resident = 4096,
     .dirty = 4096,
     .swapped = 7,
     .offset = 0x4000,
     .object_id = 0x9d3f00a1c2e4b687},
    {.start = 0x7f0000000000,
     .size = 0x10000,
     .tag = 100,
     .protection = 3,
     .max_protection = 3,
     .share_mode = 5,
     .resident = 4,
     .object_id = 0xabcdef0123456789},
};

/* Where the rows of an entry end: what is in it follows it. */
static size_t end_of(const struct fake_map *map, size_t row)
{
    size_t end = row + 1;

    while (end < map->count && map->regions[end].depth > map->regions[row].depth)
        end++;
    return end;
}

/* As the kernel looks: the entry at or above address, down to that depth of submaps. Where a submap
 * has nothing more, it is the one that follows the submap, as it is. NULL: none among these rows. */
static const struct fake_region *find_among(const struct fake_map *map, size_t row, size_t end,
                                            uint64_t address, uint32_t depth)
{
    for (; row < end; row = end_of(map, row)) {
        const struct fake_region *region = &map->regions[row], *inside;
        size_t next = end_of(map, row);

        if (region->start + region->size <= address)
            continue;
        if (!region->submap || region->depth >= depth)
            return region;
        inside = find_among(map, row + 1, next, address, depth);
        return inside != NULL || next >= end ? inside : &map->regions[next];
    }
    return NULL;
}

static const struct fake_region *find(const struct fake_map *map, uint64_t address, uint32_t depth)
{
    return find_among(map, 0, map->count, address, depth);
}

static bool fails(const struct fake_map *map)
{
    return map->fails_after > 0 &&
           map->short_calls + map->long_calls + map->info_calls > map->fails_after;
}

static void answer_short(const struct fake_region *region, void *info)
{
    struct darwin_region_short answer;

    memset(&answer, 0, sizeof answer);
    answer.protection = (int32_t)region->protection;
    answer.max_protection = (int32_t)region->max_protection;
    answer.offset = region->offset;
    answer.user_tag = region->tag;
    answer.external_pager = region->pager;
    answer.share_mode = (uint8_t)region->share_mode;
    answer.is_submap = region->submap;
    answer.object_id = (uint32_t)region->object_id;
    answer.user_wired_count = (uint16_t)region->wired;
    memcpy(info, &answer, sizeof answer);
}

static void answer_long(const struct fake_region *region, void *info, uint32_t words)
{
    struct darwin_region answer;

    memset(&answer, 0, sizeof answer);
    answer.protection = (int32_t)region->protection;
    answer.max_protection = (int32_t)region->max_protection;
    answer.offset = region->offset;
    answer.user_tag = region->tag;
    answer.pages_resident = region->resident;
    answer.pages_dirtied = region->dirty;
    answer.pages_swapped_out = region->swapped;
    answer.external_pager = region->pager;
    answer.share_mode = (uint8_t)region->share_mode;
    answer.is_submap = region->submap;
    answer.object_id = (uint32_t)region->object_id;
    answer.user_wired_count = (uint16_t)region->wired;
    answer.object_id_full = region->object_id;
    memcpy(info, &answer, words * sizeof(uint32_t));
}

static int recurse(void *context, uint64_t *address, uint64_t *size, uint32_t *depth, void *info,
                   uint32_t *count)
{
    struct fake_map *map = context;
    const struct fake_region *region = find(map, *address, *depth);

    cr_assert(*count == DARWIN_REGION_SHORT_COUNT || *count == DARWIN_REGION_COUNT);
    *(*count == DARWIN_REGION_COUNT ? &map->long_calls : &map->short_calls) += 1;
    if (fails(map) || map->short_calls + map->long_calls <= map->fails_first)
        return map->failure;
    if (region == NULL)
        return KERN_INVALID_ADDRESS;
    if (*count == DARWIN_REGION_SHORT_COUNT) {
        answer_short(region, info);
    } else {
        answer_long(region, info, map->words);
        *count = map->words;
        if (region->size > map->largest_long)
            map->largest_long = region->size;
    }
    *address = region->start;
    *size = region->size;
    *depth = region->depth;
    return 0;
}

static struct darwin_proc_region proc_region(const struct fake_region *region)
{
    return (struct darwin_proc_region){
        .protection = region->protection,
        .max_protection = region->max_protection,
        .flags = region->submap ? DARWIN_PROC_REGION_SUBMAP : 0,
        .offset = region->offset,
        .user_wired_count = region->wired,
        .user_tag = region->tag,
        .pages_resident = region->submap ? 0 : region->resident,
        .pages_swapped_out = region->swapped,
        .pages_dirtied = region->dirty,
        .share_mode = region->share_mode,
        .object_id = (uint32_t)region->object_id,
        .address = region->start,
        .size = region->size,
    };
}

/* The next mapped file that is not in a submap. */
static int answer_path(struct fake_map *map, uint64_t address, void *bytes, uint32_t size)
{
    struct darwin_proc_region_path answer;
    const struct fake_region *region = find(map, address, 0);

    map->path_calls++;
    while (region != NULL && region->path == NULL)
        region = find(map, region->start + region->size, 0);
    if (region == NULL || region->untold)
        return -EINVAL;
    cr_assert_eq(size, sizeof answer);
    memset(&answer, 'x', sizeof answer); /* no NUL behind a path of this length */
    answer.region = proc_region(region);
    (void)strncpy(answer.path, region->path, sizeof answer.path);
    memcpy(bytes, &answer, sizeof answer);
    return (int)sizeof answer;
}

static int info(void *context, int flavor, uint64_t address, void *bytes, uint32_t size)
{
    struct fake_map *map = context;
    const struct fake_region *region = find(map, address, 0);
    struct darwin_proc_region answer;

    if (map->no_info)
        return -EPERM;
    if (flavor == DARWIN_PIDREGIONPATHINFO2)
        return answer_path(map, address, bytes, size);
    cr_assert_eq(flavor, DARWIN_PIDREGIONINFO);
    cr_assert_eq(size, sizeof answer);
    map->info_calls++;
    if (fails(map))
        return -map->failure;
    if (region == NULL)
        return -EINVAL;
    answer = proc_region(region);
    memcpy(bytes, &answer, sizeof answer);
    return (int)sizeof answer;
}

struct region_calls fake_map_calls(struct fake_map *map)
{
    return (struct region_calls){.context = map, .recurse = recurse, .info = info};
}
