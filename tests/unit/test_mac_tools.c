/* Programs that end, fail, hang, flood, or leave somebody behind. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/clock.h"
#include "capture/macos/tools.h"
#include "tests/unit/kept_output.h"

static struct output *output;

static void enter(void)
{
    output = kept_output();
}

static void leave(void)
{
    kept_output_free(output);
}

TestSuite(mac_tools, .init = enter, .fini = leave);

static volatile sig_atomic_t interrupted;

static struct tool_result run(const char *script, unsigned time_ms, uint64_t bytes)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    struct tool tool = {argv, time_ms, bytes, &interrupted};
    struct tool_result result;

    output_begin(output, "tool.txt");
    result = tool_run(&tool, output);
    output_end(output, result.status, result.errnum);
    return result;
}

static const char *printed(void)
{
    return kept_member(output, "tool.txt")->text;
}

Test(mac_tools, what_it_prints_is_kept)
{
    struct tool_result result = run("echo one; echo two; echo not this >&2", 10000, 1000);

    cr_assert_eq(result.status, STATUS_OK);
    cr_assert_eq(result.exit_code, 0);
    cr_assert_str_eq(printed(), "one\ntwo\n");
}

Test(mac_tools, a_failure_is_told)
{
    struct tool_result result = run("echo half; exit 3", 10000, 1000);

    cr_assert_eq(result.status, STATUS_FAILED);
    cr_assert_eq(result.exit_code, 3);
    cr_assert_str_eq(printed(), "half\n");
}

Test(mac_tools, so_is_a_violent_death)
{
    cr_assert_eq(run("kill -9 $$", 10000, 1000).status, STATUS_FAILED);
}

Test(mac_tools, no_such_tool)
{
    const char *const argv[] = {"/no/such/tool", NULL};
    struct tool tool = {argv, 1000, 1000, NULL};
    struct tool_result result;

    output_begin(output, "tool.txt");
    result = tool_run(&tool, output);
    cr_assert_eq(result.status, STATUS_ABSENT);
    cr_assert_eq(result.errnum, ENOENT);
}

/* Nobody is left, and nothing waits longer than it may. */
static void check_killed(struct tool_result result, enum status status, uint64_t begun_us)
{
    cr_assert_eq(result.status, status);
    cr_assert_lt(clock_now_us() - begun_us, 8000000);
    cr_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
    cr_assert_eq(errno, ECHILD);
}

Test(mac_tools, one_that_hangs)
{
    uint64_t begun_us = clock_now_us();

    check_killed(run("echo first; sleep 30", 300, 1000), STATUS_TIMED_OUT, begun_us);
    cr_assert_str_eq(printed(), "first\n");
}

Test(mac_tools, one_that_closes_its_output_and_hangs)
{
    uint64_t begun_us = clock_now_us();

    check_killed(run("echo first; exec >&-; sleep 30", 300, 1000), STATUS_TIMED_OUT, begun_us);
}

Test(mac_tools, one_that_floods)
{
    uint64_t begun_us = clock_now_us();

    check_killed(run("while :; do echo flood; done", 20000, 100000), STATUS_TRUNCATED, begun_us);
    cr_assert_eq(kept_member(output, "tool.txt")->len, 100000);
}

/* It ends, but what it started has the pipe. */
Test(mac_tools, one_that_leaves_somebody_behind)
{
    uint64_t begun_us = clock_now_us();
    char path[] = "/tmp/test_mac_tools.XXXXXX", script[256];
    int fd = mkstemp(path);
    FILE *file;
    int pid = 0;

    cr_assert_geq(fd, 0);
    (void)snprintf(script, sizeof script, "sleep 30 & echo $! >%s; echo done", path);
    check_killed(run(script, 500, 1000), STATUS_TIMED_OUT, begun_us);
    file = fdopen(fd, "r");
    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%d", &pid), 1);
    cr_assert_eq(fclose(file), 0);
    cr_assert_eq(unlink(path), 0);
    for (unsigned i = 0; i < 200 && kill(pid, 0) == 0; i++)
        clock_sleep_ms(10);
    cr_assert_neq(kill(pid, 0), 0, "%d still runs", pid);
}

