/*
 * figures.h - sizes as Apple's tools print them, with how coarsely they do.
 *
 * "10.5M", "8192K", "1924M", "832 KB", "64.00 kB", "12.23 MiB", "3072.00M", "0 B"; a number
 * without a unit is bytes. All units are powers of 1024.
 */
#ifndef FORMATS_APPLE_FIGURES_H
#define FORMATS_APPLE_FIGURES_H

#include "formats/snapshot.h"

/* The figure that the whole slice is. False, *figure untouched: it is none, or beyond MACHINE_MAX. */
bool figure_read(struct str text, struct figure *figure);

/* So many pages, to the byte. False: it is beyond MACHINE_MAX. */
bool figure_of_pages(uint64_t pages, uint64_t page_bytes, struct figure *figure);

/* As an amount of one record; not known beyond AMOUNT_MAX. */
struct amount figure_amount(struct figure figure);

/* Believed unless the snapshot has that total already. */
void mac_total_set(struct snapshot *snap, enum mac_total total, struct figure figure);

/* The member is about a Mac: says so where no manifest did. Every reader of Apple's formats calls
 * it once it is sure. */
void mac_snapshot(struct snapshot *snap);

#endif
