/*
 * backend.h - all that a platform has to provide.
 *
 * capture.c does the threads, the time boxes, the archive, sources.tsv and the order of things, the
 * same way on every platform; a back end says what there is to read. Exactly one back end is
 * linked, chosen by capture/CMakeLists.txt; no other file mentions a platform.
 *
 * A back end reads everything relative to one root folder ("/" when live), so that tests replay
 * recorded systems.
 */
#ifndef CAPTURE_BACKEND_H
#define CAPTURE_BACKEND_H

#include <signal.h>

#include "capture/output.h"
#include "formats/err.h"
#include "formats/snapshot.h"

/* What the user asked for, as far as a back end needs to know. */
struct capture_options {
    const char *root;    /* "/" */
    const char *label;   /* or NULL */
    const int32_t *pids; /* --pid: regions of these only; all when empty */
    size_t pid_count;
    const int32_t *raw_pids; /* --raw: keep the kernel's own text too */
    size_t raw_pid_count;
    bool regions; /* false: --no-regions */
    bool full;    /* --full */

    /* NULL, or not 0 once the user wants it to end: what waits has a look. */
    const volatile sig_atomic_t *interrupted;
};

/* A platform's own state; made once, used by all threads. */
struct host;

/* One group of sources, read in the order of the table. A group may write several members. */
struct source_group {
    const char *name; /* for progress and errors: "slabinfo" */
    void (*read)(struct host *host, struct output *output);
};

struct backend {
    const char *platform; /* "linux", as in the manifest */
    unsigned rss_unit;    /* bytes: what getrusage counts ru_maxrss in */

    bool (*open)(struct host **host, const struct capture_options *options, struct err *err);

    /* manifest.txt, but for format, tool, platform, taken and label, which capture.c writes: all
     * its other lines, "key: value". Fills *manifest with what the file's name needs (os, model,
     * build) and the summary (privileged), allocated in the arena. */
    void (*manifest)(struct host *host, struct output *output, struct arena *arena,
                     struct manifest *manifest);

    /* Takes one sample of the headline's terms. phase: "before", "between", "after". */
    bool (*sample)(struct host *host, const char *phase, struct err *err);

    /* How many samples before and after all else the headline's error bar takes, and what is slept
     * between two. */
    unsigned samples_before, samples_after, sample_pause_ms;

    /* After the samples before: writes vm_stat.txt and the raw files of the sample to keep. */
    void (*headline)(struct host *host, struct output *output);

    /* System-wide sources, in the order of how fast their subject moves. One worker reads them, one
     * after the other, under the same rule as processes with six times their time; if one is
     * abandoned, the next one is read while it is still stuck. */
    const struct source_group *groups;
    size_t group_count;

    /* Every process, into a malloc'ed array that the caller frees. *whole: nobody is hidden from
     * us. */
    bool (*list)(struct host *host, int32_t **pids, size_t *count, bool *whole, struct err *err);

    /* One process: writes its members (vmmap/PID.txt) and fills *process, whose names live in the
     * arena. Runs in a worker, and may be abandoned when it is stuck in the kernel: it must not
     * hold a lock while it reads. light: something is stuck already; read only what cannot block
     * on the process's memory. */
    void (*process)(struct host *host, int32_t pid, bool light, struct output *output,
                    struct arena *arena, struct process *process);

    /* After all processes: what needs them together. In a worker, with thirty times the time of a
     * process; what is missing when that is over. */
    void (*join)(struct host *host, struct output *output);
    const char *join_member;

    /* samples.tsv, last but one. cost_us and cost_bytes: CPU time and peak memory of wirecap. */
    void (*samples)(struct host *host, struct output *output, uint64_t cost_us,
                    uint64_t cost_bytes);

    /* Not called when a thread is stuck that may still use the host. */
    void (*close)(struct host *host);
};

extern const struct backend backend;

#endif
