/*
 * memory_info.h - what mach_memory_info answers, as kernel_memory.tsv and zones.tsv.
 *
 * Raw: what is what, and what is part of what, is for the reader to say (formats/apple/
 * kernel_memory.c). Only slots of nothing but zeros are left out. What the kernel withheld is told
 * in the status and the note of the members' lines.
 */
#ifndef CAPTURE_MACOS_MEMORY_INFO_H
#define CAPTURE_MACOS_MEMORY_INFO_H

#include "capture/output.h"
#include "formats/str.h"

/* What the kernel said; the arrays as bytes, of which incomplete elements at the end are not used. */
struct memory_answer {
    int error; /* a kern_return_t: 0 when there is an answer */
    struct str names, zones;
    struct str entries;
};

/* Bytes of an entry; darwin is the major release. */
size_t memory_entry_bytes(unsigned darwin);

/* Writes both members. root: the effective user was. */
void memory_answer_write(const struct memory_answer *answer, unsigned darwin, bool root,
                         struct output *output);

#endif
