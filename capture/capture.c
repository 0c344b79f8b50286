/* capture.c - see capture.h. */
#include "capture/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "capture/clock.h"
#include "capture/crew.h"
#include "capture/name.h"
#include "formats/processes.h"

#define SAMPLES_BEFORE     6 /* the headline's noise is judged by their spread */
#define SAMPLES_AFTER      5
#define SAMPLE_PAUSE_MS    75
#define TIME_BOX_MS        10000
#define BOXES_OF_A_GROUP   6  /* a group reads more than a process does... */
#define BOXES_OF_THE_JOIN  30 /* ...and the join reads of all processes */
#define THREADS_BY_DEFAULT 4
#define PROGRESS_COLUMNS   60

/* On the heap, since a stuck worker may outlive capture_run(). */
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
    bool shown; /* something stands on the progress line */
};

static bool interrupted(const struct run *run)
{
    return run->capture.interrupted != NULL && *run->capture.interrupted != 0;
}

/* No more steps: the user or the disk says so. */
static bool stopped(const struct run *run)
{
    bool failed;

    (void)pthread_mutex_lock(&run->store->lock);
    failed = run->store->failed;
    (void)pthread_mutex_unlock(&run->store->lock);
    return failed || interrupted(run);
}

/* The note of what timed out. */
static const char *why(const struct run *run)
{
    return interrupted(run) ? "interrupted" : "stuck";
}

static void show(struct run *run, const char *text)
{
    if (run->capture.progress == NULL)
        return;
    (void)fprintf(run->capture.progress, "\r%-*.*s\r", PROGRESS_COLUMNS, PROGRESS_COLUMNS, text);
    (void)fflush(run->capture.progress);
    run->shown = *text != '\0';
}

/* The line that a terminal gets to see is gone before anything else is printed. */
static void show_nothing(struct run *run)
{
    if (run->shown)
        show(run, "");
}

static void write_manifest(struct run *run)
{
    struct output *output = run->output;
    char taken[32];

    name_iso_time(taken, sizeof taken, run->taken_us / 1000000);
    output_begin(output, "manifest.txt");
    output_printf(output, "format: 1\ntool: wirecap %s\nplatform: %s\n", WIREDIFF_VERSION,
                  backend.platform);
    output_printf(output, "taken_us: %lld\ntaken: %s\nlabel: ", (long long)run->taken_us, taken);
    output_name(output, run->capture.options.label);
    output_printf(output, "\n");
    backend.manifest(run->host, output, &run->arena, &run->manifest);
}

/* The manifest comes first, and the bundle's name from what it says. */
static bool begin(struct run *run, struct err *err)
{
    struct bundle_writer *writer;

    run->taken_us = clock_epoch_us();
    if (run->capture.out != NULL && strcmp(run->capture.out, "-") == 0 && isatty(STDOUT_FILENO))
        return err_set(err, "standard output is a terminal, and a bundle is not for reading: "
                            "redirect it, or name a file with -o");
    write_manifest(run);
    name_top(run->top, backend.platform, &run->manifest, run->taken_us / 1000000);
    if (!name_path(run->path, run->capture.out, run->top, err) ||
        !bundle_create(&writer, run->path, run->top, run->taken_us / 1000000, err))
        return false;
    run->store->writer = writer;
    output_end(run->output, STATUS_OK, 0);
    return true;
}

