/*
 * panic_string.h - the sentence with which the kernel gives up when its map of zones is full.
 *
 * <= 10.15:  panic(cpu 2 caller 0xffffff80...): "zalloc: zone map exhausted while allocating from
 *            zone kalloc.64, likely due to memory leak in zone kalloc.512 (3865051136 total bytes,
 *            7548928 elements allocated)"@/.../zalloc.c:3688
 * 11, newer: panic(cpu 3 caller 0xfffffe00...): zalloc[3]: zone map exhausted while allocating from
 *            zone [VM map entries], likely due to memory leak in zone [data.kalloc.512] (19G,
 *            39845888 elements allocated) @zalloc.c:4471
 *
 * Terminals, mail and web forms break it into lines anywhere, and quote them.
 */
#ifndef FORMATS_APPLE_PANIC_STRING_H
#define FORMATS_APPLE_PANIC_STRING_H

#include "formats/snapshot.h"

#define PANIC_NAME_MAX 128 /* the kernel's names have 80 bytes at most */

struct panic_string {
    char zone[PANIC_NAME_MAX], allocating_zone[PANIC_NAME_MAX]; /* allocating_zone: "" not said */
    struct figure size;                                         /* of zone */
    struct count count;
    size_t at; /* where "likely due to ..." stands in the text */
};

/* False: text has no such sentence. */
bool panic_string_find(struct str text, struct panic_string *found);

#endif
