/* sites.c - see sites.h. */
#include "formats/sites.h"

struct sites sites_begin(struct snapshot *snap)
{
    return (struct sites){.snap = snap, .first = snap->site_count};
}

bool sites_add(struct sites *sites, const struct site *site)
{
    struct snapshot *snap = sites->snap;
    struct group_key key = {{(uintptr_t)site->kind, (uintptr_t)site->caller,
                             (uintptr_t)site->module, (uintptr_t)site->file}};
    size_t at = groups_find(&sites->groups, &key);
    struct site *group;

    if (at == NO_GROUP) {
        if (snap->site_count >= RECORDS_MAX || site->bytes > AMOUNT_MAX)
            return false;
        (void)groups_add(&sites->groups, &key);
        group = arena_append(snap->arena, &snap->sites, &snap->site_count, sizeof *group);
        *group = *site;
        return true;
    }
    group = &snap->sites[sites->first + at];
    if (site->bytes > AMOUNT_MAX - group->bytes || site->count > INT64_MAX - group->count)
        return false;
    group->count += site->count;
    group->bytes += site->bytes;
    return true;
}

void sites_end(struct sites *sites)
{
    groups_free(&sites->groups);
}
