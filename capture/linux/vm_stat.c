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
    const char *keys[2];
    enum sample_file file;
    enum { PAGES, KIB } unit;
};

static const struct row rows[] = {
    {"Pages active:", {"Active:", NULL}, SAMPLE_MEMINFO, KIB},
    {"Pages inactive:", {"Inactive:", NULL}, SAMPLE_MEMINFO, KIB},
    {"Pages wired down:", {NULL, NULL}, SAMPLE_FILES, PAGES},
    {"\"Translation faults\":", {"pgfault", NULL}, SAMPLE_VMSTAT, PAGES},
    {"Pages reactivated:", {"pgactivate", NULL}, SAMPLE_VMSTAT, PAGES},
    {"File-backed pages:", {"nr_active_file", "nr_inactive_file"}, SAMPLE_VMSTAT, PAGES},
    {"Anonymous pages:", {"nr_active_anon", "nr_inactive_anon"}, SAMPLE_VMSTAT, PAGES},
    {"Pages stored in compressor:", {"Zswapped:", NULL}, SAMPLE_MEMINFO, KIB},
    {"Pages occupied by compressor:", {"nr_zspages", NULL}, SAMPLE_VMSTAT, PAGES},
    {"Decompressions:", {"zswpin", NULL}, SAMPLE_VMSTAT, PAGES},
    {"Compressions:", {"zswpout", NULL}, SAMPLE_VMSTAT, PAGES},
    {"Pageins:", {"pgpgin", NULL}, SAMPLE_VMSTAT, KIB},
    {"Pageouts:", {"pgpgout", NULL}, SAMPLE_VMSTAT, KIB},
    {"Swapins:", {"pswpin", NULL}, SAMPLE_VMSTAT, PAGES},
    {"Swapouts:", {"pswpout", NULL}, SAMPLE_VMSTAT, PAGES},
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
