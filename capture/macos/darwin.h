/*
 * darwin.h - what Darwin's kernel answers with: layouts and constants.
 *
 * No header of Apple's is included, so that what decodes an answer compiles and is tested anywhere;
 * darwin_calls.h holds each layout here against Apple's own where there is one. The source of each
 * stands beside it: a file of XNU, which Apple publishes.
 *
 * All numbers are little-endian, as on every Mac. Fields that nobody reads have plain names too:
 * the layout is the point.
 */
#ifndef CAPTURE_MACOS_DARWIN_H
#define CAPTURE_MACOS_DARWIN_H

#include <assert.h>
#include <stdint.h>

/* Darwin's release, the first number of kern.osrelease, of those releases of macOS in which something
 * changed for us. */
enum {
    DARWIN_MACOS_10_13 = 17,
    DARWIN_MACOS_10_15 = 19,
    DARWIN_MACOS_11 = 20,
    DARWIN_MACOS_26 = 25
};

/* --- the host ------------------------------------------------------------------------------- */

/* osfmk/mach/vm_statistics.h, vm_statistics64 as of HOST_VM_INFO64_REV1: host_statistics64(). Older
 * kernels fill less of it, newer ones have more. Counts are in pages of the kernel. */
struct darwin_vm_statistics {
    uint32_t free_count, active_count, inactive_count, wire_count;
    uint64_t zero_fill_count, reactivations, pageins, pageouts, faults, cow_faults, lookups, hits,
        purges;
    uint32_t purgeable_count, speculative_count;
    uint64_t decompressions, compressions, swapins, swapouts;
    uint32_t compressor_page_count, throttled_count, external_page_count, internal_page_count;
    uint64_t total_uncompressed_pages_in_compressor;
};
static_assert(sizeof(struct darwin_vm_statistics) == 152, "vm_statistics64");

/* osfmk/mach_debug/zone_info.h, mach_memory_info_t: since Darwin 17. */
struct darwin_memory_info {
    uint64_t flags, site, size, free, largest, collectable_bytes, mapped, peak;
    uint16_t tag, zone, reserved_a[2];
    uint64_t reserved[3];
    char name[80]; /* not always terminated */
};
static_assert(sizeof(struct darwin_memory_info) == 176, "mach_memory_info_t");

/* The same file in XNU 3248 and 3789: Darwin 15 and 16. An entry's tag is its index. */
struct darwin_memory_info_old {
    uint64_t flags, site, size, free, largest, collectable_bytes, reserved[2];
};
static_assert(sizeof(struct darwin_memory_info_old) == 64, "mach_memory_info_t before Darwin 17");

/* osfmk/mach_debug/zone_info.h, mach_zone_name_t and mach_zone_info_t */
struct darwin_zone_name {
    char name[80];
};
static_assert(sizeof(struct darwin_zone_name) == 80, "mach_zone_name_t");

struct darwin_zone_info {
    uint64_t count, cur_size, max_size, elem_size, alloc_size, sum_size, exhaustible;
    uint64_t collectable; /* lowest bit: whether; above it: how many bytes */
};
static_assert(sizeof(struct darwin_zone_info) == 64, "mach_zone_info_t");

/* osfmk/mach/vm_statistics.h, private part: flags of a mach_memory_info_t. The type is a number,
 * not bits. VM_KERN_SITE_NAMED is tested before the type. */
#define VM_KERN_SITE_TYPE      UINT64_C(0x00ff)
#define VM_KERN_SITE_WIRED     UINT64_C(0x0100)
#define VM_KERN_SITE_HIDE      UINT64_C(0x0200)
#define VM_KERN_SITE_NAMED     UINT64_C(0x0400)
#define VM_KERN_SITE_ZONE      UINT64_C(0x0800)
#define VM_KERN_SITE_ZONE_VIEW UINT64_C(0x1000)
#define VM_KERN_SITE_KALLOC    UINT64_C(0x2000)
enum { VM_KERN_SITE_TAG, VM_KERN_SITE_KMOD, VM_KERN_SITE_KERNEL, VM_KERN_SITE_COUNTER };

