/*
 * readers.h - the readers of all members, for the table in format.c. Each is format_read_fn.
 */
#ifndef FORMATS_READERS_H
#define FORMATS_READERS_H

#include "formats/format.h"

format_read_fn manifest_read, sources_read, samples_read, processes_read, locked_read, vmmap_read;
format_read_fn proc_meminfo_read, proc_vmstat_read, proc_zoneinfo_read, dmesg_read;
format_read_fn proc_slabinfo_read, slab_read, proc_vmallocinfo_read, proc_allocinfo_read;
format_read_fn proc_modules_read, modules_read, proc_sysvipc_shm_read, proc_sockstat_read;
format_read_fn proc_loadavg_read;
format_read_fn fdinfo_read, cgroups_read, devices_read;

/* Of Apple's tools, and of our own bundles of a Mac: formats/apple/. */
format_read_fn vm_stat_read, memory_pressure_read, sysctl_read, swap_files_read, sw_vers_read;
format_read_fn kextstat_read, system_extensions_read, zprint_read, kernel_memory_read, zones_read;
format_read_fn owned_read, apple_vmmap_read, footprint_read, allmemory_read, ps_read, top_read;
format_read_fn taskinfo_read, panic_read, jetsam_read;
format_like_fn vm_stat_is_like, memory_pressure_is_like, sysctl_is_like, swap_files_is_like;
format_like_fn sw_vers_is_like, kextstat_is_like, system_extensions_is_like, zprint_is_like;
format_like_fn apple_vmmap_is_like, footprint_is_like, allmemory_is_like, ps_is_like, top_is_like;
format_like_fn taskinfo_is_like, panic_is_like, jetsam_is_like;

#endif
