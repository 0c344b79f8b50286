/* memory_info.c - see memory_info.h. */
#include "capture/macos/memory_info.h"

#include <inttypes.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/kern.h"
#include "formats/escape.h"

#define NAME_BYTES sizeof(((struct darwin_memory_info *)0)->name)

size_t memory_entry_bytes(unsigned darwin)
{
    return darwin != 0 && darwin < DARWIN_MACOS_10_13 ? sizeof(struct darwin_memory_info_old)
                                                      : sizeof(struct darwin_memory_info);
}

/* Nothing there, or nothing but zeros: since macOS 15 an answer that should have been an error. */
static void unanswered(struct output *output, const char *what, size_t count, bool root)
{
    if (count == 0)
        output_note(output,
                    "the kernel's answer is without a single %s, which is known of no release",
                    what);
    else
        output_note(output,
                    "nothing but zeros, as macOS 15 and later answer whom they do not tell: %s",
                    root ? "zprint may print what root is not told" : "run wirecap with sudo");
    output_end(output, count == 0 ? STATUS_FAILED : STATUS_DENIED, 0);
}

static bool is_zero(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* A name fills its field, or ends in a NUL. */
static void name_put(struct output *output, const char *name)
{
    char escaped[ESCAPE_MAX * NAME_BYTES + 3];
    struct str text = {name, strnlen(name, NAME_BYTES)};

    output_write(output, escaped, escape_name(escaped, sizeof escaped, text));
}

/* The entry at that place, of either size. */
static struct darwin_memory_info entry_at(struct str entries, size_t stride, size_t i)
{
    struct darwin_memory_info entry = {0};
    struct darwin_memory_info_old old;

    if (stride == sizeof entry) {
        memcpy(&entry, entries.at + i * stride, sizeof entry);
        return entry;
    }
    memcpy(&old, entries.at + i * stride, sizeof old);
    entry.flags = old.flags;
    entry.site = old.site;
    entry.size = old.size;
    entry.free = old.free;
    entry.largest = old.largest;
    entry.collectable_bytes = old.collectable_bytes;
    return entry;
}

static void entry_put(struct output *output, size_t index, const struct darwin_memory_info *entry,
                      bool whole)
{
    output_printf(output,
                  "%zu\t0x%" PRIx64 "\t0x%" PRIx64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
                  "\t%" PRIu64 "\t",
                  index, entry->flags, entry->site, entry->size, entry->free, entry->largest,
                  entry->collectable_bytes);
    if (!whole) {
        output_printf(output, "-\t-\t-\t-\t-\n");
        return;
    }
    output_printf(output, "%" PRIu64 "\t%" PRIu64 "\t%u\t%u\t", entry->mapped, entry->peak,
                  entry->tag, entry->zone);
    if (*entry->name == '\0')
        output_printf(output, "-");
    else
        name_put(output, entry->name);
    output_printf(output, "\n");
}

static bool is_total(const struct darwin_memory_info *entry)
{
    const uint64_t looked_at =
        VM_KERN_SITE_TYPE | VM_KERN_SITE_NAMED | VM_KERN_SITE_ZONE | VM_KERN_SITE_ZONE_VIEW;

    return (entry->flags & looked_at) == VM_KERN_SITE_COUNTER &&
           entry->site == VM_KERN_COUNT_WIRED && entry->size > 0 && entry->size <= MACHINE_MAX;
}

static void entries_write(struct str entries, size_t stride, bool root, struct output *output)
{
    size_t count = entries.len / stride;
    bool total = false;

    output_begin(output, "kernel_memory.tsv");
    if (is_zero(entries.at, count * stride)) {
        unanswered(output, "entry", count, root);
        return;
    }
    output_printf(output, "index\tflags\tsite\tsize_bytes\tfree_bytes\tlargest_bytes\t"
                          "collectable_bytes\tmapped_bytes\tpeak_bytes\ttag\tzone\tname\n");
    for (size_t i = 0; i < count; i++) {
        struct darwin_memory_info entry;

        if (is_zero(entries.at + i * stride, stride))
            continue;
        entry = entry_at(entries, stride, i);
        total = total || is_total(&entry);
        entry_put(output, i, &entry, stride == sizeof entry);
    }
    if (!total)
        output_note(output, "the kernel's answer is without its total: it is not whole");
    output_end(output, total ? STATUS_OK : STATUS_FAILED, 0);
}

static struct darwin_zone_info zone_at(struct str zones, size_t i)
{
    struct darwin_zone_info zone;

    memcpy(&zone, zones.at + i * sizeof zone, sizeof zone);
    return zone;
}

static void zone_put(struct output *output, const char *name, const struct darwin_zone_info *zone)
{
    name_put(output, name);
    output_printf(output,
                  "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
                  "\t%" PRIu64 "\t%s\t%s\n",
                  zone->elem_size, zone->count, zone->cur_size, zone->max_size, zone->alloc_size,
                  zone->sum_size, zone->collectable >> 1, zone->exhaustible != 0 ? "yes" : "no",
                  (zone->collectable & 1) != 0 ? "yes" : "no");
}

static void zones_write(struct str names, struct str zones, bool root, struct output *output)
{
    const size_t name_bytes = sizeof(struct darwin_zone_name);
    const size_t zone_bytes = sizeof(struct darwin_zone_info);
    size_t count = names.len / name_bytes;
    bool sized = false, used = false;

    if (zones.len / zone_bytes < count)
        count = zones.len / zone_bytes;
    output_begin(output, "zones.tsv");
    if (is_zero(zones.at, count * zone_bytes)) {
        unanswered(output, "zone", count, root);
        return;
    }
    output_printf(output, "name\telement_bytes\telement_count\tsize_bytes\tmax_bytes\talloc_bytes\t"
                          "sum_bytes\tcollectable_bytes\texhaustible\tcollectable\n");
    for (size_t i = 0; i < count; i++) {
        const char *name = names.at + i * name_bytes;
        struct darwin_zone_info zone = zone_at(zones, i);

        if (is_zero(name, name_bytes) && is_zero(zones.at + i * zone_bytes, zone_bytes))
            continue;
        sized = sized || zone.cur_size > 0;
        used = used || zone.count > 0;
        zone_put(output, name, &zone);
    }
    if (used && !sized)
        output_note(output, "redacted: the kernel withholds the sizes%s",
                    root ? ", from root too"
                         : " from other users than root; run wirecap with sudo");
    output_end(output, STATUS_OK, 0);
}

/* What it means, and what to do. */
static const char *advice(int error, bool root)
{
    if (error == KERN_CODE_ABORTED)
        return ": it is too early after the start; capture again";
    if (error == KERN_CODE_BAD_ID)
        return ": macOS 10.10 and earlier do not tell it";
    if (kern_status(error) != STATUS_DENIED)
        return "";
    return root ? ": this kernel tells it to debuggers only, as macOS 11 does on Apple silicon; "
                  "macOS 12 tells root"
                : ": the kernel tells it to root only; run wirecap with sudo";
}

static void refused(struct output *output, const char *member, int error, bool root)
{
    char fate[KERN_FATE];

    output_begin(output, "%s", member);
    output_note(output, "mach_memory_info %s%s", kern_fate(error, fate), advice(error, root));
    output_end(output, kern_status(error), 0);
}

void memory_answer_write(const struct memory_answer *answer, unsigned darwin, bool root,
                         struct output *output)
{
    if (answer->error != 0) {
        refused(output, "kernel_memory.tsv", answer->error, root);
        refused(output, "zones.tsv", answer->error, root);
        return;
    }
    entries_write(answer->entries, memory_entry_bytes(darwin), root, output);
    zones_write(answer->names, answer->zones, root, output);
}
