/* vmmap/PID.txt: what kind of memory a region is, in vmmap's words, and what readers make of it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/vmmap_member.h"
#include "capture/macos/vmmap_text.h"
#include "formats/apple/vmmap.h"
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

/* Every number that Apple's tools have a name for, as one of them prints it, and none besides. */
static const struct {
    uint32_t tag;
    const char *name;
} all_names[] = {
    {2, "MALLOC_SMALL"},
    {3, "MALLOC_LARGE"},
    {4, "MALLOC_HUGE"},
    {5, "SBRK"},
    {6, "MALLOC_REALLOC"},
    {7, "MALLOC_TINY"},
    {8, "MALLOC_LARGE_REUSABLE"},
    {9, "MALLOC_LARGE"},
    {10, "Performance tool data"},
    {11, "MALLOC_NANO"},
    {12, "MALLOC_MEDIUM"},
    {13, "MALLOC_PROB_GUARD"},
    {20, "Mach message"},
    {21, "IOKit"},
    {30, "Stack"},
    {31, "Guard"},
    {32, "shared pmap"},
    {33, "dylib"},
    {34, "ObjC dispatching code"},
    {35, "unshared pmap"},
    {40, "AppKit"},
    {41, "Foundation"},
    {42, "CoreGraphics"},
    {43, "CoreServices"},
    {44, "Java"},
    {45, "CoreData"},
    {46, "CoreData Object IDs"},
    {50, "ATS (font support)"},
    {51, "CoreAnimation"},
    {52, "CG image"},
    {53, "WebKit Malloc"},
    {54, "CG raster data"},
    {55, "CG shared images"},
    {56, "CG framebuffers"},
    {57, "CG backing stores"},
    {60, "dyld private memory"},
    {61, "dyld malloc memory"},
    {62, "SQLite page cache"},
    {63, "WebAssembly memory"},
    {64, "JS JIT generated code"},
    {65, "JS VM register file"},
    {66, "OpenGL GLSL"},
    {67, "OpenCL"},
    {68, "CoreImage"},
    {69, "WebCore purgable data"},
    {70, "Image IO"},
    {71, "CoreProfile"},
    {72, "Assets Library"},
    {73, "Kernel Alloc Once"},
    {74, "Dispatch continuations"},
    {75, "Accelerate framework"},
    {76, "CoreUI image data"},
    {77, "CoreUI image file"},
    {78, "Activity Tracing"},
    {79, "RawCamera"},
    {80, "Process Corpse Info"},
    {81, "Apple System Log"},
    {82, "Swift runtime"},
    {83, "Swift metadata"},
    {84, "DHMM"},
    {85, "DFR"},
    {86, "SceneKit"},
    {87, "Skywalk Networking"},
    {88, "IOSurface"},
    {89, "libnetwork"},
    {90, "Audio"},
    {91, "Video Bitstream"},
    {92, "CoreMedia XPC"},
    {93, "CoreMedia RPC"},
    {94, "CoreMedia Memory Pool"},
    {95, "CoreMedia Readcache"},
    {96, "CoreMedia Crabs"},
    {97, "Quicklook Thumbnails"},
    {98, "Accounts"},
    {99, "Sanitizer"},
    {100, "IOAccelerator"},
    {101, "CoreMedia Regwarp"},
    {102, "Embedded Acoustic Recognition Decoder"},
    {103, "CoreUI Cached Image Data"},
    {104, "ColorSync"},
    {105, "BT Info"},
    {106, "CoreMedia HLS"},
    {230, "Rosetta"},
    {231, "Rosetta Thread Context"},
    {232, "Rosetta Indirect Branch Map"},
    {233, "Rosetta Return Stack"},
    {234, "Rosetta Executable Heap"},
    {235, "Rosetta User LDT"},
    {236, "Rosetta Arena"},
    {239, "Rosetta 10"},
};

static const char *expected_name(uint32_t tag)
{
    static char number[32];

    for (size_t i = 0; i < COUNT(all_names); i++)
        if (all_names[i].tag == tag)
            return all_names[i].name;
    (void)snprintf(number, sizeof number, "Memory Tag %" PRIu32, tag);
    return number;
}

