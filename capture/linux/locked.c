/* locked.c - see locked.h. */
#include "capture/linux/locked.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/linux/pages.h"

#define WINDOW_SHIFT 20 /* page frames in a window: 4 GiB of 4 KiB pages */
#define WINDOW_PAGES ((size_t)1 << WINDOW_SHIFT)
#define WINDOWS      65536 /* 256 TiB */

/* A page frame that is mapped more than once. */
struct shared_page {
    uint32_t holders;
    uint32_t last; /* the holder that was met last, so that it counts once */
};

/* Every region is read up to three times. */
enum pass {
    PASS_OWN,   /* pages that are mapped only here; notes in which windows the others are */
    PASS_COUNT, /* how many hold each page of the window */
    PASS_SHARE, /* what each of them gets */
};

struct share {
    const struct host *host;
    struct pages *pages;
    struct shared_page *table; /* of the current window */
    uint8_t *windows;          /* bit set: has pages that are mapped more than once */
    enum pass pass;
    uint64_t window;
    int32_t pid; /* whose pagemap is open */
    int pagemap;
    bool hidden; /* frames read as 0: no privilege */
};

static bool open_pagemap(struct share *share, int32_t pid)
{
    char path[64];

    if (share->pagemap >= 0 && share->pid == pid)
        return true;
    if (share->pagemap >= 0)
        (void)close(share->pagemap);
    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/pagemap", pid);
    share->pid = pid;
    share->pagemap = host_open(share->host, path);
    return share->pagemap >= 0;
}

static void note_window(struct share *share, struct locked_region *region, uint64_t window)
{
    if (window >= WINDOWS)
        return;
    share->windows[window / 8] |= (uint8_t)(1 << window % 8);
    region->windows |= (uint64_t)1 << window % 64;
}

/* Is this page of interest in this pass? */
static bool wanted(struct share *share, struct locked_region *region, uint64_t entry)
{
    uint64_t frame = PAGE_FRAME(entry);

    if ((entry & PAGE_PRESENT) == 0)
        return false;
    if (frame == 0) {
        share->hidden = true;
        return false;
    }
    /* A file's huge page in a private mapping is the file's until it is written to. */
    if (region->hugetlb && region->process && (entry & PAGE_FILE) != 0)
        return false;
    if (share->pass == PASS_OWN && (entry & PAGE_EXCLUSIVE) == 0)
        note_window(share, region, frame >> WINDOW_SHIFT);
    if (share->pass == PASS_OWN)
        return (entry & PAGE_EXCLUSIVE) != 0;
    return (entry & PAGE_EXCLUSIVE) == 0 && frame >> WINDOW_SHIFT == share->window;
}

static void count_page(struct shared_page *page, uint32_t holder)
{
    if (page->last == holder)
        return;
    page->last = holder;
    page->holders++;
}

static uint64_t part_of_page(struct shared_page *page, uint32_t holder, uint64_t page_bytes)
{
    bool first = page->last == 0;

    if (page->holders == 0 || page->last == holder)
        return 0;
    page->last = holder;
    return page_bytes / page->holders + (first ? page_bytes % page->holders : 0);
}

static void take_page(struct share *share, struct locked_region *region, uint64_t entry)
{
    struct shared_page *page = share->table + (PAGE_FRAME(entry) & (WINDOW_PAGES - 1));

    if (share->pass == PASS_OWN)
        region->own_bytes += share->host->page_bytes;
    else if (share->pass == PASS_COUNT)
        count_page(page, region->holder);
    else
        region->shared_bytes += part_of_page(page, region->holder, share->host->page_bytes);
}

static void read_chunk(struct share *share, struct locked_region *region, size_t count)
{
    struct pages *pages = share->pages;

    for (size_t i = 0; i < count; i++)
        if (!wanted(share, region, pages->entries[i]))
            pages->entries[i] = 0;
    if (share->pass != PASS_SHARE) /* what was not counted is not shared out */
        pages_keep(pages, count,
                   region->hugetlb ? FRAME_HUGE : FRAME_UNEVICTABLE | FRAME_MLOCKED);
    for (size_t i = 0; i < count; i++)
        if (pages->entries[i] != 0)
            take_page(share, region, pages->entries[i]);
}

static void read_region(struct share *share, struct locked_region *region)
{
    uint64_t page = region->start / share->host->page_bytes;
    uint64_t end = region->end / share->host->page_bytes;

    if (region->gone)
        return;
    if (!open_pagemap(share, region->pid)) {
        region->gone = true;
        return;
    }
    while (page < end && !share->hidden) {
        size_t count = end - page < PAGES_CHUNK ? (size_t)(end - page) : PAGES_CHUNK;

        count = pages_read(share->pages, share->pagemap, page, count);
        if (count == 0)
            return;
        read_chunk(share, region, count);
        page += count;
    }
}

static void run_pass(struct share *share, enum pass pass, struct locked_region *regions,
                     size_t count)
{
    uint64_t mask = (uint64_t)1 << share->window % 64;

    share->pass = pass;
    for (size_t i = 0; i < count; i++)
        if (pass == PASS_OWN || (regions[i].windows & mask) != 0)
            read_region(share, &regions[i]);
}

static void share_window(struct share *share, struct locked_region *regions, size_t count)
{
    memset(share->table, 0, WINDOW_PAGES * sizeof *share->table);
    run_pass(share, PASS_COUNT, regions, count);
    for (size_t i = 0; i < WINDOW_PAGES; i++)
        share->table[i].last = 0;
    run_pass(share, PASS_SHARE, regions, count);
}

static void share_all(struct share *share, struct locked_region *regions, size_t count)
{
    run_pass(share, PASS_OWN, regions, count);
    for (uint64_t window = 0; window < WINDOWS && !share->hidden; window++) {
        if ((share->windows[window / 8] & 1 << window % 8) == 0)
            continue;
        share->window = window;
        share_window(share, regions, count);
    }
}

bool locked_share(const struct host *host, struct locked_region *regions, size_t count,
                  int *errnum)
{
    struct share share = {.host = host, .pagemap = -1};
    bool shared = false;
    int kpageflags = host_open(host, "proc/kpageflags");

    *errnum = errno;
    if (kpageflags < 0)
        return false;
    share.pages = malloc(sizeof *share.pages);
    share.table = malloc(WINDOW_PAGES * sizeof *share.table);
    share.windows = calloc(WINDOWS / 8, 1);
    *errnum = ENOMEM;
    if (share.pages != NULL && share.table != NULL && share.windows != NULL) {
        share.pages->kpageflags = kpageflags;
        share_all(&share, regions, count);
        *errnum = EPERM;
        shared = !share.hidden;
    }
    if (share.pagemap >= 0)
        (void)close(share.pagemap);
    (void)close(kpageflags);
    free(share.pages);
    free(share.table);
    free(share.windows);
    return shared;
}
