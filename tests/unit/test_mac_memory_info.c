/* What mach_memory_info answers, in either layout, whole, withheld or cut. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/kern.h"
#include "capture/macos/memory_info.h"
#include "tests/unit/kept_output.h"

enum { LONG_DARWIN = 23, OLD_DARWIN = 16 };

static struct output *output;
static struct arena arena;
static struct snapshot snap;
static bool root = true;

static void enter(void)
{
    output = kept_output();
}

static void leave(void)
{
    root = true;
    kept_output_free(output);
    arena_free(&arena);
}

TestSuite(mac_memory_info, .init = enter, .fini = leave);

/* Exactly so large: reading past the end is an error that ASan sees. */
static struct str exactly(const void *bytes, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);

    cr_assert_not_null(copy);
    if (len > 0)
        memcpy(copy, bytes, len);
    return (struct str){copy, len};
}

static void write_answer(const void *names, size_t names_len, const void *zones, size_t zones_len,
                         const void *entries, size_t entries_len, unsigned darwin)
{
    struct memory_answer answer = {
        .names = exactly(names, names_len),
        .zones = exactly(zones, zones_len),
        .entries = exactly(entries, entries_len),
    };

    memory_answer_write(&answer, darwin, root, output);
    free((char *)(uintptr_t)answer.names.at);
    free((char *)(uintptr_t)answer.zones.at);
    free((char *)(uintptr_t)answer.entries.at);
}

static const struct darwin_zone_name zone_names[] = {{"vm objects"}, {""}, {"data.kalloc.1024"}};
static const struct darwin_zone_info zone_infos[] = {
    {1600, 409600, 425984, 240, 16384, 900000, 0, (uint64_t)16384 << 1 | 1},
    {0},
    {70, 81920, 98304, 1024, 16384, 500000, 1, 0},
};

static struct darwin_memory_info entries[] = {
    {0}, /* no tag 0 */
    {.flags = 0x100, .site = 1, .size = 8192, .mapped = 16384, .tag = 1},
    {.flags = 0x101, .site = 113, .size = 4096, .mapped = 4096, .tag = 41, .peak = 7},
    {.flags = 0x102, .site = 0xffffff8000a0b0c0, .size = 12288, .tag = 42},
    {.flags = 0x500, .size = 20480, .tag = 43},
    {.flags = 0x200, .site = 12, .size = 491520, .tag = 12, .collectable_bytes = 16384},
    {.flags = 0x900, .site = 3, .size = 4096, .tag = 3, .zone = 19},
    {0},
    {0}, /* slack */
    {.flags = 0x1000, .size = 4096, .free = 32, .name = "kalloc.64[site.\tfoo\x1b]"},
    {.flags = 0x103, .site = 1, .size = 100 << 20, .tag = 257},
    {.flags = 0x003, .site = 2, .size = 200 << 20, .tag = 258},
    {.flags = 0x003, .site = 6, .size = 1 << 30, .free = 1 << 20, .largest = 4096, .tag = 262},
    {.flags = 0x103, .site = 10, .size = 50 << 20, .tag = 266},
};

/* A name that fills its field has no NUL. */
static void name_entries(void)
{
    memset(entries[4].name, 'n', sizeof entries[4].name);
    memcpy(entries[4].name, "com.example.a \n", 15);
}

Test(mac_memory_info, every_kind_of_entry_is_a_row)
{
    const struct kept *kept;

    name_entries();
    write_answer(zone_names, sizeof zone_names, zone_infos, sizeof zone_infos, entries,
                 sizeof entries, LONG_DARWIN);
    kept = kept_member(output, "kernel_memory.tsv");
    cr_assert_eq(kept->status, STATUS_OK);
    cr_assert_str_eq(kept->note, "");
    cr_assert_str_eq(
        kept->text, "index\tflags\tsite\tsize_bytes\tfree_bytes\tlargest_bytes\tcollectable_bytes\t"
                    "mapped_bytes\tpeak_bytes\ttag\tzone\tname\n"
                    "1\t0x100\t0x1\t8192\t0\t0\t0\t16384\t0\t1\t0\t-\n"
                    "2\t0x101\t0x71\t4096\t0\t0\t0\t4096\t7\t41\t0\t-\n"
                    "3\t0x102\t0xffffff8000a0b0c0\t12288\t0\t0\t0\t0\t0\t42\t0\t-\n"
                    "4\t0x500\t0x0\t20480\t0\t0\t0\t0\t0\t43\t0\tcom.example.a "
                    "\\nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\n"
                    "5\t0x200\t0xc\t491520\t0\t0\t16384\t0\t0\t12\t0\t-\n"
                    "6\t0x900\t0x3\t4096\t0\t0\t0\t0\t0\t3\t19\t-\n"
                    "9\t0x1000\t0x0\t4096\t32\t0\t0\t0\t0\t0\t0\tkalloc.64[site.\\tfoo\\x1b]\n"
                    "10\t0x103\t0x1\t104857600\t0\t0\t0\t0\t0\t257\t0\t-\n"
                    "11\t0x3\t0x2\t209715200\t0\t0\t0\t0\t0\t258\t0\t-\n"
                    "12\t0x3\t0x6\t1073741824\t1048576\t4096\t0\t0\t0\t262\t0\t-\n"
                    "13\t0x103\t0xa\t52428800\t0\t0\t0\t0\t0\t266\t0\t-\n");
}

