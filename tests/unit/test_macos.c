/*
 * test_macos.c - what a comparison of Macs says in the corner cases: from members as text to rows and
 * findings.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "analyze/compare.h"
#include "analyze/spans_macos.h"
#include "formats/format.h"

#define MIB ((int64_t)1 << 20)

#define MEMBERS 6

/* A capture: members by name and content, the rest NULL. */
struct capture {
    const char *members[MEMBERS][2];
};

static void load(const struct capture *capture, struct loaded *loaded)
{
    *loaded = (struct loaded){.complete = true};
    loaded->snapshot.arena = &loaded->arena;
    for (size_t i = 0; i < MEMBERS && capture->members[i][0] != NULL; i++) {
        struct snapshot *snap = &loaded->snapshot;
        const struct format *format =
            format_find(str_of(capture->members[i][0]), "macos", &snap->pid);
        struct err err;

        cr_assert(format != NULL, "%s", capture->members[i][0]);
        snap->member = capture->members[i][0];
        cr_assert(format->read(str_of(capture->members[i][1]), snap, &err), "%s: %s",
                  capture->members[i][0], err.text);
    }
}

struct compared {
    struct arena arena;
    struct loaded before, after;
    struct comparison comparison;
};

static void compare(struct compared *compared, const struct capture *before,
                    const struct capture *after)
{
    struct err err;

    *compared = (struct compared){0};
    load(before, &compared->before);
    load(after, &compared->after);
    cr_assert(compare_bundles(&compared->comparison, &compared->before, &compared->after,
                              &compared->arena, &err),
              "%s", err.text);
}

static void finish(struct compared *compared)
{
    arena_free(&compared->arena);
    arena_free(&compared->before.arena);
    arena_free(&compared->after.arena);
}

static const struct row *find_row(const struct compared *compared, const char *name)
{
    for (size_t i = 0; i < compared->comparison.row_count; i++)
        if (strcmp(compared->comparison.rows[i].name, name) == 0)
            return &compared->comparison.rows[i];
    return NULL;
}

static const struct finding *find_finding(const struct compared *compared, const char *code)
{
    for (size_t i = 0; i < compared->comparison.finding_count; i++)
        if (strcmp(compared->comparison.findings[i].code, code) == 0)
            return &compared->comparison.findings[i];
    return NULL;
}

#define MANIFEST(boot)                                                                         \
    "format: 1\nplatform: macos\nbuild: 24F74\ndarwin: 24\npage_bytes: 16384\nmachine_id: 7\n" \
    "boot_id: " boot "\nkernel_uuid: K\n"
#define BOOK                                                                                       \
    "index\tflags\tsite\tsize_bytes\tfree_bytes\tlargest_bytes\tcollectable_bytes\tmapped_bytes\t" \
    "peak_bytes\ttag\tzone\tname\n"
#define COUNTERS(wired)                                   \
    "90\t0x103\t0x1\t1048576\t0\t0\t0\t0\t0\t256\t0\t-\n" \
    "91\t0x3\t0x2\t" wired "\t0\t0\t0\t0\t0\t256\t0\t-\n"
#define PROCESSES                                                                               \
    "pid\tppid\tstart\tname\tstatus\tregions_status\tfds_status\twired_bytes\tgraphics_bytes\t" \
    "method\n"
#define REGIONS                                                                               \
    "REGION TYPE  START - END  [ VSIZE RSDNT DIRTY SWAP WIRED] PRT/MAX SHRMOD PURGE  OFFSET " \
    "OBJECT "                                                                                 \
    "FLAGS  REGION DETAIL\n"

/* ---- memory that several lock ---- */

Test(macos, a_page_is_divided_among_those_who_lock_it)
{
    const struct wired_span spans[] = {
        {.object_id = 5, .offset_bytes = 0, .bytes = 300},
        {.object_id = 5, .offset_bytes = 100, .bytes = 100},
        {.object_id = 5, .offset_bytes = 100, .bytes = 100},
        {.object_id = 9, .offset_bytes = 100, .bytes = 100},
        {.object_id = 0, .offset_bytes = 100, .bytes = 100},
        {.object_id = 7, .offset_bytes = UINT64_MAX - 5, .bytes = 100},
        {.object_id = 5, .offset_bytes = 0, .bytes = 1000},
    };
    const bool skipped[] = {false, false, false, false, false, false, true};
    uint64_t shares[7] = {0};
    struct arena arena = {0};

    share_spans(spans, skipped, 7, &arena, shares);
    cr_assert_eq(shares[0], 100 + 34 + 100); /* a third of the middle, and what that leaves */
    cr_assert_eq(shares[1], 33);
    cr_assert_eq(shares[2], 33);
    cr_assert_eq(shares[3], 100);
    cr_assert_eq(shares[4], 100);
    cr_assert_eq(shares[5], 100);
    cr_assert_eq(shares[6], 0);
    arena_free(&arena);
}

