/* vmmap/PID.txt: what kind of memory a region is, in vmmap's words, and what readers make of it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/vmmap_member.h"
#include "capture/macos/vmmap_rows.h"
#include "tests/unit/fake_map.h"
#include "tests/unit/kept_output.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RW           3
#define RX           5

/* ---- names ---- */

static const char *type_of(const struct region *region, struct region_image *image)
{
    static char text[REGION_TYPE_MAX];
    struct row row = {text};

    memset(text, 0, sizeof text);
    region_put_type(&row, region, image);
    cr_assert_lt(row.at - text, REGION_TYPE_MAX);
    return text;
}

Test(mac_names, tags_are_named_as_vmmap_does)
{
    static const struct {
        uint32_t tag, protection, share_mode;
        enum yes_no pager;
        const char *type;
    } cases[] = {
        {0, RW, 2, NO, "VM_ALLOCATE"},
        {0, 0, 3, NO, "VM_ALLOCATE (reserved)"},
        {0, RW, 5, NO, "shared memory"},
        {0, 1, 1, YES, "mapped file"},
        {1, 0, 3, NO, "MALLOC guard page"},
        {1, RW, 3, NO, "MALLOC"},
        {1, RW, 2, NO, "MALLOC metadata"},
        {2, RW, 2, NO, "MALLOC_SMALL"},
        {3, RW, 3, NO, "MALLOC_LARGE (reserved)"},
        {9, RW, 2, NO, "MALLOC_LARGE"},
        {11, RW, 2, NO, "MALLOC_NANO"},
        {21, RW, 3, NO, "IOKit"},
        {30, RW, 2, NO, "Stack"},
        {30, 0, 3, NO, "STACK GUARD"},
        {31, 0, 3, NO, "Guard"},
        {57, RW, 2, NO, "CG backing stores"},
        {73, RW, 2, NO, "Kernel Alloc Once"},
        {88, RW, 5, NO, "IOSurface"},
        {100, RW, 5, NO, "IOAccelerator"},
        {102, RW, 3, NO, "Embedded Acoustic Recognition Decoder (reserved)"},
        {200, RW, 2, NO, "Memory Tag 200"},
        {241, RW, 2, NO, "Memory Tag 241"},
        {255, RW, 3, NO, "Memory Tag 255 (reserved)"},
        {256, RW, 2, NO, "Memory Tag 256"},
        {4000000000, RW, 3, NO, "Memory Tag 4000000000 (reserved)"},
        {UINT32_MAX, RW, 2, NO, "owned unmapped memory"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct region_image image = {0};
        struct region region = {
            .tag = cases[i].tag,
            .protection = cases[i].protection,
            .share_mode = cases[i].share_mode,
            .pager = cases[i].pager,
        };

        cr_assert_str_eq(type_of(&region, &image), cases[i].type);
    }
}

Test(mac_names, segments_of_images)
{
    static const struct {
        uint32_t protection, max_protection;
        const char *path, *type;
    } cases[] = {
        {1, 1, "/data", "mapped file"},    {RX, RX, "/bin/a", "__TEXT"},
        {1, RW, "/bin/a", "__DATA_CONST"}, {RW, RW, "/bin/a", "__DATA"},
        {1, 1, "/bin/a", "__LINKEDIT"},    {1, 1, "/data", "mapped file"},
        {RX, 7, "/bin/b", "__TEXT"}, /* an old one, that may do anything */
        {RW, 7, "/bin/b", "__DATA"},       {1, 7, "/bin/b", "__LINKEDIT"},
        {RW, 7, "/bin/a", "mapped file"},
    };
    struct region_image image = {0};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct region region = {
            .protection = cases[i].protection,
            .max_protection = cases[i].max_protection,
            .share_mode = DARWIN_SHARE_COW,
            .path = str_of(cases[i].path),
        };

        cr_assert_str_eq(type_of(&region, &image), cases[i].type, "%zu", i);
    }
}

