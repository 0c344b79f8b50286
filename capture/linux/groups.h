/*
 * groups.h - the system-wide entries of the back end's table, but for the samples.
 */
#ifndef CAPTURE_LINUX_GROUPS_H
#define CAPTURE_LINUX_GROUPS_H

#include "capture/linux/host.h"

bool linux_open(struct host **host, const struct capture_options *options, struct err *err);
void linux_close(struct host *host);
void linux_manifest(struct host *host, struct output *output, struct arena *arena,
                    struct manifest *manifest);
bool linux_list(struct host *host, int32_t **pids, size_t *count, bool *whole, struct err *err);

/* Groups of sources, mostly raw copies. */
void group_slab(struct host *host, struct output *output);
void group_vmalloc(struct host *host, struct output *output);
void group_shm(struct host *host, struct output *output);
void group_system_files(struct host *host, struct output *output);
void group_allocinfo(struct host *host, struct output *output);
void group_devices(struct host *host, struct output *output);
void group_modules(struct host *host, struct output *output);
void group_swap(struct host *host, struct output *output);
void group_full(struct host *host, struct output *output); /* --full: slow or large */

/* A member with one header line and, for each entry of a folder, what visit writes; its context is
 * the output. Without the folder there is no member. */
void table_write(struct host *host, struct output *output, const char *member, const char *header,
                 const char *folder, host_visit_fn *visit);

/* Members that are no raw copies. */
void slab_write(struct host *host, struct output *output);    /* sys/kernel/slab.tsv */
void modules_write(struct host *host, struct output *output); /* sys/module.tsv, kextstat.txt */
void cgroups_write(struct host *host, struct output *output); /* sys/fs/cgroup.txt */
void devices_write(struct host *host, struct output *output); /* sys/block.tsv */
void sysctl_write(struct host *host, struct output *output);  /* sysctl.txt */
void swap_write(struct host *host, struct output *output);    /* swapfiles.txt, pressure.txt */

#endif
