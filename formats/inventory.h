/*
 * inventory.h - which members were in a bundle, and whether they are those that sources.tsv lists.
 * Private to load.c.
 *
 * A zeroed struct inventory is a valid empty one. inventory_free ends it.
 */
#ifndef FORMATS_INVENTORY_H
#define FORMATS_INVENTORY_H

#include "formats/groups.h"
#include "formats/snapshot.h"

/* A member that was in the bundle, whether we read it or not. */
struct seen {
    const char *member;
    uint64_t size_bytes;
    uint32_t crc32;
    bool listed; /* in sources.tsv */
};

struct inventory {
    struct groups names; /* of seen, in the same order */
    struct seen *seen;
    size_t seen_count;
};

/* Adds the interned name. False: there was one of this name before. */
bool inventory_add(struct inventory *inventory, struct snapshot *snap, const char *member,
                   uint64_t size_bytes, uint32_t crc32);

/* Compares with the snapshot's sources, if it has some. True: all that they call ok are intact. */
bool inventory_judge(struct inventory *inventory, struct snapshot *snap);

void inventory_free(struct inventory *inventory);

#endif