Test(mac_names, share_modes)
{
    static const char *const modes[] = {"-",      "SM=COW", "SM=PRV", "SM=NUL", "SM=ALI",
                                        "SM=SHM", "SM=ZER", "SM=S/A", "SM=LPG", "-"};

    for (uint32_t i = 0; i < COUNT(modes); i++)
        cr_assert_str_eq(region_share_mode(i), modes[i]);
    cr_assert_str_eq(region_share_mode(UINT32_MAX), "-");
}

/* ---- rows, and what the readers make of them ---- */

static struct arena arena;

static const struct process lockerd = {
    .pid = 713, .name = "lock\x1b[31m\nd", .path = "/usr/libexec/lock er\td"};

static void write_map(struct output *output, struct fake_map *map,
                      enum status (*regions)(const struct region_walk *))
{
    struct region_calls calls = fake_map_calls(map);
    struct vmmap_member *member = vmmap_member_create(output, &lockerd);
    struct region_walk walk = {&calls, 16384, false, vmmap_member_add, member};

    cr_assert_eq(regions(&walk), STATUS_OK);
    vmmap_member_end(member, STATUS_OK, 0);
}

Test(mac_rows, look_like_this)
{
    struct fake_map map = FAKE_MAP_OF(fake_usual);
    struct output *output = kept_output();

    write_map(output, &map, regions_of_task);
    cr_assert_str_eq(
        kept_member(output, "vmmap/713.txt")->text,
        "Process:         lock\\x1b[31m\\nd [713]\n"
        "Path:            /usr/libexec/lock er\\td\n"
        "\n"
        "==== regions for process 713  (non-writable and writable regions are interleaved)\n"
        "REGION TYPE                        START - END              "
        "[    VSIZE    RSDNT    DIRTY     SWAP    WIRED] PRT/MAX SHRMOD PURGE      OFFSET "
        "OBJECT             FLAGS REGION DETAIL\n"
        "__TEXT                          100000000-100008000        "
        "[      32K        -        -        -       0K] r-x/r-x SM=COW -               0 "
        "-                  -     /usr/libexec/lockerd\n"
        "MALLOC_SMALL                    100008000-100010000        "
        "[      32K        -        -        -       0K] rw-/rwx SM=PRV -               0 "
        "-                  -     -\n"
        "MALLOC_LARGE                    10a000000-10e000000        "
        "[   65536K   65536K   65536K     112K   65536K] rw-/rwx SM=PRV -            4000 "
        "0x9d3f00a1c2e4b687 -     -\n"
        "IOAccelerator                7f0000000000-7f0000010000     "
        "[      64K      64K       0K       0K       0K] rw-/rw- SM=SHM -               0 "
        "0xabcdef0123456789 -     -\n");
    kept_output_free(output);
}

/* What the readers of our lists make of the member: bytes that are wired. */
static uint64_t wired_bytes(const struct kept *kept)
{
    struct snapshot snap;
    uint64_t bytes = 0;

    cr_assert(kept_read(kept, vmmap_read, 23, &arena, &snap));
    cr_assert_eq(snap.note_count, 0);
    for (size_t i = 0; i < snap.region_count; i++)
        bytes += snap.regions[i].bytes;
    for (size_t i = 0; i < snap.wired_span_count; i++)
        bytes += snap.wired_spans[i].bytes;
    arena_free(&arena);
    return bytes;
}

Test(mac_rows, are_read_back)
{
    enum status (*const ways[])(const struct region_walk *) = {regions_of_task, regions_of_pid};

    for (size_t i = 0; i < COUNT(ways); i++) {
        struct fake_map map = FAKE_MAP_OF(fake_usual);
        struct output *output = kept_output();

        write_map(output, &map, ways[i]);
        cr_assert_eq(wired_bytes(kept_member(output, "vmmap/713.txt")), 0x4000000);
        kept_output_free(output);
    }
}

