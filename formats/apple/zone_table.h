/*
 * zone_table.h - the zones that one source lists: each of them once, their sizes only when they
 * were not withheld.
 *
 * A kernel that does not trust the caller says sizes of 0 beside true counts (macOS facts 2.8).
 * That shows only when all zones were seen, so nothing is settled before zone_table_end.
 */
#ifndef FORMATS_APPLE_ZONE_TABLE_H
#define FORMATS_APPLE_ZONE_TABLE_H

#include "formats/groups.h"
#include "formats/snapshot.h"

struct zone_table {
    struct snapshot *snap;
    size_t first;         /* of this source's zones among the snapshot's */
    bool others;          /* another source listed the zones before: these would count twice */
    bool full;            /* RECORDS_MAX was reached */
    struct groups groups; /* by name and element size */
    size_t *zones;        /* of each group: its first zone... */
    size_t zone_count;
    unsigned *passes; /* ...and the pass of the table in which that one was */
    size_t pass_count;
    unsigned pass; /* counted by the caller: a source may print its table again and again */
};

struct zone_table zone_table_begin(struct snapshot *snap);

/*
 * Adds a zone, or a note about why not: a name and element size that was there already is the same
 * zone seen again. In the same pass it may also be another zone of that name, if `twins`: then it
 * is kept unless it says the same.
 */
void zone_table_add(struct zone_table *table, unsigned line, const struct zone *zone, bool twins);

/* Settles which sizes are known; returns whether any is. */
bool zone_table_end(struct zone_table *table);

#endif
