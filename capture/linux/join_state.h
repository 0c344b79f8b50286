/*
 * join_state.h - what join.c collects and join_write.c writes; for these two alone.
 */
#ifndef CAPTURE_LINUX_JOIN_STATE_H
#define CAPTURE_LINUX_JOIN_STATE_H

#include <pthread.h>

#include "capture/linux/join.h"
#include "capture/linux/locked.h"
#include "capture/linux/objects.h"
#include "capture/linux/ramfs.h"

struct join {
    /* Set by join_open, then only read. */
    struct ramfs ramfs[RAMFS_MAX];
    size_t ramfs_count;
    bool ramfs_cut; /* there are more */

    /* Under the lock, until sealed; then nothing is added any more, not even by a worker that was
     * abandoned and wakes up late. */
    pthread_mutex_t lock;
    bool sealed;
    struct arena arena; /* names */
    struct objects objects;
    struct locked_region *regions; /* JOIN_REGIONS_MAX of them */
    size_t region_count;
    bool regions_cut;
    char *text; /* fdinfo */
    size_t text_len, text_size;
    bool text_cut;
};

#endif
