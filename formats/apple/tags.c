/* tags.c - see tags.h. */
#include "formats/apple/tags.h"

#include <stddef.h>
#include <string.h>

/* osfmk/mach/vm_statistics.h; since: the first Darwin release that has it. */
static const struct {
    uint64_t tag;
    const char *name;
    uint64_t since;
} tags[] = {
    {1, "VM_KERN_MEMORY_OSFMK", 15},
    {2, "VM_KERN_MEMORY_BSD", 15},
    {3, "VM_KERN_MEMORY_IOKIT", 15},
    {4, "VM_KERN_MEMORY_LIBKERN", 15},
    {5, "VM_KERN_MEMORY_OSKEXT", 15},
    {6, "VM_KERN_MEMORY_KEXT", 15},
    {7, "VM_KERN_MEMORY_IPC", 15},
    {8, "VM_KERN_MEMORY_STACK", 15},
    {9, "VM_KERN_MEMORY_CPU", 15},
    {10, "VM_KERN_MEMORY_PMAP", 15},
    {11, "VM_KERN_MEMORY_PTE", 15},
    {12, "VM_KERN_MEMORY_ZONE", 15},
    {13, "VM_KERN_MEMORY_KALLOC", 15},
    {14, "VM_KERN_MEMORY_COMPRESSOR", 15},
    {15, "VM_KERN_MEMORY_COMPRESSED_DATA", 15},
    {16, "VM_KERN_MEMORY_PHANTOM_CACHE", 15},
    {17, "VM_KERN_MEMORY_WAITQ", 15},
    {18, "VM_KERN_MEMORY_DIAG", 15},
    {19, "VM_KERN_MEMORY_LOG", 15},
    {20, "VM_KERN_MEMORY_FILE", 15},
    {21, "VM_KERN_MEMORY_MBUF", 15},
    {22, "VM_KERN_MEMORY_UBC", 15},
    {23, "VM_KERN_MEMORY_SECURITY", 15},
    {24, "VM_KERN_MEMORY_MLOCK", 15},
    {25, "VM_KERN_MEMORY_REASON", 16},
    {26, "VM_KERN_MEMORY_SKYWALK", 16},
    {27, "VM_KERN_MEMORY_LTABLE", 16},
    {28, "VM_KERN_MEMORY_HV", 20},
    {29, "VM_KERN_MEMORY_KALLOC_DATA", 21},
    {31, "VM_KERN_MEMORY_KALLOC_TYPE", 21},
    {32, "VM_KERN_MEMORY_TRIAGE", 21},
    {33, "VM_KERN_MEMORY_RECOUNT", 22},
    {34, "VM_KERN_MEMORY_MTAG", 25},
    {35, "VM_KERN_MEMORY_EXCLAVES", 23},
    {36, "VM_KERN_MEMORY_EXCLAVES_SHARED", 24},
    {37, "VM_KERN_MEMORY_KALLOC_SHARED", 24},
    {38, "VM_KERN_MEMORY_CPUTRACE", 25},
};

static const char *const counters[] = {
    "VM_KERN_COUNT_MANAGED",
    "VM_KERN_COUNT_RESERVED",
    "VM_KERN_COUNT_WIRED",
    "VM_KERN_COUNT_WIRED_MANAGED",
    "VM_KERN_COUNT_STOLEN",
    "VM_KERN_COUNT_LOPAGE",
    "VM_KERN_COUNT_MAP_KERNEL",
    "VM_KERN_COUNT_MAP_ZONE",
    "VM_KERN_COUNT_MAP_KALLOC",
    "VM_KERN_COUNT_WIRED_BOOT",
    "VM_KERN_COUNT_BOOT_STOLEN",
    "VM_KERN_COUNT_WIRED_STATIC_KERNELCACHE",
    "VM_KERN_COUNT_MAP_KALLOC_LARGE_DATA",
    "VM_KERN_COUNT_MAP_KERNEL_DATA",
    "VM_KERN_COUNT_EXCLAVES_CARVEOUT",
};

const char *mac_tag_name(uint64_t tag, uint64_t darwin)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (tags[i].tag == tag)
            return darwin >= tags[i].since ? tags[i].name : NULL;
    return NULL;
}

bool mac_tag_exists(const char *name, uint64_t darwin)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (strcmp(tags[i].name, name) == 0)
            return darwin >= tags[i].since;
    return true;
}

const char *mac_counter_name(uint64_t counter)
{
    return counter < sizeof counters / sizeof *counters ? counters[counter] : NULL;
}