/* The same file: tags and counters that a capture has to know. The reader names them all. */
enum { VM_KERN_MEMORY_PTE = 11, VM_KERN_MEMORY_ZONE = 12, VM_KERN_MEMORY_MLOCK = 24 };
enum {
    VM_KERN_COUNT_MANAGED,
    VM_KERN_COUNT_RESERVED,
    VM_KERN_COUNT_WIRED,
    VM_KERN_COUNT_WIRED_MANAGED,
    VM_KERN_COUNT_STOLEN,
    VM_KERN_COUNT_LOPAGE,
    VM_KERN_COUNT_BOOT_STOLEN = 10
};

/* bsd/sys/sysctl.h: vm.swapusage */
struct darwin_swap_usage {
    uint64_t total, available, used;
    uint32_t page_bytes;
    int32_t encrypted;
};
static_assert(sizeof(struct darwin_swap_usage) == 32, "xsw_usage");

/* --- regions -------------------------------------------------------------------------------- */

/* osfmk/mach/vm_region.h, packed to 4 bytes: mach_vm_region_recurse. A count of 12 to 15 words asks
 * for the short layout, which costs no look at pages; from 16 on it is the long one, as far as the
 * kernel knows it: pages_reusable with 17, object_id_full with 19. */
#pragma pack(push, 4)
struct darwin_region {
    int32_t protection, max_protection;
    uint32_t inheritance;
    uint64_t offset;
    uint32_t user_tag, pages_resident, pages_shared_now_private, pages_swapped_out, pages_dirtied,
        ref_count;
    uint16_t shadow_depth;
    uint8_t external_pager, share_mode;
    int32_t is_submap, behavior;
    uint32_t object_id;
    uint16_t user_wired_count;
    uint32_t pages_reusable;
    uint64_t object_id_full;
};

struct darwin_region_short {
    int32_t protection, max_protection;
    uint32_t inheritance;
    uint64_t offset;
    uint32_t user_tag, ref_count;
    uint16_t shadow_depth;
    uint8_t external_pager, share_mode;
    int32_t is_submap, behavior;
    uint32_t object_id;
    uint16_t user_wired_count;
};
#pragma pack(pop)
static_assert(sizeof(struct darwin_region) == 76, "vm_region_submap_info_64");
static_assert(sizeof(struct darwin_region_short) == 48, "vm_region_submap_short_info_64");

enum {
    DARWIN_REGION_SHORT_COUNT = 12,
    DARWIN_REGION_V0_COUNT = 16,
    DARWIN_REGION_V1_COUNT = 17,
    DARWIN_REGION_COUNT = 19
};

/* The same file, SM_* */
enum {
    DARWIN_SHARE_COW = 1,
    DARWIN_SHARE_PRIVATE,
    DARWIN_SHARE_EMPTY,
    DARWIN_SHARE_SHARED,
    DARWIN_SHARE_TRUESHARED,
    DARWIN_SHARE_PRIVATE_ALIASED,
    DARWIN_SHARE_SHARED_ALIASED,
    DARWIN_SHARE_LARGE_PAGE
};

/* bsd/sys/proc_info.h: PROC_PIDREGIONINFO. Submaps are not descended. */
struct darwin_proc_region {
    uint32_t protection, max_protection, inheritance, flags;
    uint64_t offset;
    uint32_t behavior, user_wired_count, user_tag, pages_resident, pages_shared_now_private,
        pages_swapped_out, pages_dirtied, ref_count, shadow_depth, share_mode,
        private_pages_resident, shared_pages_resident, object_id, depth;
    uint64_t address, size;
};
static_assert(sizeof(struct darwin_proc_region) == 96, "proc_regioninfo");

enum { DARWIN_PROC_REGION_SUBMAP = 1, DARWIN_PROC_REGION_SHARED = 2 }; /* its flags */

/* The same file: PROC_PIDREGIONPATHINFO and, with vnodes only and without a look at pages,
 * PROC_PIDREGIONPATHINFO2. */
struct darwin_proc_region_path {
    struct darwin_proc_region region;
    uint64_t vnode[19]; /* struct vinfo_stat, then the vnode's type and file system */
    char path[1024];
};
static_assert(sizeof(struct darwin_proc_region_path) == 1272, "proc_regionwithpathinfo");