Test(mac_names, every_tag)
{
    for (uint32_t tag = 2; tag < 300; tag++) {
        struct region_image image = {0};
        struct region region = {.tag = tag, .protection = RW, .share_mode = DARWIN_SHARE_PRIVATE};

        cr_assert_str_eq(type_of(&region, &image), expected_name(tag));
    }
}

/* Only drivers' memory is worth a look at its pages. */
Test(mac_names, tags_of_devices)
{
    for (uint32_t tag = 0; tag < 300; tag++)
        cr_assert_eq(region_is_of_device(tag), tag == 21 || tag == 88 || tag == 100);
    cr_assert_not(region_is_of_device(UINT32_MAX));
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
        "REGION TYPE                        START - END             "
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

/* Apple's readers: all regions but submaps, by type. */
Test(mac_rows, are_a_list_of_apples)
{
    struct fake_map map = FAKE_MAP_OF(fake_usual);
    struct output *output = kept_output();
    struct snapshot snap;

    write_map(output, &map, regions_of_task);
    cr_assert(kept_read(kept_member(output, "vmmap/713.txt"), apple_vmmap_read, 23, &arena, &snap));
    cr_assert_eq(snap.note_count, 0);
    cr_assert_eq(snap.region_type_count, FAKE_USUAL);
    for (size_t i = 0; i < FAKE_USUAL; i++) {
        cr_assert_eq(snap.region_types[i].pid, 713);
        cr_assert_eq(snap.region_types[i].virtual_size.bytes, fake_usual[i].size);
    }
    cr_assert_str_eq(snap.region_types[2].type, "MALLOC_LARGE");
    arena_free(&arena);
    kept_output_free(output);
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

/* ---- one row, in memory of its own size ---- */

static size_t put_row(char row[VMMAP_ROW_MAX], const struct region *region)
{
    struct region_image image = {0};
    char *exact = malloc(VMMAP_ROW_MAX);
    size_t len;

    cr_assert_not_null(exact);
    len = vmmap_text_row(exact, region, &image);
    cr_assert_leq(len, VMMAP_ROW_MAX);
    cr_assert_eq(memchr(exact, '\n', len), exact + len - 1);
    memcpy(row, exact, len);
    free(exact);
    return len;
}

/* What Apple's own list would say in that row. */
static struct region_line row_of_apple(struct str line)
{
    static const char header[] = "REGION TYPE  START - END  [ VSIZE RSDNT DIRTY SWAP WIRED] "
                                 "PRT/MAX SHRMOD PURGE OFFSET OBJECT FLAGS REGION DETAIL";
    struct vmmap_rows rows = {0};
    struct region_line region;

    cr_assert(vmmap_rows_header(str_of(header), &rows.columns));
    cr_assert_eq(vmmap_rows_read(&rows, str_trim(line), &region), VMMAP_ROW, "%.*s", (int)line.len,
                 line.at);
    return region;
}

static void check_figure(const struct region_line *row, enum region_size size, struct amount amount)
{
    uint64_t whole_k = (amount.bytes + 1023) / 1024 * 1024;

    cr_assert_eq(row->sizes[size].known, amount.known, "%d", (int)size);
    if (amount.known)
        cr_assert_eq(row->sizes[size].bytes, whole_k, "%d", (int)size);
}

static const struct region extremes[] = {
    {.start = 0, .end = 1},
    {.start = 0, .end = 0x1000, .share_mode = DARWIN_SHARE_EMPTY},
    {.start = UINT64_MAX - 1, .end = UINT64_MAX, .tag = UINT32_MAX},
    {.start = 0, .end = (uint64_t)1 << 47, .tag = 53, .share_mode = DARWIN_SHARE_EMPTY},
    {.start = 0x1000,
     .end = MACHINE_MAX,
     .tag = 102,
     .protection = UINT32_MAX,
     .max_protection = UINT32_MAX,
     .share_mode = UINT32_MAX,
     .user_wired_count = UINT32_MAX,
     .offset_bytes = UINT64_MAX,
     .object_id = UINT64_MAX,
     .resident = {AMOUNT_MAX, true},
     .dirty = {AMOUNT_MAX, true},
     .swapped = {AMOUNT_MAX, true}},
    {.start = 0x100000000,
     .end = 0x100004000,
     .tag = 102,
     .share_mode = DARWIN_SHARE_EMPTY,
     .user_wired_count = 1,
     .offset_bytes = 1,
     .object_id = 1,
     .resident = {0, true},
     .dirty = {1, true},
     .swapped = {1023, true}},
    {.start = 0x7ffffffff000,
     .end = 0x800000000000,
     .tag = 241,
     .resident = {1025, true},
     .path = {"-", 1}},
    {.start = 0x1000, .end = 0x2000, .pager = YES, .path = {"/a [b] 1-2 [ 3K]", 16}},
    {.start = 0x1000, .end = 0x2000, .submap = true, .user_wired_count = 1},
};

/* Ours and Apple's readers find in a row what was put there, whatever it is. */
Test(mac_rows, of_any_size_are_read)
{
    for (size_t i = 0; i < COUNT(extremes); i++) {
        const struct region *region = &extremes[i];
        struct region_image image = {0};
        char row[VMMAP_ROW_MAX];
        size_t len = put_row(row, region);
        struct region_line line = row_of_apple((struct str){row, len});
        uint64_t bytes = region->end - region->start;

        cr_assert(str_is(line.type, type_of(region, &image)), "%zu", i);
        cr_assert_eq(line.sizes[REGION_VIRTUAL].bytes, bytes, "%zu", i);
        check_figure(&line, REGION_RESIDENT, region->resident);
        check_figure(&line, REGION_DIRTY, region->dirty);
        check_figure(&line, REGION_SWAPPED, region->swapped);
        if (region->submap)
            cr_assert_not(line.sizes[REGION_WIRED].known);
        else
            check_figure(&line, REGION_WIRED,
                         (struct amount){region->user_wired_count > 0 ? bytes : 0, true});
    }
}

/* All at once, in a row of as many bytes as there is room for. */
Test(mac_rows, of_the_longest)
{
    static char path[VMMAP_PATH_MAX + 1], row[VMMAP_ROW_MAX];
    struct region region = extremes[4];
    size_t shorter, longest;

    memset(path, '\xff', sizeof path);
    region.end = UINT64_MAX;
    region.start = 0;
    region.share_mode = DARWIN_SHARE_EMPTY;
    region.path = (struct str){path, VMMAP_PATH_MAX - 1};
    shorter = put_row(row, &region);
    cr_assert_not_null(strstr(row, " [ 18014398509481984K "));
    region.path.len++;
    longest = put_row(row, &region);
    cr_assert_eq(longest, shorter + ESCAPE_MAX);
    region.path.len++; /* no kernel has such a one; it is cut, between two bytes */
    cr_assert_eq(put_row(row, &region), longest);
}

/* Columns begin where the header says, as long as everything has its usual size. */
Test(mac_rows, have_columns)
{
    static const struct region usual[] = {
        {.start = 0x1000, .end = 0x2000, .tag = 2, .share_mode = DARWIN_SHARE_PRIVATE},
        {.start = 0x7fff00000000,
         .end = 0x7ffffffff000,
         .tag = 95,
         .protection = 7,
         .max_protection = 7,
         .share_mode = DARWIN_SHARE_SHARED_ALIASED,
         .user_wired_count = 3,
         .offset_bytes = 0xfffffff000,
         .object_id = UINT64_MAX,
         .resident = {9999999 * (uint64_t)1024, true},
         .dirty = {1, true},
         .swapped = {0, true}},
        {.start = 0xfffffffffffff000, .end = 0xfffffffffffffff0, .tag = 200},
    };
    char header[40000];
    struct str text = {header, vmmap_text_header(header, sizeof header, 1, "a", "/a")}, line;
    size_t bracket, detail, dash;

    while (str_line(&text, &line) && !str_starts(line, "REGION TYPE"))
        continue;
    bracket = str_find(line, "[");
    detail = str_find(line, "REGION DETAIL");
    dash = str_find(line, " - ") + 1;
    for (size_t i = 0; i < COUNT(usual); i++) {
        char bytes[VMMAP_ROW_MAX];
        struct str row = {bytes, put_row(bytes, &usual[i])};

        cr_assert_eq(str_find(row, "["), bracket, "%zu", i);
        cr_assert_eq(row.at[dash], '-', "%zu: %.*s", i, (int)row.len, row.at);
        cr_assert_eq(row.len - strlen("-\n"), detail, "%zu", i);
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
