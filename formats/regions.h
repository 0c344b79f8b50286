/*
 * regions.h - adding up wired regions that are alike, for the readers of locked.tsv and vmmap.
 */
#ifndef FORMATS_REGIONS_H
#define FORMATS_REGIONS_H

#include "formats/groups.h"
#include "formats/snapshot.h"

struct regions {
    struct snapshot *snap;
    struct groups groups; /* of the regions from `first` on */
    size_t first;
};

/* Begins with those of one member. */
struct regions regions_begin(struct snapshot *snap);

/* Adds one region's count and bytes to its group. False: there are too many groups, or the sum
 * would pass AMOUNT_MAX; nothing is added then. */
bool regions_add(struct regions *regions, const struct wired_region *region);

void regions_end(struct regions *regions);

#endif
