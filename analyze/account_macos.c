/* account_macos.c - see account_macos.h. */
#include "analyze/account_macos.h"

#include <string.h>

#include "analyze/identity.h"
#include "analyze/mac_side.h"
#include "analyze/spans_macos.h"
#include "formats/apple/tags.h"

#define TAG_MLOCK "VM_KERN_MEMORY_MLOCK"
#define TAG_PTE   "VM_KERN_MEMORY_PTE"

/* Everything that the accounts below work on. */
struct book {
    const struct side *side;
    const struct snapshot *snap;
    const struct mac_side *mac, *other; /* other NULL: the side is taken by itself */
    struct ground ground;
    struct arena *arena;
    struct charges *charges;
};

static bool knows(struct ground ground, enum mac_known what)
{
    return (ground.accounts & (uint64_t)what) != 0;
}

static bool splits(const struct book *book, enum mac_split split)
{
    return (book->ground.splits & (uint64_t)split) != 0;
}

/* ---- what a side can tell ---- */

static struct figure minus(struct figure a, struct figure b)
{
    if (!a.known || !b.known || b.bytes > a.bytes)
        return a;
    return (struct figure){a.bytes - b.bytes, a.resolution_bytes + b.resolution_bytes, true};
}

/* wire_count; WIRED - BOOT_STOLEN is the same figure (macOS facts 2.5). */
static struct figure wire_count(const struct snapshot *snap)
{
    const struct figure *totals = snap->mac_totals;
    static const enum mac_total sources[] = {MAC_WIRED_VM_STAT, MAC_WIRED_PRESSURE,
                                             MAC_WIRED_JETSAM};

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (totals[sources[i]].known)
            return totals[sources[i]];
    return minus(totals[MAC_WIRED_KERNEL], totals[MAC_BOOT_STOLEN]);
}

bool mac_has_headline(struct ground ground)
{
    return knows(ground, KNOWS_TOP) || knows(ground, KNOWS_ZONES);
}

struct figure mac_headline(const struct side *side, struct ground ground)
{
    const struct figure *totals = side->snap->mac_totals;

    if (knows(ground, KNOWS_BOOK))
        return minus(totals[MAC_WIRED_KERNEL], totals[MAC_BOOT_STOLEN]);
    if (knows(ground, KNOWS_WIRE_COUNT))
        return wire_count(side->snap);
    if (knows(ground, KNOWS_TOP))
        return totals[MAC_WIRED_TOP].known ? totals[MAC_WIRED_TOP] : wire_count(side->snap);
    return (struct figure){0};
}

static bool any_process(const struct side *side, enum aspect aspect)
{
    for (size_t i = 0; i < side->snap->process_count; i++)
        if (!side->snap->processes[i].kernel && !side->unread[aspect][i])
            return true;
    return false;
}

/* One extension alone can hold what processes own, and it is the same one on both sides. */
static bool is_graphics_known(const struct side *side)
{
    const struct mac_side *other = mac_other(side);
    const char *name = side->mac->graphics_extension;

    return name != NULL && (other == NULL || (other->graphics_extension != NULL &&
                                              strcmp(other->graphics_extension, name) == 0));
}

/* The total and all lines that it consists of. What was taken at boot time is never nothing: without
 * it zprint was asked for some names only. */
static bool is_book_whole(const struct side *side)
{
    return side->snap->mac_totals[MAC_WIRED_KERNEL].known &&
           find_line(&side->mac->tags, "VM_KERN_COUNT_RESERVED") != NULL &&
           !side_lost(side, "kernel_memory.tsv");
}

