/* shim_signals.c - signals: other numbers, sets of 32 bits, other structures. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "tests/macrun/darwin.h"
#include "tests/macrun/macrun.h"

#define NUMBERS 32

typedef void handler(int number);
typedef void info_handler(int number, struct darwin_siginfo *info, void *context);

static void set_to_host(uint32_t set, sigset_t *host)
{
    (void)sigemptyset(host);
    for (int number = 1; number < NUMBERS; number++)
        if ((set >> (number - 1) & 1) != 0 && signal_to_host(number) > 0)
            (void)sigaddset(host, signal_to_host(number));
}

static uint32_t set_to_mac(const sigset_t *host)
{
    uint32_t set = 0;

    for (int number = 1; number < NUMBERS; number++)
        if (signal_to_host(number) > 0 && sigismember(host, signal_to_host(number)) == 1)
            set |= 1U << (number - 1);
    return set;
}

/* ---- handlers ------------------------------------------------------------------------------ */

static struct darwin_sigaction actions[NUMBERS];

static void on_signal(int host, siginfo_t *host_info, void *context)
{
    int number = signal_to_mac(host);
    const struct darwin_sigaction *action = &actions[number];
    struct darwin_siginfo info = {.number = number,
                                  .pid = host_info->si_pid,
                                  .uid = host_info->si_uid,
                                  .address = host_info->si_addr};
    int before = errno;

    if ((action->sa_flags & DARWIN_SA_SIGINFO) != 0)
        ((info_handler *)(function *)action->handler)(number, &info, context);
    else
        action->handler(number);
    errno = before;
}

static struct sigaction action_to_host(const struct darwin_sigaction *action)
{
    struct sigaction host = {0};

    set_to_host(action->sa_mask, &host.sa_mask);
    host.sa_flags = ((action->sa_flags & DARWIN_SA_RESTART) != 0 ? SA_RESTART : 0) |
                    ((action->sa_flags & DARWIN_SA_NODEFER) != 0 ? SA_NODEFER : 0) |
                    ((action->sa_flags & DARWIN_SA_NOCLDSTOP) != 0 ? SA_NOCLDSTOP : 0) |
                    ((action->sa_flags & DARWIN_SA_RESETHAND) != 0 ? (int)SA_RESETHAND : 0);
    if (action->handler == SIG_DFL || action->handler == SIG_IGN) {
        host.sa_handler = action->handler;
    } else {
        host.sa_sigaction = on_signal;
        host.sa_flags |= SA_SIGINFO;
    }
    return host;
}

static int mac_sigaction(int number, const struct darwin_sigaction *action,
                         struct darwin_sigaction *before)
{
    int host_number = number > 0 && number < NUMBERS ? signal_to_host(number) : -1;
    struct darwin_sigaction old;
    struct sigaction host, host_old;

    if (host_number < 0)
        return mac_fail(DARWIN_EINVAL);
    old = actions[number];
    if (action != NULL) {
        actions[number] = *action;
        host = action_to_host(action);
    }
    if (sigaction(host_number, action != NULL ? &host : NULL, &host_old) != 0)
        return -1;
    if (old.handler == SIG_DFL && host_old.sa_handler == SIG_IGN)
        old.handler = SIG_IGN; /* so it was when macrun was started */
    if (before != NULL)
        *before = old;
    return 0;
}

static handler *mac_signal(int number, handler *new_handler)
{
    struct darwin_sigaction action = {.handler = new_handler, .sa_flags = DARWIN_SA_RESTART};
    struct darwin_sigaction before;

    return mac_sigaction(number, &action, &before) == 0 ? before.handler : SIG_ERR;
}

static int mac_raise(int number)
{
    int host = signal_to_host(number);

    return host > 0 ? raise(host) : mac_fail(DARWIN_EINVAL);
}

/* ---- sets ---------------------------------------------------------------------------------- */

static int mac_sigemptyset(uint32_t *set)
{
    *set = 0;
    return 0;
}

static int mac_sigfillset(uint32_t *set)
{
    *set = UINT32_MAX;
    return 0;
}

static int mac_sigaddset(uint32_t *set, int number)
{
    *set |= 1U << (number - 1);
    return 0;
}

static int mac_sigdelset(uint32_t *set, int number)
{
    *set &= ~(1U << (number - 1));
    return 0;
}

/* An errno. */
static int mac_pthread_sigmask(int how, const uint32_t *set, uint32_t *before)
{
    int host_how = how == DARWIN_SIG_BLOCK     ? SIG_BLOCK
                   : how == DARWIN_SIG_UNBLOCK ? SIG_UNBLOCK
                                               : SIG_SETMASK;
    sigset_t host, host_before;
    int errnum;

    if (set != NULL)
        set_to_host(*set, &host);
    errnum = pthread_sigmask(host_how, set != NULL ? &host : NULL, &host_before);
    if (errnum == 0 && before != NULL)
        *before = set_to_mac(&host_before);
    return errno_to_mac(errnum);
}

static int mac_sigprocmask(int how, const uint32_t *set, uint32_t *before)
{
    int errnum = mac_pthread_sigmask(how, set, before);

    return errnum == 0 ? 0 : mac_fail(errnum);
}

const struct shim shims_signals[] = {
    SHIM(sigaction), SHIM(signal),    SHIM(raise),           SHIM(sigemptyset), SHIM(sigfillset),
    SHIM(sigaddset), SHIM(sigdelset), SHIM(pthread_sigmask), SHIM(sigprocmask), SHIM_END};
