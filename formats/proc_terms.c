/*
 * proc_terms.c - proc/meminfo, proc/vmstat, proc/zoneinfo and dmesg.txt: the terms of wired
 * memory on Linux (linux_terms.h).
 */
#include "formats/readers.h"

bool proc_meminfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    return linux_meminfo(text, &snap->linux_raw) ||
           err_set(err, "not /proc/meminfo: no line like \"MemTotal: 1024 kB\"");
}

bool proc_vmstat_read(struct str text, struct snapshot *snap, struct err *err)
{
    return linux_vmstat(text, snapshot_page_bytes(snap), &snap->linux_raw) ||
           err_set(err, "not /proc/vmstat: no line like \"nr_isolated_anon 0\"");
}

bool proc_zoneinfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    return linux_zoneinfo(text, snapshot_page_bytes(snap), &snap->linux_raw) ||
           err_set(err, "not /proc/zoneinfo: no zone with a line like \"present 1024\"");
}

bool dmesg_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)err;
    if (!linux_dmesg(text, snapshot_page_bytes(snap), &snap->linux_raw) ||
        !snap->linux_raw.counters[LINUX_FIRST_CHUNK].known)
        snapshot_note(snap, 0,
                      "does not say how large the first per-CPU chunk is; "
                      "per-CPU memory stays part of the residual");
    return true;
}
