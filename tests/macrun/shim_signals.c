/* shim_signals.c - signals: other numbers, sets of 32 bits, other structures. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "tests/macrun/darwin.h"
#include "tests/macrun/macrun.h"

#define NUMBERS 32

typedef void handler(int number);

void signals_to_host(uint32_t set, sigset_t *host)
{
    (void)sigemptyset(host);
    for (int number = 1; number < NUMBERS; number++)
        if ((set >> (number - 1) & 1) != 0 && signal_to_host(number) > 0)
            (void)sigaddset(host, signal_to_host(number));
}

static uint32_t signals_to_mac(const sigset_t *host)
{
    uint32_t set = 0;

    for (int number = 1; number < NUMBERS; number++)
        if (signal_to_host(number) > 0 && sigismember(host, signal_to_host(number)) == 1)
            set |= 1U << (number - 1);
    return set;
}

/* ---- handlers ------------------------------------------------------------------------------ */

static struct darwin_sigaction actions[NUMBERS];

static void on_signal(int host)
{
    int number = signal_to_mac(host);
    int before = errno;

    actions[number].handler(number);
    errno = before;
}

static struct sigaction action_to_host(const struct darwin_sigaction *action)
{
    struct sigaction host = {0};

    signals_to_host(action->sa_mask, &host.sa_mask);
    host.sa_flags = ((action->sa_flags & DARWIN_SA_RESTART) != 0 ? SA_RESTART : 0) |
                    ((action->sa_flags & DARWIN_SA_NODEFER) != 0 ? SA_NODEFER : 0) |
                    ((action->sa_flags & DARWIN_SA_NOCLDSTOP) != 0 ? SA_NOCLDSTOP : 0) |
                    ((action->sa_flags & DARWIN_SA_RESETHAND) != 0 ? (int)SA_RESETHAND : 0);
    host.sa_handler = action->handler;
    if (action->handler != SIG_DFL && action->handler != SIG_IGN)
        host.sa_handler = on_signal;
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
    if (action != NULL && (action->sa_flags & DARWIN_SA_SIGINFO) != 0)
        return mac_fail(DARWIN_ENOTSUP); /* nobody here wants to know more than the number */
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

/* ---- the mask ------------------------------------------------------------------------------- */

/* An errno. */
static int mac_pthread_sigmask(int how, const uint32_t *set, uint32_t *before)
{
    int host_how = how == DARWIN_SIG_BLOCK     ? SIG_BLOCK
                   : how == DARWIN_SIG_UNBLOCK ? SIG_UNBLOCK
                                               : SIG_SETMASK;
    sigset_t host, host_before;
    int errnum;

    if (set != NULL)
        signals_to_host(*set, &host);
    errnum = pthread_sigmask(host_how, set != NULL ? &host : NULL, &host_before);
    if (errnum == 0 && before != NULL)
        *before = signals_to_mac(&host_before);
    return errno_to_mac(errnum);
}

const struct shim shims_signals[] = {SHIM(sigaction), SHIM(signal), SHIM(raise),
                                     SHIM(pthread_sigmask), SHIM_END};
