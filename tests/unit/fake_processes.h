/*
 * fake_processes.h - the processes of a made-up Mac, in place of capture/macos/process_calls.c and
 * region_calls.c. It keeps a list of what it was asked, and counts the ports that it gave away.
 */
#ifndef TESTS_UNIT_FAKE_PROCESSES_H
#define TESTS_UNIT_FAKE_PROCESSES_H

#include "capture/macos/process_calls.h"
#include "tests/unit/fake_map.h"

struct fake_process {
    int32_t pid;
    bool own;                 /* it is us */
    uint64_t unique_id;       /* 0: not told */
    uint64_t later_id;        /* once its regions were asked for; 0: the same */
    bool vanishes;            /* once its regions were asked for */
    bool ends;                /* the same, but its parent has not asked yet */
    struct process_info info; /* as the call fills it in */
    int info_errnum, usage_errnum, ledger_errnum, files_errnum;
    const char *path, *signing_id, *team; /* NULL: none */
    uint32_t signing_flags;
    int read_errnum, task_errnum, owned_errnum; /* of its ports, and of what it owns */
    struct darwin_rusage usage;
    struct darwin_ledger_entry ledgers[8];
    struct darwin_ipc_table ports;
    const struct darwin_file *files;
    size_t file_count;
    const char *arguments; /* as KERN_PROCARGS2 */
    size_t argument_bytes;
    const struct darwin_owned_object *owned;
    size_t owned_count;
    struct fake_map map;
};

struct fake_mac {
    struct fake_process *processes;
    size_t process_count;
    const char *const *ledgers; /* their names; NULL: it has none */
    size_t ledger_count;
    bool no_task_read;     /* it is older than macOS 11 */
    size_t ports_held;     /* given and not given back */
    size_t list_counts[8]; /* what each call for a list has; the last one stays */
    size_t lists;          /* calls for one */
    char asked[4096];      /* "unique_id 713, info 713"; what repeats is told once */
};

extern struct fake_mac fake_mac;

/* How often it was asked that: "task 713". */
size_t fake_asked(const char *what);

#endif
