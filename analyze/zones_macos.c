/* zones_macos.c - see zones_macos.h. */
#include "analyze/zones_macos.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CUT_MIN         8    /* a shorter piece in front of a "$" is no cut name */
#define PREFIX_COLUMNS  8    /* of a heap's name in a panic report */
#define FINE_RESOLUTION 4096 /* a size that is known so well is as good as exact */

/* Parts of the kernel's heap, each with a zone for each size. */
enum heap {
    HEAP_TYPED,
    HEAP_DATA,
    HEAP_DATA_SHARED,
    HEAP_DEFAULT,
    HEAP_KEXT,
    HEAP_EARLY,
    HEAPS,
    HEAP_NONE = HEAPS
};

static const char *const heap_prefixes[HEAPS] = {
    [HEAP_TYPED] = "kalloc.type",
    [HEAP_DATA] = "data.kalloc.",
    [HEAP_DATA_SHARED] = "data_shared.kalloc.",
    [HEAP_DEFAULT] = "default.kalloc.",
    [HEAP_KEXT] = "kext.kalloc.",
    [HEAP_EARLY] = "early.kalloc.",
};

/* How both sides are named. */
struct naming {
    bool dotted;       /* as zprint does */
    size_t cut;        /* so many characters are left of a name that zprint cut, on either side;
                          SIZE_MAX: it cut none */
    bool short_prefix; /* as a panic report does */
    bool sizeless;     /* some source does not say element sizes */
    bool shuffled;     /* type numbers mean nothing */
    bool folded[HEAPS];
    bool any_folded;
};

static enum heap heap_of(const char *name)
{
    for (size_t i = 0; i < HEAPS; i++)
        if (strncmp(name, heap_prefixes[i], strlen(heap_prefixes[i])) == 0)
            return (enum heap)i;
    return strncmp(name, "data_shakalloc.", 15) == 0 ? HEAP_DATA_SHARED : HEAP_NONE;
}

static bool is_kalloc(const char *name)
{
    return strncmp(name, "kalloc.", 7) == 0 || heap_of(name) != HEAP_NONE;
}

/* What stands behind the last dot. */
static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

static const char *dotted(const char *name, struct arena *arena)
{
    char *copy = arena_alloc(arena, strlen(name) + 1);

    for (size_t i = 0; name[i] != '\0'; i++)
        copy[i] = name[i] == ' ' ? '.' : name[i];
    return copy;
}

/* How much is left of a cut name: it ends in "$". Where zprint cuts depends on the release and its
 * options. SIZE_MAX: it was not cut. */
static size_t cut_of(const struct zone *zone)
{
    size_t len = strlen(zone->name);

    return zone->naming == ZONE_NAMES_ZPRINT && len > CUT_MIN && zone->name[len - 1] == '$'
               ? len - 1
               : SIZE_MAX;
}

/* The same piece is left of every name, cut or not: what is longer can be either. */
static const char *cut(const char *name, size_t length, struct arena *arena)
{
    return strlen(name) <= length ? name : arena_print(arena, "%.*s$", (int)length, name);
}

/* The name that both sides agree on. */
static const char *name_of(const struct zone *zone, const struct naming *naming,
                           struct arena *arena)
{
    enum heap heap = heap_of(zone->name);
    const char *name = zone->name;

    if (naming->any_folded && is_kalloc(name) && (heap == HEAP_NONE || naming->folded[heap]))
        return arena_print(arena, "kalloc.%s", last_part(name));
    if (heap == HEAP_TYPED && naming->shuffled && strchr(name + 11, '.') != NULL)
        return arena_print(arena, "kalloc.type.%s", last_part(name));
    if (naming->dotted || naming->short_prefix)
        name = dotted(name, arena);
    if (naming->short_prefix && heap == HEAP_DATA_SHARED && name[PREFIX_COLUMNS] == 'r')
        name = arena_print(arena, "%.*s%s", PREFIX_COLUMNS, name, name + strlen("data_shared."));
    return cut(name, naming->cut, arena);
}

/* kalloc.large has no size of its own: zprint prints an average. */
static const char *identity_of(const struct zone *zone, const char *name,
                               const struct naming *naming, struct arena *arena)
{
    if (naming->sizeless || strcmp(name, "kalloc.large") == 0)
        return name;
    return arena_print(arena, "%s %" PRIu64, name, zone->element_bytes);
}

static struct amount counted_of(const struct zone *zone)
{
    uint64_t bytes;

    if (!zone->element_count.known || zone->element_bytes == 0 ||
        __builtin_mul_overflow(zone->element_count.n, zone->element_bytes, &bytes))
        return (struct amount){0, false};
    return amount_of(bytes);
}

static struct amount sum_of(struct amount a, struct amount b)
{
    return (struct amount){a.known && b.known ? a.bytes + b.bytes : 0, a.known && b.known};
}

static void merge(struct mac_zone *into, const struct mac_zone *zone)
{
    into->size = sum_of(into->size, zone->size);
    into->counted = sum_of(into->counted, zone->counted);
    into->resolution_bytes += zone->resolution_bytes;
    into->elements.known =
        into->elements.known && zone->elements.known &&
        !__builtin_add_overflow(into->elements.n, zone->elements.n, &into->elements.n);
}

