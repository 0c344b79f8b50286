/* account_linux.c - see account_linux.h. */
#include "analyze/account_linux.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/identity.h"
#include "analyze/objects_linux.h"

/* Everything that the accounts below work on. */
struct book {
    const struct side *side;
    const struct snapshot *snap;
    struct ground ground;
    bool same_boot;
    struct arena *arena;
    struct charges *charges;
    struct linux_terms terms;
};

static bool splits(const struct book *book, enum linux_split split)
{
    return (book->ground.splits & (uint64_t)split) != 0;
}

struct linux_terms linux_side_terms(const struct side *side)
{
    const struct linux_facts *facts = &side->linux_facts;
    struct linux_raw raw = side->snap->linux_raw;

    raw.counters[LINUX_FIRST_CHUNK].bytes = facts->first_chunk.bytes;
    raw.counters[LINUX_FIRST_CHUNK].known = facts->first_chunk.known;
    if (facts->vmap_stack == UNSAID) /* they may be part of another account: in the residual then */
        raw.counters[LINUX_KERNEL_STACK].known = false;
    return linux_terms_of(&raw, facts->vmap_stack == YES,
                          side->snap->manifest.balloon_deflate_on_oom == YES);
}

static bool any_reclaimable_known(const struct snapshot *snap)
{
    for (size_t i = 0; i < snap->zone_count; i++)
        if (snap->zones[i].reclaimable != UNSAID)
            return true;
    return false;
}

static bool any_site(const struct snapshot *snap)
{
    for (size_t i = 0; i < snap->site_count; i++)
        if (snap->sites[i].kind == SITE_VMALLOC)
            return true;
    return false;
}

static bool any_v2_kernel(const struct snapshot *snap)
{
    for (size_t i = 0; i < snap->cgroup_count; i++)
        if (snap->cgroups[i].version == 2 && snap->cgroups[i].kernel.known)
            return true;
    return false;
}

struct ground linux_ground(const struct side *side)
{
    const struct snapshot *snap = side->snap;
    struct linux_terms terms = linux_side_terms(side);
    struct ground ground = {0, 0};
    bool processes = snap->process_count > 0 && !side_lost(side, "processes.tsv");
    const struct {
        bool known;
        enum linux_split split;
    } known[] = {
        {processes && side_has(side, "locked.tsv"), SPLIT_LOCKED_PFN},
        {processes && side_has(side, "locked.tsv"), SPLIT_HUGETLB},
        {processes, SPLIT_LOCKED_PSS},
        {processes, SPLIT_TABLES},
        {processes && side->linux_facts.stack_bytes > 0, SPLIT_STACKS},
        {any_reclaimable_known(snap) && !side_lost(side, "proc/slabinfo") &&
             !side_lost(side, "sys/kernel/slab.tsv"),
         SPLIT_SLAB},
        {any_site(snap) && !side_lost(side, "proc/vmallocinfo"), SPLIT_VMALLOC},
        {side_has(side, "sys/block.tsv"), SPLIT_BLOCK},
        {snap->linux_raw.counters[LINUX_ZSWAP].known, SPLIT_ZSWAP},
        {processes && side_has(side, "proc/fdinfo.txt"), SPLIT_FDS},
        {any_v2_kernel(snap) && !side_lost(side, "sys/fs/cgroup.txt"), SPLIT_CGROUPS},
    };

    for (size_t i = 0; i < LINUX_ACCOUNTS; i++)
        if (terms.accounts[i].known)
            ground.accounts |= (uint64_t)1 << i;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].known)
            ground.splits |= (uint64_t)known[i].split;
    return ground;
}

/* ---- owners in an account ---- */

static void claim_by_process(struct book *book, enum aspect aspect,
                             struct amount (*amount)(const struct book *, const struct process *),
                             enum evidence evidence)
{
    for (size_t i = 0; i < book->snap->process_count; i++) {
        const struct process *process = &book->snap->processes[i];
        struct amount bytes;

        if (process->kernel || book->side->unread[aspect][i])
            continue;
        bytes = amount(book, process);
        if (bytes.known)
            account_claim(book->charges, owner_process(book->side, i, book->arena), bytes.bytes,
                          evidence);
    }
}

/* A process that shares another one's memory holds none of its own. */
static struct amount of_its_own(const struct process *process, struct amount amount)
{
    return process->mm_of.known ? (struct amount){0, false} : amount;
}

static struct amount tables_of(const struct book *book, const struct process *process)
{
    (void)book;
    return of_its_own(process, process->page_tables);
}

static struct amount stacks_of(const struct book *book, const struct process *process)
{
    if (!process->thread_count.known)
        return (struct amount){0, false};
    if (process->thread_count.n > UINT32_MAX)
        return (struct amount){0, false};
    return amount_of(process->thread_count.n * book->side->linux_facts.stack_bytes);
}

