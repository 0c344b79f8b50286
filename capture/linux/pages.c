/* pages.c - see pages.h. */
#include "capture/linux/pages.h"

#include <errno.h>
#include <string.h>
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
        ssize_t got = pread(fd, (char *)words + len, size - len,
                            (off_t)(first * sizeof *words + len));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    return len / sizeof *words;
}

size_t pages_read(struct pages *pages, int pagemap, uint64_t first, size_t count)
{
    return read_words(pagemap, first, pages->entries, count < PAGES_CHUNK ? count : PAGES_CHUNK);
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
