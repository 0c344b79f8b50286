/*
 * locked.h - who holds which locked pages: to the byte, each page once.
 *
 * The kernel divides a locked page among all that map it; we divide it among those that lock it.
 * A page of n holders counts page/n for each, and what the division leaves goes to the first of
 * them, so that the sum is exact. However often a process locks a page, it holds it once; who merely
 * maps it holds nothing.
 *
 * However much is locked, this takes 8 MiB: pages that are mapped only once need no table, and the
 * others are counted window by window of page frames.
 */
#ifndef CAPTURE_LINUX_LOCKED_H
#define CAPTURE_LINUX_LOCKED_H

#include "capture/linux/pages.h"

/* A region whose pages are held. */
struct locked_region {
    uint64_t start, end, offset;
    uint64_t own_bytes, shared_bytes; /* result: mapped only here; part of what others map too */
    uint64_t windows;                 /* which windows (modulo 64) have pages that others map too */
    int32_t pid;
    bool hugetlb;    /* pages from the hugetlb pool, else unevictable ones */
    bool gone;       /* result: the process is gone */
    bool of_object;  /* an object holds the pages, and not the process */
    uint32_t object; /* which */
    const char *type, *detail;
};

/* Fills in the results of regions that processes hold, which come in the order of their pids.
 * False: out of memory. */
bool locked_share(struct pages *pages, struct locked_region *regions, size_t count);

#endif
