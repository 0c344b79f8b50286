/* sim_region_calls.c - regions through the port of a task. */
#include <string.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

#define WORD sizeof(uint32_t)

/* NULL: no such port, not the right to read, or a dead task. */
static struct process *process_of(uint32_t task)
{
    int pid = pid_of_port(task, PORT_READ_RIGHT);
    struct process *process = pid >= 0 ? mac_process(pid) : NULL;

    return process != NULL && mac_walks(process) ? process : NULL;
}

static struct darwin_region_short short_info(const struct process *process,
                                             const struct found_region *found)
{
    const struct region *region = found->region;

    return (struct darwin_region_short){
        .protection = region->protection,
        .max_protection = region->max_protection,
        .inheritance = 1,
        .offset = region->offset,
        .user_tag = region->tag,
        .ref_count = region->references,
        .shadow_depth = region->shadow,
        .external_pager = region->pager,
        .share_mode = region->share,
        .is_submap = region->submap ? 1 : 0,
        .object_id = object_id32(region_object(process, found)),
        .user_wired_count = region->wired,
    };
}

static struct darwin_region full_info(const struct process *process,
                                      const struct found_region *found)
{
    const struct region *region = found->region;
    struct darwin_region info = {
        .protection = region->protection,
        .max_protection = region->max_protection,
        .inheritance = 1,
        .offset = region->offset,
        .user_tag = region->tag,
        .ref_count = region->references,
        .shadow_depth = region->shadow,
        .external_pager = region->pager,
        .share_mode = region->share,
        .is_submap = region->submap ? 1 : 0,
        .object_id = object_id32(region_object(process, found)),
        .user_wired_count = region->wired,
        .object_id_full = region_object(process, found),
    };

    if (region->submap)
        return info;
    info.pages_resident = region->resident;
    info.pages_dirtied = region->dirty;
    info.pages_swapped_out = region->swapped;
    info.pages_shared_now_private = region->now_private;
    info.pages_reusable = region->reusable;
    return info;
}

/* How many words of the full information this caller gets from this release. */
static uint32_t full_count(uint32_t wanted)
{
    if (wanted >= DARWIN_VM_REGION_SUBMAP_INFO_V2_COUNT_64 && mac.darwin >= 18)
        return DARWIN_VM_REGION_SUBMAP_INFO_V2_COUNT_64;
    if (wanted >= DARWIN_VM_REGION_SUBMAP_INFO_V1_COUNT_64)
        return DARWIN_VM_REGION_SUBMAP_INFO_V1_COUNT_64;
    return DARWIN_VM_REGION_SUBMAP_INFO_V0_COUNT_64;
}

static int mac_mach_vm_region_recurse(uint32_t task, uint64_t *address, uint64_t *size,
                                      uint32_t *depth, void *info, uint32_t *count)
{
    struct process *process = process_of(task);
    struct found_region found;
    int fault;

    if (process == NULL)
        return DARWIN_MACH_SEND_INVALID_DEST;
    fault = mac_fault("mach_vm_region_recurse", (int)process->pid);
    if (fault != 0)
        return fault;
    if (*count < DARWIN_VM_REGION_SUBMAP_SHORT_INFO_COUNT_64)
        return DARWIN_KERN_INVALID_ARGUMENT;
    if (!region_find(process, *address, *depth, &found))
        return DARWIN_KERN_INVALID_ADDRESS;
    *address = found.start;
    *size = found.region->size;
    *depth = found.region->depth;
    if (*count < DARWIN_VM_REGION_SUBMAP_INFO_V0_COUNT_64) {
        struct darwin_region_short brief = short_info(process, &found);

        *count = DARWIN_VM_REGION_SUBMAP_SHORT_INFO_COUNT_64;
        memcpy(info, &brief, *count * WORD);
    } else {
        struct darwin_region full = full_info(process, &found);

        *count = full_count(*count);
        memcpy(info, &full, *count * WORD);
    }
    return 0;
}

const struct shim shims_region_calls[] = {SHIM(mach_vm_region_recurse), SHIM_END};
