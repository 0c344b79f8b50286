/* report_zones.c - see report_zones.h. */
#include "formats/apple/report_zones.h"

#include <string.h>

#include "formats/apple/figures.h"

#define HEAP_COLUMNS 8 /* of a heap's name in front of a zone's */
#define KALLOC       "kalloc."

struct report_zones report_zones_begin(struct snapshot *snap)
{
    return (struct report_zones){
        .snap = snap, .first = snap->zone_count, .barred = snap->zone_count > 0};
}

/* "data_shared.kalloc.1024" as the table of a panic report spells it, with the heap in 8 columns:
 * "data_shakalloc.1024". */
static const char *short_name(struct snapshot *snap, struct str name)
{
    size_t at = str_find(name, KALLOC);
    char cut[64];

    if (at == SIZE_MAX || at <= HEAP_COLUMNS || name.len - at > sizeof cut - HEAP_COLUMNS)
        return arena_intern(snap->arena, name);
    memcpy(cut, name.at, HEAP_COLUMNS);
    memcpy(cut + HEAP_COLUMNS, name.at + at, name.len - at);
    return arena_intern(snap->arena, (struct str){cut, HEAP_COLUMNS + name.len - at});
}

/* "data.kalloc.1024" and "kalloc.type12.1024" have elements of 1024 bytes; 0: the name does not say. */
static uint64_t element_bytes_of(struct str name)
{
    uint64_t bytes = 0;
    size_t at = name.len;

    if (str_find(name, KALLOC) == SIZE_MAX)
        return 0;
    while (at > 0 && name.at[at - 1] != '.')
        at--;
    if (!str_u64((struct str){name.at + at, name.len - at}, 10, &bytes) || bytes > AMOUNT_MAX)
        return 0;
    return bytes;
}

static void merge(struct zone *zone, const char *name, struct figure size, struct count count)
{
    if (strlen(name) > strlen(zone->name))
        zone->name = name;
    if (!zone->element_count.known)
        zone->element_count = count;
    if (!size.known || (zone->size.known && zone->resolution_bytes < size.resolution_bytes))
        return;
    zone->size = figure_amount(size);
    zone->resolution_bytes = size.resolution_bytes;
}

void report_zones_add(struct report_zones *zones, unsigned line, struct str name,
                      struct figure size, struct count count)
{
    struct snapshot *snap = zones->snap;
    struct group_key key;
    struct zone *zone;
    size_t at;

    size.known = size.known && size.bytes <= AMOUNT_MAX;
    if (name.len == 0 || (!size.known && !count.known))
        return;
    zones->refused = zones->refused || zones->barred;
    if (zones->barred)
        return;
    if (snap->zone_count >= RECORDS_MAX) {
        snapshot_note(snap, line, "too many zones: skipped");
        return;
    }
    key = group_of_name(short_name(snap, name));
    at = groups_add(&zones->groups, &key);
    if (zones->first + at == snap->zone_count) {
        zone = arena_append(snap->arena, &snap->zones, &snap->zone_count, sizeof *zone);
        zone->name = snapshot_name(snap, line, name);
        zone->naming = ZONE_NAMES_PANIC;
        zone->element_bytes = element_bytes_of(name);
    }
    merge(&snap->zones[zones->first + at], snapshot_name(snap, line, name), size, count);
}

void report_zones_end(struct report_zones *zones)
{
    groups_free(&zones->groups);
    if (zones->refused)
        snapshot_note(zones->snap, 0,
                      "zones are known from a listing: those of the report are not added");
}
