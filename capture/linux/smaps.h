/*
 * smaps.h - /proc/PID/smaps, piece by piece.
 *
 * The file can be hundreds of megabytes and arrives in pieces of a page; it is taken apart while it
 * arrives, with room for one line and one region. What is in it is not trusted: a process chooses
 * the names of the files that it maps.
 *
 *     7f0c2a000000-7f0c2a021000 rw-p 00001000 fe:00 247134      /usr/lib/libz.so
 *     Rss:                 132 kB
 *     ...
 *     VmFlags: rd wr mr mw me ac lo
 */
#ifndef CAPTURE_LINUX_SMAPS_H
#define CAPTURE_LINUX_SMAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/str.h"

#define SMAPS_LINE_MAX  32768 /* what is longer is cut */
#define SMAPS_FLAGS_MAX 512

/* Figures that are kept; one line each in the table of smaps.c. */
enum smaps_figure {
    SMAPS_RSS,
    SMAPS_SHARED_CLEAN,
    SMAPS_SHARED_DIRTY,
    SMAPS_PRIVATE_CLEAN,
    SMAPS_PRIVATE_DIRTY,
    SMAPS_LAZY_FREE,
    SMAPS_SHARED_HUGETLB,
    SMAPS_PRIVATE_HUGETLB,
    SMAPS_SWAP,
    SMAPS_LOCKED, /* resident and under mlock, divided by the number of mappers */
    SMAPS_FIGURES
};

struct smaps_region {
    uint64_t start, end; /* addresses; start < end */
    uint64_t offset, inode;
    uint32_t major, minor;
    char protection[4]; /* "r-xp", not terminated */
    struct str path;    /* as it is on disk; empty when there is none */
    struct str flags;   /* VmFlags as printed: "rd wr mr"; empty when not known */
    uint64_t bytes[SMAPS_FIGURES];
    bool known[SMAPS_FIGURES];
};

/* Called once for each region; it is gone after the call. */
typedef void smaps_region_fn(void *context, const struct smaps_region *region);

/* About 65 KiB: not for the stack of a thread. */
struct smaps {
    smaps_region_fn *each;
    void *context;
    bool in_region;
    struct smaps_region region;
    char path[SMAPS_LINE_MAX];
    char flags[SMAPS_FLAGS_MAX];
    char line[SMAPS_LINE_MAX]; /* the beginning of a line whose end is to come */
    size_t line_len;
};

void smaps_begin(struct smaps *smaps, smaps_region_fn *each, void *context);
void smaps_feed(struct smaps *smaps, const char *bytes, size_t len);

/* The last region. */
void smaps_end(struct smaps *smaps);

/* Is a flag such as "lo" among the VmFlags? */
bool smaps_flag(const struct smaps_region *region, const char flag[2]);

#endif
