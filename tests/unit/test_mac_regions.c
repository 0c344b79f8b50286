/* Walking over a process's memory, by bytes as a Mac's kernel returns them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/fake_map.h"

#define GIB          ((uint64_t)1 << 30)
#define NO_ACCESS    8
#define INVALID_DEST 0x10000003
#define REGIONS_MAX  64
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RW           3
#define RX           5

static struct region seen[REGIONS_MAX];
static char paths[REGIONS_MAX][32];
static size_t seen_count;

static void see(void *context, const struct region *region)
{
    (void)context;
    cr_assert_lt(seen_count, REGIONS_MAX);
    (void)snprintf(paths[seen_count], sizeof paths[0], "%.*s", (int)region->path.len,
                   region->path.at);
    seen[seen_count++] = *region;
}

static enum status walk(struct fake_map *map, bool full,
                        enum status (*regions)(const struct region_walk *))
{
    struct region_calls calls = fake_map_calls(map);
    struct region_walk walk = {&calls, 16384, full, see, NULL};

    seen_count = 0;
    return regions(&walk);
}

Test(mac_regions, short_answers_and_long_ones_where_they_matter)
{
    struct fake_map map = FAKE_MAP_OF(fake_usual);

    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    cr_assert_eq(seen_count, FAKE_USUAL);
    cr_assert_eq(map.short_calls, 5);
    cr_assert_eq(map.long_calls, 2); /* wired, and IOAccelerator */

    cr_assert_eq(seen[1].start, 0x100008000);
    cr_assert_eq(seen[1].end, 0x100010000);
    cr_assert_eq(seen[1].tag, 2);
    cr_assert_eq(seen[1].protection, RW);
    cr_assert_eq(seen[1].max_protection, 7);
    cr_assert_eq(seen[1].share_mode, DARWIN_SHARE_PRIVATE);
    cr_assert_not(seen[1].resident.known);
    cr_assert_eq(seen[1].object_id, 0);

    cr_assert_eq(seen[2].user_wired_count, 1);
    cr_assert_eq(seen[2].object_id, 0x9d3f00a1c2e4b687);
    cr_assert_eq(seen[2].offset_bytes, 0x4000);
    cr_assert_eq(seen[2].resident.bytes, 4096 * 16384);
    cr_assert_eq(seen[2].dirty.bytes, 4096 * 16384);
    cr_assert_eq(seen[2].swapped.bytes, 7 * 16384);
    cr_assert_eq(seen[3].object_id, 0xabcdef0123456789);
}

/* Also where nothing lies between two of them. */
Test(mac_regions, long_answers_about_neighbours)
{
    static const struct fake_region neighbours[] = {
        {.start = 0x1000, .size = 0x1000, .wired = 1, .resident = 1, .object_id = 0x100000011},
        {.start = 0x2000, .size = 0x1000, .wired = 1, .resident = 1, .object_id = 0x100000022},
        {.start = 0x3000, .size = 0x1000, .wired = 1, .resident = 1, .object_id = 0x100000033},
    };
    struct fake_map map = FAKE_MAP_OF(neighbours);

    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    for (size_t i = 0; i < COUNT(neighbours); i++) {
        cr_assert_eq(seen[i].object_id, neighbours[i].object_id);
        cr_assert(seen[i].resident.known);
    }
}

Test(mac_regions, all_pages_of_all_regions)
{
    struct fake_map map = FAKE_MAP_OF(fake_usual);

    cr_assert_eq(walk(&map, true, regions_of_task), STATUS_OK);
    cr_assert_eq(map.short_calls, 0);
    cr_assert_eq(map.long_calls, 5);
    cr_assert(seen[1].resident.known);
    cr_assert_eq(seen[0].object_id, 0x1111222233334444);
}

/* Kernels that do not know objects by 64 bits, nor how many pages may be reused. */
Test(mac_regions, older_kernels_know_less)
{
    struct fake_map map = FAKE_MAP_OF(fake_usual);

    for (map.words = 16; map.words <= 17; map.words++) {
        cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
        cr_assert_eq(seen[2].object_id, 0xc2e4b687);
        cr_assert_eq(seen[2].resident.bytes, 4096 * 16384);
    }
}

