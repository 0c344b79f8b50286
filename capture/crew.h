/*
 * crew.h - several workers doing numbered jobs, and a watchdog over them.
 *
 * A job reads the kernel and may get stuck there: a process in the middle of a core dump, a driver
 * that hangs with its lock held. The watchdog is the calling thread. A worker past its time box is
 * abandoned: its output is shut (store.h), the job is reported as timed out, another worker takes
 * its place, and nothing waits for it any more, not even the end of the program. After four of
 * them no more are replaced, and the jobs that are left are called with light = true.
 *
 * Time that a worker spends waiting for the disk is not held against it.
 */
#ifndef CAPTURE_CREW_H
#define CAPTURE_CREW_H

#include <signal.h>

#include "capture/store.h"

#define CREW_ABANDONED_MAX 4
#define CREW_THREADS_MAX   64

/* Jobs 0 to count - 1, done in this order. */
struct crew_task {
    size_t count;
    unsigned thread_count;
    unsigned time_box_ms; /* for one job */
    void *context;

    /* In a worker. The arena is empty, and is emptied after the job. */
    void (*run)(void *context, size_t job, bool light, struct output *output, struct arena *arena);

    /* In the watchdog, which holds the store's lock: the job will not be finished. */
    void (*timed_out)(void *context, size_t job, uint64_t us);

    /* In the watchdog, now and then. May be NULL. */
    void (*progress)(void *context, size_t done);
};

struct crew;

/* NULL: out of memory. interrupted may be NULL; once it is set, workers begin no more jobs and have
 * half a second to end those that they are at. */
struct crew *crew_create(struct store *store, const volatile sig_atomic_t *interrupted);

/* Until all jobs are done or given up, the store has failed, or the user interrupts. */
void crew_run(struct crew *crew, const struct crew_task *task);

/* How many threads are stuck right now. While it is not 0 they may use everything that a job was
 * given: it must stay, until the program ends. */
unsigned crew_stuck(struct crew *crew);

/* Only when none is stuck. */
void crew_free(struct crew *crew);

#endif
