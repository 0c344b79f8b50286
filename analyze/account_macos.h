/*
 * account_macos.h - a snapshot of a Mac to charges.
 *
 * Accounts and owners: DESIGN 2.1, macOS facts 2.3 to 2.5, 4 and 5. With the kernel's own book on
 * both sides (mach_memory_info, or zprint's wired table) the accounts are its lines, a partition of
 * WIRED - BOOT_STOLEN:
 *
 *   VM_KERN_COUNT_*, VM_KERN_MEMORY_*   each a row of the kernel, but for the two tags below
 *   extension memory    KMOD tags and their DMA mappers, by bundle id
 *   graphics memory     the tag of a graphics driver, by the processes that own its objects
 *   kernel call sites   by symbol, or by address within one kernel
 *   DMA mappers         those that belong to no extension
 *   zones               tag 12, by zone; rows of zprint's zone table where there is no tag 12
 *   mlocked memory      tag MLOCK, by the processes that locked it
 *   page tables         tag PTE, by the processes' ledgers (arm64)
 *
 * Without it zones, locked memory and page tables are charged as far as they are known, and the
 * rest is residual. Without any total the zones that both sides list are all there is to compare.
 */
#ifndef ANALYZE_ACCOUNT_MACOS_H
#define ANALYZE_ACCOUNT_MACOS_H

#include "analyze/charges.h"
#include "analyze/common.h"

/* Bits of ground.accounts: what there is in all. */
enum mac_known {
    KNOWS_BOOK = 1 << 0,       /* VM_KERN_COUNT_WIRED and the lines that it consists of */
    KNOWS_WIRE_COUNT = 1 << 1, /* wire_count: of vm_stat, memory_pressure, a JetsamEvent */
    KNOWS_TOP = 1 << 2,        /* a total at all, be it top's rounded one */
    KNOWS_ZONE_TAG = 1 << 3,   /* tag 12: zones with what the allocator needs for itself */
    KNOWS_ZONE_SUM = 1 << 4,   /* what zprint adds up */
    KNOWS_ZONES = 1 << 5,      /* zones, one by one */
};

/* Bits of ground.splits. */
enum mac_split {
    SPLIT_EXTENSIONS = 1 << 0,
    SPLIT_SYMBOLS = 1 << 1,
    SPLIT_ADDRESSES = 1 << 2,
    SPLIT_MLOCKED = 1 << 3,
    SPLIT_PAGE_TABLES = 1 << 4,
    SPLIT_GRAPHICS = 1 << 5,
};

#define ACCOUNT_EXTENSIONS "extension memory"
#define ACCOUNT_GRAPHICS   "graphics memory"
#define ACCOUNT_SITES      "kernel call sites"
#define ACCOUNT_MAPPERS    "DMA mappers"
#define ACCOUNT_ZONES      "zones"
#define ACCOUNT_MLOCKED    "mlocked memory"
#define ACCOUNT_TABLES     "page tables"

/* What this snapshot can tell. */
struct ground mac_ground(const struct side *side);

/* Whether a total, or at least zones, are known on this ground. */
bool mac_has_headline(struct ground ground);

/* The headline of this side on this ground; not known when it is a sum of zones. */
struct figure mac_headline(const struct side *side, struct ground ground);

/* Charges on this ground. Strings and lists live in the arena. */
void mac_charges(const struct side *side, struct ground ground, bool same_boot, struct arena *arena,
                 struct charges *charges);

#endif