/* bsd/sys/proc_info.h and, for those that it has under PRIVATE, bsd/sys/proc_info_private.h */
enum {
    DARWIN_PIDREGIONINFO = 7,
    DARWIN_PIDREGIONPATHINFO = 8,
    DARWIN_PIDUNIQIDENTIFIERINFO = 17,
    DARWIN_PIDREGIONPATHINFO2 = 22,
    DARWIN_PIDIPCTABLEINFO = 32
};

/* bsd/sys/proc_info.h: PROC_PIDLISTFDS */
struct darwin_file {
    int32_t number;
    uint32_t type;
};
static_assert(sizeof(struct darwin_file) == 8, "proc_fdinfo");

enum { DARWIN_FILE_SOCKET = 2, DARWIN_FILE_PIPE = 6 }; /* its types */

/* bsd/sys/proc_info_private.h: DARWIN_PIDUNIQIDENTIFIERINFO, _PIDIPCTABLEINFO */
struct darwin_unique_id {
    uint8_t uuid[16];           /* of the main executable */
    uint64_t unique, parent;    /* never used again in one boot */
    int32_t version, reserved1; /* version: counts what pid's process became by exec */
    uint64_t reserved2, reserved3;
};
static_assert(sizeof(struct darwin_unique_id) == 56, "proc_uniqidentifierinfo");

struct darwin_ipc_table {
    uint32_t size, free;
};
static_assert(sizeof(struct darwin_ipc_table) == 8, "proc_ipctableinfo");

/* bsd/sys/resource.h, rusage_info_v0: in every release since 10.9. */
struct darwin_rusage {
    uint8_t uuid[16];
    uint64_t user_time, system_time, idle_wakeups, interrupt_wakeups, pageins, wired_size,
        resident_size, footprint, start_abstime, exit_abstime;
};
static_assert(sizeof(struct darwin_rusage) == 96, "rusage_info_v0");

/* --- ledgers -------------------------------------------------------------------------------- */

/* osfmk/kern/ledger.h: commands of ledger(2). The template names what the entries are; number and
 * order of them change with the release. */
enum { DARWIN_LEDGER_INFO, DARWIN_LEDGER_ENTRY_INFO, DARWIN_LEDGER_TEMPLATE_INFO };

struct darwin_ledger_template {
    char name[32], group[32], units[32];
};
static_assert(sizeof(struct darwin_ledger_template) == 96, "ledger_template_info");

struct darwin_ledger_entry {
    int64_t balance, credit, debit;
    uint64_t limit, refill, last;
};
static_assert(sizeof(struct darwin_ledger_entry) == 48, "ledger_entry_info");

/* --- identity ------------------------------------------------------------------------------- */

/* osfmk/kern/cs_blobs.h and bsd/sys/codesign.h: operations of csops(2). Identity and team are a
 * blob: a magic number and its own length, both big-endian, then the text and a NUL. */
enum {
    DARWIN_CS_STATUS = 0,
    DARWIN_CS_CDHASH = 5,
    DARWIN_CS_IDENTITY = 11,
    DARWIN_CS_TEAMID = 14,
    DARWIN_CS_BLOB_HEADER = 8
};

/* The first of them: flags of the status. */
#define DARWIN_CS_VALID           UINT32_C(0x00000001)
#define DARWIN_CS_GET_TASK_ALLOW  UINT32_C(0x00000004)
#define DARWIN_CS_RUNTIME         UINT32_C(0x00010000)
#define DARWIN_CS_PLATFORM_BINARY UINT32_C(0x04000000)

/* --- objects that a process owns ------------------------------------------------------------ */

/* bsd/vm/vm_unix.c and osfmk/kern/kern_sysctl.h, vm_object_query_data_t: the sysctl
 * vm.get_owned_vmobjects (Darwin 19 and later), asked with a task port's name as new value. It
 * answers with a number of entries, 64 bits, and the entries; without a buffer with the bytes that
 * it wants to have, which may be more a moment later. It fills what there is room for and does not
 * say that more was left. */
struct darwin_owned_object {
    uint64_t object_id; /* as object_id_full of a region */
    uint64_t virtual_size, resident_size, wired_size, reusable_size, compressed_size;
    uint64_t bits; /* no footprint : 1, ledger tag : 3, purgable : 2, from the lowest */
};
static_assert(sizeof(struct darwin_owned_object) == 56, "vm_object_query_data_t");

#endif
