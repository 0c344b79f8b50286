/*
 * ramfs.h - file systems that live in memory which cannot be paged out.
 *
 * Their pages belong to nobody's address space, so that they are found by walking the files.
 */
#ifndef CAPTURE_LINUX_RAMFS_H
#define CAPTURE_LINUX_RAMFS_H

#include "capture/linux/host.h"

#define RAMFS_MAX 64 /* file systems */

struct ramfs {
    char *point; /* where it is mounted; malloc'ed */
    uint64_t device_major, device_minor;
};

/* The ramfs mounts of /proc/self/mountinfo, each file system once; returns how many. *cut: there are
 * more. */
size_t ramfs_find(const struct host *host, struct ramfs found[RAMFS_MAX], bool *cut);
void ramfs_free(struct ramfs *found, size_t count);

/* What its files hold. False, with *errnum: it cannot be read, is covered by another mount (ESTALE),
 * or has more files or deeper folders than are walked (E2BIG). */
bool ramfs_bytes(const struct host *host, const struct ramfs *ramfs, uint64_t *bytes, int *errnum);

#endif
