/*
 * pages.h - the physical pages under a range of a process's memory.
 *
 * /proc/PID/pagemap has one word for each page of the range, /proc/kpageflags one for each page
 * frame. Both are read in chunks. Reading stops for good when page frames turn out to be hidden
 * from us, or after PAGES_US: 80 ns a page are a long time where terabytes are locked.
 */
#ifndef CAPTURE_LINUX_PAGES_H
#define CAPTURE_LINUX_PAGES_H

#include "capture/linux/host.h"

#define PAGES_CHUNK 8192
#define PAGES_US    60000000

/* Of an entry (Documentation/admin-guide/mm/pagemap.rst). */
#define PAGE_FRAME(entry) ((entry) & (((uint64_t)1 << 55) - 1))
#define PAGE_EXCLUSIVE    ((uint64_t)1 << 56) /* mapped here only */
#define PAGE_FILE         ((uint64_t)1 << 61) /* of a file or shared, not private */
#define PAGE_PRESENT      ((uint64_t)1 << 63)

/* Of a word of kpageflags: linux/kernel-page-flags.h. */
#define FRAME_HEAD        ((uint64_t)1 << 15)
#define FRAME_TAIL        ((uint64_t)1 << 16)
#define FRAME_HUGE        ((uint64_t)1 << 17) /* hugetlb */
#define FRAME_UNEVICTABLE ((uint64_t)1 << 18)
#define FRAME_MLOCKED     ((uint64_t)1 << 33)
#define FRAME_LOCKED      (FRAME_UNEVICTABLE | FRAME_MLOCKED)

struct pages {
    const struct host *host;
    int kpageflags; /* descriptors, or -1 */
    int pagemap;
    int32_t pid; /* whose pagemap it is */
    uint64_t deadline_us;
    int errnum;                    /* why it stopped for good: EPERM or ETIME; else 0 */
    uint64_t entries[PAGES_CHUNK]; /* 0: not there, or not of interest */
    uint64_t flags[PAGES_CHUNK];
};

/* NULL, with *errnum: kpageflags cannot be read. */
struct pages *pages_create(const struct host *host, int *errnum);
void pages_free(struct pages *pages);

/* The process to read from now on; false: it is gone. */
bool pages_open(struct pages *pages, int32_t pid);

/* Reads the entries of the pages from page number `first` of the address space on, `count` of them
 * at most; returns how many: 0 at the end, when the process is gone, and when it is all over. */
size_t pages_read(struct pages *pages, uint64_t first, uint64_t count);

/* Makes 0 of each of the first `count` entries whose frame has none of these flags. */
void pages_keep(struct pages *pages, size_t count, uint64_t flags);

#endif
