/*
 * sim_regions.c - finding an entry in a process's map.
 *
 * The rows ascend; a row with a stride stands for many entries; the rows inside a submap follow it,
 * one deeper. Links make up for scanning: each row knows the submap that it is in, and the next row
 * that is not inside it.
 */
#include <stdlib.h>

#include "tests/macrun/macrun.h"
#include "tests/macrun/scenario.h"

#define DEPTH_MAX 8

void regions_link(struct process *process)
{
    size_t open[DEPTH_MAX]; /* by depth: the row at hand */
    size_t depth = 0;       /* one more than the last row's */

    for (size_t i = 0; i < process->region_count; i++) {
        struct region *region = &process->regions[i];

        if (region->depth > depth || region->depth >= DEPTH_MAX ||
            (region->depth > 0 && !process->regions[open[region->depth - 1]].submap))
            die("process %d: region %#llx is inside of nothing", (int)process->pid,
                (unsigned long long)region->start);
        for (; depth > region->depth; depth--)
            process->regions[open[depth - 1]].next = i;
        region->parent = region->depth > 0 ? open[region->depth - 1] : i;
        region->next = NO_REGION;
        open[depth++] = i;
    }
}

/* The entry of this row at the address, or the first one behind it; false: none. */
static bool entry_of(const struct region *region, uint64_t address, struct found_region *found)
{
    uint64_t nth = address <= region->start ? 0 : (address - region->start) / region->stride;

    if (address > region->start && address - region->start >= nth * region->stride + region->size)
        nth++;
    if (nth >= region->repeat)
        return false;
    *found = (struct found_region){region, region->start + nth * region->stride, nth};
    return true;
}

/* The last row of [low, high) that starts at or before the address; `low` if there is none. */
static size_t last_before(const struct process *process, size_t low, size_t high, uint64_t address)
{
    size_t found = low;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (process->regions[middle].start <= address) {
            found = middle;
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return found;
}

/* That row, or the submap of the given depth that it is in. */
static size_t at_depth(const struct process *process, size_t row, unsigned depth)
{
    while (process->regions[row].depth > depth)
        row = process->regions[row].parent;
    return row;
}

bool region_find(const struct process *process, uint64_t address, unsigned depth_max,
                 struct found_region *found)
{
    const struct region *regions = process->regions;
    size_t row;

    if (process->region_count == 0)
        return false;
    row = at_depth(process, last_before(process, 0, process->region_count, address), 0);
    while (row != NO_REGION) {
        size_t end = regions[row].next == NO_REGION ? process->region_count : regions[row].next;

        if (!entry_of(&regions[row], address, found)) {
            row = regions[row].next;
            continue;
        }
        if (!regions[row].submap || regions[row].depth >= depth_max || row + 1 == end)
            return true;
        row =
            at_depth(process, last_before(process, row + 1, end, address), regions[row].depth + 1U);
    }
    return false;
}

uint64_t region_object(const struct process *process, const struct found_region *found)
{
    size_t row = (size_t)(found->region - process->regions);

    if (found->region->object != 0)
        return found->region->object + found->ordinal;
    return 0xd000000000000000 | process->pid << 32 | (row * 0x10001 + found->ordinal);
}

uint32_t object_id32(uint64_t object)
{
    return (uint32_t)(object * 0x9e3779b97f4a7c15 >> 32);
}