struct ground mac_ground(const struct side *side)
{
    const struct snapshot *snap = side->snap;
    const struct mac_side *mac = side->mac;
    const struct figure *totals = snap->mac_totals;
    struct ground ground = {0, 0};
    bool processes = snap->process_count > 0 && !side_lost(side, "processes.tsv");
    bool total = wire_count(snap).known;
    bool tag = totals[MAC_ZONES].known && totals[MAC_ZONES].resolution_bytes == 0;
    const struct {
        bool known;
        enum mac_known what;
    } known[] = {
        {is_book_whole(side), KNOWS_BOOK},
        {total, KNOWS_WIRE_COUNT},
        {total || totals[MAC_WIRED_TOP].known, KNOWS_TOP},
        {tag, KNOWS_ZONE_TAG},
        {totals[MAC_ZONES].known && !tag, KNOWS_ZONE_SUM},
        {mac->zones.count > 0, KNOWS_ZONES},
    };
    const struct {
        bool known;
        enum mac_split split;
    } split[] = {
        {mac->extensions_named, SPLIT_EXTENSIONS},
        {mac->sites_named, SPLIT_SYMBOLS},
        {mac->sites_addressed, SPLIT_ADDRESSES},
        {processes && (any_process(side, ASPECT_REGIONS) || any_process(side, ASPECT_WIRED)),
         SPLIT_MLOCKED},
        {processes && any_process(side, ASPECT_TABLES), SPLIT_PAGE_TABLES},
        {processes && is_graphics_known(side), SPLIT_GRAPHICS},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].known)
            ground.accounts |= (uint64_t)known[i].what;
    for (size_t i = 0; i < sizeof split / sizeof *split; i++)
        if (split[i].known)
            ground.splits |= (uint64_t)split[i].split;
    return ground;
}

/* ---- owners ---- */

static void claim(struct book *book, struct owner owner, uint64_t bytes, uint64_t resolution_bytes,
                  enum evidence evidence)
{
    account_claim(book->charges, owner, bytes, evidence)->resolution_bytes = resolution_bytes;
}

static void explain(struct book *book, struct owner owner, const struct wired_span *span,
                    uint64_t bytes)
{
    struct charges *charges = book->charges;
    struct charge_region *explained = arena_append(
        book->arena, &charges->regions, &charges->region_count, sizeof *charges->regions);

    *explained = (struct charge_region){charges->account,
                                        owner,
                                        span->type != NULL ? span->type : "",
                                        span->detail != NULL ? span->detail : "",
                                        1,
                                        (int64_t)bytes};
}

/* Regions under mlock; where they could not be read, what the kernel says of the process. */
static void claim_mlocked(struct book *book)
{
    const struct snapshot *snap = book->snap;
    const bool *unread = book->side->unread[ASPECT_REGIONS];
    uint64_t *shares = arena_alloc(book->arena, snap->wired_span_count * sizeof *shares);
    bool *skipped = arena_alloc(book->arena, snap->wired_span_count);

    for (size_t i = 0; i < snap->wired_span_count; i++) {
        const struct process *process = side_process(book->side, snap->wired_spans[i].pid);

        skipped[i] = process == NULL || process->kernel || unread[process - snap->processes];
    }
    share_spans(snap->wired_spans, skipped, snap->wired_span_count, book->arena, shares);
    for (size_t i = 0; i < snap->wired_span_count; i++) {
        const struct process *process = side_process(book->side, snap->wired_spans[i].pid);
        struct owner owner;

        if (skipped[i])
            continue;
        owner = owner_process(book->side, (size_t)(process - snap->processes), book->arena);
        claim(book, owner, shares[i], 0, MEASURED);
        explain(book, owner, &snap->wired_spans[i], shares[i]);
    }
    for (size_t i = 0; i < snap->process_count; i++)
        if (!snap->processes[i].kernel && unread[i] && !book->side->unread[ASPECT_WIRED][i])
            claim(book, owner_process(book->side, i, book->arena), snap->processes[i].wired.bytes,
                  0, DERIVED);
}

static void claim_tables(struct book *book)
{
    for (size_t i = 0; i < book->snap->process_count; i++)
        if (!book->snap->processes[i].kernel && !book->side->unread[ASPECT_TABLES][i])
            claim(book, owner_process(book->side, i, book->arena),
                  book->snap->processes[i].page_tables.bytes,
                  book->snap->processes[i].page_tables_resolution_bytes, MEASURED);
}

static void claim_owned(struct book *book)
{
    for (size_t i = 0; i < book->snap->owned_object_count; i++) {
        const struct owned_object *owned = &book->snap->owned_objects[i];
        const struct process *process = side_process(book->side, owned->pid);
        size_t at = process != NULL ? (size_t)(process - book->snap->processes) : 0;

        if (process != NULL && owned->wired.known && !book->side->unread[ASPECT_OWNED][at])
            claim(book, owner_process(book->side, at, book->arena), owned->wired.bytes, 0, DERIVED);
    }
}

static struct owner owner_extension(const char *name)
{
    return (struct owner){.kind = OWNER_EXTENSION, .identity = name, .name = name};
}

/* ---- accounts of the kernel's book ---- */

