/*
 * linux_terms.h - wired memory on Linux, and the accounts it consists of.
 *
 * Linux has no counter of wired memory; it is what is left of MemTotal when everything that is
 * free or can be reclaimed is taken off:
 *
 *     W = MemTotal - MemFree - PCP - (Active + Inactive) - isolated - KReclaimable
 *
 * PCP are free pages parked on per-CPU lists (zoneinfo "count:"), which MemFree does not hold.
 * W is then split, from counters that do not overlap, into the accounts below; what they leave
 * is the residual: pages taken with alloc_pages() and counted nowhere. The formula, its proof
 * and its traps: linux facts 1.1 to 1.6.
 *
 * A field that a kernel does not have makes its account not known; the account is then part of
 * the residual. wirecap uses this to choose the sample that it keeps, wirediff to recompute the
 * headline from the raw files, so that both always agree.
 */
#ifndef FORMATS_LINUX_TERMS_H
#define FORMATS_LINUX_TERMS_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/str.h"

/* Counters as the kernel prints them, all in bytes. One line each in the table of
 * linux_terms.c, with the file and the key. */
enum linux_counter {
    /* meminfo */
    LINUX_MEM_TOTAL,
    LINUX_MEM_FREE,
    LINUX_ACTIVE,
    LINUX_INACTIVE,
    LINUX_UNEVICTABLE,
    LINUX_KRECLAIMABLE,
    LINUX_SRECLAIMABLE,
    LINUX_SUNRECLAIM,
    LINUX_KERNEL_STACK,
    LINUX_PAGE_TABLES,
    LINUX_SEC_PAGE_TABLES,
    LINUX_BOUNCE,
    LINUX_WRITEBACK_TMP,
    LINUX_VMALLOC_USED,
    LINUX_PERCPU,
    LINUX_HARDWARE_CORRUPTED,
    LINUX_HUGETLB,
    LINUX_ZSWAP,
    LINUX_BALLOON,
    LINUX_GPU_ACTIVE,
    LINUX_SWAP_TOTAL,
    LINUX_SHMEM,
    LINUX_ANON,
    /* vmstat */
    LINUX_ISOLATED_ANON,
    LINUX_ISOLATED_FILE,
    LINUX_ZSPAGES,
    LINUX_MEMMAP,
    LINUX_PIN_ACQUIRED,
    LINUX_PIN_RELEASED,
    LINUX_BALLOON_INFLATED,
    LINUX_BALLOON_DEFLATED,
    /* zoneinfo */
    LINUX_PCP,
    LINUX_PRESENT,
    LINUX_MANAGED,
    /* dmesg, or kallsyms: the boot-time part of Percpu, which lies outside MemTotal */
    LINUX_FIRST_CHUNK,
    LINUX_COUNTERS
};

struct linux_raw {
    struct {
        uint64_t bytes;
        bool known;
    } counters[LINUX_COUNTERS];
    /* Pieces of LINUX_FIRST_CHUNK while they are being read. */
    uint64_t first_chunk_pages_per_cpu, possible_cpus;
};

enum linux_account {
    LINUX_LOCKED,       /* Unevictable: mlock, ramfs, secretmem, SHM_LOCK */
    LINUX_SLAB,         /* SUnreclaim, with kmalloc beyond 8 KiB */
    LINUX_STACKS,       /* KernelStack */
    LINUX_VMALLOC,      /* VmallocUsed without the stacks */
    LINUX_TABLES,       /* PageTables */
    LINUX_SEC_TABLES,   /* SecPageTables: KVM, IOMMU */
    LINUX_PER_CPU,      /* Percpu without the first chunk */
    LINUX_HUGE,         /* Hugetlb: all sizes, in use or not */
    LINUX_COMPRESSED,   /* nr_zspages: zram and zswap */
    LINUX_PAGE_STRUCTS, /* nr_memmap_pages */
    LINUX_BOUNCES,      /* Bounce + WritebackTmp */
    LINUX_BALLOONED,    /* only a balloon with deflate-on-oom */
    LINUX_CORRUPTED,    /* HardwareCorrupted */
    LINUX_GPU,          /* GPUActive */
    LINUX_ACCOUNTS
};

struct linux_terms {
    bool known; /* false: a field that W needs is missing */
    int64_t wired_bytes;
    int64_t residual_bytes; /* wired - sum of the known accounts */
    struct {
        uint64_t bytes;
        bool known;
    } accounts[LINUX_ACCOUNTS];
    /* Beside the total, never in it; 0 also when not known: */
    uint64_t boot_bytes;   /* reserved before the allocator existed: present - managed */
    uint64_t pinned_bytes; /* FOLL_PIN references on pageable lists: a lower bound */
    bool boot_known, pinned_known;
};

/* The name of an account, as reports and samples.tsv spell it: "locked", "slab". */
const char *linux_account_name(enum linux_account account);

/* Readers of the raw files; each sets the counters that it finds, keyed by the whole key at the
 * start of a line. False: not one known key was found, so this is not that file. */
bool linux_meminfo(struct str text, struct linux_raw *raw);
bool linux_vmstat(struct str text, uint64_t page_bytes, struct linux_raw *raw);
bool linux_zoneinfo(struct str text, uint64_t page_bytes, struct linux_raw *raw);
bool linux_dmesg(struct str text, uint64_t page_bytes, struct linux_raw *raw);

/* The terms. vmap_stack: kernel stacks are part of VmallocUsed. balloon_inside: the balloon
 * negotiated deflate-on-oom; otherwise that account is known to be 0. */
struct linux_terms linux_terms_of(const struct linux_raw *raw, bool vmap_stack,
                                  bool balloon_inside);

#endif
