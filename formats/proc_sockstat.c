/*
 * proc_sockstat.c - /proc/net/sockstat: pages that socket queues hold.
 *
 *     TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 16798
 *     UDP: inuse 0 mem 0
 */
#include "formats/readers.h"

/* The number after the word "mem". */
static bool find_mem(struct str line, uint64_t *pages)
{
    struct str word;

    while (str_word(&line, &word))
        if (str_is(word, "mem"))
            return str_word(&line, &word) && str_u64(word, 10, pages);
    return false;
}

bool proc_sockstat_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct count sum = {0};
    bool any = false;
    struct str line;

    for (unsigned n = 1; str_line(&text, &line); n++) {
        uint64_t pages;

        if (str_starts(line, "sockets:"))
            any = true;
        if (!str_skip(&line, "TCP:") && !str_skip(&line, "UDP:"))
            continue;
        any = true;
        if (!find_mem(line, &pages) || __builtin_add_overflow(sum.n, pages, &sum.n)) {
            snapshot_note(snap, n, "no number of pages, or too large: not known");
            return true;
        }
        sum.known = true;
    }
    if (sum.known)
        snap->socket_pages = sum;
    return any || err_set(err, "not /proc/net/sockstat: no line of TCP or UDP");
}
