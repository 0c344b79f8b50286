/* common.c - see common.h. */
#include "analyze/common.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/identity.h"

static int compare_pids(const void *a, const void *b)
{
    const struct process *const *left = a, *const *right = b;

    if ((*left)->pid != (*right)->pid)
        return (*left)->pid < (*right)->pid ? -1 : 1;
    return (*left > *right) - (*left < *right);
}

static int compare_pid_to(const void *key, const void *element)
{
    const struct process *const *process = element;
    int32_t pid = *(const int32_t *)key;

    return (pid > (*process)->pid) - (pid < (*process)->pid);
}

const struct process *side_process(const struct side *side, int32_t pid)
{
    const struct process **found = NULL;

    if (side->snap->process_count > 0)
        found = bsearch(&pid, side->by_pid, side->snap->process_count, sizeof(struct process *),
                        compare_pid_to);
    return found == NULL ? NULL : *found;
}

static int compare_segments(const void *a, const void *b)
{
    const struct shm_segment *const *left = a, *const *right = b;

    return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

const struct shm_segment *side_shm_segment(const struct side *side, uint64_t id)
{
    const struct shm_segment key = {.id = id}, *wanted = &key, **found = NULL;

    if (side->snap->shm_segment_count > 0)
        found = bsearch(&wanted, side->shm_by_id, side->snap->shm_segment_count,
                        sizeof(struct shm_segment *), compare_segments);
    return found == NULL ? NULL : *found;
}

static int compare_aliases(const void *a, const void *b)
{
    const struct zone_alias *const *left = a, *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

const char *side_zone_alias(const struct side *side, const char *zone)
{
    const struct zone_alias key = {.name = zone}, *wanted = &key, **found = NULL;

    if (side->snap->zone_alias_count > 0)
        found = bsearch(&wanted, side->aliases_by_name, side->snap->zone_alias_count,
                        sizeof(struct zone_alias *), compare_aliases);
    return found == NULL ? NULL : (*found)->alias;
}

/* What a process owns is told to those who hold a port of its task. */
static bool has_port(const struct process *process)
{
    return process->method != NULL && strncmp(process->method, "task", 4) == 0;
}

/* A kernel thread has nothing to read there; what was not asked for was not read. */
static bool is_unread(const struct process *process, enum aspect aspect)
{
    enum status status = process->status;

    if (process->kernel)
        return false;
    if (status == STATUS_OK && aspect == ASPECT_REGIONS)
        status = process->regions_status;
    if (status == STATUS_OK && aspect == ASPECT_FDS)
        status = process->fds_status;
    return status != STATUS_OK || (aspect == ASPECT_WIRED && !process->wired.known) ||
           (aspect == ASPECT_TABLES && !process->page_tables.known) ||
           (aspect == ASPECT_OWNED && !has_port(process));
}

/* What the side could not read itself. */
static void find_unread(struct side *side, struct arena *arena)
{
    const struct snapshot *snap = side->snap;

    for (size_t aspect = 0; aspect < ASPECTS; aspect++) {
        side->unread[aspect] = arena_alloc(arena, snap->process_count);
        for (size_t i = 0; i < snap->process_count; i++)
            side->unread[aspect][i] = is_unread(&snap->processes[i], (enum aspect)aspect);
    }
}

/* Tables for looking things up. */
static void index_one(struct side *side, struct arena *arena)
{
    const struct snapshot *snap = side->snap;

    side->shm_by_id = arena_alloc(arena, snap->shm_segment_count * sizeof(struct shm_segment *));
    for (size_t i = 0; i < snap->shm_segment_count; i++)
        side->shm_by_id[i] = &snap->shm_segments[i];
    if (snap->shm_segment_count > 0)
        qsort(side->shm_by_id, snap->shm_segment_count, sizeof(struct shm_segment *),
              compare_segments);
    side->aliases_by_name =
        arena_alloc(arena, snap->zone_alias_count * sizeof(struct zone_alias *));
    for (size_t i = 0; i < snap->zone_alias_count; i++)
        side->aliases_by_name[i] = &snap->zone_aliases[i];
    if (snap->zone_alias_count > 0)
        qsort(side->aliases_by_name, snap->zone_alias_count, sizeof(struct zone_alias *),
              compare_aliases);
}

static void prepare_one(struct side *side, struct arena *arena)
{
    const struct snapshot *snap = side->snap;
    size_t n = snap->process_count;

    side->by_pid = arena_alloc(arena, n * sizeof(struct process *));
    side->process_keys = arena_alloc(arena, n * sizeof *side->process_keys);
    for (size_t i = 0; i < n; i++)
        side->by_pid[i] = &snap->processes[i];
    if (n > 0)
        qsort(side->by_pid, n, sizeof(struct process *), compare_pids);
    find_unread(side, arena);
}

/* One that was given up may have told nothing but its pid. */
static bool is_same_start(const struct process *here, const struct process *there)
{
    return !here->start.known || !there->start.known || here->start.n == there->start.n;
}

/* On the same boot an instance that the other side could not read is not charged here. */
static void spread_by_instance(struct side *to, const struct side *from, const bool *unread,
                               enum aspect aspect)
{
    for (size_t i = 0; i < to->snap->process_count; i++) {
        const struct process *here = &to->snap->processes[i];
        const struct process *there = side_process(from, here->pid);

        if (there != NULL && is_same_start(here, there) && unread[there - from->snap->processes])
            to->unread[aspect][i] = true;
    }
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* After a reboot instances cannot be told apart: the whole identity is set aside. A process that
 * vanished while it was read holds nothing any more, and does not stand for its namesakes. */
static void spread_by_identity(struct side *to, const struct side *from, const bool *unread,
                               enum aspect aspect, struct arena *arena)
{
    const char **keys = arena_alloc(arena, from->snap->process_count * sizeof *keys);
    size_t count = 0;

    for (size_t i = 0; i < from->snap->process_count; i++)
        if (unread[i] && from->snap->processes[i].status != STATUS_VANISHED &&
            from->snap->processes[i].regions_status != STATUS_VANISHED)
            keys[count++] = from->process_keys[i];
    if (count == 0)
        return;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < to->snap->process_count; i++)
        if (bsearch(&to->process_keys[i], keys, count, sizeof *keys, compare_keys) != NULL)
            to->unread[aspect][i] = true;
}

static bool *copy_of(const bool *flags, size_t n, struct arena *arena)
{
    bool *copy = arena_alloc(arena, n);

    if (n > 0)
        memcpy(copy, flags, n);
    return copy;
}

void sides_prepare(struct side *before, struct side *after, bool same_boot, struct arena *arena)
{
    prepare_one(before, arena);
    index_one(before, arena);
    if (after != NULL) {
        prepare_one(after, arena);
        index_one(after, arena);
        before->other = after;
        after->other = before;
    }
    identify_processes(before, after, arena);
    if (after == NULL)
        return;
    for (size_t i = 0; i < ASPECTS; i++) {
        enum aspect aspect = (enum aspect)i;
        const bool *here = copy_of(before->unread[i], before->snap->process_count, arena);
        const bool *there = copy_of(after->unread[i], after->snap->process_count, arena);

        if (same_boot) {
            spread_by_instance(before, after, there, aspect);
            spread_by_instance(after, before, here, aspect);
        } else {
            spread_by_identity(before, after, there, aspect, arena);
            spread_by_identity(after, before, here, aspect, arena);
            spread_by_identity(before, before, here, aspect, arena);
            spread_by_identity(after, after, there, aspect, arena);
        }
    }
}

void side_alone(const struct side *side, struct side *alone, struct arena *arena)
{
    *alone = *side;
    alone->alone = true;
    find_unread(alone, arena);
}

struct ground ground_common(struct ground before, struct ground after)
{
    return (struct ground){before.accounts & after.accounts, before.splits & after.splits};
}

const struct source *side_source(const struct side *side, const char *member)
{
    for (size_t i = 0; i < side->snap->source_count; i++)
        if (strcmp(side->snap->sources[i].member, member) == 0)
            return &side->snap->sources[i];
    return NULL;
}

bool source_is_whole(const struct source *source)
{
    return source->status == STATUS_OK && source->seen && source->intact;
}

bool side_has(const struct side *side, const char *member)
{
    const struct source *source = side_source(side, member);

    return source != NULL && source_is_whole(source);
}

bool side_lost(const struct side *side, const char *member)
{
    const struct source *source = side_source(side, member);

    return source != NULL && !source_is_whole(source);
}
