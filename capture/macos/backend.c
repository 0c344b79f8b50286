/* backend.c - the macOS back end's table. */
#include "capture/macos/host.h"
#include "capture/macos/process.h"

static const struct source_group groups[] = {
    {"kernel memory", memory_write},
    {"swap files", swap_write},
    {"memory pressure", pressure_write},
    {"extensions", kexts_write},
    {"system extensions", system_extensions_write},
    {"sysctl", sysctl_write},
};

const struct backend backend = {
    .platform = "macos",
    .rss_unit = 1,
    .open = mac_open,
    .manifest = mac_manifest,
    .sample = mac_sample,
    .samples_before = 2, /* half a second apart: samples.c waits */
    .samples_after = 1,
    .headline = mac_headline,
    .groups = groups,
    .group_count = sizeof groups / sizeof *groups,
    .list = mac_list,
    .process = mac_process,
    .join = mac_join,
    .join_member = "owned.tsv",
    .samples = mac_samples,
    .close = mac_close,
};
