/*
 * slab.c - sys/kernel/slab.tsv: the entries of /sys/kernel/slab, where merged caches are links.
 *
 *     name	alias	reclaimable
 *     Acpi-Parse	:0000056	0
 *     dentry	dentry	1
 */
#include "formats/groups.h"
#include "formats/readers.h"
#include "formats/tsv.h"

bool slab_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct groups names = {0};
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "alias"))
        return err_set(err, "not a table of slab caches: no column alias");
    while (tsv_next(&tsv)) {
        const char *name = tsv_name(&tsv, "name"), *alias = tsv_name(&tsv, "alias");
        struct group_key key = group_of_name(name);
        struct zone_alias *entry;

        if (name == NULL || alias == NULL || groups_find(&names, &key) != NO_GROUP) {
            tsv_note(&tsv, "no name or no alias, or a name again: line skipped");
            continue;
        }
        if (snap->zone_alias_count >= RECORDS_MAX) {
            tsv_note(&tsv, "too many slab caches: the rest is skipped");
            break;
        }
        (void)groups_add(&names, &key);
        entry =
            arena_append(snap->arena, &snap->zone_aliases, &snap->zone_alias_count, sizeof *entry);
        *entry = (struct zone_alias){name, alias, tsv_yes_no(&tsv, "reclaimable")};
    }
    groups_free(&names);
    return true;
}
