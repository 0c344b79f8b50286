/*
 * vm_stat.c - vm_stat.txt: the sample in the layout and with the labels of vm_stat(1).
 *
 *     Pages free:                               273573.
 *
 * Only what has the same notion on Linux; wired is the derived W.
 */
#include <inttypes.h>

#include "capture/linux/samples.h"

/* Where a row comes from: the sum of one or two lines of a file, in pages, in KiB, or (faults and
 * the like) in numbers of something. */
struct row {
    const char *label;
    enum sample_file file;
    const char *keys[2];
    enum { PAGES, KIB } unit;
};

static const struct row rows[] = {
    {"Pages active:", SAMPLE_MEMINFO, {"Active:", NULL}, KIB},
    {"Pages inactive:", SAMPLE_MEMINFO, {"Inactive:", NULL}, KIB},
    {"Pages wired down:", SAMPLE_FILES, {NULL, NULL}, PAGES},
    {"\"Translation faults\":", SAMPLE_VMSTAT, {"pgfault", NULL}, PAGES},
    {"Pages reactivated:", SAMPLE_VMSTAT, {"pgactivate", NULL}, PAGES},
    {"File-backed pages:", SAMPLE_VMSTAT, {"nr_active_file", "nr_inactive_file"}, PAGES},
    {"Anonymous pages:", SAMPLE_VMSTAT, {"nr_active_anon", "nr_inactive_anon"}, PAGES},
    {"Pages stored in compressor:", SAMPLE_MEMINFO, {"Zswapped:", NULL}, KIB},
    {"Pages occupied by compressor:", SAMPLE_VMSTAT, {"nr_zspages", NULL}, PAGES},
    {"Decompressions:", SAMPLE_VMSTAT, {"zswpin", NULL}, PAGES},
    {"Compressions:", SAMPLE_VMSTAT, {"zswpout", NULL}, PAGES},
    {"Pageins:", SAMPLE_VMSTAT, {"pgpgin", NULL}, KIB},
    {"Pageouts:", SAMPLE_VMSTAT, {"pgpgout", NULL}, KIB},
    {"Swapins:", SAMPLE_VMSTAT, {"pswpin", NULL}, PAGES},
    {"Swapouts:", SAMPLE_VMSTAT, {"pswpout", NULL}, PAGES},
};

/* The number in the line that begins with this word. */
static bool find(struct str text, const char *key, uint64_t *number)
{
    struct str line, word;

    while (str_line(&text, &line))
        if (str_word(&line, &word) && str_is(word, key))
            return str_word(&line, &word) && str_u64(word, 10, number);
    return false;
}

static bool row_pages(const struct row *row, const struct sample_raw *sample, uint64_t page_bytes,
                      uint64_t *pages)
{
    uint64_t number;

    if (row->file == SAMPLE_FILES) {
        *pages = (uint64_t)sample->terms.wired_bytes / page_bytes;
        return sample->terms.known && sample->terms.wired_bytes >= 0;
    }
    *pages = 0;
    for (size_t i = 0; i < 2 && row->keys[i] != NULL; i++) {
        const struct sample_text *text = &sample->texts[row->file];

        if (text->bytes == NULL ||
            !find((struct str){text->bytes, text->len}, row->keys[i], &number))
            return false;
        *pages += number;
    }
    if (row->unit == KIB)
        *pages /= page_bytes / 1024;
    return true;
}

void vm_stat_write(const struct host *host, const struct sample_raw *sample, struct output *output)
{
    const struct linux_raw *raw = &sample->raw;
    uint64_t pages;

    output_begin(output, "vm_stat.txt");
    output_printf(output, "Mach Virtual Memory Statistics: (page size of %" PRIu64 " bytes)\n",
                  host->page_bytes);
    if (raw->counters[LINUX_MEM_FREE].known && raw->counters[LINUX_PCP].known)
        output_printf(output, "%-30s %16" PRIu64 ".\n", "Pages free:",
                      (raw->counters[LINUX_MEM_FREE].bytes + raw->counters[LINUX_PCP].bytes) /
                          host->page_bytes);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (row_pages(&rows[i], sample, host->page_bytes, &pages))
            output_printf(output, "%-30s %16" PRIu64 ".\n", rows[i].label, pages);
    output_end(output, STATUS_OK, 0);
}
