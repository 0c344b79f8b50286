/* scenario_memory.c - the sections [memory] and [zones] of a scenario. */
#include "tests/macrun/scenario.h"

static void read_memory_more(struct memory_row *row, struct str field)
{
    struct str key, text;
    uint64_t value;

    if (!scenario_pair(field, &key, &text))
        scenario_bad("expected key=value, not %.*s", (int)field.len, field.at);
    value = scenario_number(text);
    if (str_is(key, "mapped"))
        row->mapped = value;
    else if (str_is(key, "free"))
        row->free = value;
    else if (str_is(key, "largest"))
        row->largest = value;
    else if (str_is(key, "peak"))
        row->peak = value;
    else if (str_is(key, "collectable"))
        row->collectable = value;
    else if (str_is(key, "zone"))
        row->zone = value;
    else if (str_is(key, "flags"))
        row->flags = value;
    else
        scenario_bad("no such key of a row: %.*s", (int)key.len, key.at);
}

/* The fields between the kind and the sizes; returns the size's index. */
static size_t read_memory_head(struct memory_row *row, const struct line *line)
{
    switch (row->kind) {
    case MEMORY_TAG:
        row->tag = row->site = scenario_number(line->fields[1]);
        return 2;
    case MEMORY_COUNTER:
        row->site = scenario_number(line->fields[1]);
        return 2;
    case MEMORY_KMOD:
    case MEMORY_KERNEL:
        row->tag = scenario_number(line->fields[1]);
        row->site = scenario_number(line->fields[2]);
        return 3;
    case MEMORY_SITE_ZONE:
        row->tag = scenario_number(line->fields[1]);
        row->zone = scenario_number(line->fields[2]);
        return 3;
    case MEMORY_NAMED:
        row->tag = scenario_number(line->fields[1]);
        row->name = scenario_name(line->fields[3]);
        return 2;
    case MEMORY_VIEW:
        row->free = scenario_number(line->fields[2]);
        row->name = scenario_name(line->fields[3]);
        return 1;
    case MEMORY_KINDS:
        break;
    }
    return 0;
}

void read_memory(const struct line *line)
{
    static const struct {
        const char *name;
        size_t fields;
    } kinds[MEMORY_KINDS] = {[MEMORY_TAG] = {"tag", 3},
                             [MEMORY_KMOD] = {"kmod", 4},
                             [MEMORY_KERNEL] = {"kernel", 4},
                             [MEMORY_NAMED] = {"named", 4},
                             [MEMORY_SITE_ZONE] = {"sitezone", 4},
                             [MEMORY_VIEW] = {"view", 4},
                             [MEMORY_COUNTER] = {"counter", 3}};
    struct memory_row *row;
    size_t kind = 0;

    if (str_is(line->fields[0], "slack")) {
        mac.slack = scenario_number(line_field(line, 1));
        return;
    }
    while (kind < MEMORY_KINDS && !str_is(line->fields[0], kinds[kind].name))
        kind++;
    if (kind == MEMORY_KINDS)
        scenario_bad("no such kind of row: %.*s", (int)line->fields[0].len, line->fields[0].at);
    line_needs(line, kinds[kind].fields, "a row of mach_memory_info");
    row = arena_append(&mac.arena, &mac.memory, &mac.memory_count, sizeof *row);
    row->kind = (enum memory_kind)kind;
    row->flags = NOT_GIVEN;
    row->size = scenario_number(line->fields[read_memory_head(row, line)]);
    for (size_t i = kinds[kind].fields; i < line->field_count; i++)
        read_memory_more(row, line->fields[i]);
}

/* NAME ELEMENT COUNT CURRENT MAX ALLOC SUM [FLAGS [COLLECTABLE]] */
void read_zone(const struct line *line)
{
    struct str flags = line_field(line, 7);
    struct zone *zone;

    line_needs(line, 7, "NAME, ELEMENT, COUNT, CURRENT, MAX, ALLOC, SUM, FLAGS, COLLECTABLE");
    zone = arena_append(&mac.arena, &mac.zones, &mac.zone_count, sizeof *zone);
    zone->name = scenario_name(line->fields[0]);
    zone->info = (struct darwin_zone_info){
        .mzi_elem_size = scenario_number(line->fields[1]),
        .mzi_count = scenario_number(line->fields[2]),
        .mzi_cur_size = scenario_number(line->fields[3]),
        .mzi_max_size = scenario_number(line->fields[4]),
        .mzi_alloc_size = scenario_number(line->fields[5]),
        .mzi_sum_size = scenario_number(line->fields[6]),
        .mzi_exhaustible = str_find(flags, "X") != SIZE_MAX ? 1 : 0,
        .mzi_collectable = str_find(flags, "C") != SIZE_MAX ? 1 : 0,
    };
    if (line->field_count > 8)
        zone->info.mzi_collectable |= scenario_number(line->fields[8]) << 1;
}
