/*
 * sites.h - adding up kernel memory by who asked for it, for /proc/vmallocinfo and
 * /proc/allocinfo.
 */
#ifndef FORMATS_SITES_H
#define FORMATS_SITES_H

#include "formats/groups.h"
#include "formats/snapshot.h"

struct sites {
    struct snapshot *snap;
    struct groups groups; /* of the sites from `first` on */
    size_t first;
};

struct sites sites_begin(struct snapshot *snap);

/* Adds count and bytes to the site of the same kind, caller, module and file. False: there are too
 * many, or the sum would pass AMOUNT_MAX; nothing is added then. */
bool sites_add(struct sites *sites, const struct site *site);

void sites_end(struct sites *sites);

#endif
