/*
 * extensions.h - one record for each module, whichever of /proc/modules and sys/module.tsv speaks
 * of it first.
 */
#ifndef FORMATS_EXTENSIONS_H
#define FORMATS_EXTENSIONS_H

#include "formats/groups.h"
#include "formats/snapshot.h"

struct extensions {
    struct snapshot *snap;
    struct groups names; /* of all extensions, in their order */
};

/* Begins with those that the snapshot has already. */
struct extensions extensions_begin(struct snapshot *snap);

/* The record of that interned name, or NULL: there is none. Good until the next one is added. */
struct extension *extensions_find(struct extensions *extensions, const char *name);

/* The same, but adds one. NULL: there are too many. */
struct extension *extensions_add(struct extensions *extensions, const char *name);

void extensions_end(struct extensions *extensions);

#endif
