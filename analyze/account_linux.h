/*
 * account_linux.h - a Linux snapshot to charges.
 *
 * Accounts and owners: DESIGN 2.2, linux facts 1 to 3. The headline and the size of each account
 * come from linux_terms.h; who holds what in an account is claimed here:
 *
 *   locked       locked.tsv by page frame (objects first, then lockers); else smaps `Locked`
 *   stacks       threads x stack size (exact on Linux: every stack has the same size)
 *   page tables  VmPTE
 *   hugetlb      locked.tsv
 *   slab         caches whose reclaim_account is 0; the rest is kmalloc beyond 8 KiB
 *   vmalloc      callers, by symbol and module; BPF maps by the process that holds them
 *   compressed   zram devices, zswap
 *   pages        taken directly from the page allocator: BPF ring buffers, io_uring rings, dma-bufs,
 *                RAM disks; then what a control group's kernel memory holds beyond all other terms
 */
#ifndef ANALYZE_ACCOUNT_LINUX_H
#define ANALYZE_ACCOUNT_LINUX_H

#include "analyze/charges.h"
#include "analyze/common.h"

/* Bits of ground.splits. Bits of ground.accounts are 1 << enum linux_account. */
enum linux_split {
    SPLIT_LOCKED_PFN = 1 << 0,
    SPLIT_LOCKED_PSS = 1 << 1,
    SPLIT_HUGETLB = 1 << 2,
    SPLIT_TABLES = 1 << 3,
    SPLIT_STACKS = 1 << 4,
    SPLIT_SLAB = 1 << 5,
    SPLIT_VMALLOC = 1 << 6,
    SPLIT_BLOCK = 1 << 7,
    SPLIT_FDS = 1 << 8,
    SPLIT_CGROUPS = 1 << 9,
    SPLIT_ZSWAP = 1 << 10,
};

#define ACCOUNT_PAGES "pages" /* taken directly from the page allocator */

/* The headline's terms, as the snapshot's manifest says they must be read. */
struct linux_terms linux_side_terms(const struct side *side);

/* What this snapshot can tell. */
struct ground linux_ground(const struct side *side);

/* Charges on this ground. same_boot: ids of kernel objects are comparable with the other side's.
 * Strings and lists live in the arena. */
void linux_charges(const struct side *side, struct ground ground, bool same_boot,
                   struct arena *arena, struct charges *charges);

#endif
