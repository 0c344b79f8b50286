/*
 * proc_allocinfo.c - /proc/allocinfo: kernel memory by the line of code that asked for it (kernels
 * with memory allocation profiling).
 *
 *     allocinfo - version: 1.0
 *     #     <size>  <calls> <tag info>
 *         16777216     4096 fs/pipe.c:513 func:pipe_write
 *         50429952       13 drivers/mtd/devices/mtdram.c:130 [mtdram] func:init_mtdram
 *
 * The pages of slabs are listed twice, at whoever asked for the objects and at alloc_slab_page,
 * which is left out.
 */
#include "formats/readers.h"
#include "formats/sites.h"

/* "file:line [module] func:name", and whatever newer kernels append. */
static bool read_tag(struct snapshot *snap, unsigned n, struct str tag, struct site *site)
{
    struct str word;

    while (str_word(&tag, &word)) {
        if (str_skip(&word, "func:"))
            site->caller = snapshot_name(snap, n, word);
        else if (site->file == NULL)
            site->file = snapshot_name(snap, n, word);
        else if (str_starts(word, "[") && str_ends(word, "]") && word.len > 2)
            site->module = snapshot_name(snap, n, (struct str){word.at + 1, word.len - 2});
    }
    return site->caller != NULL && site->file != NULL;
}

bool proc_allocinfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct sites sites = sites_begin(snap);
    struct str line, word;

    if (!str_line(&text, &line) || !str_starts(line, "allocinfo - version: "))
        return err_set(err, "not /proc/allocinfo: no version on the first line");
    for (unsigned n = 2; str_line(&text, &line); n++) {
        struct site site = {.kind = SITE_ALLOCINFO};

        if (line.len == 0 || str_starts(line, "#"))
            continue;
        if (!str_word(&line, &word) || !str_bytes(word, 1, &site.bytes) ||
            !str_word(&line, &word) || !str_u64(word, 10, &site.count) ||
            !read_tag(snap, n, line, &site)) {
            snapshot_note(snap, n, "not a line of an allocation site: skipped");
            continue;
        }
        if (site.bytes == 0 || str_is(str_of(site.caller), "alloc_slab_page"))
            continue;
        if (!sites_add(&sites, &site))
            snapshot_note(snap, n, "too many sites, or too large a sum: line skipped");
    }
    sites_end(&sites);
    return true;
}
