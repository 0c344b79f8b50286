/* inventory.c - see inventory.h. */
#include "formats/inventory.h"

#include <string.h>

bool inventory_add(struct inventory *inventory, struct snapshot *snap, const char *member,
                   uint64_t size_bytes, uint32_t crc32)
{
    struct group_key key = group_of_name(member);
    struct seen *seen;

    if (groups_add(&inventory->names, &key) < inventory->seen_count)
        return false;
    seen = arena_append(snap->arena, &inventory->seen, &inventory->seen_count, sizeof *seen);
    *seen = (struct seen){.member = member, .size_bytes = size_bytes, .crc32 = crc32};
    return true;
}

static void judge_source(struct inventory *inventory, struct source *source)
{
    struct group_key key = group_of_name(source->member);
    size_t i = groups_find(&inventory->names, &key);
    struct seen *seen;

    if (i == NO_GROUP)
        return;
    seen = &inventory->seen[i];
    seen->listed = true;
    source->seen = true;
    source->intact = source->content_bytes.known && source->content_bytes.n == seen->size_bytes &&
                     source->crc32.known && source->crc32.n == seen->crc32;
}

bool inventory_judge(struct inventory *inventory, struct snapshot *snap)
{
    bool intact = snap->source_count > 0;

    for (size_t i = 0; i < snap->source_count; i++) {
        struct source *source = &snap->sources[i];

        judge_source(inventory, source);
        if (source->status == STATUS_OK && !source->intact)
            intact = false;
        snap->member = source->member;
        if (source->seen && !source->intact)
            snapshot_note(snap, 0, "its content is not what sources.tsv says: changed or damaged");
    }
    for (size_t i = 0; snap->source_count > 0 && i < inventory->seen_count; i++) {
        snap->member = inventory->seen[i].member;
        if (!inventory->seen[i].listed && strcmp(snap->member, "sources.tsv") != 0)
            snapshot_note(snap, 0, "not listed in sources.tsv: added later");
    }
    return intact;
}

void inventory_free(struct inventory *inventory)
{
    groups_free(&inventory->names);
}