static const struct kernel_memory *of_kind(enum kernel_memory_kind kind)
{
    for (size_t i = 0; i < snap.kernel_memory_count; i++)
        if (snap.kernel_memory[i].kind == kind)
            return &snap.kernel_memory[i];
    cr_assert_fail("no line of kind %d", (int)kind);
    return NULL;
}

Test(mac_memory_info, the_reader_tells_them_apart)
{
    name_entries();
    write_answer(zone_names, sizeof zone_names, zone_infos, sizeof zone_infos, entries,
                 sizeof entries, LONG_DARWIN);
    cr_assert(kept_read(kept_member(output, "kernel_memory.tsv"), kernel_memory_read, LONG_DARWIN,
                        &arena, &snap));
    cr_assert_eq(snap.mac_totals[MAC_WIRED_KERNEL].bytes, 200 << 20);
    cr_assert_eq(snap.mac_totals[MAC_BOOT_STOLEN].bytes, 50 << 20);
    cr_assert_eq(snap.mac_totals[MAC_ZONES].bytes, 491520);
    cr_assert_str_eq(of_kind(KERNEL_MEMORY_TAG)->name, "VM_KERN_MEMORY_OSFMK");
    cr_assert_eq(of_kind(KERNEL_MEMORY_KMOD)->number, 113);
    cr_assert_eq(of_kind(KERNEL_MEMORY_SITE)->number, 0xffffff8000a0b0c0);
    cr_assert_eq(of_kind(KERNEL_MEMORY_NAMED)->size.bytes, 20480);
    cr_assert_eq(of_kind(KERNEL_MEMORY_COUNTER)->size.bytes, 100 << 20);
    cr_assert_eq(snap.note_count, 0);
}

/* Up to macOS 10.12: 64 bytes, and the place is the tag. */
Test(mac_memory_info, the_short_layout)
{
    static const struct darwin_memory_info_old old[] = {
        {0},
        {.flags = 0x100, .site = 1, .size = 8192},
        {.flags = 0x101, .site = 113, .size = 4096},
        {.flags = 0x3, .site = 2, .size = 65536, .free = 1, .largest = 2, .collectable_bytes = 3},
    };
    const struct kept *kept;

    write_answer(zone_names, sizeof zone_names, zone_infos, sizeof zone_infos, old, sizeof old,
                 OLD_DARWIN);
    kept = kept_member(output, "kernel_memory.tsv");
    cr_assert_str_eq(strchr(kept->text, '\n') + 1, "1\t0x100\t0x1\t8192\t0\t0\t0\t-\t-\t-\t-\t-\n"
                                                   "2\t0x101\t0x71\t4096\t0\t0\t0\t-\t-\t-\t-\t-\n"
                                                   "3\t0x3\t0x2\t65536\t1\t2\t3\t-\t-\t-\t-\t-\n");
    cr_assert(kept_read(kept, kernel_memory_read, OLD_DARWIN, &arena, &snap));
    cr_assert_eq(snap.mac_totals[MAC_WIRED_KERNEL].bytes, 65536);
    cr_assert_eq(of_kind(KERNEL_MEMORY_KMOD)->tag.n, 2);
    cr_assert_eq(snap.note_count, 0);
}

