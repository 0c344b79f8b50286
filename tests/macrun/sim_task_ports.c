/*
 * sim_task_ports.c - who gets the port of another task.
 *
 * By rule: its own always; another's only root, but since System Integrity Protection not that of a
 * platform binary, and since macOS 10.14 not that of a program with the hardened runtime.
 */
#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

static int by_rule(const struct process *process)
{
    if (mac.euid != 0)
        return DARWIN_EPERM;
    if (process->platform != 0 && mac.darwin >= 15)
        return DARWIN_EPERM;
    if (mac.darwin >= 18 && (process->cs_flags & DARWIN_CS_RUNTIME) != 0 &&
        (process->cs_flags & DARWIN_CS_GET_TASK_ALLOW) == 0)
        return DARWIN_EPERM;
    return 0;
}

static int by_scenario(const struct process *process, enum port_kind kind)
{
    switch (process->task_port) {
    case PORT_OK:
        return mac_may_read(process) ? 0 : DARWIN_EPERM;
    case PORT_READ:
        return kind == PORT_CONTROL_RIGHT ? DARWIN_EPERM : 0;
    case PORT_DENIED:
        return DARWIN_EPERM;
    case PORT_BY_RULE:
        break;
    }
    return by_rule(process);
}

/* An errno. */
static int get_port(int pid, enum port_kind kind, uint32_t *port)
{
    static const char *const calls[] = {"task_for_pid", "task_read_for_pid"};
    const struct process *process;
    int errnum;

    *port = 0;
    if (pid == 0)
        return DARWIN_EPERM;
    process = mac_process(pid);
    if (process == NULL)
        return DARWIN_ESRCH;
    errnum = mac_fault(calls[kind], pid);
    if (errnum == 0 && process->is_self == 0)
        errnum = by_scenario(process, kind);
    if (errnum == 0)
        *port = port_of_task(pid, kind);
    return errnum;
}

static int mac_task_for_pid(uint32_t self, int pid, uint32_t *port)
{
    (void)self;
    return get_port(pid, PORT_CONTROL_RIGHT, port) == 0 ? 0 : DARWIN_KERN_FAILURE;
}

static int mac_task_read_for_pid(uint32_t self, int pid, uint32_t *port)
{
    int errnum = get_port(pid, PORT_READ_RIGHT, port);

    (void)self;
    return errnum == 0 ? 0 : mac_fail(errnum);
}

const struct shim shims_task_ports[] = {SHIM(task_for_pid), SHIM(task_read_for_pid), SHIM_END};