/* Takes count samples. False: not one of them worked, and *err says why. */
static bool sample(struct run *run, const char *phase, unsigned count, struct err *err)
{
    bool any = false;

    for (unsigned i = 0; i < count && !stopped(run); i++) {
        if (i > 0)
            clock_sleep_ms(SAMPLE_PAUSE_MS);
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

    store_missing(run->store, backend.groups[job].name, STATUS_TIMED_OUT, ETIMEDOUT, us, why(run));
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

    if (!backend.list(run->host, &run->pids, &run->pid_count, err))
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

static void process_timed_out(void *context, size_t job, uint64_t us)
{
    struct run *run = context;
    struct process process = {
        .pid = run->pids[job],
        .status = STATUS_TIMED_OUT,
        .regions_status = STATUS_TIMED_OUT,
        .fds_status = STATUS_TIMED_OUT,
    };
    char *line = malloc(PROCESSES_LINE_MAX);
    char member[32];

    (void)snprintf(member, sizeof member, "vmmap/%d.txt", process.pid);
    store_missing(run->store, member, STATUS_TIMED_OUT, ETIMEDOUT, us, why(run));
    if (line != NULL)
        add_row(run, &process, line);
    free(line);
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
    line = arena_alloc(&run->arena, PROCESSES_LINE_MAX);
    output_begin(run->rows, "processes.tsv");
    output_write(run->rows, line, processes_format_header(line, PROCESSES_LINE_MAX));
    crew_run(run->crew, &task);
    output_end(run->rows, interrupted(run) ? STATUS_TRUNCATED : STATUS_OK, 0);
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
    store_missing(run->store, "locked.tsv", STATUS_TIMED_OUT, ETIMEDOUT, us, why(run));
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
    peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
    backend.samples(run->host, run->output, cpu_us, peak_bytes);
}

/* Everything between the manifest and sources.tsv. Stops early, with true, when it has to. */
static bool read_all(struct run *run, struct err *err)
{
    struct err ignored;

    show(run, "memory counters");
    if (!sample(run, "before", SAMPLES_BEFORE, err))
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
    (void)sample(run, "after", SAMPLES_AFTER, &ignored);
    if (!stopped(run))
        write_samples(run);
    return true;
}

/* After trouble: says what is left, and where. */
static bool say_what_is_left(const struct run *run, struct captured *captured, struct err *err)
{
    if (strcmp(run->path, "-") == 0)
        return err_set(err, "%s; the archive on standard output is not complete", err->text);
    (void)snprintf(captured->path, sizeof captured->path, "%s.partial", run->path);
    return err_set(err, "%s; what was read until then is in %s", err->text, captured->path);
}

/* The bundle gets its end and its name; or, after trouble, only an end. ok: *err says nothing. */
static bool finish(struct run *run, bool ok, struct captured *captured, struct err *err)
{
    struct bundle_writer *writer = run->store->writer;
    bool stop = interrupted(run);
    struct err disk;

    if (!store_seal(run->store, captured->digest, &disk)) {
        ok = false;
        *err = disk;
    } else if (ok && stop) {
        ok = err_set(err, "interrupted");
    }
    captured->bytes = bundle_size_bytes(writer);
    if (!ok)
        bundle_abandon(writer);
    else
        ok = bundle_commit(writer, err);
    if (!ok)
        return say_what_is_left(run, captured, err);
    (void)snprintf(captured->path, sizeof captured->path, "%s", run->path);
    return true;
}

static void run_free(struct run *run)
{
    if (run->host != NULL)
        backend.close(run->host);
    free(run->pids);
    arena_free(&run->arena);
    output_free(run->output);
    output_free(run->rows);
    crew_free(run->crew);
    store_free(run->store);
    free(run);
}

static struct run *run_create(const struct capture *capture)
{
    struct run *run = calloc(1, sizeof *run);

    if (run == NULL)
        return NULL;
    run->capture = *capture;
    run->store = store_create();
    if (run->store != NULL) {
        run->output = output_create(run->store);
        run->rows = output_create(run->store);
        run->crew = crew_create(run->store, capture->interrupted);
    }
    if (run->output == NULL || run->rows == NULL || run->crew == NULL) {
        run_free(run);
        return NULL;
    }
    return run;
}

bool capture_run(const struct capture *capture, struct captured *captured, struct err *err)
{
    uint64_t begun_us = clock_now_us();
    struct run *run = run_create(capture);
    bool ok;

    *captured = (struct captured){0};
    if (run == NULL)
        return err_set(err, "out of memory");
    ok = backend.open(&run->host, &run->capture.options, err) && begin(run, err);
    if (ok) {
        ok = read_all(run, err);
        show_nothing(run);
        ok = finish(run, ok, captured, err);
    }
    captured->process_count = run->pid_count;
    memcpy(captured->counts, run->store->sources.counts, sizeof captured->counts);
    captured->privileged = run->manifest.privileged == YES;
    captured->seconds = (double)(clock_now_us() - begun_us) / 1e6;
    captured->stuck = crew_stuck(run->crew);
    if (captured->stuck == 0)
        run_free(run);
    return ok;
}
