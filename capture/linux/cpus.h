/*
 * cpus.h - how many processors there are.
 */
#ifndef CAPTURE_LINUX_CPUS_H
#define CAPTURE_LINUX_CPUS_H

#include "capture/linux/host.h"

/* As many as the kernel is prepared for: the greatest number plus one, its nr_cpu_ids. */
bool cpus_possible(const struct host *host, uint64_t *count);

/* As many as are running. */
bool cpus_online(const struct host *host, uint64_t *count);

#endif
