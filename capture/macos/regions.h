/*
 * regions.h - going through the memory map of a process, by either call that the kernel has for it.
 *
 * mach_vm_region_recurse needs a port of the task; it goes into submaps, knows objects by 64 bits,
 * and need not look at pages: its short answer costs the same however large the region is. The long
 * one looks at every page of a region while it holds its object's lock, so it is asked for only
 * where it tells something about wired memory, and of no region beyond REGION_LONG_MAX unless all
 * is asked for. proc_pidinfo needs no port, stops at submaps, and always looks at all pages.
 *
 * Neither of them stops the process, which goes on changing its map: what comes next is asked for by
 * address. Paths of mapped files come from a second call, which does not look at pages.
 */
#ifndef CAPTURE_MACOS_REGIONS_H
#define CAPTURE_MACOS_REGIONS_H

#include "formats/snapshot.h"

#define REGION_LONG_MAX ((uint64_t)4 << 30) /* bytes of a region whose pages may be looked at */

/* One region, or a submap: a part of the map that many processes share. */
struct region {
    uint64_t start, end;
    unsigned depth; /* of submaps that it is in */
    bool submap;
    uint32_t protection, max_protection; /* bits: read, write, execute */
    uint32_t tag;                        /* who allocated it: region_names.h */
    uint32_t share_mode;                 /* DARWIN_SHARE_* */
    uint32_t user_wired_count;           /* more than 0: every page is wired, by mlock */
    uint64_t offset_bytes;               /* in the object */
    uint64_t object_id;                  /* the same wherever it is mapped; 0: not asked for */
    enum yes_no pager;                   /* whether a file, or a device, is behind it */
    struct amount resident, dirty, swapped;
    struct str path; /* of the file, as far as it is known; else empty */
};

/* The kernel's calls. Tests give answers of their own. */
struct region_calls {
    void *context;

    /* mach_vm_region_recurse: a kern_return_t. NULL: there is no port. */
    int (*recurse)(void *context, uint64_t *address, uint64_t *size, uint32_t *depth, void *info,
                   uint32_t *count);

    /* proc_pidinfo: how many bytes it filled in, or an errno, negated. */
    int (*info)(void *context, int flavor, uint64_t address, void *bytes, uint32_t size);
};

typedef void region_visit_fn(void *context, const struct region *region);

struct region_walk {
    const struct region_calls *calls;
    uint64_t page_bytes; /* what the kernel counts in for us */
    bool full;           /* look at all pages of all regions */
    region_visit_fn *visit;
    void *context;
};

/* Each visits all regions from the lowest address on, and submaps too; the first goes on with what is
 * in them, and says how deep. OK: the map was read to its end. */
enum status regions_of_task(const struct region_walk *walk);
enum status regions_of_pid(const struct region_walk *walk);

#endif