static struct amount locked_pss_of(const struct book *book, const struct process *process)
{
    (void)book;
    return of_its_own(process, process->locked_pss);
}

static void claim_tables(struct book *book)
{
    if (splits(book, SPLIT_TABLES))
        claim_by_process(book, ASPECT_STATUS, tables_of, MEASURED);
}

static void claim_stacks(struct book *book)
{
    if (splits(book, SPLIT_STACKS))
        claim_by_process(book, ASPECT_STATUS, stacks_of, DERIVED);
}

static void explain(struct book *book, struct owner owner, const struct wired_region *region)
{
    struct charges *charges = book->charges;
    struct charge_region *explained = arena_append(
        book->arena, &charges->regions, &charges->region_count, sizeof *charges->regions);

    *explained = (struct charge_region){charges->account,
                                        owner,
                                        region->type != NULL ? region->type : "",
                                        region->detail != NULL ? region->detail : "",
                                        region->count,
                                        (int64_t)region->bytes};
}

static bool is_smaps(const struct wired_region *region)
{
    return region->method != NULL && strcmp(region->method, "smaps") == 0;
}

/* Nobody says of that process, on one of the sides, what it holds. An object that is found through
 * its holders only is as little known there. */
static bool is_unread_holder(const struct book *book, const struct process *process)
{
    return process != NULL && book->side->unread[ASPECT_REGIONS][process - book->snap->processes];
}

/* What locked.tsv says about one kind of memory. */
static void claim_joined(struct book *book, int kind)
{
    for (size_t i = 0; i < book->snap->region_count; i++) {
        const struct wired_region *region = &book->snap->regions[i];
        const struct process *process = side_process(book->side, region->pid);
        struct owner owner;

        if ((int)region->kind != kind || is_smaps(region) || is_unread_holder(book, process))
            continue;
        if (region->object != NULL)
            owner = owner_joined_object(book->side, region, book->same_boot, book->arena);
        else if (process != NULL)
            owner =
                owner_process(book->side, (size_t)(process - book->snap->processes), book->arena);
        else
            continue;
        account_claim(book->charges, owner, region->bytes, MEASURED);
        explain(book, owner, region);
    }
}

static void claim_locked(struct book *book)
{
    if (splits(book, SPLIT_LOCKED_PFN)) {
        claim_joined(book, WIRED_LOCKED);
        return;
    }
    if (!splits(book, SPLIT_LOCKED_PSS))
        return;
    claim_by_process(book, ASPECT_REGIONS, locked_pss_of, DERIVED);
    for (size_t i = 0; i < book->snap->region_count; i++) {
        const struct wired_region *region = &book->snap->regions[i];
        const struct process *process = side_process(book->side, region->pid);
        size_t index = process != NULL ? (size_t)(process - book->snap->processes) : 0;

        if (region->kind == WIRED_LOCKED && is_smaps(region) && process != NULL &&
            !book->side->unread[ASPECT_REGIONS][index])
            explain(book, owner_process(book->side, index, book->arena), region);
    }
}

static void claim_hugetlb(struct book *book)
{
    if (splits(book, SPLIT_HUGETLB))
        claim_joined(book, WIRED_HUGETLB);
}

static void claim_slab(struct book *book)
{
    if (!splits(book, SPLIT_SLAB))
        return;
    for (size_t i = 0; i < book->snap->zone_count; i++) {
        const struct zone *zone = &book->snap->zones[i];

        if (zone->reclaimable == NO && zone->size.known)
            account_claim(book->charges, owner_zone(book->side, zone, book->arena),
                          zone->size.bytes, MEASURED);
    }
}

static void claim_vmalloc(struct book *book)
{
    uint64_t bpf_bytes = 0, bpf_claimed = 0;

    if (splits(book, SPLIT_FDS))
        bpf_claimed = claim_fd_objects(book->side, linux_account_name(LINUX_VMALLOC),
                                       book->same_boot, book->arena, book->charges);
    if (!splits(book, SPLIT_VMALLOC))
        return;
    for (size_t i = 0; i < book->snap->site_count; i++) {
        const struct site *site = &book->snap->sites[i];

        if (site->kind != SITE_VMALLOC || site_is_stack(site))
            continue;
        if (site_is_bpf(site))
            bpf_bytes += site->bytes;
        else
            account_claim(book->charges, owner_site(site, book->arena), site->bytes, MEASURED);
    }
    /* The areas of BPF maps hold what processes have claimed of them already. */
    account_claim(book->charges, owner_kernel("vmalloc: BPF maps and programs"),
                  bpf_bytes > bpf_claimed ? bpf_bytes - bpf_claimed : 0, DERIVED);
}

