/*
 * sim_pidregions.c - regions through proc_pidinfo: without a port, with ids of 32 bits, and without
 * what is inside of submaps.
 */
#include <string.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

static bool is_shared(const struct region *region)
{
    return region->share == DARWIN_SM_SHARED || region->share == DARWIN_SM_TRUESHARED;
}

static struct darwin_regioninfo regioninfo_of(const struct process *process,
                                              const struct found_region *found, bool pages)
{
    const struct region *region = found->region;
    struct darwin_regioninfo info = {
        .pri_protection = region->protection,
        .pri_max_protection = region->max_protection,
        .pri_inheritance = 1,
        .pri_flags =
            (uint32_t)((region->submap ? DARWIN_PROC_REGION_SUBMAP : 0) |
                       (region->share == DARWIN_SM_TRUESHARED ? DARWIN_PROC_REGION_SHARED : 0)),
        .pri_offset = region->offset,
        .pri_user_wired_count = region->wired,
        .pri_user_tag = region->tag,
        .pri_ref_count = region->references,
        .pri_shadow_depth = region->shadow,
        .pri_share_mode = region->share,
        .pri_obj_id = object_id32(region_object(process, found)),
        .pri_address = found->start,
        .pri_size = region->size,
    };

    if (!pages || region->submap)
        return info;
    info.pri_pages_resident = region->resident;
    info.pri_pages_swapped_out = region->swapped;
    info.pri_pages_dirtied = region->dirty;
    info.pri_pages_shared_now_private = region->now_private;
    info.pri_private_pages_resident = is_shared(region) ? 0 : region->resident;
    info.pri_shared_pages_resident = is_shared(region) ? region->resident : 0;
    return info;
}

/* A file's number follows from its path (FNV-1a). */
static void put_vnode(struct darwin_vnode_info_path *vnode, const char *path)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (const char *at = path; *at != '\0'; at++)
        hash = (hash ^ (uint8_t)*at) * 0x100000001b3;
    vnode->vi_stat.vst_dev = 0x1000005;
    vnode->vi_stat.vst_mode = 0100755;
    vnode->vi_stat.vst_nlink = 1;
    vnode->vi_stat.vst_ino = hash & 0xffffffffff;
    vnode->vi_type = 1;
    mac_put_text(vnode->vip_path, sizeof vnode->vip_path, path);
}

/* The entry at or behind the address; PATHINFO2 knows only those with a file. */
static bool find_region(const struct process *process, int flavor, uint64_t address,
                        struct found_region *found)
{
    while (region_find(process, address, 0, found)) {
        if (flavor != DARWIN_PROC_PIDREGIONPATHINFO2 ||
            (found->region->path != NULL && !found->region->submap))
            return true;
        address = found->start + found->region->size;
    }
    return false;
}

static int fail_with(int errnum)
{
    (void)mac_fail(errnum);
    return 0;
}

int pid_region(struct process *process, int flavor, uint64_t address, void *buffer)
{
    struct darwin_regionwithpathinfo info = {0};
    struct found_region found;

    if (process->pid == 0)
        return fail_with(DARWIN_EPERM);
    if (!mac_walks(process))
        return fail_with(DARWIN_ESRCH);
    if (!find_region(process, flavor, address, &found))
        return fail_with(DARWIN_EINVAL);
    info.prp_prinfo = regioninfo_of(process, &found, flavor == DARWIN_PROC_PIDREGIONINFO);
    if (flavor == DARWIN_PROC_PIDREGIONINFO) {
        memcpy(buffer, &info.prp_prinfo, sizeof info.prp_prinfo);
        return sizeof info.prp_prinfo;
    }
    put_vnode(&info.prp_vip, found.region->path);
    memcpy(buffer, &info, sizeof info);
    return sizeof info;
}
