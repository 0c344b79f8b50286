/*
 * zprint_wired.c - the wired table of zprint, from 10.11 on: every tag, extension and call site
 * that holds wired memory. Up to 10.12 there is neither peak nor waste; later most lines have none.
 *
 *                                                                    kmod          vm        peak               cur
 *     wired memory                                                     id         tag        size  waste       size
 *     -------------------------------------------------------------------------------------------------------------
 *     VM_KERN_COUNT_RESERVED                                                      257                        71304K
 *     VM_KERN_MEMORY_IOKIT                                                          3                        86144K
 *     com.example.driver.Lathe                                        113          41                        20544K
 *     (unloaded kmod)                                                  97          47                          512K
 *     IOSomething::start(IOService*, bool)                                         52                           64K
 *     data.kalloc.1024[vfs.namei]                                                  61                        12288K
 *     zones                                                                                                 914608K
 *     total                                                                                     1311.97M of 2203.12M
 *
 * What was wired in zones is part of the line "zones". A line without a tag is one of the table of
 * maps.
 */
#include "formats/apple/figures.h"
#include "formats/apple/kernel_line.h"
#include "formats/apple/zprint.h"

static const char count_prefix[] = "VM_KERN_COUNT_";

/* ---- lines ---- */

static struct kernel_memory memory_of(struct zprint *zprint, const struct zprint_row *row)
{
    struct kernel_memory memory = {
        .kind = zprint->section == ZPRINT_IN_VIEWS ? KERNEL_MEMORY_VIEW : zprint_row_kind(row),
        .number = row->kmod.n,
        .tag = row->tag,
        .size = figure_amount(row->size),
        .resolution_bytes = row->size.resolution_bytes,
    };
    struct str name = row->name, address = name;

    if (memory.kind == KERNEL_MEMORY_SITE && str_skip(&address, "site ") &&
        str_starts(address, "0x") && str_u64(str_trim(address), 16, &memory.number))
        name.len = 0;
    if (name.len > 0)
        memory.name = snapshot_name(zprint->snap, zprint->line, name);
    if (str_starts(name, count_prefix))
        memory.tag = (struct count){0}; /* a counter's is a number beyond all tags */
    return memory;
}

/* ---- totals ---- */

/* "total  1311.97M of 2203.12M": the second is the kernel's own figure of all that is wired. */
static bool read_total(struct zprint *zprint, struct str line)
{
    struct figure figure;
    struct str word;

    if (!str_word(&line, &word) || !str_is(word, "total") || !str_word(&line, &word) ||
        !zprint_is_size(word) || !str_word(&line, &word) || !str_is(word, "of"))
        return false;
    word = str_trim(line);
    if (!zprint_is_size(word) || !figure_read(word, &figure))
        snapshot_note(zprint->snap, zprint->line, "a total that is none: skipped");
    else if (figure.bytes > 0)
        mac_total_set(zprint->snap, MAC_WIRED_KERNEL, figure);
    return true;
}

/* Roll-ups and totals stand among the lines. */
static bool read_roll_up(struct zprint *zprint, const struct zprint_row *row)
{
    bool zones = (str_is(row->name, "zones") && !row->tag.known && !row->kmod.known) ||
                 str_is(row->name, "VM_KERN_MEMORY_ZONE");

    if (zones && !zprint->all_zones.known) /* as it is printed: a sum of sizes, not a tag's */
        zprint->all_zones = row->size;
    if (str_is(row->name, "VM_KERN_COUNT_BOOT_STOLEN"))
        mac_total_set(zprint->snap, MAC_BOOT_STOLEN, row->size);
    return zones || str_is(row->name, "VM_KERN_COUNT_BOOT_STOLEN");
}

/* ---- the table ---- */

static struct group_key key_of(const struct kernel_memory *memory, uint64_t number, uint64_t tag)
{
    return (struct group_key){{(uintptr_t)memory->kind, (uintptr_t)memory->name, (uintptr_t)number,
                               (uintptr_t)(number >> 32), (uintptr_t)tag}};
}

