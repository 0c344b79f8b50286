/*
 * run.h - one capture while it runs: what capture.c prepares and ends, and steps.c does between.
 *
 * On the heap, since a stuck worker may outlive capture_run().
 */
#ifndef CAPTURE_RUN_H
#define CAPTURE_RUN_H

#include "capture/capture.h"
#include "capture/crew.h"
#include "capture/name.h"

struct run {
    struct capture capture;
    struct host *host;
    struct store *store;
    struct crew *crew;
    struct output *output; /* of this thread */
    struct output *rows;   /* processes.tsv, as it grows */
    struct arena arena;
    struct manifest manifest;
    char top[NAME_TOP_MAX];
    char path[NAME_PATH_MAX];
    int64_t taken_us;
    int32_t *pids;
    size_t pid_count;
    bool pids_whole; /* nobody is hidden from us */
    size_t *late;    /* which of them timed out; as many as there are at most */
    size_t late_count;
    bool shown; /* something stands on the progress line */
};

/* The user wants it to end. */
bool run_interrupted(const struct run *run);

/* Everything between the manifest and sources.tsv. Stops early, with true, when the user
 * interrupts or the disk fails. False: it makes no sense to go on, and *err says why. */
bool steps_run(struct run *run, struct err *err);

#endif
