/* linux_terms.c - see linux_terms.h. */
#include "formats/linux_terms.h"

#include <stddef.h>

/* No counter is believed beyond this, so that any sum of them fits into 64 bits. */
#define COUNTER_MAX ((uint64_t)1 << 58)

/* What stands in the first chunk of per-CPU memory beside the kernel's own variables, on kernels
 * with modules: reserved for the modules' variables, and the start of the dynamic area. */
#define FIRST_CHUNK_EXTRA (8192 + 28672)

struct key {
    const char *name;
    enum linux_counter counter;
};

static const struct key meminfo_keys[] = {
    {"MemTotal", LINUX_MEM_TOTAL},
    {"MemFree", LINUX_MEM_FREE},
    {"Active", LINUX_ACTIVE},
    {"Inactive", LINUX_INACTIVE},
    {"Unevictable", LINUX_UNEVICTABLE},
    {"KReclaimable", LINUX_KRECLAIMABLE},
    {"SReclaimable", LINUX_SRECLAIMABLE},
    {"SUnreclaim", LINUX_SUNRECLAIM},
    {"KernelStack", LINUX_KERNEL_STACK},
    {"PageTables", LINUX_PAGE_TABLES},
    {"SecPageTables", LINUX_SEC_PAGE_TABLES},
    {"Bounce", LINUX_BOUNCE},
    {"WritebackTmp", LINUX_WRITEBACK_TMP},
    {"VmallocUsed", LINUX_VMALLOC_USED},
    {"Percpu", LINUX_PERCPU},
    {"HardwareCorrupted", LINUX_HARDWARE_CORRUPTED},
    {"Hugetlb", LINUX_HUGETLB},
    {"Zswap", LINUX_ZSWAP},
    {"Balloon", LINUX_BALLOON},
    {"GPUActive", LINUX_GPU_ACTIVE},
    {"SwapTotal", LINUX_SWAP_TOTAL},
    {"Shmem", LINUX_SHMEM},
    {"AnonPages", LINUX_ANON},
};

static const struct key vmstat_keys[] = {
    {"nr_isolated_anon", LINUX_ISOLATED_ANON},
    {"nr_isolated_file", LINUX_ISOLATED_FILE},
    {"nr_zspages", LINUX_ZSPAGES},
    {"nr_memmap_pages", LINUX_MEMMAP},
    {"nr_foll_pin_acquired", LINUX_PIN_ACQUIRED},
    {"nr_foll_pin_released", LINUX_PIN_RELEASED},
    {"balloon_inflate", LINUX_BALLOON_INFLATED},
    {"balloon_deflate", LINUX_BALLOON_DEFLATED},
};

static const struct key zoneinfo_keys[] = {
    {"count:", LINUX_PCP},
    {"present", LINUX_PRESENT},
    {"managed", LINUX_MANAGED},
};

/* What W is: the first, without the others. */
static const enum linux_counter wired_without[] = {
    LINUX_MEM_FREE, LINUX_PCP,           LINUX_ACTIVE,
    LINUX_INACTIVE, LINUX_ISOLATED_ANON, LINUX_ISOLATED_FILE,
};

/* What each account is: a counter, and another one added to it or taken off it. The balloon is no
 * counter but a matter of what was negotiated. */
static const struct {
    const char *name;
    enum linux_counter counter;
    enum { ALONE, PLUS, LESS } operation;
    enum linux_counter other;
} accounts[LINUX_ACCOUNTS] = {
    [LINUX_LOCKED] = {"locked", LINUX_UNEVICTABLE, ALONE, 0},
    [LINUX_SLAB] = {"slab", LINUX_SUNRECLAIM, ALONE, 0},
    [LINUX_STACKS] = {"stacks", LINUX_KERNEL_STACK, ALONE, 0},
    [LINUX_VMALLOC] = {"vmalloc", LINUX_VMALLOC_USED, ALONE, 0},
    [LINUX_TABLES] = {"page tables", LINUX_PAGE_TABLES, ALONE, 0},
    [LINUX_SEC_TABLES] = {"secondary page tables", LINUX_SEC_PAGE_TABLES, ALONE, 0},
    [LINUX_PER_CPU] = {"percpu", LINUX_PERCPU, LESS, LINUX_FIRST_CHUNK},
    [LINUX_HUGE] = {"hugetlb", LINUX_HUGETLB, ALONE, 0},
    [LINUX_COMPRESSED] = {"compressed", LINUX_ZSPAGES, ALONE, 0},
    [LINUX_PAGE_STRUCTS] = {"page structs", LINUX_MEMMAP, ALONE, 0},
    [LINUX_BOUNCES] = {"bounce", LINUX_BOUNCE, PLUS, LINUX_WRITEBACK_TMP},
    [LINUX_BALLOONED] = {"balloon", LINUX_BALLOON, ALONE, 0},
    [LINUX_CORRUPTED] = {"corrupted", LINUX_HARDWARE_CORRUPTED, ALONE, 0},
    [LINUX_GPU] = {"gpu", LINUX_GPU_ACTIVE, ALONE, 0},
};

