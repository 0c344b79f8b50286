/*
 * object_pages.h - how much of an object that many processes map is wired: each page once.
 *
 * All of them map one file, so that a page is known by its place in the file: a bit for each page
 * says that it has been seen, and what has been seen in one process is not read in the next. (A
 * database maps its segment into hundreds.) Pages that nobody maps at the moment are not found.
 */
#ifndef CAPTURE_LINUX_OBJECT_PAGES_H
#define CAPTURE_LINUX_OBJECT_PAGES_H

#include "capture/linux/locked.h"

/* Regions of one object; sets `gone` of each. resident: how much there is to be seen, when that is
 * known. False: out of memory. */
bool object_pages(struct pages *pages, struct locked_region *regions, size_t count,
                  struct amount resident, uint64_t *bytes);

#endif
