/*
 * report_zones.h - zones that a panic report or a JetsamEvent names: the largest few, each perhaps
 * more than once, with its size rounded here and its elements counted there.
 *
 * When the snapshot has zones already, they come from a listing of all of them: nothing is added.
 */
#ifndef FORMATS_APPLE_REPORT_ZONES_H
#define FORMATS_APPLE_REPORT_ZONES_H

#include "formats/groups.h"
#include "formats/snapshot.h"

struct report_zones {
    struct snapshot *snap;
    size_t first;         /* index of the first zone of the report */
    struct groups groups; /* of its zones, in their order */
    bool barred, refused; /* refused: there was one to add */
};

struct report_zones report_zones_begin(struct snapshot *snap);

/* What a report says of a zone: its size, its elements, or both. What is said of the same zone is one
 * record, with the finest of the sizes, and of equally fine ones the last. */
void report_zones_add(struct report_zones *zones, unsigned line, struct str name,
                      struct figure size, struct count count);

/* Notes, once, that zones could not be added. */
void report_zones_end(struct report_zones *zones);

#endif