/* False: the line was there already. Names that are empty, and views, cannot be told apart. */
static bool is_first(struct zprint *zprint, const struct kernel_memory *memory)
{
    struct group_key key = key_of(memory, memory->number, memory->tag.n);
    size_t count = zprint->wired.count;

    if (memory->kind == KERNEL_MEMORY_VIEW || (memory->name == NULL && memory->number == 0))
        return true;
    return groups_add(&zprint->wired, &key) == count;
}

/* Without headers, an extension's line of the maps reads as a site: what looks like its tag is the
 * load tag of the extension's line above. */
static bool is_of_maps(struct zprint *zprint, const struct kernel_memory *memory)
{
    struct kernel_memory kmod = {.kind = KERNEL_MEMORY_KMOD, .name = memory->name};
    struct group_key key = key_of(&kmod, memory->tag.n, UINT64_MAX);

    if (memory->kind == KERNEL_MEMORY_SITE && zprint->wired_headers == 0)
        return groups_find(&zprint->wired, &key) != NO_GROUP;
    key = key_of(&kmod, memory->number, UINT64_MAX);
    if (memory->kind == KERNEL_MEMORY_KMOD)
        (void)groups_add(&zprint->wired, &key);
    return false;
}

static void add_row(struct zprint *zprint, const struct zprint_row *row)
{
    struct kernel_memory memory;

    if (zprint->others || zprint->full)
        return;
    memory = memory_of(zprint, row);
    if (!is_first(zprint, &memory)) {
        snapshot_note(zprint->snap, zprint->line,
                      "a line that was there already: the first one counts");
        return;
    }
    if (is_of_maps(zprint, &memory))
        return;
    zprint->full = !kernel_line_add(zprint->snap, zprint->line, &memory);
    zprint->wired_count += memory.kind != KERNEL_MEMORY_VIEW;
}

static size_t end_of(struct str line)
{
    struct str text = str_trim(line);

    return (size_t)(text.at - line.at) + text.len;
}

/* The last line, when it ends before its size: then its last figure is the peak or the waste. */
static bool is_cut(const struct zprint *zprint, struct str line)
{
    return zprint->cut && end_of(line) < zprint->wired_end && str_find(line, "  ") != SIZE_MAX;
}

static void read_row(struct zprint *zprint, struct str line, struct zprint_row *row)
{
    bool view = zprint_is_view(row->name) || zprint->section == ZPRINT_IN_VIEWS;

    if (zprint->untagged && row->tag.known && !row->kmod.known) {
        row->kmod = row->tag;
        row->tag = (struct count){0};
    }
    if (read_roll_up(zprint, row))
        return;
    if (!view && !row->tag.known && !zprint->untagged)
        snapshot_note(zprint->snap, zprint->line,
                      "no VM tag: taken for a line of the table of maps, skipped");
    else if (is_cut(zprint, line))
        snapshot_note(zprint->snap, zprint->line, "cut in the middle of a line: skipped");
    else
        add_row(zprint, row);
}

bool zprint_wired_line(struct zprint *zprint, struct str line)
{
    bool beyond = zprint->section == ZPRINT_IN_MAPS || zprint->section == ZPRINT_IN_SECOND_WIRED;
    struct zprint_row row;

    if (str_starts(line, "zone tags") || read_total(zprint, line))
        return true;
    switch (zprint_wired_row(line, &row)) {
    case ZPRINT_NOT_THIS:
        return false;
    case ZPRINT_UNUSABLE:
        snapshot_note(zprint->snap, zprint->line, "too large a size or tag: skipped");
        return true;
    case ZPRINT_FOUND:
        break;
    }
    if (beyond)
        return true;
    if (row.telling && zprint->section < ZPRINT_IN_WIRED)
        zprint->section = ZPRINT_IN_WIRED;
    if (zprint->section < ZPRINT_IN_WIRED && !str_is(row.name, "zones") &&
        !zprint_is_view(row.name))
        return false;
    read_row(zprint, line, &row);
    return true;
}
