/*
 * ports.h - ports of tasks, for those who may have them.
 *
 * System Integrity Protection keeps them from everybody but Apple's own tools, for the programs that
 * come with the system; other programs may deny them too. Each denied attempt is a line in the
 * system's log, so that every port is tried once, and none of the system's programs when that of
 * launchd is not to be had. Without being root nothing is tried: the system may ask the user then.
 */
#ifndef CAPTURE_MACOS_PORTS_H
#define CAPTURE_MACOS_PORTS_H

#include "capture/macos/host.h"

struct task_port {
    uint32_t name;      /* 0: none */
    const char *method; /* "task_read", "task" */
};

/* Tries launchd's. Before any thread uses ports. */
void ports_open(struct host *host);

/* platform: whether it is one of the system's programs. Returns whether there is one. */
bool ports_get(const struct host *host, int32_t pid, bool platform, struct task_port *port);

void ports_put(struct task_port *port);

#endif
