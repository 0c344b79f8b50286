/* object_pages.c - see object_pages.h. */
#include "capture/linux/object_pages.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_PAGES ((uint64_t)1 << 26) /* pages of the file at a time: 8 MiB of bits */
#define WINDOWS      1024

struct look {
    struct pages *pages;
    uint8_t *seen;  /* a bit for each page of the window */
    uint64_t first; /* page of the file where the window begins */
    uint64_t window_pages;
    uint64_t seen_count; /* each page is held once, however many map it */
    uint64_t seen_max;   /* pages that there are */
};

static bool is_seen(const struct look *look, uint64_t page)
{
    page -= look->first;
    return (look->seen[page / 8] & 1 << page % 8) != 0;
}

static void set_seen(struct look *look, uint64_t page)
{
    page -= look->first;
    look->seen[page / 8] |= (uint8_t)(1 << page % 8);
    look->seen_count++;
}

static bool all_seen(const struct look *look, uint64_t page, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        if (!is_seen(look, page + i))
            return false;
    return true;
}

/* The pages that start at this page of the file, as one process maps them. */
static void look_at(struct look *look, uint64_t page, size_t count, bool hugetlb)
{
    struct pages *pages = look->pages;

    for (size_t i = 0; i < count; i++)
        if (is_seen(look, page + i))
            pages->entries[i] = 0;
    pages_keep(pages, count, hugetlb ? FRAME_HUGE : FRAME_LOCKED);
    for (size_t i = 0; i < count; i++)
        if (pages->entries[i] != 0)
            set_seen(look, page + i);
}

static void look_into(struct look *look, struct locked_region *region)
{
    uint64_t page_bytes = look->pages->host->page_bytes;
    uint64_t file_page = region->offset / page_bytes;
    uint64_t page = region->start / page_bytes;
    uint64_t end = region->end / page_bytes;
    uint64_t last = look->first + look->window_pages;

    if (file_page < look->first) {
        page += look->first - file_page;
        file_page = look->first;
    }
    region->gone = !pages_open(look->pages, region->pid);
    while (!region->gone && page < end && file_page < last && look->seen_count < look->seen_max) {
        uint64_t count = end - page < last - file_page ? end - page : last - file_page;

        if (count > PAGES_CHUNK)
            count = PAGES_CHUNK;
        if (!all_seen(look, file_page, count)) {
            count = pages_read(look->pages, page, count);
            if (count == 0)
                return;
            look_at(look, file_page, (size_t)count, region->hugetlb);
        }
        page += count;
        file_page += count;
    }
}

/* The number of pages of the file up to the end of what is mapped. */
static uint64_t pages_of(const struct locked_region *regions, size_t count, uint64_t page_bytes)
{
    uint64_t most = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t pages =
            regions[i].offset / page_bytes + (regions[i].end - regions[i].start) / page_bytes;

        if (pages > most)
            most = pages;
    }
    return most < WINDOWS * WINDOW_PAGES ? most : WINDOWS * WINDOW_PAGES;
}

bool object_pages(struct pages *pages, struct locked_region *regions, size_t count,
                  struct amount resident, uint64_t *bytes)
{
    uint64_t page_bytes = pages->host->page_bytes;
    uint64_t total = pages_of(regions, count, page_bytes);
    struct look look = {.pages = pages};

    look.seen_max = resident.known ? resident.bytes / page_bytes : UINT64_MAX;
    look.window_pages = total < WINDOW_PAGES ? total : WINDOW_PAGES;
    look.seen = malloc((size_t)look.window_pages / 8 + 1);
    if (look.seen == NULL)
        return false;
    for (look.first = 0; look.first < total; look.first += look.window_pages) {
        memset(look.seen, 0, (size_t)look.window_pages / 8 + 1);
        for (size_t i = 0; i < count; i++)
            look_into(&look, &regions[i]);
    }
    free(look.seen);
    *bytes = look.seen_count * page_bytes;
    return true;
}
