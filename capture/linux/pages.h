/*
 * pages.h - the physical pages under a range of a process's memory.
 *
 * /proc/PID/pagemap has one word for each page of the range, /proc/kpageflags one for each page
 * frame. Both are read in chunks; 128 KiB, not for the stack of a thread.
 */
#ifndef CAPTURE_LINUX_PAGES_H
#define CAPTURE_LINUX_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGES_CHUNK 8192

/* Of a pagemap entry (Documentation/admin-guide/mm/pagemap.rst). */
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

struct pages {
    int kpageflags; /* descriptor */
    uint64_t entries[PAGES_CHUNK]; /* of pagemap; 0: not of interest */
    uint64_t flags[PAGES_CHUNK];
};

/* Reads the entries of the pages that start with page number `first`, count of them at most;
 * returns how many there are: 0 at the end, or when the process is gone. */
size_t pages_read(struct pages *pages, int pagemap, uint64_t first, size_t count);

/* Makes 0 of each of the first `count` entries whose frame has none of these flags. */
void pages_keep(struct pages *pages, size_t count, uint64_t flags);

#endif
