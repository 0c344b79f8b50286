/*
 * kernel_memory.c - kernel_memory.tsv: mach_memory_info as it came, in bytes (macOS facts 2.1 to
 * 2.5).
 *
 *     index	flags	site	size_bytes	...	mapped_bytes	peak_bytes	tag	zone	name
 *     3	0x100	0x3	88211456	...	88211456	0	3	0	-
 *     41	0x101	0x71	21037056	...	21037056	0	41	0	-
 *     512	0x3	0x2	2310537216	...	0	0	258	0	-
 *
 * What is wired is in exactly one line: a fixed tag, an extension's tag, a call site, a named part
 * of one, or a boot-time counter; and tag 12 stands for all zones. All other lines look at the same
 * memory from another side.
 */
#include <inttypes.h>

#include "formats/apple/figures.h"
#include "formats/apple/kernel_line.h"
#include "formats/apple/tags.h"
#include "formats/groups.h"
#include "formats/readers.h"
#include "formats/tsv.h"

/* VM_KERN_SITE_* */
#define TYPE_MASK      ((uint64_t)0xff)
#define FLAG_WIRED     ((uint64_t)0x100)
#define FLAG_HIDE      ((uint64_t)0x200)
#define FLAG_NAMED     ((uint64_t)0x400)
#define FLAG_ZONE      ((uint64_t)0x800)
#define FLAG_ZONE_VIEW ((uint64_t)0x1000)
#define FLAG_KALLOC    ((uint64_t)0x2000)
#define FLAGS_KNOWN \
    (TYPE_MASK | FLAG_WIRED | FLAG_HIDE | FLAG_NAMED | FLAG_ZONE | FLAG_ZONE_VIEW | FLAG_KALLOC)

enum { TYPE_TAG, TYPE_KMOD, TYPE_KERNEL, TYPE_COUNTER };

enum { TAG_ZONE = 12 };

/* VM_KERN_COUNT_* */
enum {
    COUNT_RESERVED = 1,
    COUNT_WIRED = 2,
    COUNT_STOLEN = 4,
    COUNT_LOPAGE = 5,
    COUNT_BOOT_STOLEN = 10
};

struct entry {
    uint64_t index, flags, site;
    struct count tag;
    struct amount size; /* up to MACHINE_MAX */
    const char *name;
};

static bool read_entry(const struct tsv *tsv, struct entry *entry)
{
    *entry = (struct entry){.size = tsv_machine_amount(tsv, "size_bytes"),
                            .name = tsv_name(tsv, "name")};
    if (!str_u64(tsv_field(tsv, "index"), 10, &entry->index) ||
        !str_u64(tsv_field(tsv, "flags"), 16, &entry->flags) ||
        !str_u64(tsv_field(tsv, "site"), 16, &entry->site) || !entry->size.known) {
        tsv_note(tsv, "not an entry of kernel memory, or too large a size: line skipped");
        return false;
    }
    /* Up to 10.12 there is no such field, and an entry's place is its tag. */
    entry->tag = tsv_says(tsv, "tag") ? tsv_count(tsv, "tag") : (struct count){entry->index, true};
    if (entry->name != NULL && *entry->name == '\0')
        entry->name = NULL;
    return true;
}

static struct figure figure_of(const struct entry *entry)
{
    return (struct figure){entry->size.bytes, 0, true};
}

static bool is_counter(const struct entry *entry)
{
    return (entry->flags & TYPE_MASK) == TYPE_COUNTER &&
           (entry->flags & (FLAG_NAMED | FLAG_ZONE | FLAG_ZONE_VIEW)) == 0;
}

/* Of a fixed tag: the field, or what the entry is about. */
static uint64_t tag_of(const struct entry *entry)
{
    return entry->tag.known ? entry->tag.n : entry->site;
}

static bool is_all_zones(const struct entry *entry)
{
    return (entry->flags & (TYPE_MASK | FLAG_NAMED | FLAG_ZONE | FLAG_ZONE_VIEW)) == TYPE_TAG &&
           tag_of(entry) == TAG_ZONE;
}

static const char *tag_name(struct snapshot *snap, uint64_t tag)
{
    const char *name = mac_tag_name(tag, snap->manifest.darwin.n);

    if (name == NULL)
        return arena_print(snap->arena, "VM_KERN_MEMORY_%" PRIu64, tag);
    return arena_intern(snap->arena, str_of(name));
}

static const char *counter_name(struct snapshot *snap, uint64_t counter)
{
    const char *name = mac_counter_name(counter);

    if (name == NULL)
        return arena_print(snap->arena, "VM_KERN_COUNT_%" PRIu64, counter);
    return arena_intern(snap->arena, str_of(name));
}