static int compare_zones(const void *a, const void *b)
{
    return strcmp(((const struct mac_zone *)a)->identity, ((const struct mac_zone *)b)->identity);
}

/* These exist at every boot of every release: a list that has them is no excerpt. */
static bool has_always_there(const struct snapshot *snap)
{
    bool ports = false, objects = false;

    for (size_t i = 0; i < snap->zone_count; i++) {
        const char *name = snap->zones[i].name;

        if (snap->zones[i].naming == ZONE_NAMES_WHOLE)
            return true;
        ports = ports || strcmp(name, "ipc.ports") == 0 || strcmp(name, "ipc ports") == 0;
        objects = objects || strcmp(name, "vm.objects") == 0 || strcmp(name, "vm objects") == 0;
    }
    return ports && objects;
}

static struct mac_zones zones_of(const struct snapshot *snap, const struct naming *naming,
                                 struct arena *arena)
{
    struct mac_zones zones = {.whole = has_always_there(snap), .redacted = snap->zones_redacted};
    size_t count = 0;

    zones.list = arena_alloc(arena, snap->zone_count * sizeof *zones.list);
    for (size_t i = 0; i < snap->zone_count; i++) {
        const struct zone *zone = &snap->zones[i];
        const char *name = name_of(zone, naming, arena);

        zones.list[i] = (struct mac_zone){identity_of(zone, name, naming, arena),
                                          naming->dotted ? dotted(name, arena) : name,
                                          zone->element_bytes,
                                          zone->element_count,
                                          zone->size,
                                          zone->resolution_bytes,
                                          counted_of(zone)};
    }
    if (snap->zone_count > 0)
        qsort(zones.list, snap->zone_count, sizeof *zones.list, compare_zones);
    for (size_t i = 0; i < snap->zone_count; i++) {
        if (count > 0 && compare_zones(&zones.list[count - 1], &zones.list[i]) == 0)
            merge(&zones.list[count - 1], &zones.list[i]);
        else
            zones.list[count++] = zones.list[i];
    }
    zones.count = count;
    return zones;
}

/* Which heaps a side has, and how its names are spelled. */
static void learn_names(const struct snapshot *snap, struct naming *naming, bool heaps[HEAPS])
{
    for (size_t i = 0; i < snap->zone_count; i++) {
        const struct zone *zone = &snap->zones[i];
        enum heap heap = heap_of(zone->name);

        naming->cut = cut_of(zone) < naming->cut ? cut_of(zone) : naming->cut;
        naming->dotted = naming->dotted || zone->naming == ZONE_NAMES_ZPRINT;
        naming->short_prefix = naming->short_prefix || zone->naming == ZONE_NAMES_PANIC;
        naming->sizeless = naming->sizeless || zone->element_bytes == 0;
        if (heap != HEAP_NONE)
            heaps[heap] = true;
    }
}

void zones_of_both(const struct snapshot *before, const struct snapshot *after, bool same_boot,
                   bool same_release, struct arena *arena, struct mac_zones zones[2])
{
    bool before_heaps[HEAPS] = {false}, after_heaps[HEAPS] = {false};
    struct naming naming = {.shuffled = !same_boot, .cut = SIZE_MAX};
    bool coarser;

    learn_names(before, &naming, before_heaps);
    learn_names(after, &naming, after_heaps);
    if (!before->zones_redacted && !after->zones_redacted && has_always_there(before) &&
        has_always_there(after) && memcmp(before_heaps, after_heaps, sizeof before_heaps) != 0)
        same_release = false; /* whatever they are called: the heaps are a release's own */
    coarser = before->zones_redacted != after->zones_redacted || !same_release;
    for (size_t i = 0; i < HEAPS; i++) {
        naming.folded[i] = coarser && before->zone_count > 0 && after->zone_count > 0 &&
                           before_heaps[i] != after_heaps[i];
        naming.any_folded = naming.any_folded || naming.folded[i];
    }
    zones[0] = zones_of(before, &naming, arena);
    zones[1] = zones_of(after, &naming, arena);
    if (!same_release) /* zones come, go and change their names with releases */
        zones[0].whole = zones[1].whole = false;
}

static int compare_identity_to(const void *key, const void *element)
{
    return strcmp(key, ((const struct mac_zone *)element)->identity);
}

const struct mac_zone *find_zone(const struct mac_zones *zones, const char *identity)
{
    return zones->count == 0 ? NULL
                             : bsearch(identity, zones->list, zones->count, sizeof *zones->list,
                                       compare_identity_to);
}

static bool is_fine(const struct mac_zone *zone)
{
    return zone->size.known && zone->resolution_bytes <= FINE_RESOLUTION;
}

enum zone_method zone_method(const struct mac_zone *zone, const struct mac_zone *other,
                             const struct mac_zones *other_zones)
{
    if (other == NULL && !other_zones->whole)
        return ZONE_NOT_COMPARED;
    if (is_fine(zone) && (other != NULL ? is_fine(other) : !other_zones->redacted))
        return ZONE_BY_SIZE;
    if (zone->counted.known && (other == NULL || other->counted.known))
        return ZONE_BY_COUNT;
    if (zone->size.known && (other == NULL || other->size.known))
        return ZONE_BY_SIZE;
    return ZONE_NOT_COMPARED;
}
