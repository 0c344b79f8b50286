/*
 * shim_errno.c - errno, and the numbers of errors, signals and wait statuses on both systems.
 *
 * Functions of the host set the host's errno. It is moved over, translated, when the program looks.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/macrun/darwin.h"
#include "tests/macrun/macrun.h"

/* ---- errno --------------------------------------------------------------------------------- */

static _Thread_local int program_errno;

int errno_to_mac(int host)
{
    switch (host) {
#define X(name, value) \
    case name:         \
        return value;
        DARWIN_ERRNOS(X)
#undef X
    default:
        return host >= 0 && host <= DARWIN_ERANGE ? host : DARWIN_EIO;
    }
}

int errno_to_host(int errnum)
{
    switch (errnum) {
#define X(name, value) \
    case value:        \
        return name;
        DARWIN_ERRNOS(X)
#undef X
    case DARWIN_ENOTSUP:
        return EOPNOTSUPP;
    default:
        return errnum;
    }
}

int mac_fail(int errnum)
{
    errno = 0;
    program_errno = errnum;
    return -1;
}

static int *mac_error(void)
{
    if (errno != 0) {
        program_errno = errno_to_mac(errno);
        errno = 0;
    }
    return &program_errno;
}

static char *mac_strerror(int errnum)
{
    return strerror(errno_to_host(errnum));
}

/* ---- signals ------------------------------------------------------------------------------- */

static const struct {
    int mac, host;
} signals[] = {
#define BOTH(name)          \
    {                       \
        DARWIN_##name, name \
    }
    BOTH(SIGHUP),  BOTH(SIGINT),    BOTH(SIGQUIT), BOTH(SIGILL),   BOTH(SIGTRAP), BOTH(SIGABRT),
    BOTH(SIGFPE),  BOTH(SIGKILL),   BOTH(SIGBUS),  BOTH(SIGSEGV),  BOTH(SIGSYS),  BOTH(SIGPIPE),
    BOTH(SIGALRM), BOTH(SIGTERM),   BOTH(SIGURG),  BOTH(SIGSTOP),  BOTH(SIGTSTP), BOTH(SIGCONT),
    BOTH(SIGCHLD), BOTH(SIGTTIN),   BOTH(SIGTTOU), BOTH(SIGIO),    BOTH(SIGXCPU), BOTH(SIGXFSZ),
    BOTH(SIGPROF), BOTH(SIGVTALRM), BOTH(SIGUSR1), BOTH(SIGWINCH), BOTH(SIGUSR2)};

int signal_to_host(int number)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i].mac == number)
            return signals[i].host;
    return -1;
}

int signal_to_mac(int number)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i].host == number)
            return signals[i].mac;
    return number;
}

int wait_to_mac(int status)
{
    if (WIFSIGNALED(status))
        return (status & ~0x7f) | signal_to_mac(WTERMSIG(status));
    if (WIFSTOPPED(status))
        return 0x7f | signal_to_mac(WSTOPSIG(status)) << 8;
    return status;
}

const struct shim shims_errno[] = {SHIM_AS(__error, mac_error), SHIM(strerror), SHIM_END};
