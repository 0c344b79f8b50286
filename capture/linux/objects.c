/* objects.c - see objects.h. */
#include "capture/linux/objects.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/linux/region.h"

#define SHM_MAX        ((size_t)1 << 20) /* bytes of the table of segments */
#define SHM_LOCKED     02000             /* in its column perms */
#define NAME_MAX_BYTES 4200

/* A line of /proc/sysvipc/shm by the place of its columns, which nothing but their order names. */
enum { SHM_KEY, SHM_ID, SHM_PERMS, SHM_SIZE, SHM_UID = 7, SHM_RSS = 14, SHM_COLUMNS };

/* The key is printed with a sign. */
static bool read_key(struct str text, uint64_t *key)
{
    bool negative = str_skip(&text, "-");

    if (!str_u64(text, 10, key) || *key > UINT32_MAX)
        return false;
    if (negative)
        *key = (uint32_t) - (uint32_t)*key;
    return true;
}

static bool read_segment(struct str line, struct objects *objects, struct object *object)
{
    struct str words[SHM_COLUMNS];
    uint64_t key, uid, perms;
    char name[96];

    for (size_t i = 0; i < SHM_COLUMNS; i++)
        if (!str_word(&line, &words[i]))
            return false;
    if (!read_key(words[SHM_KEY], &key) || !str_u64(words[SHM_ID], 10, &object->inode) ||
        !str_u64(words[SHM_PERMS], 8, &perms) || !str_u64(words[SHM_UID], 10, &uid) ||
        (perms & SHM_LOCKED) == 0)
        return false;
    object->kind = OBJECT_SHM;
    object->resident.known = str_bytes(words[SHM_RSS], 1, &object->resident.bytes);
    (void)snprintf(name, sizeof name, "shm %08" PRIx64 " %" PRIu64 " %" PRIu64, key, uid,
                   object->inode);
    object->name = arena_intern(objects->arena, str_of(name));
    return true;
}

static void add(struct objects *objects, const struct object *object)
{
    struct object *added =
        arena_append(objects->arena, &objects->array, &objects->count, sizeof *added);

    *added = *object;
}

void objects_add_shm(struct objects *objects, const struct host *host)
{
    struct str text, line;
    char *bytes;
    size_t len;
    int errnum;

    if (!host_load(host, "proc/sysvipc/shm", SHM_MAX, &bytes, &len, &errnum))
        return;
    text = (struct str){bytes, len};
    while (str_line(&text, &line)) {
        struct object object = {.kind = OBJECT_SHM};

        if (read_segment(line, objects, &object))
            add(objects, &object);
    }
    free(bytes);
}

static bool is_object(const struct object *object, enum object_kind kind,
                      const struct smaps_region *region)
{
    if (object->kind != kind || object->inode != region->inode)
        return false;
    return kind == OBJECT_SHM || (object->major == region->major && object->minor == region->minor);
}

/* A file on a disk has a device; these file systems of the kernel's own have none. */
static bool is_kernel_file(const struct smaps_region *region, const char *prefix)
{
    return region->major == 0 && str_starts(region->path, prefix);
}

/* Its kind, when its pages can belong to an object at all. */
static bool kind_of(const char *type, const struct smaps_region *region, enum object_kind *kind)
{
    if (region->protection[3] == 's' && strcmp(type, "hugetlb") == 0)
        *kind = OBJECT_HUGETLB;
    else if (is_kernel_file(region, "/SYSV"))
        *kind = OBJECT_SHM;
    else if (is_kernel_file(region, "/secretmem"))
        *kind = OBJECT_SECRETMEM;
    else
        return false;
    return true;
}

static const char *name_of(enum object_kind kind, const struct smaps_region *region,
                           struct arena *arena)
{
    struct str path = region_name(region);
    char name[NAME_MAX_BYTES];

    if (path.len > NAME_MAX_BYTES - 64)
        path.len = NAME_MAX_BYTES - 64;
    if (kind == OBJECT_SECRETMEM)
        (void)snprintf(name, sizeof name, "secretmem %" PRIu64, region->inode);
    else
        (void)snprintf(name, sizeof name, "hugetlb %.*s %" PRIu64, (int)path.len, path.at,
                       region->inode);
    return arena_intern(arena, str_of(name));
}

size_t objects_find(struct objects *objects, const char *type, const struct smaps_region *region,
                    size_t max, bool *full)
{
    struct object object = {.inode = region->inode, .major = region->major, .minor = region->minor};

    if (!kind_of(type, region, &object.kind))
        return SIZE_MAX;
    for (size_t i = 0; i < objects->count; i++)
        if (is_object(&objects->array[i], object.kind, region))
            return i;
    if (object.kind == OBJECT_SHM) /* not under SHM_LOCK */
        return SIZE_MAX;
    if (objects->count >= max) {
        *full = true;
        return SIZE_MAX;
    }
    object.name = name_of(object.kind, region, objects->arena);
    add(objects, &object);
    return objects->count - 1;
}

bool objects_file_bytes(const struct host *host, int32_t pid, uint64_t start, uint64_t end,
                        uint64_t *bytes)
{
    struct stat stat;
    char path[96];

    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/map_files/%" PRIx64 "-%" PRIx64, pid, start,
                   end);
    if (!host_stat(host, path, true, &stat) || stat.st_blocks <= 0)
        return false;
    *bytes = (uint64_t)stat.st_blocks * 512;
    return true;
}
