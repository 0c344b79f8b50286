/*
 * tools.h - running a program that comes with the system, and keeping what it prints.
 *
 * By absolute path, without a shell, with an environment and descriptors of its own, for a limited
 * time and up to a limited size. What takes longer or prints more is killed, with all that it
 * started, and awaited; so is what still runs when the user wants an end. SIGCHLD must not be ignored:
 * the system would await them itself, and say nothing of how they ended.
 */
#ifndef CAPTURE_MACOS_TOOLS_H
#define CAPTURE_MACOS_TOOLS_H

#include <signal.h>

#include "capture/output.h"

struct tool {
    const char *const *argv; /* argv[0]: the absolute path */
    unsigned time_ms;
    uint64_t bytes;
    const volatile sig_atomic_t *interrupted; /* or NULL */
};

struct tool_result {
    enum status status;
    int errnum;
    int exit_code; /* of a tool that ended by itself; else -1 */
};

/* Appends the tool's standard output to the current member. OK: it ended by itself, and well. ABSENT:
 * there is no such program. TIMED_OUT (errnum EINTR: interrupted) and TRUNCATED: it was killed. Else
 * FAILED. */
struct tool_result tool_run(const struct tool *tool, struct output *output);

/* "ended with 3": what to say of a tool that was not OK. */
void tool_fate(const struct tool_result *result, char text[64]);

#endif
