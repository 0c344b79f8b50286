/*
 * machine.h - what several of Apple's tools say about the machine, into the manifest, where nothing
 * has said it before.
 */
#ifndef FORMATS_APPLE_MACHINE_H
#define FORMATS_APPLE_MACHINE_H

#include "formats/snapshot.h"

/* What stands behind "page size of ": "4096 bytes)". False: that is not there, is cut off, or no
 * Mac has such pages. */
bool mac_page_read(struct str text, uint64_t *page_bytes);

bool mac_page_is_valid(uint64_t page_bytes);
void mac_page_set(struct snapshot *snap, uint64_t page_bytes);

/* hw.memsize: all of its RAM. False: no Mac has so much, or not whole pages. */
bool mac_memory_set(struct snapshot *snap, uint64_t bytes);

/* Of macOS, whose builds begin with Darwin's major release: "23F79" is Darwin 23. Those of iOS do
 * not. */
void mac_darwin_of_build(struct snapshot *snap, struct str build);

/* "23.5.0". False: it is no release. */
bool mac_darwin_of_release(struct snapshot *snap, struct str release);

#endif
