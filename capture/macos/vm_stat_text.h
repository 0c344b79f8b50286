/*
 * vm_stat_text.h - the counters of host_statistics64 as vm_stat(1) prints them.
 *
 *     Mach Virtual Memory Statistics: (page size of 16384 bytes)
 *     Pages free:                               148516.
 */
#ifndef CAPTURE_MACOS_VM_STAT_TEXT_H
#define CAPTURE_MACOS_VM_STAT_TEXT_H

#include "capture/macos/darwin.h"
#include "capture/output.h"

/* What the kernel filled: it says so in words of 32 bits, and an older one fills fewer. */
struct vm_counters {
    struct darwin_vm_statistics counts;
    uint32_t words;
};

/* vm_stat.txt; rows that the kernel did not fill are left out. */
void vm_stat_write(const struct vm_counters *counters, uint64_t page_bytes, struct output *output);

#endif
