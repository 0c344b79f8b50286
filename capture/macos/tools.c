/* tools.c - see tools.h. */
#include "capture/macos/tools.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/clock.h"

#define CHUNK    16384
#define REAP_MS  2000 /* a killed process may be stuck in the kernel */
#define PAUSE_MS 5
#define LOOK_MS  50 /* between two looks whether the user wants an end: signals come elsewhere */

/* Where there is no such flag, our own descriptors close themselves. */
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
#define CLOSE_OTHERS POSIX_SPAWN_CLOEXEC_DEFAULT
#elif defined(__APPLE__)
#error "descriptors that others opened would be inherited"
#else
#define CLOSE_OTHERS 0
#endif

static const char *const environment[] = {"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C", NULL};

/* Standard input and error are nothing, standard output the pipe. 0, or an errno. */
static int actions_set(posix_spawn_file_actions_t *actions, int out)
{
    int errnum = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

    if (errnum == 0)
        errnum = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
    if (errnum == 0)
        errnum = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    return errnum;
}

/* A process group of its own, so that what it starts can be killed too; and no signal blocked or
 * ignored. */
static int attributes_set(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    short flags = (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                          CLOSE_OTHERS);
    int errnum;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)sigdelset(&all, SIGKILL);
    (void)sigdelset(&all, SIGSTOP);
    errnum = posix_spawnattr_setpgroup(attributes, 0);
    if (errnum == 0)
        errnum = posix_spawnattr_setsigmask(attributes, &none);
    if (errnum == 0)
        errnum = posix_spawnattr_setsigdefault(attributes, &all);
    if (errnum == 0)
        errnum = posix_spawnattr_setflags(attributes, flags);
    return errnum;
}

/* posix_spawn() wants its texts writable, and does not write them. */
static char *const *writable(const char *const *texts)
{
    union {
        const char *const *from;
        char *const *to;
    } same = {texts};

    return same.to;
}

static int start_with(const struct tool *tool, posix_spawn_file_actions_t *actions, pid_t *pid)
{
    posix_spawnattr_t attributes;
    int errnum = posix_spawnattr_init(&attributes);

    if (errnum != 0)
        return errnum;
    errnum = attributes_set(&attributes);
    if (errnum == 0)
        errnum = posix_spawn(pid, tool->argv[0], actions, &attributes, writable(tool->argv),
                             writable(environment));
    (void)posix_spawnattr_destroy(&attributes);
    return errnum;
}

/* 0, or an errno. */
static int start(const struct tool *tool, int out, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int errnum = posix_spawn_file_actions_init(&actions);

    if (errnum != 0)
        return errnum;
    errnum = actions_set(&actions, out);
    if (errnum == 0)
        errnum = start_with(tool, &actions, pid);
    (void)posix_spawn_file_actions_destroy(&actions);
    return errnum;
}

static bool is_interrupted(const struct tool *tool)
{
    return tool->interrupted != NULL && *tool->interrupted != 0;
}

/* 0 as soon as the user wants an end. */
static int remaining_ms(const struct tool *tool, uint64_t end_us)
{
    uint64_t now_us = clock_now_us();

    if (now_us >= end_us || is_interrupted(tool))
        return 0;
    return (int)((end_us - now_us + 999) / 1000);
}

/* As poll(2), with 0 when the time is over. */
static int wait_for(const struct tool *tool, struct pollfd *wait, uint64_t end_us)
{
    int left_ms, ready = 0;

    while (ready == 0 && (left_ms = remaining_ms(tool, end_us)) > 0)
        ready = poll(wait, 1, left_ms < LOOK_MS ? left_ms : LOOK_MS);
    return ready;
}

/* Until the tool closes its output: OK; or why not. */
static enum status copy(const struct tool *tool, int in, uint64_t end_us, struct output *output,
                        int *errnum)
{
    struct pollfd wait = {.fd = in, .events = POLLIN};
    uint64_t left = tool->bytes;
    char chunk[CHUNK];

    for (;;) {
        int ready = wait_for(tool, &wait, end_us);
        ssize_t got;

        if (ready == 0)
            return STATUS_TIMED_OUT;
        got = ready < 0 ? -1 : read(in, chunk, sizeof chunk);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        *errnum = got < 0 ? errno : 0;
        if (got <= 0)
            return got < 0 ? STATUS_FAILED : STATUS_OK;
        output_write(output, chunk, (uint64_t)got < left ? (size_t)got : (size_t)left);
        if ((uint64_t)got > left)
            return STATUS_TRUNCATED;
        left -= (uint64_t)got;
    }
}

/* Whether the process ended until then; its status as waitpid() says it. */
static bool await(pid_t pid, const struct tool *tool, uint64_t end_us, int *status)
{
    for (;;) {
        pid_t ended = waitpid(pid, status, WNOHANG);

        if (ended == pid)
            return true;
        if ((ended < 0 && errno != EINTR) || remaining_ms(tool, end_us) == 0)
            return false;
        clock_sleep_ms(PAUSE_MS);
    }
}

/* The group first: nobody can take its number before its leader is reaped. */
static void end(const struct tool *tool, pid_t pid, struct tool_result *result, uint64_t end_us)
{
    static const struct tool killed = {0};
    int status = 0;

    if (result->status == STATUS_OK && !await(pid, tool, end_us, &status))
        result->status = STATUS_TIMED_OUT;
    else if (result->status == STATUS_OK) {
        result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        result->status = result->exit_code == 0 ? STATUS_OK : STATUS_FAILED;
        return;
    }
    (void)kill(-pid, SIGKILL);
    (void)await(pid, &killed, clock_now_us() + (uint64_t)REAP_MS * 1000, &status);
}

struct tool_result tool_run(const struct tool *tool, struct output *output)
{
    uint64_t end_us = clock_now_us() + (uint64_t)tool->time_ms * 1000;
    struct tool_result result = {STATUS_FAILED, 0, -1};
    int ends[2];
    pid_t pid;

    if (is_interrupted(tool))
        return (struct tool_result){STATUS_TIMED_OUT, EINTR, -1};
    if (pipe(ends) != 0) {
        result.errnum = errno;
        return result;
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    result.errnum = start(tool, ends[1], &pid);
    (void)close(ends[1]);
    if (result.errnum == 0) {
        result.status = copy(tool, ends[0], end_us, output, &result.errnum);
        end(tool, pid, &result, end_us);
        if (result.status == STATUS_TIMED_OUT)
            result.errnum = is_interrupted(tool) ? EINTR : ETIMEDOUT;
    } else {
        result.status = output_status_of(result.errnum);
    }
    (void)close(ends[0]);
    return result;
}

void tool_fate(const struct tool_result *result, char text[64])
{
    if (result->exit_code > 0)
        (void)snprintf(text, 64, "ended with %d", result->exit_code);
    else if (result->status == STATUS_ABSENT)
        (void)snprintf(text, 64, "is not there");
    else if (result->status == STATUS_TIMED_OUT)
        (void)snprintf(text, 64, result->errnum == EINTR ? "was interrupted" : "took too long");
    else if (result->status == STATUS_TRUNCATED)
        (void)snprintf(text, 64, "printed too much");
    else if (result->errnum != 0)
        (void)snprintf(text, 64, "cannot be run, errno %d", result->errnum);
    else if (result->status == STATUS_FAILED)
        (void)snprintf(text, 64, "was killed by a signal");
    else
        (void)snprintf(text, 64, "printed nothing");
}
