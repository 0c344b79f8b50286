/* locked.c - see locked.h. */
#include "capture/linux/locked.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_SHIFT 20 /* page frames in a window: 4 GiB of 4 KiB pages */
#define WINDOW_PAGES ((size_t)1 << WINDOW_SHIFT)
#define WINDOWS      65536 /* 256 TiB */

/* A page frame that is mapped more than once. */
struct shared_page {
    int32_t holders;
    int32_t last; /* the pid that was met last, so that it counts once; 0: none yet */
};

/* Every region is read up to three times. */
enum pass {
    PASS_OWN,   /* pages that are mapped only here; notes in which windows the others are */
    PASS_COUNT, /* how many hold each page of the window */
    PASS_SHARE, /* what each of them gets */
};

struct share {
    struct pages *pages;
    struct shared_page *table; /* of the current window */
    uint8_t *windows;          /* bit set: has pages that are mapped more than once */
    enum pass pass;
    uint64_t window;
};

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

    if (entry == 0)
        return false;
    /* A file's huge page in a private mapping is the file's until it is written to. */
    if (region->hugetlb && (entry & PAGE_FILE) != 0)
        return false;
    if (share->pass == PASS_OWN && (entry & PAGE_EXCLUSIVE) == 0)
        note_window(share, region, frame >> WINDOW_SHIFT);
    if (share->pass == PASS_OWN)
        return (entry & PAGE_EXCLUSIVE) != 0;
    return (entry & PAGE_EXCLUSIVE) == 0 && frame >> WINDOW_SHIFT == share->window;
}

static void count_page(struct shared_page *page, int32_t pid)
{
    if (page->last == pid)
        return;
    page->last = pid;
    page->holders++;
}

static uint64_t part_of_page(struct shared_page *page, int32_t pid, uint64_t page_bytes)
{
    bool first = page->last == 0;
    uint64_t holders = (uint64_t)page->holders;

    if (holders == 0 || page->last == pid)
        return 0;
    page->last = pid;
    return page_bytes / holders + (first ? page_bytes % holders : 0);
}

static void take_page(struct share *share, struct locked_region *region, uint64_t entry)
{
    struct shared_page *page = share->table + (PAGE_FRAME(entry) & (WINDOW_PAGES - 1));
    uint64_t page_bytes = share->pages->host->page_bytes;

    if (share->pass == PASS_OWN)
        region->own_bytes += page_bytes;
    else if (share->pass == PASS_COUNT)
        count_page(page, region->pid);
    else
        region->shared_bytes += part_of_page(page, region->pid, page_bytes);
}

/* Once one holder's page was found to be locked, so it is for the others. */
static bool counted_before(struct share *share, const struct locked_region *region, uint64_t entry)
{
    struct shared_page *page = share->table + (PAGE_FRAME(entry) & (WINDOW_PAGES - 1));

    if (share->pass != PASS_COUNT || page->holders == 0)
        return false;
    count_page(page, region->pid);
    return true;
}

static void read_chunk(struct share *share, struct locked_region *region, size_t count)
{
    struct pages *pages = share->pages;

    for (size_t i = 0; i < count; i++)
        if (!wanted(share, region, pages->entries[i]) ||
            counted_before(share, region, pages->entries[i]))
            pages->entries[i] = 0;
    if (share->pass != PASS_SHARE) /* what was not counted is not shared out */
        pages_keep(pages, count, region->hugetlb ? FRAME_HUGE : FRAME_LOCKED);
    for (size_t i = 0; i < count; i++)
        if (pages->entries[i] != 0)
            take_page(share, region, pages->entries[i]);
}

static void read_region(struct share *share, struct locked_region *region)
{
    uint64_t page_bytes = share->pages->host->page_bytes;
    uint64_t page = region->start / page_bytes;
    uint64_t end = region->end / page_bytes;
    size_t got = 1;

    if (!region->gone)
        region->gone = !pages_open(share->pages, region->pid);
    if (region->gone)
        return;
    while (page < end && got > 0) {
        got = pages_read(share->pages, page, end - page);
        read_chunk(share, region, got);
        page += got;
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

bool locked_share(struct pages *pages, struct locked_region *regions, size_t count)
{
    struct share share = {.pages = pages};
    bool room;

    share.table = malloc(WINDOW_PAGES * sizeof *share.table);
    share.windows = calloc(WINDOWS / 8, 1);
    room = share.table != NULL && share.windows != NULL;
    if (room)
        run_pass(&share, PASS_OWN, regions, count);
    for (uint64_t window = 0; room && window < WINDOWS && pages->errnum == 0; window++) {
        if ((share.windows[window / 8] & 1 << window % 8) == 0)
            continue;
        share.window = window;
        share_window(&share, regions, count);
    }
    free(share.table);
    free(share.windows);
    return room;
}
