/*
 * proc_loadavg.c - /proc/loadavg: how many threads there are, in all namespaces.
 *
 *     0.20 0.18 0.12 1/80 11206
 *
 * The load itself is of no interest here. The second half of the fourth field is nr_threads
 * (fs/proc/loadavg.c): unlike the list of processes, it is not cut by a PID namespace.
 */
#include "formats/readers.h"

bool proc_loadavg_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct str word, running;
    uint64_t threads;

    for (int i = 0; i < 4; i++)
        if (!str_word(&text, &word))
            return err_set(err, "not /proc/loadavg: fewer than four fields");
    if (!str_cut(&word, '/', &running) || !str_u64(word, 10, &threads) || threads == 0)
        return err_set(err, "not /proc/loadavg: no number of threads in the fourth field");
    snap->thread_count = (struct count){threads, true};
    return true;
}