Test(mac_tools, it_has_nothing_of_ours)
{
    struct tool_result result;

    cr_assert_eq(setenv("DYLD_INSERT_LIBRARIES", "/tmp/evil", 1), 0);
    result = run("/usr/bin/env | sort; read line; echo $?", 10000, 10000);
    cr_assert_eq(result.status, STATUS_OK);
    cr_assert_null(strstr(printed(), "DYLD"), "%s", printed());
    cr_assert_not_null(strstr(printed(), "LC_ALL=C\nPATH=/usr/bin:/bin:/usr/sbin:/sbin\n"));
    cr_assert_not_null(strstr(printed(), "\n1\n"), "standard input is empty: %s", printed());
}

static void *interrupt_soon(void *unused)
{
    (void)unused;
    clock_sleep_ms(200);
    interrupted = 1;
    return NULL;
}

/* As the user does who presses Ctrl-C, a key that a group of its own does not see. */
static void run_until_interrupted(const char *script)
{
    uint64_t begun_us = clock_now_us();
    struct tool_result result;
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, interrupt_soon, NULL), 0);
    result = run(script, 30000, 1000);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    check_killed(result, STATUS_TIMED_OUT, begun_us);
    cr_assert_eq(result.errnum, EINTR);
    cr_assert_lt(clock_now_us() - begun_us, 2000000, "the user waits");
}

Test(mac_tools, one_that_the_user_interrupts)
{
    run_until_interrupted("echo first; sleep 30");
    cr_assert_str_eq(printed(), "first\n");
}

Test(mac_tools, one_that_is_interrupted_after_its_output)
{
    run_until_interrupted("echo first; exec >&-; sleep 30");
}

Test(mac_tools, none_is_begun_after_that)
{
    struct tool_result result;

    interrupted = 1;
    result = run("echo one", 10000, 1000);
    cr_assert_eq(result.status, STATUS_TIMED_OUT);
    cr_assert_eq(result.errnum, EINTR);
    cr_assert_eq(kept_member(output, "tool.txt")->len, 0);
}

/* Exactly as much as is allowed is not too much. */
Test(mac_tools, up_to_its_limit)
{
    cr_assert_eq(run("echo 1234567", 10000, 8).status, STATUS_OK);
    cr_assert_str_eq(printed(), "1234567\n");
}

/* What is ignored or blocked here is neither there. A shell would change that itself. */
Test(mac_tools, signals_are_as_by_default)
{
    static const char status[] = "/proc/self/status";
    const char *const argv[] = {"/bin/cat", status, NULL};
    struct tool tool = {argv, 10000, 10000, NULL};
    unsigned long long ignored;
    sigset_t set;

    if (access(status, R_OK) != 0)
        cr_skip_test("no system that tells");
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    cr_assert_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    cr_assert_neq(signal(SIGHUP, SIG_IGN), SIG_ERR);
    output_begin(output, "tool.txt");
    cr_assert_eq(tool_run(&tool, output).status, STATUS_OK);
    output_end(output, STATUS_OK, 0);
    cr_assert_not_null(strstr(printed(), "\nSigBlk:\t0000000000000000\n"), "%s", printed());
    cr_assert_not_null(strstr(printed(), "\nSigIgn:\t"), "%s", printed());
    ignored = strtoull(strstr(printed(), "\nSigIgn:\t") + 9, NULL, 16);
    cr_assert_eq(ignored & 0x7fffffff, 0, "%llx", ignored); /* above are the C library's own */
}

Test(mac_tools, a_group_of_its_own)
{
    char own[32];

    (void)snprintf(own, sizeof own, "%d\n", (int)getpgrp());
    cr_assert_eq(
        run("ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 /proc/$$/stat", 10000, 1000).status,
        STATUS_OK);
    cr_assert_str_neq(printed() + strspn(printed(), " "), own);
}

Test(mac_tools, what_became_of_them)
{
    static const struct {
        struct tool_result result;
        const char *text;
    } cases[] = {
        {{STATUS_FAILED, 0, 3}, "ended with 3"},
        {{STATUS_FAILED, 0, -1}, "was killed by a signal"},
        {{STATUS_FAILED, EMFILE, -1}, "cannot be run, errno 24"},
        {{STATUS_ABSENT, ENOENT, -1}, "is not there"},
        {{STATUS_DENIED, EACCES, -1}, "cannot be run, errno 13"},
        {{STATUS_TIMED_OUT, ETIMEDOUT, -1}, "took too long"},
        {{STATUS_TIMED_OUT, EINTR, -1}, "was interrupted"},
        {{STATUS_TRUNCATED, 0, -1}, "printed too much"},
        {{STATUS_OK, 0, 0}, "printed nothing"},
    };
    char text[64];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tool_fate(&cases[i].result, text);
        cr_assert_str_eq(text, cases[i].text);
    }
}