Test(mac_rows, with_hostile_paths)
{
    static char long_path[2000];
    const struct fake_region hostile[] = {
        {.start = 0x1000,
         .size = 0x1000,
         .wired = 1,
         .pager = true,
         .path = "/a b\n]c[\x1b]0;x\x07"},
        {.start = 0x2000, .size = 0x1000, .wired = 1, .pager = true, .path = "-"},
        {.start = 0x3000, .size = 0x1000, .wired = 1, .pager = true, .path = long_path},
        {.start = UINT64_MAX - 0x1fff,
         .size = 0x1000,
         .wired = 65535,
         .tag = UINT32_MAX - 1,
         .share_mode = 200,
         .protection = UINT32_MAX,
         .offset = UINT64_MAX,
         .object_id = UINT64_MAX},
    };
    struct fake_map map = FAKE_MAP_OF(hostile);
    struct output *output = kept_output();
    const struct kept *kept;

    memset(long_path, '\xff', sizeof long_path - 1);
    write_map(output, &map, regions_of_task);
    kept = kept_member(output, "vmmap/713.txt");
    cr_assert_null(strchr(kept->text, '\x1b'));
    cr_assert_not_null(strstr(kept->text, " /a b\\n]c[\\x1b]0;x\\x07\n"));
    cr_assert_eq(wired_bytes(kept), 4 * 0x1000);
    kept_output_free(output);
}

/* A submap may be wired in part; what is in it says so. */
Test(mac_rows, of_submaps)
{
    static const struct fake_region submap[] = {
        {.start = 0x10000, .size = 0x10000, .submap = true, .wired = 1},
        {.start = 0x10000, .size = 0x4000, .depth = 1, .tag = 32, .wired = 1, .object_id = 0x77},
        {.start = 0x14000, .size = 0xc000, .depth = 1, .tag = 32},
    };
    struct fake_map map = FAKE_MAP_OF(submap);
    struct output *output = kept_output();
    const struct kept *kept;

    write_map(output, &map, regions_of_task);
    kept = kept_member(output, "vmmap/713.txt");
    cr_assert_not_null(strstr(kept->text, "\nSubmap "));
    cr_assert_eq(wired_bytes(kept), 0x4000);
    kept_output_free(output);
}

Test(mac_rows, no_regions_no_member)
{
    struct fake_map map = {.words = 19};
    struct output *output = kept_output();

    write_map(output, &map, regions_of_task);
    cr_assert_eq(kept_count(output), 0);
    kept_output_free(output);
}

Test(mac_rows, go_on_in_another_part)
{
    struct output *output = kept_output();
    struct vmmap_member *member = vmmap_member_create(output, &lockerd);
    struct region region = {.tag = 3, .protection = RW, .user_wired_count = 1};
    uint64_t wired = 0;
    size_t parts = 3, rows = 120000;
    char name[40];

    for (size_t i = 0; i < rows; i++) {
        region.start = 0x100000000 + i * 0x8000;
        region.end = region.start + 0x4000;
        region.depth = i % 2;
        vmmap_member_add(member, &region);
    }
    cr_assert_eq(vmmap_member_rows(member), rows);
    cr_assert_eq(vmmap_member_own(member), rows / 2);
    vmmap_member_end(member, STATUS_OK, 0);
    cr_assert_eq(kept_count(output), parts);
    for (size_t part = 1; part <= parts; part++) {
        const struct kept *kept;

        if (part == 1)
            (void)snprintf(name, sizeof name, "vmmap/713.txt");
        else
            (void)snprintf(name, sizeof name, "vmmap/713.%zu.txt", part);
        kept = kept_member(output, name);
        cr_assert_leq(kept->len, VMMAP_PART_MAX);
        wired += wired_bytes(kept);
    }
    cr_assert_eq(wired, rows * 0x4000);
    kept_output_free(output);
}

/* Of a process that is gone, what was read last is not kept. */
Test(mac_rows, of_who_is_gone)
{
    struct output *output = kept_output();
    struct vmmap_member *member = vmmap_member_create(output, &lockerd);
    struct region region = {.start = 0x1000, .end = 0x2000};

    vmmap_member_add(member, &region);
    vmmap_member_end(member, STATUS_VANISHED, ESRCH);
    cr_assert_eq(kept_member(output, "vmmap/713.txt")->status, STATUS_VANISHED);
    cr_assert_eq(kept_member(output, "vmmap/713.txt")->len, 0);
    kept_output_free(output);
}
