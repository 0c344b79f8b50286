/* zone_table.c - see zone_table.h. */
#include "formats/apple/zone_table.h"

/* What a panic report says of the largest zones is no list of zones. */
static bool lists_zones(const struct snapshot *snap)
{
    for (size_t i = 0; i < snap->zone_count; i++)
        if (snap->zones[i].naming != ZONE_NAMES_PANIC)
            return true;
    return false;
}

struct zone_table zone_table_begin(struct snapshot *snap)
{
    struct zone_table table = {.snap = snap, .first = snap->zone_count};

    table.others = lists_zones(snap);
    if (table.others)
        snapshot_note(snap, 0, "another member lists the zones: those of this one are not read");
    return table;
}

static void append(struct zone_table *table, unsigned line, const struct zone *zone)
{
    struct snapshot *snap = table->snap;
    struct zone *added;

    if (snap->zone_count >= RECORDS_MAX) {
        if (!table->full)
            snapshot_note(snap, line, "too many zones: the rest is skipped");
        table->full = true;
        return;
    }
    added = arena_append(snap->arena, &snap->zones, &snap->zone_count, sizeof *added);
    *added = *zone;
}

static bool says_the_same(const struct zone *a, const struct zone *b)
{
    return a->element_count.n == b->element_count.n && a->size.bytes == b->size.bytes;
}

/* The first of its name and element size: remembers where it is. */
static void append_first(struct zone_table *table, unsigned line, const struct zone *zone,
                         const struct group_key *key)
{
    struct snapshot *snap = table->snap;
    size_t at = snap->zone_count;

    append(table, line, zone);
    if (table->full)
        return;
    (void)groups_add(&table->groups, key);
    *(size_t *)arena_append(snap->arena, &table->zones, &table->zone_count, sizeof at) = at;
    *(unsigned *)arena_append(snap->arena, &table->passes, &table->pass_count,
                              sizeof *table->passes) = table->pass;
}

void zone_table_add(struct zone_table *table, unsigned line, const struct zone *zone, bool twins)
{
    struct group_key key = {{(uintptr_t)zone->name, (uintptr_t)zone->element_bytes,
                             (uintptr_t)(zone->element_bytes >> 32)}};
    size_t group;

    if (table->others)
        return;
    group = groups_find(&table->groups, &key);
    if (group == NO_GROUP) {
        append_first(table, line, zone, &key);
        return;
    }
    if (!twins || table->passes[group] != table->pass ||
        says_the_same(zone, &table->snap->zones[table->zones[group]])) {
        snapshot_note(table->snap, line, "a zone that was there already: the first one counts");
        return;
    }
    snapshot_note(table->snap, line, "another zone of the same name and element size: both count");
    append(table, line, zone);
}

/* Elements without a page that holds them. */
static bool is_withheld(const struct zone *zone)
{
    return zone->size.known && zone->size.bytes == 0 && zone->element_count.n > 0;
}

bool zone_table_end(struct zone_table *table)
{
    struct snapshot *snap = table->snap;
    bool any_size = false, any_withheld = false;

    for (size_t i = table->first; i < snap->zone_count; i++) {
        any_size = any_size || snap->zones[i].size.bytes > 0;
        any_withheld = any_withheld || is_withheld(&snap->zones[i]);
    }
    if (any_withheld && any_size)
        snapshot_note(snap, 0, "zones with elements but of size 0: their size is not known");
    if (any_withheld && !any_size)
        snap->zones_redacted = true;
    for (size_t i = table->first; any_withheld && i < snap->zone_count; i++)
        if (!any_size || is_withheld(&snap->zones[i])) {
            snap->zones[i].size = (struct amount){0};
            snap->zones[i].resolution_bytes = 0;
        }
    groups_free(&table->groups);
    return any_size;
}
