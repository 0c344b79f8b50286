/*
 * tags.h - names of what macOS's kernel counts under a number (macOS facts 2.3, 2.4).
 *
 * A tag's number changes its meaning between releases (29 is RETIRED in macOS 11 and KALLOC_DATA
 * from 12 on), so it is never named without the release. Numbers from the first dynamic tag on are
 * handed out anew at each boot and have no name here.
 */
#ifndef FORMATS_APPLE_TAGS_H
#define FORMATS_APPLE_TAGS_H

#include <stdbool.h>
#include <stdint.h>

/* "VM_KERN_MEMORY_IOKIT"; NULL: that release has no such fixed tag. darwin is its major number: 23
 * is macOS 14. */
const char *mac_tag_name(uint64_t tag, uint64_t darwin);

/* Whether that release counts under a tag of that name. A name that is not known here: true. */
bool mac_tag_exists(const char *name, uint64_t darwin);

/* "VM_KERN_COUNT_RESERVED"; NULL: no such counter. */
const char *mac_counter_name(uint64_t counter);

#endif
