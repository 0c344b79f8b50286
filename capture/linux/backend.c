/* backend.c - the Linux back end's table. */
#include "capture/linux/groups.h"
#include "capture/linux/samples.h"

static const struct source_group groups[] = {
    {"slab caches", group_slab},
    {"vmalloc", group_vmalloc},
    {"shared memory", group_shm},
    {"system files", group_system_files},
    {"control groups", cgroups_write},
    {"allocation sites", group_allocinfo},
    {"devices", group_devices},
    {"modules", group_modules},
    {"swap and pressure", group_swap},
    {"sysctl", sysctl_write},
    {"what is slow or large", group_full},
};

const struct backend backend = {
    .platform = "linux",
    .rss_unit = 1024,
    .open = linux_open,
    .manifest = linux_manifest,
    .sample = linux_sample,
    .samples_before = 6,
    .samples_after = 5,
    .sample_pause_ms = 75,
    .headline = linux_headline,
    .groups = groups,
    .group_count = sizeof groups / sizeof *groups,
    .list = linux_list,
    .process = linux_process,
    .join = linux_join,
    .join_member = "locked.tsv",
    .samples = linux_samples,
    .close = linux_close,
};
