/*
 * zones_macos.h - which zone is which, in two captures of a Mac.
 *
 * Names of zones come as the kernel has them (our own bundles), as zprint cuts them, or as a panic
 * report shortens them, and both sides are named in the coarsest of these ways. What else makes
 * equal zones look different, or different ones equal:
 *   - kalloc.type<N>.64: N is shuffled at each boot. Across boots all of one size are one zone.
 *   - heaps: kalloc.1024, data.kalloc.1024, data_shared.kalloc.1024 and early.kalloc.1024 are four
 *     zones and never confused. A capture without root of macOS 13.3 and later has some heaps added
 *     up into kalloc.1024, and each release has other heaps: when just one side has a heap, and was
 *     captured without root or on another release, that heap is added up on both.
 *   - element sizes: a part of the identity, except where a source does not say them.
 * (apple-formats facts, zprint; macOS facts 2.7, 2.8.)
 */
#ifndef ANALYZE_ZONES_MACOS_H
#define ANALYZE_ZONES_MACOS_H

#include "formats/snapshot.h"

/* All zones of one side that are the same one. */
struct mac_zone {
    const char *identity, *name;
    uint64_t element_bytes;    /* 0: not known */
    struct count elements;     /* handed out */
    struct amount size;        /* its pages */
    uint64_t resolution_bytes; /* of size */
    struct amount counted;     /* elements times element size */
};

struct mac_zones {
    struct mac_zone *list; /* sorted by identity */
    size_t count;
    bool whole;    /* a zone that is not in the list does not exist */
    bool redacted; /* sizes were withheld */
};

/* Names the zones of both sides. same_boot: type numbers compare. same_release: so do the sets of
 * zones, as far as is known: two whole lists with other heaps are of two releases all the same. */
void zones_of_both(const struct snapshot *before, const struct snapshot *after, bool same_boot,
                   bool same_release, struct arena *arena, struct mac_zones zones[2]);

/* The zone of that identity, or NULL. */
const struct mac_zone *find_zone(const struct mac_zones *zones, const char *identity);

/* How the bytes of a zone are told so that both sides tell them alike. */
enum zone_method {
    ZONE_NOT_COMPARED,
    ZONE_BY_SIZE, /* its pages: measured */
    ZONE_BY_COUNT /* elements times element size, without what is free in its pages: derived */
};

/* other: the same zone on the other side, or NULL: it is not in that list. */
enum zone_method zone_method(const struct mac_zone *zone, const struct mac_zone *other,
                             const struct mac_zones *other_zones);

#endif