/* An object that a driver wired first is counted under the driver's tag. */
Test(macos, claims_beyond_an_account_are_a_row)
{
    const struct capture one = {{
        {"manifest.txt", MANIFEST("a")},
        {"kernel_memory.tsv",
         BOOK "24\t0x100\t0x18\t1048576\t0\t0\t0\t0\t0\t24\t0\t-\n" COUNTERS("8388608")},
        {"processes.tsv", PROCESSES "50\t1\t7\tlocker\tok\tok\tok\t0\t-\ttask\n"},
        {"vmmap/50.txt", REGIONS
         "VM_ALLOCATE  100000000-100400000  [ 4096K - - - 4096K] rw-/rwx SM=PRV -  0 - -  -\n"},
    }};
    struct compared compared;
    const struct row *row;

    compare(&compared, &one, &one);
    cr_assert_eq(find_row(&compared, "locker")->after_bytes, 4 * MIB);
    row = find_row(&compared, "mlocked memory, counted more than once");
    cr_assert(row != NULL);
    cr_assert_eq(row->after_bytes, -3 * MIB);
    cr_assert(find_finding(&compared, "W101") != NULL);
    finish(&compared);
}

/* What the kernel says of a process stands in where its regions could not be read. */
Test(macos, unread_regions_leave_the_kernels_own_figure)
{
    const struct capture one = {{
        {"manifest.txt", MANIFEST("a")},
        {"kernel_memory.tsv",
         BOOK "24\t0x100\t0x18\t9437184\t0\t0\t0\t0\t0\t24\t0\t-\n" COUNTERS("18874368")},
        {"processes.tsv", PROCESSES "50\t1\t7\tlocker\tok\tdenied\tok\t5242880\t-\tnone\n"},
    }};
    struct compared compared;

    compare(&compared, &one, &one);
    cr_assert_eq(find_row(&compared, "locker")->after_bytes, 5 * MIB);
    cr_assert_eq(find_row(&compared, "locker")->evidence, DERIVED);
    cr_assert_eq(find_row(&compared, "mlocked memory without a known owner")->after_bytes, 4 * MIB);
    finish(&compared);
}

/* ---- zones ---- */

#define ZONES "name\telement_bytes\telement_count\tsize_bytes\n"

Test(macos, a_renamed_zone_is_said_and_not_merged)
{
    const struct capture before = {{
        {"manifest.txt", MANIFEST("a")},
        {"kernel_memory.tsv", BOOK COUNTERS("67108864")},
        {"zones.tsv", ZONES "buffers\t512\t30000\t16777216\nkalloc.512\t512\t9000\t8388608\n"},
    }};
    const struct capture after = {{
        {"manifest.txt", MANIFEST("a")},
        {"kernel_memory.tsv", BOOK COUNTERS("67108864")},
        {"zones.tsv", ZONES "buffers2\t512\t30000\t16777216\nkalloc.1024\t1024\t9000\t8388608\n"},
    }};
    struct compared compared;

    compare(&compared, &before, &after);
    cr_assert_eq(find_row(&compared, "buffers")->state, ROW_GONE);
    cr_assert_str_eq(find_row(&compared, "buffers")->renamed_to, "buffers2");
    cr_assert_str_eq(find_row(&compared, "buffers2")->renamed_from, "buffers");
    cr_assert(find_row(&compared, "kalloc.512")->renamed_to == NULL, "other elements");
    finish(&compared);
}

Test(macos, panics_compare_zones_and_say_so)
{
    const struct capture before = {{{"zprint.txt", "kalloc.256                   256       4096K"
                                                   "       9999K      16384       99999"
                                                   "       16000     4K     16  C\n"}}};
    struct loaded panic = {.complete = true};
    struct compared compared = {0};
    struct err err;
    const struct format *format = format_like(str_of(
        "panic(cpu 1 caller 0xffffff80): \"zalloc: zone map exhausted while allocating from zone "
        "kalloc.64, likely due to memory leak in zone kalloc.256 (1073741824 total bytes, 4194304 "
        "elements allocated)\"@zalloc.c:2521\n"));

    cr_assert(format != NULL);
    cr_assert_str_eq(format->name, "panic");
    load(&before, &compared.before);
    panic.snapshot.arena = &panic.arena;
    panic.snapshot.member = "p.panic";
    cr_assert(format->read(
        str_of("panic(cpu 1 caller 0xffffff80): \"zalloc: zone map exhausted while allocating from "
               "zone kalloc.64, likely due to memory leak in zone kalloc.256 (1073741824 total "
               "bytes, 4194304 elements allocated)\"@zalloc.c:2521\n"),
        &panic.snapshot, &err));
    cr_assert(
        compare_bundles(&compared.comparison, &compared.before, &panic, &compared.arena, &err),
        "%s", err.text);
    cr_assert_eq(find_row(&compared, "kalloc.256")->before_bytes, 4 * MIB);
    cr_assert_eq(find_row(&compared, "kalloc.256")->after_bytes, 1024 * MIB);
    cr_assert(find_row(&compared, "kalloc.64") == NULL, "the allocating zone is a victim");
    cr_assert_str_eq(compared.comparison.what, "Memory in the zones listed");
    cr_assert(find_finding(&compared, "W310") != NULL);
    arena_free(&panic.arena);
    finish(&compared);
}

