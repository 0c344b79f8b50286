/*
 * process.h - the process half of the macOS back end: processes.tsv, vmmap/PID.txt, owned.tsv.
 *
 * Nobody is suspended and no process's memory is read. What the kernel says in general needs no
 * port of the task; its regions are read by the best means that we are given, and its row says by
 * which: "task_read", "task", "pidinfo", "none". A pid whose owner has changed meanwhile is told
 * from its number that is never used again.
 */
#ifndef CAPTURE_MACOS_PROCESS_H
#define CAPTURE_MACOS_PROCESS_H

#include "capture/macos/host.h"
#include "capture/macos/ledgers.h"
#include "capture/macos/owned.h"

/* What all processes share. */
struct processes {
    struct ledgers ledgers; /* as host.h says of all fields: only read once it is open */
    struct owned *owned;    /* has a lock of its own */
};

/* Fills host->processes, from what open has filled of the host. False: out of memory. */
bool processes_open(struct host *host);
void processes_close(struct host *host);

/* As backend.h says. */
bool mac_list(struct host *host, int32_t **pids, size_t *count, bool *whole, struct err *err);
void mac_process(struct host *host, int32_t pid, bool light, struct output *output,
                 struct arena *arena, struct process *process);
void mac_join(struct host *host, struct output *output);

#endif
