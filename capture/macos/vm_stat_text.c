/* vm_stat_text.c - see vm_stat_text.h. */
#include "capture/macos/vm_stat_text.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#define AT(field) \
    offsetof(struct darwin_vm_statistics, field), sizeof(((struct darwin_vm_statistics *)0)->field)

/* In vm_stat's order, and with its quotes. */
static const struct {
    const char *label;
    size_t offset, size;
} rows[] = {
    {"Pages free:", AT(free_count)},
    {"Pages active:", AT(active_count)},
    {"Pages inactive:", AT(inactive_count)},
    {"Pages speculative:", AT(speculative_count)},
    {"Pages throttled:", AT(throttled_count)},
    {"Pages wired down:", AT(wire_count)},
    {"Pages purgeable:", AT(purgeable_count)},
    {"\"Translation faults\":", AT(faults)},
    {"Pages copy-on-write:", AT(cow_faults)},
    {"Pages zero filled:", AT(zero_fill_count)},
    {"Pages reactivated:", AT(reactivations)},
    {"Pages purged:", AT(purges)},
    {"File-backed pages:", AT(external_page_count)},
    {"Anonymous pages:", AT(internal_page_count)},
    {"Pages stored in compressor:", AT(total_uncompressed_pages_in_compressor)},
    {"Pages occupied by compressor:", AT(compressor_page_count)},
    {"Decompressions:", AT(decompressions)},
    {"Compressions:", AT(compressions)},
    {"Pageins:", AT(pageins)},
    {"Pageouts:", AT(pageouts)},
    {"Swapins:", AT(swapins)},
    {"Swapouts:", AT(swapouts)},
};

static uint64_t count_at(const struct vm_counters *counters, size_t offset, size_t size)
{
    const char *at = (const char *)&counters->counts + offset;
    uint64_t wide;
    uint32_t narrow;

    if (size == sizeof wide) {
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
    memcpy(&narrow, at, sizeof narrow);
    return narrow;
}

void vm_stat_write(const struct vm_counters *counters, uint64_t page_bytes, struct output *output)
{
    size_t filled = (size_t)counters->words * sizeof(uint32_t);

    output_begin(output, "vm_stat.txt");
    output_printf(output, "Mach Virtual Memory Statistics: (page size of %" PRIu64 " bytes)\n",
                  page_bytes);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t count = count_at(counters, rows[i].offset, rows[i].size);

        if (rows[i].offset + rows[i].size > filled)
            continue;
        /* The kernel counts speculative pages as free, too, and vm_stat does not. */
        if (i == 0)
            count -= counters->counts.speculative_count < count ? counters->counts.speculative_count
                                                                : count;
        output_printf(output, "%-30s %16" PRIu64 ".\n", rows[i].label, count);
    }
    output_end(output, STATUS_OK, 0);
}
