#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/live/hold.h"

/* What a child says through its pipe: nothing when it holds its share, else why not. */
struct verdict {
    bool held;
    struct err err;
};

static _Noreturn void run_child(const struct hold *hold, unsigned number, hold_child *child,
                                void *context, int out)
{
    struct verdict verdict = {0};
    char name[64];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(name, sizeof name, "%s%u", hold->name, number);
    hold_set_name(name);
    verdict.held = child(number, context, &verdict.err);
    if (write(out, &verdict, sizeof verdict) != sizeof verdict || !verdict.held)
        _exit(2);
    for (;;)
        pause();
}

static bool start_child(const struct hold *hold, unsigned number, hold_child *child, void *context,
                        struct err *err)
{
    struct verdict verdict;
    int ends[2];
    pid_t pid;
    ssize_t got;

    if (pipe(ends) != 0)
        return err_errno(err, "pipe");
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        run_child(hold, number, child, context, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return err_errno(err, "fork");
    }
    got = read(ends[0], &verdict, sizeof verdict);
    close(ends[0]);
    if (got != sizeof verdict)
        return err_set(err, "process %u ended before it was ready", number);
    if (!verdict.held) {
        *err = verdict.err;
        return err_in(err, "process %u", number);
    }
    return true;
}

bool hold_in_children(const struct hold *hold, unsigned count, hold_child *child, void *context,
                      struct err *err)
{
    for (unsigned number = 1; number <= count; number++) {
        if (!start_child(hold, number, child, context, err))
            return false;
    }
    return true;
}
