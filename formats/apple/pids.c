/* pids.c - see pids.h. */
#include "formats/apple/pids.h"

#include <string.h>

#define CUT_MIN 15 /* bytes of the shortest name that a tool may have cut: the kernel's own is 16 */

/* The record at that index is the first one of its pid, or that pid has one already. */
static void add(struct pids *pids, int32_t pid, size_t index)
{
    struct group_key key = {{(uintptr_t)(uint32_t)pid}};
    size_t *record;

    if (groups_add(&pids->groups, &key) < pids->record_count)
        return;
    record = arena_append(&pids->groups.arena, &pids->records, &pids->record_count, sizeof *record);
    *record = index;
}

struct pids pids_begin(struct snapshot *snap)
{
    struct pids pids = {.snap = snap};

    for (size_t i = 0; i < snap->process_count; i++)
        add(&pids, snap->processes[i].pid, i);
    return pids;
}

struct process *pids_get(struct pids *pids, int32_t pid)
{
    struct snapshot *snap = pids->snap;
    struct group_key key = {{(uintptr_t)(uint32_t)pid}};
    size_t at = groups_find(&pids->groups, &key);
    struct process *process;

    if (at != NO_GROUP)
        return &snap->processes[pids->records[at]];
    if (snap->process_count >= RECORDS_MAX)
        return NULL;
    add(pids, pid, snap->process_count);
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

static void keep_amount(struct amount *kept, struct amount said)
{
    if (!kept->known)
        *kept = said;
}

static void keep_count(struct count *kept, struct count said)
{
    if (!kept->known)
        *kept = said;
}

static void keep_name(const char **kept, const char *said)
{
    size_t len = *kept == NULL ? 0 : strlen(*kept);

    if (said == NULL)
        return;
    if (*kept == NULL || (len >= CUT_MIN && strncmp(*kept, said, len) == 0))
        *kept = said;
}

bool pids_say(struct pids *pids, const struct process *said)
{
    struct process *kept = pids_get(pids, said->pid);

    if (kept == NULL)
        return false;
    if (kept->ppid == 0)
        kept->ppid = said->ppid;
    keep_name(&kept->name, said->name);
    if (kept->path == NULL)
        kept->path = said->path;
    keep_count(&kept->uid, said->uid);
    keep_count(&kept->unique_id, said->unique_id);
    keep_count(&kept->thread_count, said->thread_count);
    keep_count(&kept->fd_count, said->fd_count);
    keep_count(&kept->port_count, said->port_count);
    keep_count(&kept->region_count, said->region_count);
    keep_amount(&kept->resident, said->resident);
    keep_amount(&kept->private_resident, said->private_resident);
    keep_amount(&kept->shared_resident, said->shared_resident);
    keep_amount(&kept->dirty, said->dirty);
    keep_amount(&kept->swapped, said->swapped);
    keep_amount(&kept->footprint, said->footprint);
    keep_amount(&kept->virtual_size, said->virtual_size);
    return true;
}
