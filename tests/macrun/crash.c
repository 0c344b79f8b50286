/* crash.c - a crash of the program is told with the function that it happened in. */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "tests/macrun/macho.h"
#include "tests/macrun/macrun.h"

#define STACK_BYTES ((size_t)64 << 10)

static void tell(int number, const siginfo_t *info, void *context)
{
    const ucontext_t *user = context;
    uintptr_t at = (uintptr_t)user->uc_mcontext.gregs[REG_RIP];
    uintptr_t offset = 0;
    const char *name = image_symbol(at, &offset);
    char text[512];
    Dl_info host;
    int len;

    if (name == NULL && dladdr((void *)at, &host) != 0 && host.dli_sname != NULL)
        name = host.dli_sname;
    len = snprintf(text, sizeof text, "macrun: %s in %s+%#zx, address %p\n",
                   number == SIGILL ? "illegal instruction (a trap of the compiler's)"
                                    : strsignal(number),
                   name != NULL ? name : "?", offset, info->si_addr);
    if (write(STDERR_FILENO, text, (size_t)len) < 0)
        _exit(EXIT_NOT_LOADED);
}

static void on_crash(int number, siginfo_t *info, void *context)
{
    tell(number, info, context);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void crash_catch(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    static char stack[STACK_BYTES];
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = on_crash,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

    (void)sigaltstack(&alternative, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        (void)sigaction(numbers[i], &action, NULL);
}
