/* The formula of wired memory on Linux, and each trap that was measured on real kernels. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "formats/linux_terms.h"
#include "formats/readers.h"

#define KIB ((uint64_t)1024)
#define MIB (KIB * 1024)

/* 1,000,000 KiB, of which 600,000 free, 200,000 on the lists, 10,000 reclaimable: with 400 KiB on
 * per-CPU lists and 12 KiB isolated, 189,588 KiB are wired. */
#define MEMINFO                                                                               \
    "MemTotal:        1000000 kB\nMemFree:          600000 kB\nMemAvailable:     800000 kB\n" \
    "Cached:           150000 kB\nActive:            80000 kB\nInactive:         120000 kB\n" \
    "Active(anon):       1000 kB\nUnevictable:       65536 kB\nMlocked:           65536 kB\n" \
    "SwapTotal:             0 kB\nAnonPages:         90000 kB\nShmem:              1000 kB\n" \
    "KReclaimable:      10000 kB\nSlab:              40000 kB\nSReclaimable:       9000 kB\n" \
    "SUnreclaim:        30000 kB\nKernelStack:        2000 kB\nPageTables:         4000 kB\n" \
    "SecPageTables:       400 kB\nBounce:               40 kB\nWritebackTmp:          4 kB\n" \
    "VmallocUsed:       50000 kB\nPercpu:             1000 kB\nHugePages_Total:       4\n"    \
    "Hugepagesize:       2048 kB\nHugetlb:            8192 kB\n"
#define VMSTAT                                                                    \
    "nr_free_pages 150000\nnr_mlock 16384\nnr_zspages 2048\nnr_isolated_anon 1\n" \
    "nr_isolated_file 2\nnr_foll_pin_acquired 300\nnr_foll_pin_released 100\n"
#define ZONEINFO                                                                                   \
    "Node 0, zone      DMA\n  per-node stats\n      nr_inactive_anon 1812\n  pages free     "      \
    "3840\n"                                                                                       \
    "        present  1000\n        managed  900\n"                                                \
    "  pagesets\n    cpu: 0\n              count:    10\n              high:     60\n"             \
    "    cpu: 1\n              count:    20\n              high_min: 60\n"                         \
    "Node 1, zone   Normal\n  pages free     1\n        present  250000\n        managed  "        \
    "249000\n"                                                                                     \
    "  pagesets\n    cpu: 0\n              count:    30\n    cpu: 1\n              count:    40\n" \
    "Node 1, zone   Device\n  pages free     0\n        present  9999\n        managed  0\n"       \
    "  pagesets\n    cpu: 0\n              count:    777\n"
#define DMESG                                                                            \
    "[    0.1] setup_percpu: NR_CPUS:256 nr_cpumask_bits:2 nr_cpu_ids:2 nr_node_ids:2\n" \
    "[    0.2] percpu: Embedded 61 pages/cpu s212992 r8192 d28672 u1048576\n"            \
    "[    0.3] Memory: 3218364K/25165432K available\n"

struct texts {
    const char *meminfo, *vmstat, *zoneinfo, *dmesg;
};

static const struct texts usual = {MEMINFO, VMSTAT, ZONEINFO, DMESG};

static struct linux_raw raw_of(struct texts texts)
{
    struct linux_raw raw = {0};

    (void)linux_dmesg(str_of(texts.dmesg), 4096, &raw);
    (void)linux_meminfo(str_of(texts.meminfo), &raw);
    (void)linux_vmstat(str_of(texts.vmstat), 4096, &raw);
    (void)linux_zoneinfo(str_of(texts.zoneinfo), 4096, &raw);
    return raw;
}

static struct linux_terms terms_of(struct texts texts)
{
    struct linux_raw raw = raw_of(texts);

    return linux_terms_of(&raw, true, false);
}

static void expect(const struct linux_terms *terms, enum linux_account account, uint64_t bytes)
{
    cr_assert(terms->accounts[account].known, "%s is not known", linux_account_name(account));
    cr_assert_eq(terms->accounts[account].bytes, bytes, "%s is %zu, not %zu",
                 linux_account_name(account), (size_t)terms->accounts[account].bytes,
                 (size_t)bytes);
}

static void expect_unknown(const struct linux_terms *terms, enum linux_account account)
{
    cr_assert(!terms->accounts[account].known, "%s is known", linux_account_name(account));
    cr_assert_eq(terms->accounts[account].bytes, 0);
}

/* The text without the line that begins so. */
static const char *without(const char *text, const char *key, char *out)
{
    const char *line = strstr(text, key), *rest;

    cr_assert_not_null(line);
    rest = strchr(line, '\n') + 1;
    memcpy(out, text, (size_t)(line - text));
    strcpy(out + (line - text), rest);
    return out;
}