Test(mac_regions, pages_of_huge_regions_are_left_alone)
{
    static const struct fake_region huge[] = {
        {.start = 0x100000000, .size = 4 * GIB, .tag = 21, .object_id = 0x11},
        {.start = 0x300000000, .size = 5 * GIB, .tag = 21, .object_id = 0x22},
        {.start = 0x700000000, .size = 64 * GIB, .tag = 3, .wired = 1, .object_id = 0x33},
    };
    struct fake_map map = FAKE_MAP_OF(huge);

    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    cr_assert_eq(map.largest_long, 4 * GIB);
    cr_assert_eq(map.long_calls, 1);
    cr_assert_not(seen[2].resident.known);
    cr_assert_eq(seen[2].user_wired_count, 1);
    cr_assert_eq(seen[2].object_id, 0x33); /* of 32 bits: the short answer has it */
    cr_assert_eq(walk(&map, true, regions_of_task), STATUS_OK);
    cr_assert_eq(map.largest_long, 64 * GIB);
}

static const struct fake_region nested[] = {
    {.start = 0x1000, .size = 0x1000, .tag = 1},
    {.start = 0x10000, .size = 0x10000, .submap = true},
    {.start = 0x10000, .size = 0x4000, .depth = 1, .tag = 32, .pager = true},
    {.start = 0x14000, .size = 0x4000, .depth = 1, .submap = true},
    {.start = 0x14000, .size = 0x1000, .depth = 2, .tag = 33},
    {.start = 0x1f000, .size = 0x1000, .depth = 1, .tag = 32},
    {.start = 0x20000, .size = 0x10000, .submap = true},
    {.start = 0x22000, .size = 0x1000, .depth = 1, .tag = 32},
    {.start = 0x40000, .size = 0x1000, .submap = true}, /* an empty one */
    {.start = 0x50000, .size = 0x1000, .tag = 7},
};

Test(mac_regions, goes_into_submaps_and_out_again)
{
    struct fake_map map = FAKE_MAP_OF(nested);

    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    cr_assert_eq(seen_count, COUNT(nested));
    for (size_t i = 0; i < seen_count; i++) {
        cr_assert_eq(seen[i].start, nested[i].start, "%zu", i);
        cr_assert_eq(seen[i].depth, nested[i].depth, "%zu", i);
        cr_assert_eq(seen[i].submap, nested[i].submap, "%zu", i);
        cr_assert_eq(seen[i].tag, nested[i].tag, "%zu", i);
    }
}

/* Behind the last region of a submap, and behind all of them. */
Test(mac_regions, submaps_with_nothing_behind_them)
{
    static const struct fake_region last[] = {
        {.start = 0x1000, .size = 0x9000, .submap = true},
        {.start = 0x1000, .size = 0x8000, .depth = 1, .submap = true},
        {.start = 0x2000, .size = 0x1000, .depth = 2, .tag = 32},
        {.start = 0xb000, .size = 0x1000, .submap = true}, /* begins with a gap, ends with one */
        {.start = 0xb400, .size = 0x400, .depth = 1, .tag = 33},
        {.start = 0xc000, .size = 0x1000, .submap = true}, /* empty, and next to it */
        {.start = 0xd000, .size = 0x1000, .submap = true},
        {.start = 0xd000, .size = 0x800, .depth = 1, .tag = 34},
        {.start = 0xe000, .size = 0x1000, .submap = true}, /* the last one is empty */
    };
    struct fake_map map = FAKE_MAP_OF(last);

    for (int full = 0; full <= 1; full++) {
        cr_assert_eq(walk(&map, full != 0, regions_of_task), STATUS_OK);
        cr_assert_eq(seen_count, COUNT(last));
        for (size_t i = 0; i < seen_count; i++) {
            cr_assert_eq(seen[i].start, last[i].start, "%zu", i);
            cr_assert_eq(seen[i].end, last[i].start + last[i].size, "%zu", i);
            cr_assert_eq(seen[i].depth, last[i].depth, "%zu", i);
            cr_assert_eq(seen[i].tag, last[i].tag, "%zu", i);
            cr_assert_eq(seen[i].resident.known, full != 0 && !last[i].submap, "%zu", i);
        }
    }
}

/* Deeper than any kernel nests them. */
Test(mac_regions, submaps_without_end)
{
    static struct fake_region deep[40];
    struct fake_map map = FAKE_MAP_OF(deep);

    for (uint32_t i = 0; i < COUNT(deep); i++)
        deep[i] = (struct fake_region){
            .start = 0x1000, .size = 0x1000, .depth = i, .submap = i + 1 < COUNT(deep)};
    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    cr_assert_eq(seen_count, 17);
    cr_assert_eq(seen[16].depth, 16);
}

/* ---- maps of any shape ---- */

