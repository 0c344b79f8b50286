/*
 * devices.c - sys/block.tsv: memory of block devices that count it themselves.
 *
 *     kind    name   bytes     raw
 *     zram    zram0  41943040  41922560 41900000 41943040 0 41943040 0 0 0 0
 */
#include <inttypes.h>
#include <stdio.h>

#include "capture/linux/groups.h"

#define BLOCK     "sys/block"
#define RAMDISKS  "sys/kernel/debug/ramdisk_pages"
#define LINES_MAX 4096

static void line_write(struct output *output, const char *kind, const char *name, bool known,
                       uint64_t bytes, const char *raw)
{
    output_printf(output, "%s\t", kind);
    output_name(output, name);
    if (known)
        output_printf(output, "\t%" PRIu64 "\t", bytes);
    else
        output_printf(output, "\t-\t");
    output_name(output, raw);
    output_printf(output, "\n");
}

/* The third number of mm_stat is all memory that the device takes. */
static void zram_visit(struct host *host, const char *name, void *context)
{
    char path[512], raw[512];
    struct str text, word = {NULL, 0};
    uint64_t bytes = 0;
    bool known;

    if (!str_starts(str_of(name), "zram"))
        return;
    (void)snprintf(path, sizeof path, BLOCK "/%s/mm_stat", name);
    if (!host_line(host, path, raw, sizeof raw)) {
        line_write(context, "zram", name, false, 0, NULL);
        return;
    }
    text = str_of(raw);
    for (int i = 0; i < 3; i++)
        (void)str_word(&text, &word);
    known = str_bytes(word, 1, &bytes);
    line_write(context, "zram", name, known, bytes, raw);
}

static void ramdisk_visit(struct host *host, const char *name, void *context)
{
    char path[512], raw[64];
    uint64_t bytes = 0;
    bool known;

    (void)snprintf(path, sizeof path, RAMDISKS "/%s", name);
    if (!host_line(host, path, raw, sizeof raw))
        return;
    known = str_bytes(str_of(raw), host->page_bytes, &bytes);
    line_write(context, "ramdisk", name, known, bytes, raw);
}

void devices_write(struct host *host, struct output *output)
{
    bool cut, more;

    output_begin(output, BLOCK ".tsv");
    output_printf(output, "kind\tname\tbytes\traw\n");
    if (!host_each(host, BLOCK, LINES_MAX, zram_visit, output, &cut))
        cut = false;
    if (!host_each(host, RAMDISKS, LINES_MAX, ramdisk_visit, output, &more))
        more = false;
    output_end(output, cut || more ? STATUS_TRUNCATED : STATUS_OK, 0);
}