Test(linux_terms, wired_is_what_is_neither_free_nor_reclaimable)
{
    struct linux_terms terms = terms_of(usual);

    cr_assert(terms.known);
    cr_assert_eq(terms.wired_bytes, 189588 * (int64_t)KIB);
}

Test(linux_terms, the_accounts)
{
    struct linux_terms terms = terms_of(usual);

    expect(&terms, LINUX_LOCKED, 65536 * KIB);
    expect(&terms, LINUX_SLAB, 30000 * KIB);
    expect(&terms, LINUX_STACKS, 2000 * KIB);
    expect(&terms, LINUX_VMALLOC, 48000 * KIB);
    expect(&terms, LINUX_TABLES, 4000 * KIB);
    expect(&terms, LINUX_SEC_TABLES, 400 * KIB);
    expect(&terms, LINUX_PER_CPU, (1000 - 488) * KIB);
    expect(&terms, LINUX_HUGE, 8 * MIB);
    expect(&terms, LINUX_COMPRESSED, 8 * MIB);
    expect(&terms, LINUX_BOUNCES, 44 * KIB);
    expect(&terms, LINUX_BALLOONED, 0);
    cr_assert_eq(terms.boot_bytes, 1100 * 4 * KIB);
    cr_assert_eq(terms.pinned_bytes, 200 * 4 * KIB);
    cr_assert(terms.boot_known && terms.pinned_known);
}

Test(linux_terms, accounts_and_residual_are_the_total)
{
    struct linux_terms terms = terms_of(usual);
    int64_t sum = terms.residual_bytes;

    for (size_t i = 0; i < LINUX_ACCOUNTS; i++)
        sum += (int64_t)terms.accounts[i].bytes;
    cr_assert_eq(sum, terms.wired_bytes);
    cr_assert_eq(terms.residual_bytes,
                 (189588 - 65536 - 30000 - 50000 - 4000 - 400 - 512 - 8192 - 8192 - 44) *
                     (int64_t)KIB);
}

Test(linux_terms, every_account_has_a_name_of_its_own)
{
    for (size_t i = 0; i < LINUX_ACCOUNTS; i++)
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(linux_account_name((enum linux_account)i),
                              linux_account_name((enum linux_account)j));
}

Test(linux_terms, what_a_kernel_does_not_print_is_not_known)
{
    struct linux_terms terms = terms_of(usual);

    expect_unknown(&terms, LINUX_PAGE_STRUCTS);
    expect_unknown(&terms, LINUX_CORRUPTED);
    expect_unknown(&terms, LINUX_GPU);
}

Test(linux_terms, an_unknown_account_stays_in_the_residual)
{
    static const struct {
        const char *key;
        enum linux_account account;
        uint64_t bytes;
    } cases[] = {
        {"Unevictable:", LINUX_LOCKED, 65536}, {"SUnreclaim:", LINUX_SLAB, 30000},
        {"PageTables:", LINUX_TABLES, 4000},   {"SecPageTables:", LINUX_SEC_TABLES, 400},
        {"Percpu:", LINUX_PER_CPU, 512},       {"Hugetlb:", LINUX_HUGE, 8192},
        {"WritebackTmp:", LINUX_BOUNCES, 44},  {"Bounce:", LINUX_BOUNCES, 44},
    };
    struct linux_terms all = terms_of(usual);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char meminfo[sizeof MEMINFO];
        struct texts texts = usual;
        struct linux_terms terms;

        texts.meminfo = without(MEMINFO, cases[i].key, meminfo);
        terms = terms_of(texts);
        expect_unknown(&terms, cases[i].account);
        cr_assert_eq(terms.wired_bytes, all.wired_bytes);
        cr_assert_eq(terms.residual_bytes - all.residual_bytes, (int64_t)(cases[i].bytes * KIB));
    }
}

Test(linux_terms, without_a_term_of_it_the_total_is_not_known)
{
    static const char *const needed[] = {"MemTotal:", "MemFree:", "Active:", "Inactive:"};
    char meminfo[sizeof MEMINFO], vmstat[sizeof VMSTAT];
    struct texts texts = usual;

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        texts.meminfo = without(MEMINFO, needed[i], meminfo);
        cr_assert_not(terms_of(texts).known, "%s", needed[i]);
    }
    texts = usual;
    texts.vmstat = without(VMSTAT, "nr_isolated_anon", vmstat);
    cr_assert_not(terms_of(texts).known);
    texts.vmstat = without(VMSTAT, "nr_isolated_file", vmstat);
    cr_assert_not(terms_of(texts).known);
    texts = usual;
    texts.zoneinfo = "";
    cr_assert_not(terms_of(texts).known);
}

