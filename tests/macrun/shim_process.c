/*
 * shim_process.c - the program as a process: who it is, its limits, its children.
 *
 * Its own number is of the simulated Mac, those of its children are real.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

static int mac_getpid(void)
{
    return mac_self_pid();
}

static int mac_getppid(void)
{
    return (int)mac_self()->ppid;
}

static uint32_t mac_geteuid(void)
{
    return mac.euid;
}

static uint32_t mac_getuid(void)
{
    return mac.uid;
}

static uint32_t mac_getgid(void)
{
    return mac.gid;
}

static int mac_gethostname(char *name, size_t size)
{
    (void)snprintf(name, size, "%s", mac_setting("hostname", "sample.local"));
    return 0;
}

static int mac_uname(struct darwin_utsname *name)
{
    const char *release = mac_setting("darwin", "23.6.0");

    *name = (struct darwin_utsname){.sysname = "Darwin", .machine = "x86_64"};
    (void)mac_gethostname(name->nodename, sizeof name->nodename);
    (void)snprintf(name->release, sizeof name->release, "%s", release);
    (void)snprintf(name->version, sizeof name->version, "Darwin Kernel Version %s", release);
    return 0;
}

static long mac_sysconf(int name)
{
    switch (name) {
    case DARWIN__SC_PAGESIZE:
        return USER_PAGE_BYTES;
    case DARWIN__SC_NPROCESSORS_CONF:
    case DARWIN__SC_NPROCESSORS_ONLN:
        return (long)mac.cpu_count;
    case DARWIN__SC_PHYS_PAGES:
        return (long)(mac.memory_bytes / USER_PAGE_BYTES);
    case DARWIN__SC_OPEN_MAX:
        return sysconf(_SC_OPEN_MAX);
    default:
        return mac_fail(DARWIN_EINVAL);
    }
}

static int mac_getpagesize(void)
{
    return USER_PAGE_BYTES;
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

const struct shim shims_process[] = {
    SHIM(getpid),      SHIM(getppid), SHIM(geteuid), SHIM(getuid),      SHIM(getgid),
    SHIM(gethostname), SHIM(uname),   SHIM(sysconf), SHIM(getpagesize), SHIM(getrusage),
    SHIM(waitpid),     SHIM(kill),    SHIM_END};
