/* ports.c - see ports.h. */
#include "capture/macos/ports.h"

#include <errno.h>

#include "capture/macos/process_calls.h"

#define LAUNCHD 1

/* A port to read, else one for anything; each is tried once. */
static bool try_both(int32_t pid, struct task_port *port)
{
    int errnum = call_task_read(pid, &port->name);

    port->method = "task_read";
    if (errnum == 0)
        return true;
    port->method = "task";
    return errnum != ESRCH && call_task(pid, &port->name) == 0;
}

void ports_open(struct host *host)
{
    struct task_port port;

    if (host->euid != 0 || !host->options.regions)
        return;
    host->launchd_port = try_both(LAUNCHD, &port) ? YES : NO;
    if (host->launchd_port == YES)
        ports_put(&port);
}

bool ports_get(const struct host *host, int32_t pid, bool platform, struct task_port *port)
{
    *port = (struct task_port){0, NULL};
    if (call_task_own(pid, &port->name)) {
        port->method = "task";
        return true;
    }
    if (host->euid == 0 && pid != 0 &&
        !(host->launchd_port == NO && (platform || pid == LAUNCHD)) && try_both(pid, port))
        return true;
    *port = (struct task_port){0, NULL};
    return false;
}

void ports_put(struct task_port *port)
{
    if (port->name != 0)
        call_task_end(port->name);
    *port = (struct task_port){0, NULL};
}