Test(linux_terms, reclaimable_slab_stands_in_for_kreclaimable)
{
    char meminfo[sizeof MEMINFO], less[sizeof MEMINFO];
    struct texts texts = usual;

    texts.meminfo = without(MEMINFO, "KReclaimable:", meminfo);
    cr_assert_eq(terms_of(texts).wired_bytes, (189588 + 1000) * (int64_t)KIB);
    texts.meminfo = without(meminfo, "SReclaimable:", less);
    cr_assert_not(terms_of(texts).known);
}

Test(linux_terms, per_cpu_lists_of_all_nodes_but_not_of_devices)
{
    struct linux_raw raw = raw_of(usual);

    cr_assert_eq(raw.counters[LINUX_PCP].bytes, 100 * 4 * KIB);
    cr_assert_eq(raw.counters[LINUX_PRESENT].bytes, 251000 * 4 * KIB);
}

Test(linux_terms, first_chunk_of_thirty_two_processors)
{
    struct texts texts = usual;
    struct linux_raw raw;

    texts.dmesg =
        "percpu: Embedded 61 pages/cpu s212992 r8192 d28672 u1048576\npossible_cpus: 32\n";
    raw = raw_of(texts);
    cr_assert_eq(raw.counters[LINUX_FIRST_CHUNK].bytes, 7808 * KIB);
}

Test(linux_terms, first_chunk_from_symbols)
{
    struct texts texts = usual;
    struct linux_raw raw;

    texts.dmesg = "possible_cpus: 2\n__per_cpu_start 0000000000000000\n"
                  "__per_cpu_end 0000000000034000\n";
    raw = raw_of(texts);
    cr_assert_eq(raw.counters[LINUX_FIRST_CHUNK].bytes, 488 * KIB);
    /* To a user the kernel says 0 for both. */
    texts.dmesg = "possible_cpus: 2\n__per_cpu_start 0\n__per_cpu_end 0\n";
    raw = raw_of(texts);
    cr_assert_not(raw.counters[LINUX_FIRST_CHUNK].known);
}

Test(linux_terms, percpu_is_not_known_without_the_first_chunk)
{
    struct texts texts = usual;
    struct linux_terms terms;

    texts.dmesg = "[    0.3] Memory: 3218364K/25165432K available\n";
    terms = terms_of(texts);
    expect_unknown(&terms, LINUX_PER_CPU);
    cr_assert(terms.known);
}

Test(linux_terms, stacks_outside_vmalloc)
{
    struct linux_raw raw = raw_of(usual);
    struct linux_terms terms = linux_terms_of(&raw, false, false);

    expect(&terms, LINUX_STACKS, 2000 * KIB);
    expect(&terms, LINUX_VMALLOC, 50000 * KIB);
    /* And where VmallocUsed is always 0. */
    raw.counters[LINUX_VMALLOC_USED].bytes = 0;
    terms = linux_terms_of(&raw, true, false);
    expect(&terms, LINUX_STACKS, 2000 * KIB);
    expect(&terms, LINUX_VMALLOC, 0);
}

Test(linux_terms, a_balloon_counts_only_inside_memtotal)
{
    struct texts texts = usual;
    struct linux_raw raw;
    struct linux_terms terms;

    texts.meminfo = MEMINFO "Balloon:          331776 kB\n";
    raw = raw_of(texts);
    terms = linux_terms_of(&raw, true, false);
    expect(&terms, LINUX_BALLOONED, 0);
    terms = linux_terms_of(&raw, true, true);
    expect(&terms, LINUX_BALLOONED, 324 * MIB);
}

Test(linux_terms, a_balloon_by_its_events_where_there_is_no_field)
{
    struct texts texts = usual;
    struct linux_raw raw;
    struct linux_terms terms;

    texts.vmstat = VMSTAT "balloon_inflate 83000\nballoon_deflate 56\n";
    raw = raw_of(texts);
    terms = linux_terms_of(&raw, true, true);
    expect(&terms, LINUX_BALLOONED, 324 * MIB);
    raw = raw_of(usual);
    terms = linux_terms_of(&raw, true, true);
    expect_unknown(&terms, LINUX_BALLOONED);
}

Test(linux_terms, new_fields)
{
    struct texts texts = usual;
    struct linux_terms terms;

    texts.meminfo = MEMINFO "HardwareCorrupted:     4 kB\nGPUActive:  2048 kB\nGPUReclaim: 9 kB\n";
    texts.vmstat = VMSTAT "nr_memmap_pages 1024\nnr_memmap_boot_pages 98304\nnr_iommu_pages 9\n";
    terms = terms_of(texts);
    expect(&terms, LINUX_CORRUPTED, 4 * KIB);
    expect(&terms, LINUX_GPU, 2 * MIB);
    expect(&terms, LINUX_PAGE_STRUCTS, 4 * MIB);
    expect(&terms, LINUX_SEC_TABLES, 400 * KIB);
}

