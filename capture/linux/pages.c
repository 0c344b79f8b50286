/* pages.c - see pages.h. */
#include "capture/linux/pages.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ORDERS 19 /* of compound pages: up to 1 GiB of 4 KiB pages */

/* Reads words from the place of word number `first`; returns how many. */
static size_t read_words(int fd, uint64_t first, uint64_t *words, size_t count)
{
    size_t size = count * sizeof *words;
    size_t len = 0;

    if (first > INT64_MAX / sizeof *words - count)
        return 0;
    while (len < size) {
        ssize_t got =
            pread(fd, (char *)words + len, size - len, (off_t)(first * sizeof *words + len));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    return len / sizeof *words;
}

struct pages *pages_create(const struct host *host, int *errnum)
{
    struct pages *pages = calloc(1, sizeof *pages);

    *errnum = ENOMEM;
    if (pages == NULL)
        return NULL;
    pages->host = host;
    pages->pagemap = -1;
    pages->deadline_us = host_now_us() + PAGES_US;
    pages->kpageflags = host_open(host, "proc/kpageflags");
    if (pages->kpageflags >= 0)
        return pages;
    *errnum = errno;
    free(pages);
    return NULL;
}

void pages_free(struct pages *pages)
{
    if (pages == NULL)
        return;
    if (pages->pagemap >= 0)
        (void)close(pages->pagemap);
    (void)close(pages->kpageflags);
    free(pages);
}

bool pages_open(struct pages *pages, int32_t pid)
{
    char path[64];

    if (pages->pagemap >= 0 && pages->pid == pid)
        return true;
    if (pages->pagemap >= 0)
        (void)close(pages->pagemap);
    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/pagemap", pid);
    pages->pid = pid;
    pages->pagemap = host_open(pages->host, path);
    return pages->pagemap >= 0;
}

size_t pages_read(struct pages *pages, uint64_t first, uint64_t count)
{
    size_t got;

    if (pages->errnum == 0 && host_now_us() > pages->deadline_us)
        pages->errnum = ETIME;
    if (pages->errnum != 0)
        return 0;
    got = read_words(pages->pagemap, first, pages->entries,
                     count < PAGES_CHUNK ? (size_t)count : PAGES_CHUNK);
    for (size_t i = 0; i < got; i++) {
        if ((pages->entries[i] & PAGE_PRESENT) == 0)
            pages->entries[i] = 0;
        else if (PAGE_FRAME(pages->entries[i]) == 0)
            pages->errnum = EPERM; /* the kernel hides frames by making them 0 */
    }
    return pages->errnum == 0 ? got : 0;
}

/* The flags of the first page of the compound page that this frame is part of. It is aligned to
 * the size of the whole, so it is one of these few; what lies between is part of it too. */
static uint64_t head_flags(int kpageflags, uint64_t frame)
{
    for (unsigned order = 1; order < ORDERS; order++) {
        uint64_t head = frame >> order << order;
        uint64_t flags;

        if (read_words(kpageflags, head, &flags, 1) == 1 && (flags & FRAME_HEAD) != 0)
            return flags;
    }
    return 0;
}

/* One run: entries[from] to entries[to - 1] have consecutive frames. Before Linux 6.9 a compound
 * page (a transparent huge page) has its flags at its head only. */
static void keep_run(struct pages *pages, size_t from, size_t to, uint64_t wanted)
{
    uint64_t frame = PAGE_FRAME(pages->entries[from]);
    size_t got = read_words(pages->kpageflags, frame, pages->flags + from, to - from);
    uint64_t head = 0;
    bool head_known = false;

    for (size_t i = from; i < to; i++) {
        uint64_t flags = i - from < got ? pages->flags[i] : 0;

        if ((flags & FRAME_TAIL) == 0) {
            head = flags;
            head_known = true;
        } else if ((flags & wanted) == 0) {
            if (!head_known)
                head = head_flags(pages->kpageflags, frame + (i - from));
            head_known = true;
            flags = head;
        }
        if ((flags & wanted) == 0)
            pages->entries[i] = 0;
    }
}

void pages_keep(struct pages *pages, size_t count, uint64_t flags)
{
    size_t from = 0;

    while (from < count) {
        size_t to = from + 1;

        if (pages->entries[from] == 0) {
            from++;
            continue;
        }
        while (to < count && pages->entries[to] != 0 &&
               PAGE_FRAME(pages->entries[to]) == PAGE_FRAME(pages->entries[to - 1]) + 1)
            to++;
        keep_run(pages, from, to, flags);
        from = to;
    }
}
