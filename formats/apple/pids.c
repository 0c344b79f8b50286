/* pids.c - see pids.h. */
#include "formats/apple/pids.h"

static struct group_key key_of(int32_t pid)
{
    return (struct group_key){{(uintptr_t)(uint32_t)pid}};
}

struct pids pids_begin(struct snapshot *snap)
{
    struct pids pids = {.snap = snap};
    struct group_key key;

    for (size_t i = 0; i < snap->process_count; i++) {
        key = key_of(snap->processes[i].pid);
        (void)groups_add(&pids.groups, &key);
    }
    return pids;
}

struct process *pids_get(struct pids *pids, int32_t pid)
{
    struct snapshot *snap = pids->snap;
    struct group_key key = key_of(pid);
    size_t at = groups_find(&pids->groups, &key);
    struct process *process;

    /* A table that lists a pid twice has more records than groups: the first one is meant. */
    for (size_t i = at; at != NO_GROUP && i < snap->process_count; i++)
        if (snap->processes[i].pid == pid)
            return &snap->processes[i];
    if (snap->process_count >= RECORDS_MAX)
        return NULL;
    (void)groups_add(&pids->groups, &key);
    process = arena_append(snap->arena, &snap->processes, &snap->process_count, sizeof *process);
    process->pid = pid;
    process->kernel = pid == 0; /* kernel_task: its memory is the kernel's */
    process->regions_status = STATUS_ABSENT;
    process->fds_status = STATUS_ABSENT;
    return process;
}

void pids_end(struct pids *pids)
{
    groups_free(&pids->groups);
}