static uint32_t roll(uint64_t *seed, uint32_t sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % sides;
}

/* Entries from start to end, some of them submaps, some of which are empty. */
static size_t make_map(struct fake_region *map, size_t count, uint64_t *seed, uint32_t depth,
                       uint64_t start, uint64_t end)
{
    while (count < REGIONS_MAX) {
        struct fake_region *region = &map[count];

        start += roll(seed, 3) * UINT64_C(0x1000);
        *region = (struct fake_region){.start = start,
                                       .size = (1 + roll(seed, 6)) * UINT64_C(0x1000),
                                       .depth = depth,
                                       .submap = depth < 4 && roll(seed, 3) == 0,
                                       .wired = roll(seed, 4) == 0};
        start += region->size;
        if (start > end || roll(seed, 12) == 0)
            return count;
        count++;
        if (region->submap)
            count = make_map(map, count, seed, depth + 1, region->start, start);
    }
    return count;
}

static void check_seen(const struct fake_region *map, size_t count, uint32_t depth_max,
                       uint64_t seed)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        if (map[i].depth > depth_max)
            continue;
        cr_assert_lt(at, seen_count, "%llu", (unsigned long long)seed);
        cr_assert_eq(seen[at].start, map[i].start, "%llu", (unsigned long long)seed);
        cr_assert_eq(seen[at].end, map[i].start + map[i].size);
        cr_assert_eq(seen[at].depth, map[i].depth);
        cr_assert_eq(seen[at].submap, map[i].submap);
        cr_assert_eq(seen[at++].user_wired_count, map[i].wired);
    }
    cr_assert_eq(at, seen_count, "%llu", (unsigned long long)seed);
}

Test(mac_regions, every_entry_once_and_in_order)
{
    struct fake_region map[REGIONS_MAX];

    for (uint64_t n = 0; n < 20000; n++) {
        uint64_t seed = n;
        struct fake_map fake = {.regions = map, .words = 19};

        fake.count = make_map(map, 0, &seed, 0, 0x1000, 0x1000000);
        cr_assert_eq(walk(&fake, n % 2 != 0, regions_of_task), STATUS_OK);
        check_seen(map, fake.count, UINT32_MAX, n);
        cr_assert_eq(walk(&fake, false, regions_of_pid), STATUS_OK);
        check_seen(map, fake.count, 0, n);
    }
}

Test(mac_regions, by_pid_stops_at_submaps)
{
    struct fake_map map = FAKE_MAP_OF(nested);

    cr_assert_eq(walk(&map, false, regions_of_pid), STATUS_OK);
    cr_assert_eq(seen_count, 5);
    cr_assert(seen[1].submap);
    cr_assert_not(seen[1].resident.known);
    cr_assert_eq(seen[4].start, 0x50000);
}

Test(mac_regions, by_pid)
{
    struct fake_map map = FAKE_MAP_OF(fake_usual);

    cr_assert_eq(walk(&map, false, regions_of_pid), STATUS_OK);
    cr_assert_eq(seen_count, FAKE_USUAL);
    cr_assert_eq(map.info_calls, FAKE_USUAL + 1);
    cr_assert_eq(seen[2].user_wired_count, 1);
    cr_assert_eq(seen[2].object_id, 0xc2e4b687);
    cr_assert_eq(seen[2].offset_bytes, 0x4000);
    cr_assert_eq(seen[1].dirty.bytes, 16384);
    cr_assert_str_eq(paths[0], "/usr/libexec/lockerd");
    cr_assert_str_eq(paths[1], "");
}

Test(mac_regions, one_question_for_each_mapped_file)
{
    static const struct fake_region files[] = {
        {.start = 0x1000, .size = 0x1000, .pager = true, .path = "/a"},
        {.start = 0x2000, .size = 0x1000, .tag = 1},
        {.start = 0x3000, .size = 0x1000, .tag = 1},
        {.start = 0x4000, .size = 0x1000, .pager = true},
        {.start = 0x5000, .size = 0x1000, .pager = true, .path = "/b"},
        {.start = 0x6000, .size = 0x1000, .tag = 1},
        {.start = 0x7000, .size = 0x1000, .pager = true},
    };
    static const char *const expected[] = {"/a", "", "", "", "/b", "", ""};
    struct fake_map map = FAKE_MAP_OF(files);

    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    cr_assert_eq(map.path_calls, 3);
    for (size_t i = 0; i < COUNT(files); i++)
        cr_assert_str_eq(paths[i], expected[i]);
    map.path_calls = 0;
    cr_assert_eq(walk(&map, false, regions_of_pid), STATUS_OK);
    cr_assert_eq(map.path_calls, 3);
    for (size_t i = 0; i < COUNT(files); i++)
        cr_assert_str_eq(paths[i], expected[i]);
    map.no_info = true; /* then the regions are had without their paths */
    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    cr_assert_str_eq(paths[0], "");
}

