/*
 * kernel_line.h - appending to the kernel's own book, struct kernel_memory.
 */
#ifndef FORMATS_APPLE_KERNEL_LINE_H
#define FORMATS_APPLE_KERNEL_LINE_H

#include "formats/snapshot.h"

/* False, with a note: there are too many. */
bool kernel_line_add(struct snapshot *snap, unsigned line, const struct kernel_memory *entry);

#endif