const char *linux_account_name(enum linux_account account)
{
    return accounts[account].name;
}

static void set(struct linux_raw *raw, enum linux_counter counter, uint64_t bytes)
{
    if (bytes > COUNTER_MAX)
        return;
    raw->counters[counter].bytes = bytes;
    raw->counters[counter].known = true;
}

static const struct key *key_find(const struct key *keys, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

/* "KernelStack:        1384 kB"; what has no kB is a number of something, not an amount. */
bool linux_meminfo(struct str text, struct linux_raw *raw)
{
    bool found = false;
    struct str line, name, number, unit;
    uint64_t bytes;

    while (str_line(&text, &line)) {
        const struct key *key;

        if (!str_cut(&line, ':', &name) || !str_word(&line, &number) || !str_word(&line, &unit) ||
            !str_is(unit, "kB") || !str_bytes(number, 1024, &bytes))
            continue;
        key = key_find(meminfo_keys, sizeof meminfo_keys / sizeof *meminfo_keys, name);
        if (key == NULL)
            continue;
        set(raw, key->counter, bytes);
        found = true;
    }
    return found;
}

/* "nr_zspages 0", in pages. */
bool linux_vmstat(struct str text, uint64_t page_bytes, struct linux_raw *raw)
{
    bool found = false;
    struct str line, name, number;
    uint64_t bytes;

    while (str_line(&text, &line)) {
        const struct key *key;

        if (!str_word(&line, &name) || !str_word(&line, &number) ||
            !str_bytes(number, page_bytes, &bytes))
            continue;
        key = key_find(vmstat_keys, sizeof vmstat_keys / sizeof *vmstat_keys, name);
        if (key == NULL)
            continue;
        set(raw, key->counter, bytes);
        found = true;
    }
    return found;
}

/* Sections "Node 0, zone   Normal"; in them, in pages, "present 8388608" once and "count: 17" for
 * each processor. All nodes count; device memory is no RAM. */
bool linux_zoneinfo(struct str text, uint64_t page_bytes, struct linux_raw *raw)
{
    uint64_t sums[LINUX_COUNTERS] = {0};
    bool found[LINUX_COUNTERS] = {false};
    bool is_ram = false;
    struct str line, name, number;
    uint64_t bytes;

    while (str_line(&text, &line)) {
        const struct key *key;

        if (str_starts(line, "Node ")) {
            is_ram = !str_ends(str_trim(line), " Device");
            continue;
        }
        if (!is_ram || !str_word(&line, &name) || !str_word(&line, &number) ||
            !str_bytes(number, page_bytes, &bytes))
            continue;
        key = key_find(zoneinfo_keys, sizeof zoneinfo_keys / sizeof *zoneinfo_keys, name);
        if (key == NULL)
            continue;
        if (__builtin_add_overflow(sums[key->counter], bytes, &sums[key->counter]))
            sums[key->counter] = UINT64_MAX;
        found[key->counter] = true;
    }
    for (size_t i = 0; i < LINUX_COUNTERS; i++)
        if (found[i])
            set(raw, (enum linux_counter)i, sums[i]);
    return found[LINUX_PRESENT];
}

/* The number after the first `mark` in line. */
static bool number_after(struct str line, const char *mark, unsigned base, uint64_t *number)
{
    size_t at = str_find(line, mark);
    struct str word;

    if (at == SIZE_MAX)
        return false;
    line.at += at;
    line.len -= at;
    return str_skip(&line, mark) && str_word(&line, &word) && str_u64(word, base, number);
}

/* "[    0.104688] setup_percpu: NR_CPUS:256 nr_cpumask_bits:2 nr_cpu_ids:2 nr_node_ids:1"
 * "[    0.108703] percpu: Embedded 53 pages/cpu s185496 r0 d31592 u1048576"
 * and what wirecap adds: "possible_cpus: 2", "__per_cpu_start 0", "__per_cpu_end 34000". The first
 * of each kind is the kernel's own at boot. */
bool linux_dmesg(struct str text, uint64_t page_bytes, struct linux_raw *raw)
{
    struct {
        const char *mark;
        uint64_t number;
        unsigned base;
        bool known;
    } facts[] = {
        {"percpu: Embedded ", 0, 10, false}, {" nr_cpu_ids:", 0, 10, false},
        {"possible_cpus: ", 0, 10, false},   {"__per_cpu_start ", 0, 16, false},
        {"__per_cpu_end ", 0, 16, false},
    };
    enum { PAGES, IDS, POSSIBLE, START, END, FACTS };
    bool found = false;
    struct str line;
    uint64_t bytes;

    if (page_bytes == 0)
        return false;
    while (str_line(&text, &line))
        for (size_t i = 0; i < FACTS; i++)
            if (!facts[i].known)
                found |= facts[i].known =
                    number_after(line, facts[i].mark, facts[i].base, &facts[i].number);
    if (facts[PAGES].known)
        raw->first_chunk_pages_per_cpu = facts[PAGES].number;
    else if (facts[START].known && facts[END].known && facts[END].number > facts[START].number &&
             facts[END].number - facts[START].number < COUNTER_MAX)
        raw->first_chunk_pages_per_cpu =
            (facts[END].number - facts[START].number + FIRST_CHUNK_EXTRA + page_bytes - 1) /
            page_bytes;
    if (facts[IDS].known)
        raw->possible_cpus = facts[IDS].number;
    else if (facts[POSSIBLE].known)
        raw->possible_cpus = facts[POSSIBLE].number;
    if (raw->first_chunk_pages_per_cpu > 0 && raw->possible_cpus > 0 &&
        !__builtin_mul_overflow(raw->first_chunk_pages_per_cpu, raw->possible_cpus, &bytes) &&
        !__builtin_mul_overflow(bytes, page_bytes, &bytes))
        set(raw, LINUX_FIRST_CHUNK, bytes);
    return found;
}

/* First without second; false when either is not known, or the second is greater. */
static bool less(const struct linux_raw *raw, enum linux_counter first, enum linux_counter second,
                 uint64_t *bytes)
{
    if (!raw->counters[first].known || !raw->counters[second].known ||
        raw->counters[first].bytes < raw->counters[second].bytes)
        return false;
    *bytes = raw->counters[first].bytes - raw->counters[second].bytes;
    return true;
}

static bool wired(const struct linux_raw *raw, int64_t *bytes)
{
    /* Before 4.20 there is only the slab part of KReclaimable, which is nearly all of it. */
    enum linux_counter reclaimable =
        raw->counters[LINUX_KRECLAIMABLE].known ? LINUX_KRECLAIMABLE : LINUX_SRECLAIMABLE;

    if (!raw->counters[LINUX_MEM_TOTAL].known || !raw->counters[reclaimable].known)
        return false;
    *bytes =
        (int64_t)raw->counters[LINUX_MEM_TOTAL].bytes - (int64_t)raw->counters[reclaimable].bytes;
    for (size_t i = 0; i < sizeof wired_without / sizeof *wired_without; i++) {
        if (!raw->counters[wired_without[i]].known)
            return false;
        *bytes -= (int64_t)raw->counters[wired_without[i]].bytes;
    }
    return true;
}

static bool account(const struct linux_raw *raw, enum linux_account which, uint64_t *bytes)
{
    enum linux_counter counter = accounts[which].counter, other = accounts[which].other;
    bool plus = accounts[which].operation == PLUS;

    if (accounts[which].operation == LESS)
        return less(raw, counter, other, bytes);
    if (!raw->counters[counter].known || (plus && !raw->counters[other].known))
        return false;
    *bytes = raw->counters[counter].bytes + (plus ? raw->counters[other].bytes : 0);
    return true;
}

/* Without deflate-on-oom the driver takes its pages off MemTotal, so nothing of it is in W. */
static bool balloon(const struct linux_raw *raw, bool inside, uint64_t *bytes)
{
    *bytes = 0;
    if (!inside)
        return true;
    return account(raw, LINUX_BALLOONED, bytes) ||
           less(raw, LINUX_BALLOON_INFLATED, LINUX_BALLOON_DEFLATED, bytes);
}

struct linux_terms linux_terms_of(const struct linux_raw *raw, bool vmap_stack, bool balloon_inside)
{
    struct linux_terms terms = {0};

    for (size_t i = 0; i < LINUX_ACCOUNTS; i++)
        terms.accounts[i].known =
            i == LINUX_BALLOONED ? balloon(raw, balloon_inside, &terms.accounts[i].bytes)
                                 : account(raw, (enum linux_account)i, &terms.accounts[i].bytes);
    /* A VmallocUsed below the stacks does not hold them (it was always 0 from 4.4 to 5.2). */
    if (vmap_stack && terms.accounts[LINUX_STACKS].known)
        (void)less(raw, LINUX_VMALLOC_USED, LINUX_KERNEL_STACK,
                   &terms.accounts[LINUX_VMALLOC].bytes);
    terms.boot_known = less(raw, LINUX_PRESENT, LINUX_MANAGED, &terms.boot_bytes);
    terms.pinned_known = less(raw, LINUX_PIN_ACQUIRED, LINUX_PIN_RELEASED, &terms.pinned_bytes);

    terms.known = wired(raw, &terms.wired_bytes);
    if (!terms.known)
        return terms;
    terms.residual_bytes = terms.wired_bytes;
    for (size_t i = 0; i < LINUX_ACCOUNTS; i++)
        terms.residual_bytes -= (int64_t)terms.accounts[i].bytes;
    return terms;
}