static void begin(struct book *book, const char *account, uint64_t bytes, uint64_t resolution_bytes)
{
    account_begin(book->charges, account, bytes);
    book->charges->account_resolution_bytes = resolution_bytes;
}

/* Whether both kernels count under that name. */
static bool is_tag_common(const struct book *book, const char *name)
{
    static const char unnamed[] = "VM_KERN_MEMORY_";
    const struct mac_side *mac = book->mac, *other = book->other;

    if (other == NULL || mac->same_release)
        return true;
    if (strncmp(name, unnamed, sizeof unnamed - 1) == 0 && name[sizeof unnamed - 1] >= '0' &&
        name[sizeof unnamed - 1] <= '9')
        return false; /* a number without a name means another thing in each release */
    return mac_tag_exists(name, mac->darwin) && mac_tag_exists(name, other->darwin);
}

/* One tag; line NULL: it holds nothing here. */
static void charge_tag(struct book *book, const char *name, const struct mac_line *line)
{
    uint64_t bytes = line != NULL ? line->bytes : 0;
    uint64_t resolution_bytes = line != NULL ? line->resolution_bytes : 0;

    if (!is_tag_common(book, name))
        return;
    if (strcmp(name, TAG_MLOCK) == 0) {
        begin(book, ACCOUNT_MLOCKED, bytes, resolution_bytes);
        if (splits(book, SPLIT_MLOCKED))
            claim_mlocked(book);
        account_end(book->charges, splits(book, SPLIT_MLOCKED)
                                       ? "mlocked memory without a known owner"
                                       : "mlocked memory");
    } else if (strcmp(name, TAG_PTE) == 0) {
        begin(book, ACCOUNT_TABLES, bytes, resolution_bytes);
        if (splits(book, SPLIT_PAGE_TABLES))
            claim_tables(book);
        account_end(book->charges,
                    splits(book, SPLIT_PAGE_TABLES) ? "page tables of the kernel" : "page tables");
    } else {
        begin(book, name, bytes, resolution_bytes);
        account_end(book->charges, name);
    }
}

/* All tags that either side has: one that is not in a list holds nothing. MLOCK and PTE are always
 * there, since they have owners beside their own lines. */
static void charge_tags(struct book *book)
{
    static const char *const always[] = {TAG_MLOCK, TAG_PTE};
    const struct mac_lines *own = &book->mac->tags;

    for (size_t i = 0; i < own->count; i++)
        charge_tag(book, own->list[i].name, &own->list[i]);
    for (size_t i = 0; book->other != NULL && i < book->other->tags.count; i++)
        if (find_line(own, book->other->tags.list[i].name) == NULL)
            charge_tag(book, book->other->tags.list[i].name, NULL);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (find_line(own, always[i]) == NULL &&
            (book->other == NULL || find_line(&book->other->tags, always[i]) == NULL))
            charge_tag(book, always[i], NULL);
}

static void charge_extensions(struct book *book)
{
    const struct mac_lines *lines = &book->mac->extensions;
    const char *graphics = splits(book, SPLIT_GRAPHICS) ? book->mac->graphics_extension : NULL;
    const struct mac_line *drawn = graphics != NULL ? find_line(lines, graphics) : NULL;

    if (!splits(book, SPLIT_EXTENSIONS)) {
        begin(book, ACCOUNT_EXTENSIONS, lines->bytes, lines->resolution_bytes);
        account_end(book->charges, ACCOUNT_EXTENSIONS);
        return;
    }
    begin(book, ACCOUNT_EXTENSIONS, lines->bytes - (drawn != NULL ? drawn->bytes : 0), 0);
    for (size_t i = 0; i < lines->count; i++)
        if (&lines->list[i] != drawn)
            claim(book, owner_extension(lines->list[i].name), lines->list[i].bytes,
                  lines->list[i].resolution_bytes, MEASURED);
    account_end(book->charges, ACCOUNT_EXTENSIONS);
    if (drawn == NULL)
        return;
    begin(book, ACCOUNT_GRAPHICS, drawn->bytes, drawn->resolution_bytes);
    claim_owned(book);
    account_end_owner(book->charges, owner_extension(graphics));
}

