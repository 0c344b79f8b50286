/*
 * objects.h - kernel objects that hold wired pages themselves, whoever maps them.
 *
 * Their names are identities, as in the column `object` of locked.tsv:
 *
 *     shm KEYHEX UID ID        a SysV segment under SHM_LOCK
 *     secretmem INODE
 *     hugetlb PATH INODE       a shared file of huge pages
 *     ramfs MOUNTPOINT
 */
#ifndef CAPTURE_LINUX_OBJECTS_H
#define CAPTURE_LINUX_OBJECTS_H

#include "capture/linux/host.h"
#include "capture/linux/smaps.h"

enum object_kind { OBJECT_SHM, OBJECT_SECRETMEM, OBJECT_HUGETLB };

struct object {
    enum object_kind kind;
    uint64_t inode; /* of OBJECT_SHM: the segment's id */
    uint32_t major, minor;
    const char *name;
    struct amount resident; /* OBJECT_SHM: all of it, locked already or not */
    bool seen;              /* for whoever goes through them */
};

struct objects {
    struct object *array; /* in the arena */
    size_t count;
    struct arena *arena;
};

/* The SysV segments that are under SHM_LOCK now. */
void objects_add_shm(struct objects *objects, const struct host *host);

/* The object that holds the region's pages, and not the process: its number, or SIZE_MAX. One that
 * is met first is added, as long as there are less than `max`; *full when not. */
size_t objects_find(struct objects *objects, const char *type, const struct smaps_region *region,
                    size_t max, bool *full);

/* The size of a hugetlb file, as the file says; pages that nobody maps too. False: not to be had. */
bool objects_file_bytes(const struct host *host, int32_t pid, uint64_t start, uint64_t end,
                        uint64_t *bytes);

#endif