/* The kernel fails where a file cannot be told; those behind it can. */
Test(mac_regions, a_file_that_cannot_be_told)
{
    static struct fake_region files[40];
    struct fake_map map = FAKE_MAP_OF(files);
    enum status (*const ways[])(const struct region_walk *) = {regions_of_task, regions_of_pid};

    for (size_t i = 0; i < COUNT(files); i++)
        files[i] = (struct fake_region){.start = (i + 1) * 0x1000,
                                        .size = 0x1000,
                                        .pager = true,
                                        .path = i % 10 == 3 ? "/gone" : "/there",
                                        .untold = i % 10 == 3};
    for (size_t i = 0; i < COUNT(ways); i++) {
        map.path_calls = 0;
        cr_assert_eq(walk(&map, false, ways[i]), STATUS_OK);
        for (size_t at = 0; at < COUNT(files); at++) /* one more is lost each time */
            cr_assert_str_eq(paths[at], at % 10 == 3 || at % 10 == 4 ? "" : "/there", "%zu", at);
        cr_assert_eq(map.path_calls, 36);
    }
}

Test(mac_regions, an_empty_map)
{
    struct fake_map map = {.words = 19};

    cr_assert_eq(walk(&map, false, regions_of_task), STATUS_OK);
    cr_assert_eq(walk(&map, false, regions_of_pid), STATUS_OK);
    cr_assert_eq(seen_count, 0);
}

Test(mac_regions, errors_in_the_middle)
{
    static const struct {
        int code;
        enum status status;
    } of_task[] = {{NO_ACCESS, STATUS_DENIED},      {52, STATUS_DENIED},
                   {INVALID_DEST, STATUS_VANISHED}, {37, STATUS_VANISHED},
                   {-308, STATUS_VANISHED},         {4, STATUS_FAILED}},
      of_pid[] = {{EPERM, STATUS_DENIED}, {ESRCH, STATUS_VANISHED}, {EIO, STATUS_FAILED}};

    for (size_t i = 0; i < COUNT(of_task); i++) {
        struct fake_map map = FAKE_MAP_OF(fake_usual);

        map.fails_after = 2;
        map.failure = of_task[i].code;
        cr_assert_eq(walk(&map, false, regions_of_task), of_task[i].status, "%d", of_task[i].code);
        cr_assert_eq(seen_count, 2);
    }
    for (size_t i = 0; i < COUNT(of_pid); i++) {
        struct fake_map map = FAKE_MAP_OF(fake_usual);

        map.fails_after = 2;
        map.failure = of_pid[i].code;
        cr_assert_eq(walk(&map, false, regions_of_pid), of_pid[i].status);
        cr_assert_eq(seen_count, 2);
    }
}

/* What the kernel answered is gone when it is asked for the rest: the short answer stands. */
static int recurse_once(void *context, uint64_t *address, uint64_t *size, uint32_t *depth,
                        void *info, uint32_t *count)
{
    const int *failure = context;
    struct darwin_region_short brief = {.user_tag = 3, .object_id = 0x77, .user_wired_count = 2};
    struct darwin_region whole = {.user_tag = 7};

    if (*address > 0x1000)
        return 1;
    if (*count == DARWIN_REGION_COUNT && *failure != 0)
        return *failure;
    *address = 0x1000;
    *depth = 0;
    if (*count == DARWIN_REGION_SHORT_COUNT) {
        *size = 0x4000;
        memcpy(info, &brief, sizeof brief);
    } else {
        *size = 0x3000; /* another one */
        memcpy(info, &whole, sizeof whole);
    }
    return 0;
}

static int info_nothing(void *context, int flavor, uint64_t address, void *bytes, uint32_t size)
{
    (void)context;
    (void)flavor;
    (void)address;
    (void)bytes;
    (void)size;
    return -EINVAL;
}

