/*
 * region_names.h - what kind of memory a region is, in vmmap's words (macOS facts, section 7).
 *
 * The kernel keeps a number, the tag that the allocating library gave. Images are not tagged; their
 * segments are told apart by what may be done with them and by their order, since nothing is read
 * of what is in them. The words are the REGION TYPE of vmmap/PID.txt and may hold blanks.
 */
#ifndef CAPTURE_MACOS_REGION_NAMES_H
#define CAPTURE_MACOS_REGION_NAMES_H

#include "capture/macos/regions.h"
#include "capture/row.h"

#define REGION_TYPE_MAX 64

/* The image of which the last segments were. Zeroed at the first region of a process. */
struct region_image {
    uint64_t path_hash; /* 0: none */
    bool data;          /* a writable segment of it was seen */
};

/* Puts down the type of a region, in less than REGION_TYPE_MAX bytes; regions come in the order of
 * their addresses. */
void region_put_type(struct row *row, const struct region *region, struct region_image *image);

/* "SM=COW"; "-" when not known. */
const char *region_share_mode(uint32_t share_mode);

/* The tags of what drivers map into processes: their memory is often wired, by the driver. */
bool region_is_of_device(uint32_t tag);

#endif
