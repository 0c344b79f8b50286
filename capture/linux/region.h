/*
 * region.h - what kind of memory a region is.
 *
 * Linux does not say; it follows from the name of what is mapped, the protection, and what lies
 * just below it. The word is one token and the REGION TYPE of vmmap/PID.txt and locked.tsv:
 *
 *     text rodata data bss file      an image or a mapped file
 *     heap stack thread_stack guard reserved anon
 *     shm memfd hugetlb secretmem    shared memory
 *     device dmabuf socket perf_ring io_uring bpf_map anon_inode
 *     vdso vvar vsyscall special     what the kernel maps by itself
 */
#ifndef CAPTURE_LINUX_REGION_H
#define CAPTURE_LINUX_REGION_H

#include "capture/linux/smaps.h"

/* What lies below the region that comes next. Zeroed at the first region of a process. */
struct region_below {
    uint64_t end;
    bool guard; /* few inaccessible pages: a stack may follow */
    bool data;  /* an image's data: its bss may follow */
};

/* The type of a region; regions come in the order of their addresses. */
const char *region_type(const struct smaps_region *region, struct region_below *below);

/* A region of huge pages, whatever it maps. */
bool region_is_hugetlb(const struct smaps_region *region);

/* The path without " (deleted)". */
struct str region_name(const struct smaps_region *region);

#endif
