/*
 * nouns.h - what only macOS says about itself: a part of the snapshot (formats/snapshot.h, whose
 * rules of units, absence, names and ownership hold here too).
 *
 * Two kinds of evidence lead here: our own bundles (kernel_memory.tsv, zones.tsv: to the byte) and
 * what Apple's tools print (zprint, vmmap, top ...: rounded, cut, of many releases).
 */
#ifndef FORMATS_APPLE_NOUNS_H
#define FORMATS_APPLE_NOUNS_H

#include "formats/amount.h"

/* Figures of the machine as a whole. The first source that says one is believed. */
enum mac_total {
    MAC_WIRED_VM_STAT,  /* wire_count: vm_stat, also its first columnar row; exact */
    MAC_WIRED_PRESSURE, /* the same: memory_pressure */
    MAC_WIRED_JETSAM,   /* the same: memoryPages.wired of a JetsamEvent or panic report */
    MAC_WIRED_TOP,      /* PhysMem; on Intel with firmware-reserved memory; rounded */
    MAC_WIRED_KERNEL,   /* VM_KERN_COUNT_WIRED: wire_count and the boot carve-out */
    MAC_BOOT_STOLEN,    /* VM_KERN_COUNT_BOOT_STOLEN: the boot carve-out, outside of wire_count */
    MAC_ZONES,          /* all zones: tag 12 of mach_memory_info, or zprint's line "zones" */
    MAC_COMPRESSOR,     /* pages occupied by the compressor; not wired */
    MAC_SWAP_TOTAL,
    MAC_SWAP_USED,
    MAC_MEMSIZE,        /* hw.memsize */
    MAC_MEMSIZE_USABLE, /* hw.memsize_usable: without the boot carve-out */
    MAC_GPU_LIMIT,      /* iogpu.wired_limit_mb, when it was set */
    MAC_TOTALS
};

/* One line of the kernel's own book: an entry of mach_memory_info, or a line of zprint's wired
 * table (macOS facts 2.1 to 2.5). Sizes are wired bytes. */
enum kernel_memory_kind {
    KERNEL_MEMORY_TAG,  /* a fixed tag; name "VM_KERN_MEMORY_IOKIT" */
    KERNEL_MEMORY_KMOD, /* an extension's tag: number is its load tag, name its bundle id if said */
    KERNEL_MEMORY_SITE, /* a call site in the kernel: number is its unslid address, 0 when only the
                              symbol in `name` is known */
    KERNEL_MEMORY_NAMED, /* a DMA mapper's sub-account, in no other line: "<bundle id>.DMA.<device>" */
    KERNEL_MEMORY_COUNTER, /* name "VM_KERN_COUNT_RESERVED" */
    KERNEL_MEMORY_VIEW     /* a view into other lines (maps, zone views): never added */
};

struct kernel_memory {
    enum kernel_memory_kind kind;
    const char *name; /* as zprint spells it; NULL: only the number is known */
    uint64_t number;  /* load tag or address: see kind; 0: not known */
    struct count tag; /* VM tag; dynamic ones differ from boot to boot */
    struct amount size;
    uint64_t resolution_bytes; /* of size: 1024 in zprint's text */
};

/* A stretch of memory that a process has wired by mlock (user_wired_count > 0): every page of it is
 * wired. The same object in two processes is wired once. */
struct wired_span {
    int32_t pid;
    uint64_t object_id; /* salted per boot, the same in every process; 0: not known, or its own */
    uint64_t offset_bytes; /* of the stretch in its object */
    uint64_t bytes;
    const char *type, *detail;
};

/* A VM object that a process owns, mapped or not: IOSurface, graphics, media (sysctl
 * vm.get_owned_vmobjects). One object has one owner. */
struct owned_object {
    int32_t pid;
    uint64_t object_id;
    struct count ledger_tag; /* 0 none, 1 default, 2 network, 3 media, 4 graphics, 5 neural */
    struct amount virtual_size, resident, wired;
};

/* Regions of one process, added up by type: of vmmap and its summaries, of footprint. */
struct region_type {
    int32_t pid;                          /* 0: not known (a few lines of a list), or kernel_task */
    const char *type;                     /* as the tool spells it: "MALLOC_LARGE (empty)" */
    const char *method;                   /* "vmmap", "vmmap summary", "footprint" */
    uint64_t count;                       /* 0: not said */
    struct amount virtual_size, resident; /* vmmap only */
    struct amount dirty, swapped;
    struct amount clean, reclaimable; /* footprint only */
    struct amount wired;              /* footprint: by whomever; our own vmmap lists: by mlock */
    uint64_t resolution_bytes;        /* the most that rounding can have moved one of them */
};

/* systemextensionsctl list: user programs in place of kernel extensions. */
struct system_extension {
    const char *category; /* "com.apple.system_extension.network_extension" */
    const char *team, *bundle_id, *version, *name;
    const char *state; /* "activated enabled" */
};

/* What a panic report of an exhausted zone map says. One at most is kept. */
struct panic {
    const char *zone;            /* "likely due to memory leak in zone": the one that is full; NULL:
                                    no such panic */
    const char *allocating_zone; /* in which memory ran out: usually a victim */
    const char *process;         /* that ran just then: usually a victim */
    const char **extensions;     /* bundle ids of the backtrace, topmost first */
    uint64_t extension_count;
};

struct swap_file {
    const char *name;
    struct amount size;
    uint64_t resolution_bytes; /* of size: "ls -lh" rounds it */
};

#endif