Test(mac_regions, a_region_that_changes_between_two_questions)
{
    static const int failures[] = {0, 1, 4, NO_ACCESS, INVALID_DEST};

    for (size_t i = 0; i < COUNT(failures); i++) {
        int failure = failures[i];
        struct region_calls calls = {&failure, recurse_once, info_nothing};
        struct region_walk walk = {&calls, 4096, false, see, NULL};

        seen_count = 0;
        cr_assert_eq(regions_of_task(&walk), STATUS_OK, "%d", failure);
        cr_assert_eq(seen_count, 1);
        cr_assert_eq(seen[0].end, 0x5000);
        cr_assert_eq(seen[0].tag, 3);
        cr_assert_eq(seen[0].user_wired_count, 2);
        cr_assert_eq(seen[0].object_id, 0x77);
        cr_assert_not(seen[0].resident.known);
    }
}

/* While it is read the process maps more just below what was read, and the kernel makes one entry of
 * both. What was seen is not seen again. */
struct growing {
    size_t calls;
};

static int recurse_growing(void *context, uint64_t *address, uint64_t *size, uint32_t *depth,
                           void *info, uint32_t *count)
{
    struct growing *growing = context;
    struct darwin_region_short answer = {.offset = growing->calls == 0 ? 0x100 : 0};

    if (++growing->calls > 2)
        return 1;
    *address = growing->calls == 1 ? 0x2000 : 0x1000;
    *size = growing->calls == 1 ? 0x1000 : 0x4000;
    *depth = 0;
    memcpy(info, &answer, sizeof answer);
    *count = DARWIN_REGION_SHORT_COUNT;
    return 0;
}

Test(mac_regions, a_region_that_grows_downwards)
{
    struct growing growing = {0};
    struct region_calls calls = {&growing, recurse_growing, info_nothing};
    struct region_walk walk = {&calls, 4096, false, see, NULL};

    seen_count = 0;
    cr_assert_eq(regions_of_task(&walk), STATUS_OK);
    cr_assert_eq(seen_count, 2);
    cr_assert_eq(seen[0].offset_bytes, 0x100);
    cr_assert_eq(seen[1].start, 0x3000);
    cr_assert_eq(seen[1].end, 0x5000);
    cr_assert_eq(seen[1].offset_bytes, 0x2000);
}

/* ---- paths as long as their field, and longer ---- */

struct paths_seen {
    size_t count, longest;
    bool hostile;
};

static void see_path(void *context, const struct region *region)
{
    struct paths_seen *seen_paths = context;

    seen_paths->count += region->path.len > 0;
    if (region->path.len > seen_paths->longest)
        seen_paths->longest = region->path.len;
    for (size_t i = 0; i < region->path.len; i++)
        seen_paths->hostile = seen_paths->hostile || region->path.at[i] == '\x1b';
}

Test(mac_regions, paths_without_an_end)
{
    static char path[2000];
    const struct fake_region files[] = {
        {.start = 0x1000, .size = 0x1000, .pager = true, .path = path},
        {.start = 0x2000, .size = 0x1000, .pager = true, .path = path + 1999 - 1024},
        {.start = 0x3000, .size = 0x1000, .pager = true, .path = path + 1999 - 1023},
        {.start = 0x4000, .size = 0x1000, .pager = true, .path = ""},
    };
    enum status (*const ways[])(const struct region_walk *) = {regions_of_task, regions_of_pid};

    memset(path, '\x1b', sizeof path - 1);
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct fake_map map = FAKE_MAP_OF(files);
        struct region_calls calls = fake_map_calls(&map);
        struct paths_seen paths_seen = {0};
        struct region_walk walk = {&calls, 4096, false, see_path, &paths_seen};

        cr_assert_eq(ways[i](&walk), STATUS_OK);
        cr_assert_eq(paths_seen.count, 3);
        cr_assert_eq(paths_seen.longest, 1024); /* the next field is not part of it */
        cr_assert(paths_seen.hostile);          /* it is the rows that make it harmless */
    }
}

/* ---- a million regions ---- */

#define MILLION ((uint64_t)1000000)

struct million {
    uint64_t calls, path_calls, last;
};

static int recurse_million(void *context, uint64_t *address, uint64_t *size, uint32_t *depth,
                           void *info, uint32_t *count)
{
    struct million *million = context;
    struct darwin_region_short answer = {.user_tag = 2, .external_pager = *address % 0x8000 == 0};

    million->calls++;
    cr_assert_eq(*count, DARWIN_REGION_SHORT_COUNT);
    if (*address >= MILLION * 0x4000)
        return 1;
    *size = 0x4000;
    *depth = 0;
    memcpy(info, &answer, sizeof answer);
    return 0;
}