/* False: it is a total of the machine, and no line. */
static bool describe_counter(struct snapshot *snap, const struct entry *entry,
                             struct kernel_memory *memory)
{
    switch (entry->site) {
    case COUNT_WIRED:
        mac_total_set(snap, MAC_WIRED_KERNEL, figure_of(entry));
        return false;
    case COUNT_BOOT_STOLEN:
        mac_total_set(snap, MAC_BOOT_STOLEN, figure_of(entry));
        return false;
    case COUNT_RESERVED:
    case COUNT_STOLEN:
    case COUNT_LOPAGE:
        memory->kind = KERNEL_MEMORY_COUNTER;
        break;
    default:
        memory->kind = KERNEL_MEMORY_VIEW;
        break;
    }
    memory->name = counter_name(snap, entry->site);
    memory->tag = (struct count){0}; /* a counter's is a number beyond all tags */
    return true;
}

/* A view into zones first: its name has the flag of a named part, too. */
static enum kernel_memory_kind kind_of(const struct entry *entry)
{
    static const enum kernel_memory_kind kinds[] = {
        [TYPE_TAG] = KERNEL_MEMORY_TAG,
        [TYPE_KMOD] = KERNEL_MEMORY_KMOD,
        [TYPE_KERNEL] = KERNEL_MEMORY_SITE,
    };
    uint64_t type = entry->flags & TYPE_MASK;

    if ((entry->flags & (FLAG_ZONE | FLAG_ZONE_VIEW)) != 0 || (entry->flags & FLAG_WIRED) == 0)
        return KERNEL_MEMORY_VIEW;
    if ((entry->flags & FLAG_NAMED) != 0)
        return KERNEL_MEMORY_NAMED;
    return type < sizeof kinds / sizeof *kinds ? kinds[type] : KERNEL_MEMORY_VIEW;
}

static void describe(struct snapshot *snap, const struct entry *entry, struct kernel_memory *memory)
{
    uint64_t type = entry->flags & TYPE_MASK;

    memory->kind = kind_of(entry);
    if ((entry->flags & (FLAG_NAMED | FLAG_ZONE | FLAG_ZONE_VIEW)) != 0)
        return;
    if (type == TYPE_TAG)
        memory->name = tag_name(snap, tag_of(entry));
    else
        memory->number = entry->site;
}

static bool add_entry(const struct tsv *tsv, const struct entry *entry)
{
    struct snapshot *snap = tsv->snap;
    struct kernel_memory memory = {
        .name = entry->name, .tag = entry->tag, .size = amount_of(entry->size.bytes)};

    if ((entry->flags & ~FLAGS_KNOWN) != 0 || (entry->flags & TYPE_MASK) > TYPE_COUNTER)
        tsv_note(tsv, "flags that are not known here: read without them");
    if (is_all_zones(entry)) {
        mac_total_set(snap, MAC_ZONES, figure_of(entry));
        return true;
    }
    if (!is_counter(entry))
        describe(snap, entry, &memory);
    else if (!describe_counter(snap, entry, &memory))
        return true;
    if (!memory.size.known) {
        tsv_note(tsv, "too large a size: line skipped");
        return true;
    }
    return kernel_line_add(snap, tsv->line, &memory);
}

/* The grand total, without a word about anything else; 0: there is none. */
static uint64_t find_wired(struct str text, const struct snapshot *snap, bool *any)
{
    struct snapshot scratch = {.arena = snap->arena, .member = snap->member};
    struct entry entry;
    struct tsv tsv;

    *any = false;
    if (!tsv_open(&tsv, text, &scratch, "flags"))
        return 0;
    while (tsv_next(&tsv)) {
        if (!read_entry(&tsv, &entry))
            continue;
        if (is_counter(&entry) && entry.site == COUNT_WIRED && entry.size.bytes > 0)
            return entry.size.bytes;
        *any = *any || entry.size.bytes > 0;
    }
    return 0;
}

static void read_entries(struct tsv *tsv)
{
    struct groups seen = {0};
    bool room = true;

    while (room && tsv_next(tsv)) {
        struct entry entry;
        struct group_key key;
        size_t count = seen.count;

        if (!read_entry(tsv, &entry))
            continue;
        key = (struct group_key){{(uintptr_t)entry.index, (uintptr_t)(entry.index >> 32)}};
        if (groups_add(&seen, &key) < count)
            tsv_note(tsv, "an index that was there already: line skipped");
        else
            room = add_entry(tsv, &entry);
    }
    groups_free(&seen);
}

bool kernel_memory_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct tsv tsv;
    bool any;

    if (!tsv_open(&tsv, text, snap, "flags"))
        return err_set(err, "not a table of kernel memory: no column flags");
    if (find_wired(text, snap, &any) == 0)
        return err_set(err, any ? "not the whole table of kernel memory: no total in it"
                                : "not a table of kernel memory: the kernel answered with nothing "
                                  "but zeros, as macOS 15 does without the right; capture as root");
    if (snap->kernel_memory_count > 0)
        return err_set(err, "not needed: another member has the kernel's book");
    mac_snapshot(snap);
    if (!snap->manifest.darwin.known)
        snapshot_note(snap, 0, "release of macOS not known: fixed tags keep their numbers");
    read_entries(&tsv);
    return true;
}
