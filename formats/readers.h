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

#endif
