/*
 * join.h - what can only be said about all processes together: locked.tsv and proc/fdinfo.txt.
 *
 * Workers hand in what they meet, under a lock that is never held while the kernel is read; when
 * all processes have been read, linux_join (host.h) writes the members. What is held in between is
 * bounded: JOIN_REGIONS_MAX regions, JOIN_NAMES_MAX of their names, JOIN_TEXT_MAX of text. What
 * does not fit is left out, and the member is then truncated.
 *
 * Regions that matter are those under mlock, and those of objects that hold their pages themselves
 * and count once, whoever maps them: SysV segments under SHM_LOCK, secretmem, shared hugetlb
 * files. Files of a ramfs are not looked for in processes: the file system holds them all.
 */
#ifndef CAPTURE_LINUX_JOIN_H
#define CAPTURE_LINUX_JOIN_H

#include "capture/linux/host.h"
#include "capture/linux/smaps.h"

#define JOIN_REGIONS_MAX 65536
#define JOIN_OBJECTS_MAX 4096
#define JOIN_NAMES_MAX   ((size_t)2 << 20)
#define JOIN_TEXT_MAX    ((size_t)4 << 20)

/* Hands in a region; true: it is of interest, as few are. type: as region.h says. own_ipc: the
 * process sees the same SysV segments as we do; an id means another segment elsewhere. */
bool join_region(struct join *join, int32_t pid, bool own_ipc, const char *type,
                 const struct smaps_region *region);

/* All regions of the process have been handed in. Without this call none of them counts: a process
 * that could not be read to the end may be stuck, and would be so again. */
void join_finish(struct join *join, int32_t pid);

/* Hands in the blocks of one process for proc/fdinfo.txt. */
void join_fdinfo(struct join *join, const char *text, size_t len);

#endif