static void charge_sites(struct book *book)
{
    const struct mac_lines *lines = &book->mac->sites;
    bool symbols = splits(book, SPLIT_SYMBOLS), addresses = splits(book, SPLIT_ADDRESSES);

    begin(book, ACCOUNT_SITES, lines->bytes, lines->resolution_bytes);
    for (size_t i = 0; i < lines->count; i++) {
        const struct mac_line *line = &lines->list[i];

        if (strncmp(line->name, "site 0x", 7) == 0 ? addresses : symbols)
            claim(book, owner_kernel(line->name), line->bytes, line->resolution_bytes, MEASURED);
    }
    account_end(book->charges, symbols || addresses ? "other kernel call sites" : ACCOUNT_SITES);
}

static void charge_mappers(struct book *book)
{
    const struct mac_lines *lines = &book->mac->mappers;

    begin(book, ACCOUNT_MAPPERS, lines->bytes, lines->resolution_bytes);
    for (size_t i = 0; i < lines->count; i++)
        claim(book, owner_kernel(lines->list[i].name), lines->list[i].bytes,
              lines->list[i].resolution_bytes, MEASURED);
    account_end(book->charges, ACCOUNT_MAPPERS);
}

/* ---- zones ---- */

static void claim_zones(struct book *book)
{
    const struct mac_zones *zones = &book->mac->zones;

    for (size_t i = 0; i < zones->count; i++) {
        const struct mac_zone *zone = &zones->list[i], *twin;
        struct owner owner = {.kind = OWNER_ZONE, .identity = zone->identity, .name = zone->name};
        enum zone_method method;

        if (book->other == NULL) { /* by itself it is like its own twin */
            method = zone_method(zone, zone, zones);
        } else {
            twin = find_zone(&book->other->zones, zone->identity);
            method = zone_method(zone, twin, &book->other->zones);
        }
        if (method == ZONE_BY_SIZE)
            claim(book, owner, zone->size.bytes, zone->resolution_bytes, MEASURED);
        else if (method == ZONE_BY_COUNT)
            claim(book, owner, zone->counted.bytes, 0, DERIVED);
    }
}

/* With tag 12 on both sides, or without any zones but zprint's sum of them, the account has a
 * total. What the two totals count differs, so one of each is none. */
static void charge_zones(struct book *book)
{
    const struct figure *total = &book->snap->mac_totals[MAC_ZONES];
    bool zones = knows(book->ground, KNOWS_ZONES);
    bool has_total =
        knows(book->ground, KNOWS_BOOK) &&
        (knows(book->ground, KNOWS_ZONE_TAG) || (!zones && knows(book->ground, KNOWS_ZONE_SUM)));

    if (!zones && !has_total)
        return;
    begin(book, ACCOUNT_ZONES, has_total ? total->bytes : 0,
          has_total ? total->resolution_bytes : 0);
    if (zones)
        claim_zones(book);
    if (has_total)
        account_end(book->charges, zones ? "other zone memory" : "zone memory");
    else
        account_end_open(book->charges);
}

/* ---- all of it ---- */

static void charge_book(struct book *book)
{
    charge_tags(book);
    charge_extensions(book);
    charge_sites(book);
    charge_mappers(book);
}

/* Without the kernel's book: what is known to be wired whatever the total consists of. */
static void charge_parts(struct book *book)
{
    if (splits(book, SPLIT_MLOCKED)) {
        begin(book, ACCOUNT_MLOCKED, 0, 0);
        claim_mlocked(book);
        account_end_open(book->charges);
    }
    if (splits(book, SPLIT_PAGE_TABLES)) {
        begin(book, ACCOUNT_TABLES, 0, 0);
        claim_tables(book);
        account_end_open(book->charges);
    }
}

static void sum_zones(struct charges *charges)
{
    for (size_t i = 0; i < charges->count; i++) {
        charges->wired_bytes += charges->list[i].bytes;
        charges->wired_resolution_bytes += charges->list[i].resolution_bytes;
    }
}

void mac_charges(const struct side *side, struct ground ground, bool same_boot, struct arena *arena,
                 struct charges *charges)
{
    struct book book = {side, side->snap, side->mac, mac_other(side), ground, arena, charges};
    struct figure headline = mac_headline(side, ground);

    (void)same_boot; /* sides were prepared for it: mac_side.h */
    *charges = (struct charges){.arena = arena,
                                .wired_bytes = (int64_t)headline.bytes,
                                .wired_resolution_bytes = headline.resolution_bytes};
    if (knows(ground, KNOWS_BOOK))
        charge_book(&book);
    else if (headline.known)
        charge_parts(&book);
    charge_zones(&book);
    if (!headline.known)
        sum_zones(charges);
    charges_end(charges);
}