static void claim_compressed(struct book *book)
{
    if (splits(book, SPLIT_ZSWAP))
        account_claim(book->charges, owner_kernel("zswap"),
                      book->snap->linux_raw.counters[LINUX_ZSWAP].bytes, MEASURED);
    if (!splits(book, SPLIT_BLOCK))
        return;
    for (size_t i = 0; i < book->snap->device_count; i++)
        if (book->snap->devices[i].kind == DEVICE_ZRAM && book->snap->devices[i].size.known)
            account_claim(book->charges, owner_device(&book->snap->devices[i]),
                          book->snap->devices[i].size.bytes, MEASURED);
}

static void claim_nothing(struct book *book)
{
    (void)book;
}

/* The accounts in the order of the kernel's own words; who holds what nobody claims. */
static const struct {
    enum linux_account account;
    const char *default_name;
    void (*claim)(struct book *book);
} accounts[] = {
    {LINUX_LOCKED, "locked pages without a known owner", claim_locked},
    {LINUX_SLAB, "kmalloc beyond 8 KiB and other slab memory", claim_slab},
    {LINUX_STACKS, "stacks of kernel threads", claim_stacks},
    {LINUX_VMALLOC, "other vmalloc memory", claim_vmalloc},
    {LINUX_TABLES, "page tables of the kernel", claim_tables},
    {LINUX_SEC_TABLES, "page tables of virtual machines and IOMMUs", claim_nothing},
    {LINUX_PER_CPU, "per-CPU memory", claim_nothing},
    {LINUX_HUGE, "hugetlb pool, unused", claim_hugetlb},
    {LINUX_COMPRESSED, "other compressed pages", claim_compressed},
    {LINUX_PAGE_STRUCTS, "page structs", claim_nothing},
    {LINUX_BOUNCES, "bounce and writeback buffers", claim_nothing},
    {LINUX_BALLOONED, "balloon", claim_nothing},
    {LINUX_CORRUPTED, "pages with hardware errors", claim_nothing},
    {LINUX_GPU, "GPU objects", claim_nothing},
};
_Static_assert(sizeof accounts / sizeof *accounts == LINUX_ACCOUNTS, "an account left out");

/* Without a split the whole account is one row, which must not be called a remainder. */
static const char *default_name_of(const struct book *book, size_t i)
{
    static const struct {
        enum linux_account account;
        uint64_t splits;
        const char *name;
    } whole[] = {
        {LINUX_LOCKED, SPLIT_LOCKED_PFN | SPLIT_LOCKED_PSS, "locked pages"},
        {LINUX_SLAB, SPLIT_SLAB, "slab caches"},
        {LINUX_STACKS, SPLIT_STACKS, "kernel stacks"},
        {LINUX_VMALLOC, SPLIT_VMALLOC, "vmalloc memory"},
        {LINUX_TABLES, SPLIT_TABLES, "page tables"},
        {LINUX_HUGE, SPLIT_HUGETLB, "hugetlb pool"},
        {LINUX_COMPRESSED, SPLIT_BLOCK | SPLIT_ZSWAP, "compressed pages"},
    };

    for (size_t j = 0; j < sizeof whole / sizeof *whole; j++)
        if (whole[j].account == accounts[i].account && (book->ground.splits & whole[j].splits) == 0)
            return whole[j].name;
    return accounts[i].default_name;
}

static void claim_pages(struct book *book)
{
    account_begin(book->charges, ACCOUNT_PAGES, 0);
    if (splits(book, SPLIT_FDS))
        (void)claim_fd_objects(book->side, ACCOUNT_PAGES, book->same_boot, book->arena,
                               book->charges);
    if (splits(book, SPLIT_BLOCK))
        for (size_t i = 0; i < book->snap->device_count; i++)
            if (book->snap->devices[i].kind == DEVICE_RAMDISK && book->snap->devices[i].size.known)
                account_claim(book->charges, owner_device(&book->snap->devices[i]),
                              book->snap->devices[i].size.bytes, MEASURED);
    if (splits(book, SPLIT_CGROUPS))
        claim_cgroups(book->side, book->arena, book->charges);
    account_end_open(book->charges);
}

void linux_charges(const struct side *side, struct ground ground, bool same_boot,
                   struct arena *arena, struct charges *charges)
{
    struct book book = {
        side, side->snap, ground, same_boot, arena, charges, linux_side_terms(side)};

    *charges = (struct charges){.arena = arena, .wired_bytes = book.terms.wired_bytes};
    for (size_t i = 0; i < LINUX_ACCOUNTS; i++) {
        enum linux_account account = accounts[i].account;

        if ((ground.accounts & (uint64_t)1 << account) == 0)
            continue;
        account_begin(charges, linux_account_name(account), book.terms.accounts[account].bytes);
        accounts[i].claim(&book);
        account_end(charges, default_name_of(&book, i));
    }
    claim_pages(&book);
    charges_end(charges);
}
