/* sysctl.c - sysctl.txt. */
#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"
#include "capture/macos/sysctl_walk.h"

void sysctl_write(struct host *host, struct output *output)
{
    (void)host;
    sysctl_walk(call_sysctl, NULL, output);
}
