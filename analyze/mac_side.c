/* mac_side.c - see mac_side.h. */
#include "analyze/mac_side.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- lines by name ---- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(((const struct mac_line *)a)->name, ((const struct mac_line *)b)->name);
}

static void add_line(struct mac_lines *lines, const char *name, const struct kernel_memory *entry,
                     struct arena *arena)
{
    struct mac_line *line = arena_append(arena, &lines->list, &lines->count, sizeof *lines->list);

    *line = (struct mac_line){name, entry->size.bytes, entry->resolution_bytes};
    lines->bytes += line->bytes;
    lines->resolution_bytes += line->resolution_bytes;
}

/* Sorts them, and adds up what has one name. */
static void sort_lines(struct mac_lines *lines)
{
    size_t count = 0;

    if (lines->count > 0)
        qsort(lines->list, lines->count, sizeof *lines->list, compare_lines);
    for (size_t i = 0; i < lines->count; i++) {
        if (count > 0 && compare_lines(&lines->list[count - 1], &lines->list[i]) == 0) {
            lines->list[count - 1].bytes += lines->list[i].bytes;
            lines->list[count - 1].resolution_bytes += lines->list[i].resolution_bytes;
        } else {
            lines->list[count++] = lines->list[i];
        }
    }
    lines->count = count;
}

const struct mac_line *find_line(const struct mac_lines *lines, const char *name)
{
    const struct mac_line key = {.name = name};

    return lines->count == 0
               ? NULL
               : bsearch(&key, lines->list, lines->count, sizeof *lines->list, compare_lines);
}

/* ---- extensions by load tag ---- */

struct load_tag {
    uint64_t tag;
    const char *name;
};

struct load_tags {
    struct load_tag *list; /* sorted by tag */
    size_t count;
};

static int compare_load_tags(const void *a, const void *b)
{
    const struct load_tag *left = a, *right = b;

    return (left->tag > right->tag) - (left->tag < right->tag);
}

static void add_load_tag(struct load_tags *tags, uint64_t tag, const char *name,
                         struct arena *arena)
{
    struct load_tag *added = arena_append(arena, &tags->list, &tags->count, sizeof *tags->list);

    *added = (struct load_tag){tag, name};
}

/* From the list of extensions, and from zprint, which prints both. */
static struct load_tags load_tags_of(const struct snapshot *snap, struct arena *arena)
{
    struct load_tags tags = {0};

    for (size_t i = 0; i < snap->extension_count; i++)
        if (snap->extensions[i].load_tag.known)
            add_load_tag(&tags, snap->extensions[i].load_tag.n, snap->extensions[i].name, arena);
    for (size_t i = 0; i < snap->kernel_memory_count; i++) {
        const struct kernel_memory *entry = &snap->kernel_memory[i];

        if (entry->kind == KERNEL_MEMORY_KMOD && entry->number != 0 && entry->name != NULL &&
            strcmp(entry->name, UNLOADED_EXTENSION) != 0)
            add_load_tag(&tags, entry->number, entry->name, arena);
    }
    if (tags.count > 0)
        qsort(tags.list, tags.count, sizeof *tags.list, compare_load_tags);
    return tags;
}

static const char *name_of_tag(const struct load_tags *tags, uint64_t tag)
{
    const struct load_tag key = {.tag = tag}, *found = NULL;

    if (tags->count > 0)
        found = bsearch(&key, tags->list, tags->count, sizeof *tags->list, compare_load_tags);
    return found != NULL ? found->name : NULL;
}

/* Of an entry's own words, the list of extensions, or the other list of the same boot: load tags are
 * not used again before the next one. */
static const char *extension_name(const struct kernel_memory *entry, const struct load_tags *own,
                                  const struct load_tags *same_boot)
{
    const char *name = entry->name;

    if (name != NULL && strcmp(name, UNLOADED_EXTENSION) != 0)
        return name;
    name = entry->number != 0 ? name_of_tag(own, entry->number) : NULL;
    if (name == NULL && same_boot != NULL && entry->number != 0)
        name = name_of_tag(same_boot, entry->number);
    return name != NULL ? name : UNLOADED_EXTENSION;
}

/* "com.example.driver.Net.DMA.pci8086": the extension whose mapper it is; NULL: the kernel's own. */
static const char *mapper_extension(const char *name, struct arena *arena)
{
    const char *end = name != NULL ? strstr(name, ".DMA.") : NULL;
    const char *dot = name != NULL ? strchr(name, '.') : NULL;

    if (end == NULL || dot == NULL || dot >= end ||
        memchr(dot + 1, '.', (size_t)(end - dot - 1)) == NULL)
        return NULL;
    return arena_intern(arena, (struct str){name, (size_t)(end - name)});
}

