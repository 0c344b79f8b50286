/* capture.c - see capture.h. */
#include "capture/capture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/clock.h"
#include "capture/run.h"

bool run_interrupted(const struct run *run)
{
    const volatile sig_atomic_t *interrupted = run->capture.options.interrupted;

    return interrupted != NULL && *interrupted != 0;
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
    bool stop = run_interrupted(run);
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
    free(run->late);
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
        run->crew = crew_create(run->store, capture->options.interrupted);
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
        ok = steps_run(run, err);
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
