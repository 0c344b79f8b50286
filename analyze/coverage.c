/* coverage.c - see coverage.h. */
#include "analyze/coverage.h"

#include <stdlib.h>
#include <string.h>

static void note(struct comparison *comparison, const char *which, const char *member,
                 unsigned line, const char *what)
{
    const char **text = arena_append(comparison->arena, &comparison->notes, &comparison->note_count,
                                     sizeof *comparison->notes);

    if (line > 0)
        *text = arena_print(comparison->arena, "%s: %s:%u: %s", which, member, line, what);
    else
        *text = arena_print(comparison->arena, "%s: %s: %s", which, member, what);
}

/* What was not asked for is not unreadable: a table of processes says nothing of regions. */
static bool is_tried_well(enum status status)
{
    return status == STATUS_OK || status == STATUS_ABSENT;
}

static void cover_side(struct comparison *comparison, const struct side *side, const char *which)
{
    const struct snapshot *snap = side->snap;

    for (size_t i = 0; i < snap->process_count; i++) {
        const struct process *process = &snap->processes[i];

        comparison->process_count++;
        comparison->unread_count += !process->kernel && (process->status != STATUS_OK ||
                                                         !is_tried_well(process->regions_status));
    }
    for (size_t i = 0; i < snap->source_count; i++) {
        const struct source *source = &snap->sources[i];
        const char *why = status_name(source->status);

        if (source->status == STATUS_ABSENT || source_is_whole(source) ||
            strncmp(source->member, "vmmap/", 6) == 0)
            continue;
        if (source->status == STATUS_OK)
            why = source->seen ? "damaged" : "not in the bundle";
        *(const char **)arena_append(comparison->arena, &comparison->missing,
                                     &comparison->missing_count, sizeof *comparison->missing) =
            arena_print(comparison->arena, "%s: %s: %s", which, source->member, why);
    }
    if (side->loaded->damage != NULL)
        note(comparison, which, "archive", 0, side->loaded->damage);
    for (size_t i = 0; i < snap->note_count && i < SNAPSHOT_NOTES_MAX; i++)
        note(comparison, which, snap->notes[i].member, snap->notes[i].line, snap->notes[i].what);
    if (snap->note_count > SNAPSHOT_NOTES_MAX)
        note(comparison, which, "further notes", 0, "more than can be listed");
}

void find_coverage(struct comparison *comparison)
{
    double rows = 0, owned = 0, residual;

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        double moved = (double)llabs(row->after_bytes - row->before_bytes);

        rows += moved;
        owned += row->kind != OWNER_KERNEL ? moved : 0;
    }
    residual = (double)llabs(comparison->residual.after_bytes - comparison->residual.before_bytes);
    comparison->named_share = rows + residual > 0 ? rows / (rows + residual) : 1;
    comparison->owner_share = rows + residual > 0 ? owned / (rows + residual) : 1;
    cover_side(comparison, &comparison->before, "BEFORE");
    cover_side(comparison, &comparison->after, "AFTER");
}
