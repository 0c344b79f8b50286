/* join.c - see join.h: collecting. */
#include "capture/linux/join.h"

#include <stdlib.h>
#include <string.h>

#include "capture/linux/join_state.h"
#include "capture/linux/region.h"

bool join_open(struct host *host)
{
    struct join *join = calloc(1, sizeof *join);

    if (join == NULL)
        return false;
    join->regions = calloc(JOIN_REGIONS_MAX, sizeof *join->regions);
    if (join->regions == NULL || pthread_mutex_init(&join->lock, NULL) != 0) {
        free(join->regions);
        free(join);
        return false;
    }
    join->objects.arena = &join->arena;
    objects_add_shm(&join->objects, host);
    join->ramfs_count = ramfs_find(host, join->ramfs, &join->ramfs_cut);
    host->join = join;
    return true;
}

void join_close(struct host *host)
{
    struct join *join = host->join;

    if (join == NULL)
        return;
    (void)pthread_mutex_destroy(&join->lock);
    ramfs_free(join->ramfs, join->ramfs_count);
    arena_free(&join->arena);
    free(join->regions);
    free(join->text);
    free(join);
    host->join = NULL;
}

static bool is_on_ramfs(const struct join *join, const struct smaps_region *region)
{
    for (size_t i = 0; i < join->ramfs_count; i++)
        if (join->ramfs[i].device_major == region->major &&
            join->ramfs[i].device_minor == region->minor)
            return true;
    return false;
}

/* The process itself holds wired pages here. */
static bool is_held(const char *type, const struct smaps_region *region)
{
    if (strcmp(type, "hugetlb") == 0)
        return region->bytes[SMAPS_PRIVATE_HUGETLB] + region->bytes[SMAPS_SHARED_HUGETLB] > 0;
    return smaps_flag(region, "lo") && (region->bytes[SMAPS_RSS] > 0 || !region->known[SMAPS_RSS]);
}

static const char *detail_of(struct join *join, const struct smaps_region *region)
{
    if (region->path.len == 0)
        return NULL;
    if (join->arena.used_bytes < JOIN_NAMES_MAX)
        return arena_intern(&join->arena, region->path);
    join->regions_cut = true;
    return NULL;
}

static void add(struct join *join, int32_t pid, const char *type, const struct smaps_region *region,
                size_t object)
{
    struct locked_region *added;

    if (join->region_count >= JOIN_REGIONS_MAX) {
        join->regions_cut = true;
        return;
    }
    added = &join->regions[join->region_count++];
    added->start = region->start;
    added->end = region->end;
    added->pid = pid;
    added->gone = true; /* until join_finish */
    added->offset = region->offset;
    added->hugetlb = strcmp(type, "hugetlb") == 0;
    added->of_object = object != SIZE_MAX;
    added->object = added->of_object ? (uint32_t)object : 0;
    added->type = type;
    added->detail = detail_of(join, region);
}

static bool look_at(struct join *join, int32_t pid, bool own_ipc, const char *type,
                    const struct smaps_region *region)
{
    size_t object = SIZE_MAX;

    if (join->sealed)
        return false;
    if (own_ipc || strcmp(type, "hugetlb") == 0 || !str_starts(region->path, "/SYSV"))
        object = objects_find(&join->objects, type, region, JOIN_OBJECTS_MAX, &join->regions_cut);
    if (object == SIZE_MAX && !is_held(type, region))
        return false;
    add(join, pid, type, region, object);
    return true;
}

bool join_region(struct join *join, int32_t pid, bool own_ipc, const char *type,
                 const struct smaps_region *region)
{
    bool file = region->inode != 0;
    bool of_interest;

    /* Most regions end here, without the lock. */
    if (!(file && region->major == 0) && !is_held(type, region))
        return false;
    if (file && is_on_ramfs(join, region))
        return false;
    (void)pthread_mutex_lock(&join->lock);
    of_interest = look_at(join, pid, own_ipc, type, region);
    (void)pthread_mutex_unlock(&join->lock);
    return of_interest;
}

void join_finish(struct join *join, int32_t pid)
{
    (void)pthread_mutex_lock(&join->lock);
    for (size_t i = 0; i < join->region_count && !join->sealed; i++)
        if (join->regions[i].pid == pid)
            join->regions[i].gone = false;
    (void)pthread_mutex_unlock(&join->lock);
}

static bool append_text(struct join *join, const char *text, size_t len)
{
    size_t size = join->text_size > 0 ? join->text_size : 65536;
    char *more;

    if (len > JOIN_TEXT_MAX - join->text_len)
        return false;
    while (size - join->text_len < len)
        size *= 2;
    if (size > join->text_size) {
        more = realloc(join->text, size);
        if (more == NULL)
            return false;
        join->text = more;
        join->text_size = size;
    }
    memcpy(join->text + join->text_len, text, len);
    join->text_len += len;
    return true;
}

void join_fdinfo(struct join *join, const char *text, size_t len)
{
    if (len == 0)
        return;
    (void)pthread_mutex_lock(&join->lock);
    if (!join->sealed && !append_text(join, text, len))
        join->text_cut = true;
    (void)pthread_mutex_unlock(&join->lock);
}