/* ---- the kernel's book ---- */

static void read_site(struct mac_side *mac, const struct kernel_memory *entry, struct arena *arena)
{
    const char *name = entry->name;

    if (name != NULL && *name != '\0') {
        mac->sites_named = true;
    } else {
        name = arena_print(arena, "site 0x%" PRIx64, entry->number);
        mac->sites_addressed = true;
    }
    add_line(&mac->sites, name, entry, arena);
}

static void read_book(struct mac_side *mac, const struct snapshot *snap,
                      const struct load_tags *own, const struct load_tags *same_boot,
                      struct arena *arena)
{
    for (size_t i = 0; i < snap->kernel_memory_count; i++) {
        const struct kernel_memory *entry = &snap->kernel_memory[i];
        const char *extension;

        if (!entry->size.known)
            continue;
        switch (entry->kind) {
        case KERNEL_MEMORY_TAG:
        case KERNEL_MEMORY_COUNTER:
            add_line(&mac->tags, entry->name != NULL ? entry->name : "(no name)", entry, arena);
            break;
        case KERNEL_MEMORY_KMOD:
            extension = extension_name(entry, own, same_boot);
            mac->extensions_named =
                mac->extensions_named || strcmp(extension, UNLOADED_EXTENSION) != 0;
            add_line(&mac->extensions, extension, entry, arena);
            break;
        case KERNEL_MEMORY_NAMED:
            extension = mapper_extension(entry->name, arena);
            if (extension != NULL)
                add_line(&mac->extensions, extension, entry, arena);
            else
                add_line(&mac->mappers, entry->name != NULL ? entry->name : "(no name)", entry,
                         arena);
            break;
        case KERNEL_MEMORY_SITE:
            read_site(mac, entry, arena);
            break;
        case KERNEL_MEMORY_VIEW:
            break;
        }
    }
    sort_lines(&mac->tags);
    sort_lines(&mac->extensions);
    sort_lines(&mac->sites);
    sort_lines(&mac->mappers);
}

bool mac_is_graphics(const char *name)
{
    static const char *const marks[] = {"IOGPUFamily", "AGX",     "IOAccelerator", "IOSurface",
                                        "Graphics",    "Radeon",  "AMDRadeon",     "GeForce",
                                        "NVDA",        "nvidia.", "ParavirtGPU"};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strstr(name, marks[i]) != NULL)
            return true;
    return false;
}

static const char *graphics_of(const struct mac_side *mac, const struct snapshot *snap)
{
    const char *only = NULL;
    uint64_t owned = 0;

    for (size_t i = 0; i < snap->owned_object_count; i++)
        owned += snap->owned_objects[i].wired.bytes;
    if (owned == 0)
        return NULL;
    for (size_t i = 0; i < mac->extensions.count; i++) {
        const struct mac_line *line = &mac->extensions.list[i];

        if (!mac_is_graphics(line->name) || line->bytes < owned)
            continue;
        if (only != NULL)
            return NULL;
        only = line->name;
    }
    return only;
}

/* ---- both sides ---- */

static bool differ(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) != 0;
}

static bool is_same_release(const struct manifest *before, const struct manifest *after)
{
    return !(before->darwin.known && after->darwin.known && before->darwin.n != after->darwin.n);
}

void mac_sides_prepare(struct side *before, struct side *after, bool same_boot, struct arena *arena)
{
    struct side *sides[2] = {before, after};
    struct load_tags tags[2] = {load_tags_of(before->snap, arena),
                                load_tags_of(after->snap, arena)};
    const struct manifest *manifests[2] = {&before->snap->manifest, &after->snap->manifest};
    bool same_release = is_same_release(manifests[0], manifests[1]);
    bool same_kernel =
        same_boot || (manifests[0]->kernel_uuid != NULL && manifests[1]->kernel_uuid != NULL &&
                      !differ(manifests[0]->kernel_uuid, manifests[1]->kernel_uuid));
    struct mac_zones zones[2];

    zones_of_both(before->snap, after->snap, same_boot, same_release, arena, zones);
    for (size_t i = 0; i < 2; i++) {
        struct mac_side *mac = arena_alloc(arena, sizeof *mac);

        mac->darwin = manifests[i]->darwin.n;
        mac->same_release = same_release;
        mac->zones = zones[i];
        read_book(mac, sides[i]->snap, &tags[i], same_boot ? &tags[1 - i] : NULL, arena);
        mac->sites_addressed = mac->sites_addressed && same_kernel;
        mac->graphics_extension = graphics_of(mac, sides[i]->snap);
        sides[i]->mac = mac;
    }
}

const struct mac_side *mac_other(const struct side *side)
{
    return side->alone || side->other == NULL ? NULL : side->other->mac;
}
