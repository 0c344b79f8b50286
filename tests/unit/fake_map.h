/*
 * fake_map.h - the memory map of a process, told in the bytes that a Mac's kernel would answer with.
 */
#ifndef TESTS_UNIT_FAKE_MAP_H
#define TESTS_UNIT_FAKE_MAP_H

#include "capture/macos/darwin.h"
#include "capture/macos/regions.h"

/* An entry of the map. What is in a submap follows it, one deeper. */
struct fake_region {
    uint64_t start, size;
    uint32_t depth;
    bool submap;
    uint32_t tag, protection, max_protection, share_mode, wired, resident, dirty, swapped;
    uint64_t offset, object_id;
    bool pager;
    const char *path; /* of a mapped file */
    bool untold;      /* the kernel cannot tell it, and fails when it comes to it */
};

/* One of each kind: an image, malloc's memory, locked memory, a driver's. */
#define FAKE_USUAL 4
extern const struct fake_region fake_usual[FAKE_USUAL];

struct fake_map {
    const struct fake_region *regions;
    size_t count;
    uint32_t words;     /* that this kernel knows of the long answer: 16, 17 or 19 */
    size_t fails_after; /* region calls; 0: never */
    size_t fails_first; /* so many of them fail, by the port */
    int failure;        /* and then says this */
    size_t short_calls, long_calls, info_calls, path_calls;
    uint64_t largest_long; /* of the regions that a long answer was asked about */
    bool no_info;          /* proc_pidinfo is not for us */
};

#define FAKE_MAP_OF(array)                                                        \
    {                                                                             \
        .regions = (array), .count = sizeof(array) / sizeof *(array), .words = 19 \
    }

struct region_calls fake_map_calls(struct fake_map *map);

#endif
