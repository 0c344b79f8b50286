/*
 * process_regions.h - the regions of one process, from smaps straight into vmmap/PID.txt.
 */
#ifndef CAPTURE_LINUX_PROCESS_REGIONS_H
#define CAPTURE_LINUX_PROCESS_REGIONS_H

#include "capture/linux/host.h"

/* Bytes of one member; what is more goes into vmmap/PID.2.txt and so on. */
#define PROCESS_REGIONS_MAX ((uint64_t)8 << 20)

/* Sets regions_status and, when all were read, method, region_count and the sums over the regions.
 * Hands the regions that matter to the join, unless another process is to be charged with them. */
void process_regions(struct host *host, struct output *output, struct process *process);

#endif
