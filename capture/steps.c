/* steps.c - see run.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "capture/clock.h"
#include "capture/run.h"
#include "formats/processes.h"

#define TIME_BOX_MS        10000
#define BOXES_OF_A_GROUP   6  /* a group reads more than a process does... */
#define BOXES_OF_THE_JOIN  30 /* ...and the join reads of all processes */
#define THREADS_BY_DEFAULT 4
#define PROGRESS_COLUMNS   60
#define PARTS_MAX          10000 /* of one process's regions: more than there ever are */

/* No more steps: the user or the disk says so. */
static bool stopped(const struct run *run)
{
    bool failed;

    (void)pthread_mutex_lock(&run->store->lock);
    failed = run->store->failed;
    (void)pthread_mutex_unlock(&run->store->lock);
    return failed || run_interrupted(run);
}

/* The note of what timed out. */
static const char *why(const struct run *run)
{
    return run_interrupted(run) ? "interrupted" : "stuck";
}

static void show(struct run *run, const char *text)
{
    if (run->capture.progress == NULL)
        return;
    (void)fprintf(run->capture.progress, "\r%-*.*s\r", PROGRESS_COLUMNS, PROGRESS_COLUMNS, text);
    (void)fflush(run->capture.progress);
    run->shown = *text != '\0';
}

/* Takes count samples. False: not one of them worked, and *err says why. */
static bool sample(struct run *run, const char *phase, unsigned count, struct err *err)
{
    bool any = false;

    for (unsigned i = 0; i < count && !stopped(run); i++) {
        if (i > 0)
            clock_sleep_ms(backend.sample_pause_ms);
        any = backend.sample(run->host, phase, err) || any;
    }
    return any || stopped(run);
}

static void run_group(void *context, size_t job, bool light, struct output *output,
                      struct arena *arena)
{
    struct run *run = context;

    (void)light;
    (void)arena;
    backend.groups[job].read(run->host, output);
}

static void group_timed_out(void *context, size_t job, uint64_t us)
{
    struct run *run = context;

    (void)store_missing(run->store, backend.groups[job].name, STATUS_TIMED_OUT, ETIMEDOUT, us,
                        why(run));
}

static void show_group(void *context, size_t done)
{
    if (done < backend.group_count)
        show(context, backend.groups[done].name);
}

static unsigned time_box_ms(const struct run *run)
{
    return run->capture.time_box_ms == 0 ? TIME_BOX_MS : run->capture.time_box_ms;
}

static void read_groups(struct run *run)
{
    struct crew_task task = {
        .count = backend.group_count,
        .thread_count = 1, /* their order matters */
        .time_box_ms = BOXES_OF_A_GROUP * time_box_ms(run),
        .context = run,
        .run = run_group,
        .timed_out = group_timed_out,
        .progress = show_group,
    };

    crew_run(run->crew, &task);
}

static int ascending(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a;
    int32_t right = *(const int32_t *)b;

    return (left > right) - (left < right);
}

/* Every process once. What the user named and does not exist gets its line. */
static bool list(struct run *run, struct err *err)
{
    const struct capture_options *options = &run->capture.options;
    size_t kept = 0;

    if (!backend.list(run->host, &run->pids, &run->pid_count, &run->pids_whole, err))
        return false;
    if (run->pid_count > 0)
        qsort(run->pids, run->pid_count, sizeof *run->pids, ascending);
    for (size_t i = 0; i < run->pid_count; i++)
        if (i == 0 || run->pids[i] != run->pids[i - 1])
            run->pids[kept++] = run->pids[i];
    run->pid_count = kept;
    for (size_t i = 0; i < options->pid_count; i++)
        if (kept == 0 ||
            bsearch(&options->pids[i], run->pids, kept, sizeof *run->pids, ascending) == NULL)
            output_missing(run->output, STATUS_VANISHED, ESRCH, "vmmap/%d.txt", options->pids[i]);
    return true;
}

/* A line of processes.tsv. Under the store's lock. */
static void add_row(struct run *run, const struct process *process, char *line)
{
    output_write(run->rows, line, processes_format(process, line, PROCESSES_LINE_MAX));
}

static void run_process(void *context, size_t job, bool light, struct output *output,
                        struct arena *arena)
{
    struct run *run = context;
    struct process process = {.pid = run->pids[job]};
    char *line;

    backend.process(run->host, process.pid, light, output, arena, &process);
    line = arena_alloc(arena, PROCESSES_LINE_MAX);
    if (!output_lock(output))
        return;
    add_row(run, &process, line);
    output_unlock(output);
}

/* Of whom nothing is known but that it is there. */
static void add_bare_row(struct run *run, int32_t pid)
{
    struct process process = {
        .pid = pid,
        .status = STATUS_TIMED_OUT,
        .regions_status = STATUS_TIMED_OUT,
        .fds_status = STATUS_TIMED_OUT,
    };
    char *line = malloc(PROCESSES_LINE_MAX);

    if (line != NULL)
        add_row(run, &process, line);
    free(line);
}

/* Its row comes later, from read_late. The first part of its regions that was not stored is what is
 * missing. */
