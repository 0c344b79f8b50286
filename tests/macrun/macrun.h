/*
 * macrun.h - runs a macOS program on Linux: what its parts share.
 *
 * A name that the program imports is served by a function of ours (a shim), by the same function
 * of the host's C library where it means the same on both systems, or by nothing, and then it stops
 * the program when it is called. Functions of libSystem have no context, so the image and the
 * simulated Mac (mac.h) are globals here.
 */
#ifndef TESTS_MACRUN_MACRUN_H
#define TESTS_MACRUN_MACRUN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/str.h"

/* Exit statuses of macrun itself. */
enum { EXIT_USAGE = 64, EXIT_UNRESOLVED = 70, EXIT_NOT_LOADED = 71, EXIT_LEAKS = 73 };

typedef void function(void); /* any one: cast to what it is before it is called */

struct shim {
    const char *name; /* as in C, without the underscore of Mach-O */
    function *function;
    void *object; /* of a variable, instead */
};

#define SHIM(name)                          \
    {                                       \
#name, (function *)mac_##name, NULL \
    } /* served by mac_name() */
#define SHIM_AS(name, other)             \
    {                                    \
#name, (function *)(other), NULL \
    }
#define SHIM_DATA(name, at) \
    {                       \
#name, NULL, &(at)  \
    }
#define SHIM_END         \
    {                    \
        NULL, NULL, NULL \
    }

/* One table for each file of shims. */
extern const struct shim shims_directories[], shims_errno[], shims_files[], shims_host[],
    shims_identity[], shims_kexts[], shims_libc[], shims_memory[], shims_memory_info[],
    shims_pidinfo[], shims_ports[], shims_process[], shims_region_calls[], shims_signals[],
    shims_spawn[], shims_sysctl[], shims_task_ports[], shims_threads[], shims_time[];

/* Names that mean the same on both systems; ends in NULL. */
extern const char *const same_names[];

/* ---- resolve.c ---- */

/* How calls are watched: any of these may be NULL or false. */
struct watch {
    const char *trace; /* a file: a line for each call */
    const char *count; /* a file: how often each was called */
    bool leaks;        /* what the kernel gave must have been given back */
};

void resolve_watch(const struct watch *watch);

/* A library of the host to look names up in, as dlopen names it. */
void resolve_library(const char *name);

/* What an import is bound to: never 0 unless it is weak. The name is Mach-O's. */
uintptr_t resolve(const char *symbol, const char *library, bool weak);

/* Prints all imports; false: some are served by nothing. */
bool resolve_list(void);

/* The end of the program: writes the counts, and the report of leaks. */
void resolve_finish(void);

/* A line of our own in the trace. */
void trace_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- main.c ---- */

void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* A whole file, for as long as macrun runs; dies when it cannot be read, or is empty. */
struct str map_file(const char *path);

/* ---- crash.c ---- */

/* A crash is told with the name of the function, and is then the program's own. */
void crash_catch(void);

/* ---- thread_locals.c: for a thread that runs the program's code ---- */

void thread_locals_begin(void);
void thread_locals_end(void);

/* ---- play.c ---- */

/* What macrun is started as in the place of a tool of the simulated Mac. */
#define PLAY_OPTION "--play"

struct command;

/* argv for a tool: room for PLAY_ARGUMENTS. The numbers' texts live in `text`. */
#define PLAY_ARGUMENTS 7
struct play_text {
    char status[16], manner[4];
};
void play_arguments(const struct command *command, struct play_text *text,
                    char *argv[PLAY_ARGUMENTS]);
void play_forget(char *argv[PLAY_ARGUMENTS]);
int play(char **argv);

/* ---- shim_errno.c: errno, signals and wait statuses of one system in terms of the other ---- */

int errno_to_mac(int host);
int errno_to_host(int mac);
int mac_fail(int errnum); /* sets the program's errno; returns -1 */
int signal_to_mac(int host);
int signal_to_host(int mac); /* -1: the host has none */
int wait_to_mac(int status);

/* ---- shim_signals.c ---- */

void signals_to_host(uint32_t set, sigset_t *host);

#endif