/* ---- totals ---- */

Test(macos, a_rounded_total_says_how_coarse_it_is)
{
    const struct capture before = {
        {{"top.txt", "PhysMem: 31G used (1924M wired, 1596M compressor), 356M unused.\n"}}};
    const struct capture after = {
        {{"top.txt", "PhysMem: 31G used (9G wired, 1596M compressor), 356M unused.\n"}}};
    struct compared compared;

    compare(&compared, &before, &after);
    cr_assert_eq(compared.comparison.after_bytes, 9216 * MIB);
    cr_assert_eq(compared.comparison.resolution_bytes, (uint64_t)(1025 * MIB));
    cr_assert(find_finding(&compared, "N406") != NULL);
    cr_assert_eq(compared.comparison.residual.after_bytes, 9216 * MIB);
    finish(&compared);
}

Test(macos, nothing_in_common_is_an_error_that_says_what_there_is)
{
    const struct capture before = {
        {{"vm_stat.txt", "Mach Virtual Memory Statistics: (page size of 4096 bytes)\n"
                         "Pages free:                  1000.\n"
                         "Pages wired down:            5000.\n"}}};
    const struct capture after = {{{"sw_vers.txt", "ProductName:\tmacOS\nProductVersion:\t14.5\n"
                                                   "BuildVersion:\t23F79\n"}}};
    struct compared compared = {0};
    struct err err;

    load(&before, &compared.before);
    load(&after, &compared.after);
    cr_assert_not(compare_bundles(&compared.comparison, &compared.before, &compared.after,
                                  &compared.arena, &err));
    cr_assert(strstr(err.text, "BEFORE has a total, AFTER has neither") != NULL, "%s", err.text);
    finish(&compared);
}

/* ---- extensions ---- */

#define KEXTS "Index Refs Address Size Wired Name (Version) UUID <Linked Against>\n"

Test(macos, a_replaced_extension_is_one_row_and_said)
{
    const struct capture before = {{
        {"manifest.txt", MANIFEST("a")},
        {"kextstat.txt", KEXTS "   40    0 0xffffff7f80a00000 0x9000 0x9000 com.example.net (1.2) "
                               "00000000-0000-3000-8000-000000000001 <5 3>\n"},
        {"kernel_memory.tsv",
         BOOK "60\t0x101\t0x28\t4194304\t0\t0\t0\t0\t0\t60\t0\t-\n" COUNTERS("67108864")},
    }};
    const struct capture after = {{
        {"manifest.txt", MANIFEST("b")},
        {"kextstat.txt", KEXTS "   77    0 0xffffff7f80b00000 0x9000 0x9000 com.example.net (1.3) "
                               "00000000-0000-3000-8000-000000000002 <5 3>\n"},
        {"kernel_memory.tsv",
         BOOK "51\t0x101\t0x4d\t6291456\t0\t0\t0\t0\t0\t51\t0\t-\n" COUNTERS("67108864")},
    }};
    struct compared compared;
    const struct row *row;

    compare(&compared, &before, &after);
    row = find_row(&compared, "com.example.net");
    cr_assert_eq(row->before_bytes, 4 * MIB);
    cr_assert_eq(row->after_bytes, 6 * MIB);
    cr_assert(strstr(find_finding(&compared, "N311")->text, "version 1.2, now 1.3") != NULL);
    finish(&compared);
}

/* ---- graphics memory ---- */

#define DRIVER(bytes) "60\t0x101\t0x28\t" bytes "\t0\t0\t0\t0\t0\t60\t0\t-\n"

static bool is_orphan_told(const char *processes)
{
    const struct capture before = {{
        {"manifest.txt", MANIFEST("a")},
        {"kextstat.txt",
         KEXTS "   40    0 0xffffff7f80a00000 0x9000 0x9000 com.apple.AGXG14X (1.2) "
               "00000000-0000-3000-8000-000000000001 <5 3>\n"},
        {"kernel_memory.tsv", BOOK DRIVER("4194304") COUNTERS("67108864")},
        {"processes.tsv", processes},
    }};
    struct capture after = before;
    struct compared compared;
    bool told;

    after.members[2][1] = BOOK DRIVER("1077936128") COUNTERS("1140850688");
    compare(&compared, &before, &after);
    told = find_finding(&compared, "W311") != NULL;
    finish(&compared);
    return told;
}

/* "No living owner" needs the ledgers of all. */
Test(macos, orphans_are_told_when_every_ledger_was_read)
{
    cr_assert(is_orphan_told(PROCESSES "50\t1\t7\tviewer\tok\tok\tok\t0\t1048576\ttask\n"));
    cr_assert_not(is_orphan_told(PROCESSES "50\t1\t7\tviewer\tok\tok\tok\t0\t1048576\ttask\n"
                                           "51\t1\t7\tother\tok\tok\tok\t0\t-\ttask\n"));
    cr_assert_not(is_orphan_told(PROCESSES "50\t1\t7\tviewer\tok\tok\tok\t0\t1073741824\ttask\n"));
}