Test(mac_memory_info, zones)
{
    const struct kept *kept;

    write_answer(zone_names, sizeof zone_names, zone_infos, sizeof zone_infos, entries,
                 sizeof entries, LONG_DARWIN);
    kept = kept_member(output, "zones.tsv");
    cr_assert_str_eq(kept->text,
                     "name\telement_bytes\telement_count\tsize_bytes\tmax_bytes\talloc_bytes\t"
                     "sum_bytes\tcollectable_bytes\texhaustible\tcollectable\n"
                     "vm objects\t240\t1600\t409600\t425984\t16384\t900000\t16384\tno\tyes\n"
                     "data.kalloc.1024\t1024\t70\t81920\t98304\t16384\t500000\t0\tyes\tno\n");
    cr_assert_eq(kept->status, STATUS_OK);
    cr_assert(kept_read(kept, zones_read, LONG_DARWIN, &arena, &snap));
    cr_assert_eq(snap.zone_count, 2);
    cr_assert_str_eq(snap.zones[0].name, "vm objects");
    cr_assert_eq(snap.zones[0].size.bytes, 409600);
    cr_assert(!snap.zones_redacted);
}

Test(mac_memory_info, withheld_sizes_are_told)
{
    static const struct darwin_zone_name names[] = {{"vm objects"}, {"kalloc.64"}};
    static const struct darwin_zone_info infos[] = {{.count = 1600, .elem_size = 240},
                                                    {.count = 3, .elem_size = 64}};
    const struct kept *kept;

    root = false;
    write_answer(names, sizeof names, infos, sizeof infos, entries, sizeof entries, LONG_DARWIN);
    kept = kept_member(output, "zones.tsv");
    cr_assert_eq(kept->status, STATUS_OK);
    cr_assert_str_eq(kept->note, "redacted: the kernel withholds the sizes from other users than "
                                 "root; run wirecap with sudo");
    cr_assert(kept_read(kept, zones_read, LONG_DARWIN, &arena, &snap));
    cr_assert(snap.zones_redacted);
    cr_assert(!snap.zones[0].size.known);
}

Test(mac_memory_info, withheld_from_root)
{
    static const struct darwin_zone_name names[] = {{"vm objects"}};
    static const struct darwin_zone_info infos[] = {{.count = 1600, .elem_size = 240}};

    write_answer(names, sizeof names, infos, sizeof infos, entries, sizeof entries, 25);
    cr_assert_str_eq(kept_member(output, "zones.tsv")->note,
                     "redacted: the kernel withholds the sizes, from root too");
}

/* A zone without an element says nothing of what is withheld. */
Test(mac_memory_info, an_empty_zone_is_not_withheld)
{
    static const struct darwin_zone_name names[] = {{"empty"}};
    static const struct darwin_zone_info infos[] = {{.count = 0, .elem_size = 240}};

    write_answer(names, sizeof names, infos, sizeof infos, entries, sizeof entries, LONG_DARWIN);
    cr_assert_str_eq(kept_member(output, "zones.tsv")->note, "");
}

/* Whatever has the total's number, and is no counter. */
Test(mac_memory_info, no_total)
{
    static const struct darwin_memory_info others[] = {
        {.flags = 0x100, .site = 2, .size = 8192, .tag = 2},
        {.flags = 0x101, .site = 2, .size = 8192, .tag = 41},
        {.flags = 0x102, .site = 2, .size = 8192, .tag = 42},
        {.flags = 0x503, .site = 2, .size = 8192, .tag = 43},
        {.flags = 0x1003, .site = 2, .size = 8192},
        {.flags = 0x003, .site = 2, .size = 0, .tag = 258},
        {.flags = 0x003, .site = 2, .size = UINT64_MAX, .tag = 258},
        {.flags = 0x103, .site = 1, .size = 8192, .tag = 257},
    };

    write_answer(zone_names, sizeof zone_names, zone_infos, sizeof zone_infos, others,
                 sizeof others, LONG_DARWIN);
    cr_assert_eq(kept_member(output, "kernel_memory.tsv")->status, STATUS_FAILED);
    cr_assert(!kept_read(kept_member(output, "kernel_memory.tsv"), kernel_memory_read, LONG_DARWIN,
                         &arena, &snap));
}

/* As macOS 15 answers when it should refuse. */
Test(mac_memory_info, nothing_but_zeros_is_a_refusal)
{
    static const struct darwin_zone_name no_names[3];
    static const struct darwin_zone_info no_infos[3];
    static const struct darwin_memory_info no_entries[20];
    const struct kept *kept;

    write_answer(no_names, sizeof no_names, no_infos, sizeof no_infos, no_entries,
                 sizeof no_entries, 24);
    for (size_t i = 0; i < 2; i++) {
        kept = kept_member(output, i == 0 ? "kernel_memory.tsv" : "zones.tsv");
        cr_assert_eq(kept->status, STATUS_DENIED);
        cr_assert_eq(kept->len, 0);
        cr_assert_str_eq(kept->note, "nothing but zeros, as macOS 15 and later answer whom they do "
                                     "not tell: zprint may print what root is not told");
    }
}