static void process_timed_out(void *context, size_t job, uint64_t us)
{
    struct run *run = context;
    char member[40];
    unsigned part = 1;

    (void)snprintf(member, sizeof member, "vmmap/%d.txt", run->pids[job]);
    while (!store_missing(run->store, member, STATUS_TIMED_OUT, ETIMEDOUT, us, why(run)) &&
           part < PARTS_MAX)
        (void)snprintf(member, sizeof member, "vmmap/%d.%u.txt", run->pids[job], ++part);
    if (run_interrupted(run))
        add_bare_row(run, run->pids[job]);
    else
        run->late[run->late_count++] = job;
}

static void run_late(void *context, size_t job, bool light, struct output *output,
                     struct arena *arena)
{
    struct run *run = context;

    (void)light;
    run_process(run, run->late[job], true, output, arena);
}

static void late_timed_out(void *context, size_t job, uint64_t us)
{
    struct run *run = context;

    (void)us;
    add_bare_row(run, run->pids[run->late[job]]);
}

/* Who they are and what their status says, of those whose memory was not to be had. */
static void read_late(struct run *run)
{
    struct crew_task task = {
        .count = run->late_count,
        .thread_count = 1,
        .time_box_ms = time_box_ms(run),
        .context = run,
        .run = run_late,
        .timed_out = late_timed_out,
    };

    if (run->late_count > 0)
        crew_run(run->crew, &task);
}

static void show_processes(void *context, size_t done)
{
    struct run *run = context;
    char text[64];

    (void)snprintf(text, sizeof text, "processes %zu/%zu", done, run->pid_count);
    show(run, text);
}

static unsigned threads(const struct run *run)
{
    long processors;

    if (run->capture.thread_count > 0)
        return run->capture.thread_count;
    processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors < 1)
        return 1;
    return processors < THREADS_BY_DEFAULT ? (unsigned)processors : THREADS_BY_DEFAULT;
}

static bool read_processes(struct run *run, struct err *err)
{
    struct crew_task task = {
        .thread_count = threads(run),
        .time_box_ms = time_box_ms(run),
        .context = run,
        .run = run_process,
        .timed_out = process_timed_out,
        .progress = show_processes,
    };
    char *line;

    if (!list(run, err))
        return false;
    task.count = run->pid_count;
    run->late = calloc(run->pid_count + 1, sizeof *run->late);
    if (run->late == NULL)
        return err_set(err, "out of memory");
    line = arena_alloc(&run->arena, PROCESSES_LINE_MAX);
    output_begin(run->rows, "processes.tsv");
    output_write(run->rows, line, processes_format_header(line, PROCESSES_LINE_MAX));
    crew_run(run->crew, &task);
    read_late(run);
    if (!run->pids_whole) /* who is not in it need not be gone */
        output_end(run->rows, STATUS_TRUNCATED, EACCES);
    else
        output_end(run->rows, run_interrupted(run) ? STATUS_TRUNCATED : STATUS_OK, 0);
    return true;
}

static void run_join(void *context, size_t job, bool light, struct output *output,
                     struct arena *arena)
{
    struct run *run = context;

    (void)job;
    (void)light;
    (void)arena;
    backend.join(run->host, output);
}

static void join_timed_out(void *context, size_t job, uint64_t us)
{
    struct run *run = context;

    (void)job;
    (void)store_missing(run->store, backend.join_member, STATUS_TIMED_OUT, ETIMEDOUT, us, why(run));
}

static void read_join(struct run *run)
{
    struct crew_task task = {
        .count = 1,
        .thread_count = 1,
        .time_box_ms = BOXES_OF_THE_JOIN * time_box_ms(run),
        .context = run,
        .run = run_join,
        .timed_out = join_timed_out,
    };

    show(run, "locked memory");
    crew_run(run->crew, &task);
}

static void write_samples(struct run *run)
{
    struct rusage usage = {0};
    uint64_t cpu_us, peak_bytes;

    (void)getrusage(RUSAGE_SELF, &usage);
    cpu_us = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
             (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    peak_bytes = (uint64_t)usage.ru_maxrss * backend.rss_unit;
    backend.samples(run->host, run->output, cpu_us, peak_bytes);
}

static bool read_all(struct run *run, struct err *err)
{
    struct err ignored;

    show(run, "memory counters");
    if (!sample(run, "before", backend.samples_before, err))
        return false;
    if (stopped(run))
        return true;
    backend.headline(run->host, run->output);
    read_groups(run);
    if (stopped(run))
        return true;
    (void)sample(run, "between", 1, &ignored);
    if (!read_processes(run, err))
        return false;
    if (stopped(run))
        return true;
    (void)sample(run, "between", 1, &ignored);
    read_join(run);
    show(run, "memory counters");
    (void)sample(run, "after", backend.samples_after, &ignored);
    if (!stopped(run))
        write_samples(run);
    return true;
}

bool steps_run(struct run *run, struct err *err)
{
    bool ok = read_all(run, err);

    if (run->shown) /* the line is gone before anything else is printed */
        show(run, "");
    return ok;
}