Test(linux_terms, only_lines_in_kb_are_amounts)
{
    char meminfo[sizeof MEMINFO], more[sizeof MEMINFO + 64];
    struct texts texts = usual;
    struct linux_terms terms;

    (void)snprintf(more, sizeof more, "%sHugetlb: 4\nUnevictable 65536 kB\n",
                   without(MEMINFO, "Hugetlb:", meminfo));
    texts.meminfo = more;
    terms = terms_of(texts);
    expect_unknown(&terms, LINUX_HUGE);
}

Test(linux_terms, large_pages)
{
    struct linux_raw raw = {0};

    cr_assert(linux_zoneinfo(str_of(ZONEINFO), 65536, &raw));
    cr_assert(linux_vmstat(str_of(VMSTAT), 65536, &raw));
    cr_assert(linux_dmesg(str_of(DMESG), 65536, &raw));
    cr_assert_eq(raw.counters[LINUX_PCP].bytes, 100 * 65536);
    cr_assert_eq(raw.counters[LINUX_ZSPAGES].bytes, 2048 * 65536);
    cr_assert_eq(raw.counters[LINUX_FIRST_CHUNK].bytes, 122 * 65536);
}

Test(linux_terms, other_files_are_told_apart)
{
    struct linux_raw raw = {0};

    cr_assert_not(linux_meminfo(str_of("hello: 3\n"), &raw));
    cr_assert_not(linux_vmstat(str_of(MEMINFO), 4096, &raw));
    cr_assert_not(linux_zoneinfo(str_of(VMSTAT), 4096, &raw));
    cr_assert_not(linux_dmesg(str_of(VMSTAT), 4096, &raw));
    cr_assert_not(linux_dmesg(str_of(""), 4096, &raw));
}

Test(linux_terms, unbelievable_numbers_are_not_known)
{
    struct texts texts = usual;
    struct linux_raw raw;

    texts.meminfo = "MemTotal: 18446744073709551615 kB\nMemFree: 9007199254740991 kB\n"
                    "Active: -1 kB\nInactive: 99999999999999999999 kB\n";
    texts.zoneinfo = "Node 0, zone DMA\n present 2251799813685247\n present 2251799813685247\n"
                     " present 2251799813685247\n";
    texts.dmesg = "percpu: Embedded 18446744073709551615 pages/cpu\npossible_cpus: 32\n"
                  "__per_cpu_start 1\n__per_cpu_end ffffffffffffffff\n";
    raw = raw_of(texts);
    for (size_t i = LINUX_MEM_TOTAL; i <= LINUX_INACTIVE; i++)
        cr_assert_not(raw.counters[i].known);
    cr_assert_not(raw.counters[LINUX_PRESENT].known);
    cr_assert_not(raw.counters[LINUX_FIRST_CHUNK].known);
    cr_assert(!linux_dmesg(str_of(DMESG), 0, &raw) || !raw.counters[LINUX_FIRST_CHUNK].known);
}

Test(linux_terms, readers_of_a_bundle)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena, .member = "x"};
    struct err err;

    snap.manifest.page_bytes = (struct count){16384, true};
    cr_assert(dmesg_read(str_of(DMESG), &snap, &err));
    cr_assert(proc_meminfo_read(str_of(MEMINFO), &snap, &err));
    cr_assert(proc_vmstat_read(str_of(VMSTAT), &snap, &err));
    cr_assert(proc_zoneinfo_read(str_of(ZONEINFO), &snap, &err));
    cr_assert_eq(snap.linux_raw.counters[LINUX_ZSPAGES].bytes, 2048 * 16384);
    cr_assert_eq(snap.note_count, 0);
    cr_assert_not(proc_meminfo_read(str_of("x"), &snap, &err));
    cr_assert_not(proc_vmstat_read(str_of("x"), &snap, &err));
    cr_assert_not(proc_zoneinfo_read(str_of("x"), &snap, &err));
    cr_assert(dmesg_read(str_of("x"), &snap, &err));
    arena_free(&arena);
}

Test(linux_terms, readers_note_what_they_assume)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena, .member = "x"};
    struct err err;

    cr_assert(proc_vmstat_read(str_of(VMSTAT), &snap, &err));
    cr_assert_eq(snap.linux_raw.counters[LINUX_ZSPAGES].bytes, 8 * MIB);
    cr_assert_eq(snap.note_count, 1);
    cr_assert(dmesg_read(str_of("Memory: 1K\n"), &snap, &err));
    cr_assert_geq(snap.note_count, 2);
    arena_free(&arena);
}
