/*
 * process_calls.h - what is asked of the kernel about its processes.
 *
 * Calls and nothing else; no header of Apple's is needed to use them. Each returns an errno, 0 being
 * success, unless it says otherwise; after a failure there is nothing to free. Nothing here suspends
 * a process or reads its memory.
 */
#ifndef CAPTURE_MACOS_PROCESS_CALLS_H
#define CAPTURE_MACOS_PROCESS_CALLS_H

#include "capture/macos/darwin.h"
#include "capture/macos/regions.h"

#define CALL_PATH_MAX 4096 /* of an executable, with the NUL */

/* The pids of all processes, as many as fit: how many those are, or, pids being NULL, some more than
 * there are. 0 and errno: it failed. */
size_t call_pids(int32_t *pids, size_t size);

/* Who it is in general. */
struct process_info {
    bool zombie; /* it has ended, and its parent has not asked yet */
    bool whole;  /* else we may not know when it began, its threads and its size */
    uint32_t ppid, uid, thread_count;
    uint64_t start_us; /* since the epoch */
    uint64_t virtual_bytes;
    char name[32]; /* need not be terminated */
};

int call_info(int32_t pid, struct process_info *info);

/* Never used again in one boot, as pids are. ended: also of one that has ended and waits for its
 * parent. */
int call_unique_id(int32_t pid, bool ended, uint64_t *id);

/* The path of its executable, NUL-terminated. */
int call_path(int32_t pid, char path[CALL_PATH_MAX]);

int call_usage(int32_t pid, struct darwin_rusage *usage);

/* Up to *count templates, or entries of a process; sets how many there are. */
int call_ledger_template(struct darwin_ledger_template *rows, size_t *count);
int call_ledger_entries(int32_t pid, struct darwin_ledger_entry *entries, size_t *count);

/* csops. Of pid 0 it would answer for ourselves. */
int call_signing(int32_t pid, unsigned operation, void *answer, size_t size);

/* KERN_PROCARGS2, for the caller to free. */
int call_arguments(int32_t pid, char **bytes, size_t *len);

int call_port_table(int32_t pid, struct darwin_ipc_table *table);

/* Its open files, for the caller to free. */
int call_files(int32_t pid, struct darwin_file **files, size_t *count);

/* A port of its task: to read only, which is known since macOS 11, or for anything; ENOSYS: there is
 * no such call. Of ourselves without asking. It ends with call_task_end(). */
int call_task_read(int32_t pid, uint32_t *port);
int call_task(int32_t pid, uint32_t *port);
bool call_task_own(int32_t pid, uint32_t *port);
void call_task_end(uint32_t port);

/* vm.get_owned_vmobjects of the task, for the caller to free; no bytes: it owns nothing. */
int call_owned(uint32_t port, char **bytes, size_t *len);

/* region_calls.c: the calls of regions.h. The context points at the target. */
struct region_target {
    int32_t pid;
    uint32_t port; /* 0: none */
};

struct region_calls call_regions(struct region_target *target);

#endif
