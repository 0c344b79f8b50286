/*
 * shim_process.c - the program as a process: who it is, its limits, its children.
 *
 * Its own number is of the simulated Mac, those of its children are real.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

static int mac_getpid(void)
{
    return mac_self_pid();
}

static uint32_t mac_geteuid(void)
{
    return mac.euid;
}

static long mac_sysconf(int name)
{
    return name == DARWIN__SC_NPROCESSORS_ONLN ? (long)mac.cpu_count : mac_fail(DARWIN_EINVAL);
}

/* The same words, but for the unit of one: bytes. */
static int mac_getrusage(int who, struct rusage *usage)
{
    int result = getrusage(who == DARWIN_RUSAGE_SELF ? RUSAGE_SELF : RUSAGE_CHILDREN, usage);

    usage->ru_maxrss *= 1024;
    return result;
}

/* ---- children ------------------------------------------------------------------------------ */

static int mac_waitpid(int pid, int *status, int options)
{
    int host = 0;
    int waited = waitpid(pid, &host, options & (DARWIN_WNOHANG | DARWIN_WUNTRACED));

    if (waited > 0 && status != NULL)
        *status = wait_to_mac(host);
    return waited;
}

static bool is_child(int pid)
{
    siginfo_t info;

    return pid != -1 && pid != 0 &&
           waitid(pid > 0 ? P_PID : P_PGID, (id_t)(pid > 0 ? pid : -pid), &info,
                  WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* A process of the simulated Mac must never be one of the host's. */
static int mac_kill(int pid, int number)
{
    int host = number != 0 ? signal_to_host(number) : 0;
    const struct process *process;

    if (host < 0)
        return mac_fail(DARWIN_EINVAL);
    if (pid == mac_self_pid())
        return number != 0 ? raise(host) : 0;
    if (is_child(pid))
        return kill(pid, host);
    process = pid > 0 ? mac_process_or_zombie(pid) : NULL;
    if (process == NULL)
        return mac_fail(DARWIN_ESRCH);
    if (!mac_may_read(process))
        return mac_fail(DARWIN_EPERM);
    if (number != 0)
        (void)fprintf(stderr, "macrun: kill(%d, %d) of somebody else's process\n", pid, number);
    return number == 0 ? 0 : mac_fail(DARWIN_EPERM);
}

const struct shim shims_process[] = {SHIM(getpid),  SHIM(geteuid), SHIM(sysconf), SHIM(getrusage),
                                     SHIM(waitpid), SHIM(kill),    SHIM_END};
