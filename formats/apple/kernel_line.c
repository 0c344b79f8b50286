/* kernel_line.c - see kernel_line.h. */
#include "formats/apple/kernel_line.h"

bool kernel_line_add(struct snapshot *snap, unsigned line, const struct kernel_memory *entry)
{
    struct kernel_memory *added;

    if (snap->kernel_memory_count >= RECORDS_MAX) {
        snapshot_note(snap, line, "too many lines of kernel memory: the rest is skipped");
        return false;
    }
    added =
        arena_append(snap->arena, &snap->kernel_memory, &snap->kernel_memory_count, sizeof *added);
    *added = *entry;
    return true;
}
