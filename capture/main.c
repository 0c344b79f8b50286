/* main.c - wirecap: writes down what this machine says about its memory. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/clock.h"
#include "capture/options.h"

#define ONE_INTERRUPT_US 500000 /* signals within that time are one: timeout(1) sends two */

/* The only things that a signal handler may touch. */
static volatile sig_atomic_t interrupted;
static uint64_t interrupted_us; /* the handler's own; it does not interrupt itself */

/* The first signal ends the capture in good order, a later one kills. */
static void interrupt(int number)
{
    uint64_t now_us = clock_now_us();

    if (interrupted == 0) {
        interrupted_us = now_us;
        interrupted = 1;
    } else if (now_us - interrupted_us > ONE_INTERRUPT_US) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
}

/* What the caller ignores (nohup) stays ignored, but for the end of what we start: that could not
 * be waited for. */
static void catch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = interrupt};
    struct sigaction before;

    (void)sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            (void)sigaction(signals[i], &action, NULL);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN); /* these two are errors of write() */
    (void)signal(SIGXFSZ, SIG_IGN);
}

static void print_size(uint64_t bytes)
{
    if (bytes < 1 << 20)
        (void)fprintf(stderr, "%.1f KiB", (double)bytes / 1024.0);
    else
        (void)fprintf(stderr, "%.1f MiB", (double)bytes / 1048576.0);
}

static void print_count(size_t count, const char *what)
{
    if (count > 0)
        (void)fprintf(stderr, ", %zu %s", count, what);
}

static void print_summary(const struct captured *captured)
{
    const size_t *counts = captured->counts;

    (void)fprintf(stderr, "wirecap: ");
    print_size(captured->bytes);
    (void)fprintf(stderr, " in %.1f s, %zu processes", captured->seconds, captured->process_count);
    print_count(counts[STATUS_DENIED], "denied");
    print_count(counts[STATUS_VANISHED], "vanished");
    print_count(counts[STATUS_TIMED_OUT], "timed out");
    print_count(counts[STATUS_TRUNCATED], "truncated");
    print_count(counts[STATUS_FAILED], "failed");
    (void)fprintf(stderr, "\nwirecap: digest %s\n", captured->digest);
    if (!captured->privileged)
        (void)fprintf(stderr,
                      "wirecap: not run as root, so wired memory of other users' processes "
                      "and shared locked memory are missing; sudo wirecap reads them too\n");
}

/* One line, and where to read on. */
static int usage_error(const struct err *err)
{
    (void)fprintf(stderr, "wirecap: %s\nTry 'wirecap --help'.\n", err->text);
    return 2;
}

static int capture(const struct options *options, struct captured *captured)
{
    struct capture capture = options->capture;
    bool to_stdout = capture.out != NULL && strcmp(capture.out, "-") == 0;
    struct err err;

    catch_signals();
    capture.options.interrupted = &interrupted;
    if (!options->quiet && isatty(STDERR_FILENO))
        capture.progress = stderr;
    if (!capture_run(&capture, captured, &err)) {
        (void)fprintf(stderr, "wirecap: %s\n", err.text);
        return 2;
    }
    if (!to_stdout && !options->quiet)
        (void)printf("%s\n", captured->path);
    if (!options->quiet)
        print_summary(captured);
    return 0;
}

/* What was printed has arrived, or the status says that it has not. */
static int flushed(int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    (void)fprintf(stderr, "wirecap: standard output cannot be written\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct captured captured = {0};
    struct options options;
    struct err err;
    int status = 0;

    if (!options_read(&options, argc, argv, &err))
        status = usage_error(&err);
    else if (options.help)
        (void)fputs(options_usage, stdout);
    else if (options.version)
        (void)printf("wirecap %s\n", WIREDIFF_VERSION);
    else
        status = capture(&options, &captured);
    status = flushed(status);
    if (captured.stuck > 0)
        _exit(status);
    options_end(&options);
    return status;
}
