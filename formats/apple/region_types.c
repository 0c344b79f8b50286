/* region_types.c - see region_types.h. */
#include "formats/apple/region_types.h"

#include <string.h>

#include "formats/apple/figures.h"

/* False: the sum is too large to be believed, and not known from here on. */
static bool add_figure(struct figure *sum, struct figure figure)
{
    if (!sum->known || !figure.known) {
        *sum = (struct figure){0};
        return true;
    }
    if (figure.bytes > MACHINE_MAX - sum->bytes) {
        *sum = (struct figure){0};
        return false;
    }
    sum->bytes += figure.bytes;
    sum->resolution_bytes += figure.resolution_bytes; /* not above the bytes' own bound */
    return true;
}

static void add_count(struct count *sum, struct count count)
{
    if (!sum->known || !count.known || __builtin_add_overflow(sum->n, count.n, &sum->n))
        *sum = (struct count){0};
}

static void note_large(struct snapshot *snap, unsigned n)
{
    snapshot_note(snap, n, "too large a sum of regions: taken as not known");
}

void region_types_add(struct region_types *types, struct snapshot *snap, unsigned n,
                      const struct region_line *line)
{
    const char *type = snapshot_name(snap, n, line->type);
    struct group_key key = group_of_name(type);
    size_t at = groups_find(&types->groups, &key);
    struct region_sum *sum;
    bool fits = true;

    if (at == NO_GROUP && types->sum_count >= RECORDS_MAX) {
        snapshot_note(snap, n, "too many types of regions: skipped");
        return;
    }
    if (types->sum_count == 0)
        types->count = line->count;
    else
        add_count(&types->count, line->count);
    if (at == NO_GROUP) {
        (void)groups_add(&types->groups, &key);
        sum = arena_append(&types->groups.arena, &types->sums, &types->sum_count, sizeof *sum);
        *sum = (struct region_sum){.type = type, .count = line->count};
        memcpy(sum->sizes, line->sizes, sizeof sum->sizes);
        return;
    }
    sum = &types->sums[at];
    add_count(&sum->count, line->count);
    for (size_t i = 0; i < REGION_SIZES; i++)
        fits = add_figure(&sum->sizes[i], line->sizes[i]) && fits;
    if (!fits)
        note_large(snap, n);
}

struct figure region_types_total(const struct region_types *types, enum region_size size)
{
    struct figure total = {0, 0, true};

    for (size_t i = 0; i < types->sum_count; i++)
        (void)add_figure(&total, types->sums[i].sizes[size]);
    return total;
}

const struct region_sum *region_types_find(const struct region_types *types, const char *type)
{
    for (size_t i = 0; i < types->sum_count; i++)
        if (strcmp(types->sums[i].type, type) == 0)
            return &types->sums[i];
    return NULL;
}

static struct amount keep_size(struct snapshot *snap, struct figure figure, uint64_t *resolution)
{
    struct amount amount = figure_amount(figure);

    if (figure.known && !amount.known)
        note_large(snap, 0);
    if (amount.known && figure.resolution_bytes > *resolution)
        *resolution = figure.resolution_bytes;
    return amount;
}

void region_types_keep(const struct region_types *types, struct snapshot *snap, int32_t pid,
                       const char *method)
{
    const char *by = arena_intern(snap->arena, str_of(method));

    for (size_t i = 0; i < types->sum_count; i++) {
        const struct region_sum *sum = &types->sums[i];
        uint64_t resolution = 0;
        struct region_type kept = {.pid = pid, .type = sum->type, .method = by};

        if (snap->region_type_count >= RECORDS_MAX) {
            snapshot_note(snap, 0, "too many types of regions: the rest is skipped");
            return;
        }
        kept.count = sum->count.n;
        kept.virtual_size = keep_size(snap, sum->sizes[REGION_VIRTUAL], &resolution);
        kept.resident = keep_size(snap, sum->sizes[REGION_RESIDENT], &resolution);
        kept.dirty = keep_size(snap, sum->sizes[REGION_DIRTY], &resolution);
        kept.swapped = keep_size(snap, sum->sizes[REGION_SWAPPED], &resolution);
        kept.clean = keep_size(snap, sum->sizes[REGION_CLEAN], &resolution);
        kept.reclaimable = keep_size(snap, sum->sizes[REGION_RECLAIMABLE], &resolution);
        kept.wired = keep_size(snap, sum->sizes[REGION_WIRED], &resolution);
        kept.resolution_bytes = resolution;
        *(struct region_type *)arena_append(snap->arena, &snap->region_types,
                                            &snap->region_type_count, sizeof kept) = kept;
    }
}

void region_types_end(struct region_types *types)
{
    groups_free(&types->groups);
    *types = (struct region_types){0};
}

static struct group_key listing_of(int32_t pid, const char *method)
{
    return (struct group_key){{(uintptr_t)(uint32_t)pid, (uintptr_t)method}};
}

struct groups region_types_listed(const struct snapshot *snap)
{
    struct groups listed = {0};

    for (size_t i = 0; i < snap->region_type_count; i++) {
        const struct region_type *type = &snap->region_types[i];
        struct group_key key = listing_of(type->pid, type->method);

        (void)groups_add(&listed, &key);
    }
    return listed;
}

bool region_types_list(struct groups *listed, struct snapshot *snap, int32_t pid,
                       const char *method)
{
    struct group_key key = listing_of(pid, arena_intern(snap->arena, str_of(method)));
    size_t count = listed->count;

    return groups_add(listed, &key) == count;
}
