/*
 * region_types.h - adding up the regions of one process by type, for the readers of vmmap and
 * footprint.
 *
 * Each size is a sum of its own. A sum is known when every line of its type said that size, and the
 * resolutions of rounded figures add up with them.
 */
#ifndef FORMATS_APPLE_REGION_TYPES_H
#define FORMATS_APPLE_REGION_TYPES_H

#include "formats/groups.h"
#include "formats/snapshot.h"

enum region_size {
    REGION_VIRTUAL,
    REGION_RESIDENT,
    REGION_DIRTY,
    REGION_SWAPPED,
    REGION_CLEAN,
    REGION_RECLAIMABLE,
    REGION_WIRED,
    REGION_SIZES
};

/* One line: so many regions of a type. */
struct region_line {
    struct str type;
    struct count count;
    struct figure sizes[REGION_SIZES];
};

struct region_sum {
    const char *type;
    struct count count;
    struct figure sizes[REGION_SIZES];
};

/* A zeroed one is empty. region_types_end ends it. */
struct region_types {
    struct groups groups; /* of the types, in their order */
    struct region_sum *sums;
    size_t sum_count;
    struct count count; /* all types */
};

/* Adds line n of the member. What does not fit is noted. */
void region_types_add(struct region_types *types, struct snapshot *snap, unsigned n,
                      const struct region_line *line);

/* That size of all types. Not known when it is not known of one of them. */
struct figure region_types_total(const struct region_types *types, enum region_size size);

/* The sum of that type, or NULL. Good until the next line is added. */
const struct region_sum *region_types_find(const struct region_types *types, const char *type);

/* Appends them to the snapshot. */
void region_types_keep(const struct region_types *types, struct snapshot *snap, int32_t pid,
                       const char *method);

void region_types_end(struct region_types *types);

/* Which processes the snapshot has the region types of already, and by which method: what was
 * printed first is kept. groups_free ends it. */
struct groups region_types_listed(const struct snapshot *snap);

/* True once for each process and method. */
bool region_types_list(struct groups *listed, struct snapshot *snap, int32_t pid,
                       const char *method);

#endif
