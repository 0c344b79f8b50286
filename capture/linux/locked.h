/*
 * locked.h - who holds which locked pages: to the byte, each page once.
 *
 * The kernel divides a locked page among all that map it; we divide it among those that lock it.
 * A page of n holders counts page/n for each, and what the division leaves goes to the first of
 * them, so that the sum is exact. A holder is a process, or an object that several processes map.
 * However often a holder maps a page, it holds it once; who merely maps it holds nothing.
 *
 * However much is locked, this takes 8 MiB: pages that are mapped only once need no table, and the
 * others are counted window by window of page frames.
 */
#ifndef CAPTURE_LINUX_LOCKED_H
#define CAPTURE_LINUX_LOCKED_H

#include "capture/linux/host.h"

/* A region whose pages are held. */
struct locked_region {
    uint64_t start, end;
    uint64_t own_bytes, shared_bytes; /* result: mapped only here; part of what is mapped elsewhere */
    uint64_t windows;   /* which windows (modulo 64) have pages that are mapped elsewhere too */
    uint32_t holder;    /* counted from 1, ascending in the array */
    int32_t pid;        /* where it is mapped */
    bool hugetlb;       /* pages from the hugetlb pool, else unevictable ones */
    bool process;       /* the holder is the process itself, else an object */
    bool gone;          /* result: the process is gone */
    uint32_t object;    /* of join.c */
    const char *type, *detail;
};

/* Fills in the results. False, with *errnum: page frames cannot be read. */
bool locked_share(const struct host *host, struct locked_region *regions, size_t count,
                  int *errnum);

#endif
