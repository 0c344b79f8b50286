/*
 * status.h - what the kernel says about one process: /proc/PID/stat, status and cgroup.
 *
 * Each takes the text of a file and sets in *process what it says; what is missing stays not
 * known. A process chooses its own name, which may hold ")", blanks and newlines.
 */
#ifndef CAPTURE_LINUX_STATUS_H
#define CAPTURE_LINUX_STATUS_H

#include "formats/snapshot.h"

/* name, ppid, threads, start, kernel. False: this is not that file. */
bool status_stat(struct str text, struct arena *arena, struct process *process);

/* uid, resident, swapped, locked, pinned, page tables, hugetlb. */
void status_status(struct str text, struct process *process);

/* unit: the path in the unified hierarchy, or in systemd's where that is not in use. */
void status_cgroup(struct str text, struct arena *arena, struct process *process);

#endif