static int info_million(void *context, int flavor, uint64_t address, void *bytes, uint32_t size)
{
    struct million *million = context;
    struct darwin_proc_region answer = {.address = address, .size = 0x4000, .user_tag = 2};

    if (flavor != DARWIN_PIDREGIONINFO) {
        million->path_calls++;
        return -EINVAL;
    }
    million->calls++;
    if (address >= MILLION * 0x4000)
        return -EINVAL;
    memcpy(bytes, &answer, size);
    return (int)size;
}

static void count_region(void *context, const struct region *region)
{
    struct million *million = context;

    cr_assert_eq(region->start, million->last);
    million->last = region->end;
}

/* One question for each, and one more for its end: at some microseconds each it takes seconds. */
Test(mac_regions, a_million_of_them)
{
    enum status (*const ways[])(const struct region_walk *) = {regions_of_task, regions_of_pid};

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct million million = {0};
        struct region_calls calls = {&million, recurse_million, info_million};
        struct region_walk walk = {&calls, 16384, false, count_region, &million};

        cr_assert_eq(ways[i](&walk), STATUS_OK);
        cr_assert_eq(million.last, MILLION * 0x4000);
        cr_assert_eq(million.calls, MILLION + 1);
        cr_assert_leq(million.path_calls, 20);
    }
}

/* ---- answers that no kernel should give ---- */

struct nonsense {
    uint64_t start, size, back; /* back: each answer lies so much lower */
    uint32_t depth, count;
    int32_t submap;
    int got;      /* bytes of proc_pidinfo */
    bool useless; /* nothing of it may be believed */
    size_t calls;
};

static int recurse_nonsense(void *context, uint64_t *address, uint64_t *size, uint32_t *depth,
                            void *info, uint32_t *count)
{
    struct nonsense *nonsense = context;
    struct darwin_region_short answer = {.is_submap = nonsense->submap};

    cr_assert_lt(nonsense->calls++, 1000, "it goes on for ever");
    *address = nonsense->start;
    nonsense->start -= nonsense->back;
    *size = nonsense->size;
    *depth = nonsense->depth;
    memcpy(info, &answer, sizeof answer);
    if (nonsense->count != 0)
        *count = nonsense->count;
    return 0;
}

static int info_nonsense(void *context, int flavor, uint64_t address, void *bytes, uint32_t size)
{
    struct nonsense *nonsense = context;
    struct darwin_proc_region answer = {.address = nonsense->start, .size = nonsense->size};

    (void)address;
    if (flavor != DARWIN_PIDREGIONINFO)
        return -EINVAL;
    cr_assert_lt(nonsense->calls++, 1000, "it goes on for ever");
    nonsense->start -= nonsense->back;
    memcpy(bytes, &answer, size);
    return nonsense->got != 0 ? nonsense->got : (int)size;
}

Test(mac_regions, nonsense_ends)
{
    static const struct nonsense cases[] = {
        {.start = 0x1000, .size = 0},
        {.start = 0x1000, .size = 0x1000}, /* again and again */
        {.start = UINT64_MAX - 0xfff, .size = 0x1000},
        {.start = UINT64_MAX - 0xfff, .size = 0x1001},
        {.start = 0x1000, .size = UINT64_MAX},
        {.start = 0x4000000, .size = 0x1000, .back = 0x1000},
        {.start = 0x4000000, .size = 0x800, .back = 0x1000},
        {.start = 0x1000, .size = 0x1000, .count = 4, .got = 12, .useless = true},
        {.start = 0x1000, .size = 0x1000, .count = 100, .got = 97, .useless = true},
        {.start = 0x1000, .size = 0x1000, .submap = 1},
        {.start = 0x1000, .size = 0x1000, .submap = 1, .depth = 7},
        {.start = 0x1000, .size = 0x1000, .submap = 1, .depth = UINT32_MAX},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct nonsense nonsense = cases[i];
        struct region_calls calls = {&nonsense, recurse_nonsense, info_nonsense};
        struct region_walk walk = {&calls, 4096, false, see, NULL};

        seen_count = 0;
        cr_assert_eq(regions_of_task(&walk), STATUS_FAILED, "%zu", i);
        cr_assert(seen_count == 0 || (!nonsense.useless && nonsense.depth == 0), "%zu", i);
        seen_count = 0;
        cr_assert_eq(regions_of_pid(&walk), STATUS_FAILED, "%zu", i);
        cr_assert(seen_count == 0 || !nonsense.useless, "%zu", i);
    }
}
