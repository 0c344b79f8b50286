/* region_calls.c - the calls of regions.h, made for real. */
#include <errno.h>

#include "capture/macos/darwin_calls.h"
#include "capture/macos/process_calls.h"

static int recurse(void *context, uint64_t *address, uint64_t *size, uint32_t *depth, void *info,
                   uint32_t *count)
{
    const struct region_target *target = context;
    mach_vm_address_t at = *address;
    mach_vm_size_t len = *size;
    natural_t nesting = *depth;
    mach_msg_type_number_t words = *count;
    kern_return_t error = mach_vm_region_recurse(target->port, &at, &len, &nesting,
                                                 (vm_region_recurse_info_t)info, &words);

    *address = at;
    *size = len;
    *depth = nesting;
    *count = words;
    return error;
}

static int info(void *context, int flavor, uint64_t address, void *bytes, uint32_t size)
{
    const struct region_target *target = context;
    int got;

    errno = 0;
    got = proc_pidinfo(target->pid, flavor, address, bytes, (int)size);
    if (got > 0)
        return got;
    return errno != 0 ? -errno : -EIO;
}

struct region_calls call_regions(struct region_target *target)
{
    return (struct region_calls){
        .context = target,
        .recurse = target->port != MACH_PORT_NULL ? recurse : NULL,
        .info = info,
    };
}
