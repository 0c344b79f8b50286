/* scenario_regions.c - the rows of a process that are its regions. */
#include "tests/macrun/macrun.h"
#include "tests/macrun/scenario.h"

static uint8_t protection_of(struct str text)
{
    uint8_t bits = 0;

    if (text.len != 3)
        scenario_bad("a protection is three letters");
    for (unsigned i = 0; i < 3; i++)
        bits |= (uint8_t)(text.at[i] != '-' ? 1U << i : 0);
    return bits;
}

static uint8_t share_mode_of(struct str text)
{
    static const char *const names[] = {"", "COW", "PRV", "NUL", "ALI", "SHM", "ZER", "S/A", "LPG"};

    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        if (str_is(text, names[i]))
            return (uint8_t)i;
    scenario_bad("no such share mode: %.*s", (int)text.len, text.at);
}

static void read_region_more(struct region *region, struct str field)
{
    struct str key, text;
    uint64_t value;

    if (str_is(field, "submap")) {
        region->submap = true;
        return;
    }
    if (!scenario_pair(field, &key, &text))
        scenario_bad("expected key=value, not %.*s", (int)field.len, field.at);
    value = scenario_number(text);
    if (str_is(key, "repeat"))
        region->repeat = value;
    else if (str_is(key, "stride"))
        region->stride = value;
    else if (str_is(key, "ref"))
        region->references = (uint32_t)value;
    else if (str_is(key, "shadow"))
        region->shadow = (uint16_t)value;
    else if (str_is(key, "off"))
        region->offset = value;
    else if (str_is(key, "reusable"))
        region->reusable = (uint32_t)value;
    else if (str_is(key, "private"))
        region->now_private = (uint32_t)value;
    else
        scenario_bad("no such key of a region: %.*s", (int)key.len, key.at);
}

static void check_region(const struct region *region, const struct region *last)
{
    if (region->size == 0 || region->repeat == 0 || region->stride < region->size)
        scenario_bad("a region of size 0, or repeated into itself");
    if (last != NULL && last->depth == region->depth &&
        region->start < last->start + (last->repeat - 1) * last->stride + last->size)
        scenario_bad("regions ascend, and do not overlap");
}

void read_region(const struct line *line, struct process *process)
{
    struct region *region;

    line_needs(line, 15,
               "region, START, SIZE, PRT, MAX, TAG, SHARE, RESIDENT, DIRTY, SWAPPED, "
               "WIRED, OBJECT, PAGER, DEPTH, PATH");
    region = arena_append(&mac.arena, &process->regions, &process->region_count, sizeof *region);
    region->start = scenario_number(line->fields[1]);
    region->size = scenario_number(line->fields[2]);
    region->protection = protection_of(line->fields[3]);
    region->max_protection = protection_of(line->fields[4]);
    region->tag = (uint32_t)scenario_number(line->fields[5]);
    region->share = share_mode_of(line->fields[6]);
    region->resident = (uint32_t)scenario_number(line->fields[7]);
    region->dirty = (uint32_t)scenario_number(line->fields[8]);
    region->swapped = (uint32_t)scenario_number(line->fields[9]);
    region->wired = (uint16_t)scenario_number(line->fields[10]);
    region->object = scenario_number(line->fields[11]);
    region->pager = (uint8_t)scenario_number(line->fields[12]);
    region->depth = (uint8_t)scenario_number(line->fields[13]);
    region->path = line->fields[14].len > 0 ? scenario_name(line->fields[14]) : NULL;
    region->repeat = region->references = 1;
    for (size_t i = 15; i < line->field_count; i++)
        read_region_more(region, line->fields[i]);
    if (region->stride == 0)
        region->stride = region->size;
    check_region(region, process->region_count > 1 ? region - 1 : NULL);
}
