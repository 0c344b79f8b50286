/*
 * capture.h - the live system to a bundle.
 *
 * The order: manifest, samples, headline, system-wide groups, a sample, processes by several
 * workers, the join, samples, samples.tsv, sources.tsv. Memory stays under 32 MiB however many
 * processes and regions there are.
 *
 * A worker that is stuck in the kernel past its time box is abandoned, at most four of them; after
 * that the remaining processes get their status only, and so do those that workers were abandoned
 * for. Nothing waits for an abandoned worker.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <stdio.h>

#include "capture/backend.h"

struct capture {
    struct capture_options options;
    const char *out;       /* file, folder, "-", or NULL: a name of our own here */
    unsigned thread_count; /* 0: as many as there are processors, at most 4 */
    unsigned time_box_ms;  /* for one process; 0: 10,000 */
    FILE *progress;        /* NULL: quiet */
};

struct captured {
    char path[4112]; /* the bundle, or what is left of it */
    char digest[65]; /* SHA-256 of sources.tsv */
    size_t process_count;
    size_t counts[STATUSES]; /* lines of sources.tsv by status */
    bool privileged;
    unsigned stuck; /* threads that hang in the kernel and may still use all that they were
                              * given, so nothing of it may be freed: end with _exit() */
    uint64_t bytes; /* of the bundle */
    double seconds;
};

/* False: there is no bundle. What could be read is left as captured->path, if that is not "". */
bool capture_run(const struct capture *capture, struct captured *captured, struct err *err);

#endif