/* The zones alone, or the entries alone. */
Test(mac_memory_info, zeros_in_one_array)
{
    static const struct darwin_memory_info no_entries[20];

    root = false;
    write_answer(zone_names, sizeof zone_names, zone_infos, sizeof zone_infos, no_entries,
                 sizeof no_entries, 24);
    cr_assert_eq(kept_member(output, "kernel_memory.tsv")->status, STATUS_DENIED);
    cr_assert_str_eq(kept_member(output, "kernel_memory.tsv")->note,
                     "nothing but zeros, as macOS 15 and later answer whom they do not tell: run "
                     "wirecap with sudo");
    cr_assert_eq(kept_member(output, "zones.tsv")->status, STATUS_OK);
}

Test(mac_memory_info, an_empty_answer_is_none)
{
    write_answer(NULL, 0, NULL, 0, NULL, 0, LONG_DARWIN);
    cr_assert_eq(kept_member(output, "kernel_memory.tsv")->status, STATUS_FAILED);
    cr_assert_eq(kept_member(output, "zones.tsv")->status, STATUS_FAILED);
    cr_assert_str_eq(kept_member(output, "zones.tsv")->note,
                     "the kernel's answer is without a single zone, which is known of no release");
}

Test(mac_memory_info, half_an_element_is_not_used)
{
    write_answer(zone_names, sizeof zone_names, zone_infos, sizeof *zone_infos + 63, entries,
                 3 * sizeof *entries - 1, LONG_DARWIN);
    cr_assert_str_eq(strchr(kept_member(output, "kernel_memory.tsv")->text, '\n') + 1,
                     "1\t0x100\t0x1\t8192\t0\t0\t0\t16384\t0\t1\t0\t-\n");
    cr_assert_str_eq(kept_member(output, "kernel_memory.tsv")->note,
                     "the kernel's answer is without its total: it is not whole");
    cr_assert_eq(kept_member(output, "kernel_memory.tsv")->status, STATUS_FAILED);
    cr_assert_str_eq(strchr(kept_member(output, "zones.tsv")->text, '\n') + 1,
                     "vm objects\t240\t1600\t409600\t425984\t16384\t900000\t16384\tno\tyes\n");
}

Test(mac_memory_info, refusals)
{
    static const struct {
        int error;
        bool root;
        enum status status;
        const char *note;
    } cases[] = {
        {KERN_CODE_INVALID_HOST, false, STATUS_DENIED,
         "mach_memory_info answered 22, KERN_INVALID_HOST: the kernel tells it to root only; run "
         "wirecap with sudo"},
        {KERN_CODE_INVALID_HOST, true, STATUS_DENIED,
         "mach_memory_info answered 22, KERN_INVALID_HOST: this kernel tells it to debuggers only, "
         "as macOS 11 does on Apple silicon; macOS 12 tells root"},
        {KERN_CODE_NO_ACCESS, false, STATUS_DENIED,
         "mach_memory_info answered 8, KERN_NO_ACCESS: the kernel tells it to root only; run "
         "wirecap with sudo"},
        {KERN_CODE_BAD_ID, true, STATUS_ABSENT,
         "mach_memory_info answered -303, MIG_BAD_ID: macOS 10.10 and earlier do not tell it"},
        {KERN_CODE_ABORTED, true, STATUS_FAILED,
         "mach_memory_info answered 14, KERN_ABORTED: it is too early after the start; capture "
         "again"},
        {KERN_CODE_INVALID_DEST, true, STATUS_VANISHED,
         "mach_memory_info answered 268435459, MACH_SEND_INVALID_DEST"},
        {4711, true, STATUS_FAILED, "mach_memory_info answered 4711"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memory_answer answer = {.error = cases[i].error};
        struct output *other = kept_output();

        memory_answer_write(&answer, LONG_DARWIN, cases[i].root, other);
        cr_assert_eq(kept_count(other), 2);
        cr_assert_eq(kept_member(other, "kernel_memory.tsv")->status, cases[i].status);
        cr_assert_str_eq(kept_member(other, "kernel_memory.tsv")->note, cases[i].note);
        cr_assert_eq(kept_member(other, "zones.tsv")->status, cases[i].status);
        cr_assert_eq(kept_member(other, "zones.tsv")->len, 0);
        kept_output_free(other);
    }
}
