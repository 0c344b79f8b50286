/* objects_linux.c - see objects_linux.h. */
#include "analyze/objects_linux.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/identity.h"

struct owner owner_object(const char *identity, const char *name)
{
    return (struct owner){.kind = OWNER_OBJECT, .identity = identity, .name = name};
}

/* Merge groups are called after their flags and size: ":0000056", ":A-0000064". */
static bool is_merged(const char *group)
{
    return group != NULL && *group == ':';
}

struct owner owner_zone(const struct side *side, const struct zone *zone, struct arena *arena)
{
    const char *group = zone->alias;

    if (!is_merged(group) && side->other != NULL) /* merged on the other side: then so here */
        group = side_zone_alias(side->other, zone->name);
    return (struct owner){
        .kind = OWNER_ZONE,
        .identity = is_merged(group)
                        ? arena_print(arena, "group %s", group)
                        : arena_print(arena, "%s/%" PRIu64, zone->name, zone->element_bytes),
        .name = zone->name,
    };
}

struct owner owner_site(const struct site *site, struct arena *arena)
{
    if (site->module != NULL)
        return (struct owner){OWNER_EXTENSION, site->module, site->module, 0, {0, false}};
    if (strncmp(site->caller, "0x", 2) == 0) /* its code is gone: initialisation of a module */
        return owner_kernel("vmalloc: initialisation code that is gone");
    return owner_kernel(arena_print(arena, "vmalloc: %s", site->caller));
}

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(name, list[i], strlen(list[i])) == 0)
            return true;
    return false;
}

bool site_is_stack(const struct site *site)
{
    /* Who calls vmalloc for a stack differs with what the compiler inlined: kernel/fork.c. */
    static const char *const callers[] = {"dup_task_struct", "copy_process", "kernel_clone",
                                          "alloc_thread_stack_node"};

    return site->module == NULL &&
           is_one_of(site->caller, callers, sizeof callers / sizeof *callers);
}

bool site_is_bpf(const struct site *site)
{
    /* kernel/bpf/: map areas, per type where inlined, and programs. */
    static const char *const callers[] = {
        "bpf_",         "__bpf_", "array_map_alloc", "htab_map_alloc", "queue_stack_map_alloc",
        "prealloc_init"};

    return site->module == NULL &&
           is_one_of(site->caller, callers, sizeof callers / sizeof *callers);
}

/* Of all processes that hold an object, which one to name it by. */
static const char *holder_name(const struct side *side, int32_t pid)
{
    const struct process *process = side_process(side, pid);

    return process != NULL && process->name != NULL ? process->name : "a process that is gone";
}

static struct owner owner_shm(const struct side *side, const struct wired_region *region,
                              struct str words, bool same_boot, struct arena *arena)
{
    struct str key = {0}, uid = {0}, id = {0};
    uint64_t number = 0, shm_id = 0;
    const struct shm_segment *segment = NULL;
    int32_t pid = region->pid;

    (void)(str_word(&words, &key) && str_word(&words, &uid) && str_word(&words, &id));
    if (str_u64(key, 16, &number) && number != 0) {
        const char *name = arena_print(arena, "SysV segment 0x%08" PRIx64, number);

        return owner_object(name, name);
    }
    if (str_u64(id, 10, &shm_id))
        segment = side_shm_segment(side, shm_id);
    if (segment != NULL && side_process(side, segment->creator_pid) != NULL)
        pid = segment->creator_pid;
    if (same_boot)
        return owner_object(arena_print(arena, "SysV id %" PRIu64, shm_id),
                            arena_print(arena, "SysV segment of %s", holder_name(side, pid)));
    return owner_object(arena_print(arena, "SysV of %s", holder_name(side, pid)),
                        arena_print(arena, "SysV segment of %s", holder_name(side, pid)));
}

static struct owner owner_hugetlb(const struct side *side, const struct wired_region *region,
                                  struct str words, bool same_boot, struct arena *arena)
{
    static const char *const unnamed[] = {"/SYSV", "/anon_hugepage", "/memfd:"};
    size_t cut = words.len;
    const char *path, *holder = holder_name(side, region->pid);

    while (cut > 0 && words.at[cut - 1] != ' ')
        cut--;
    path = arena_intern(arena, (struct str){words.at, cut > 0 ? cut - 1 : words.len});
    if (!is_one_of(path, unnamed, sizeof unnamed / sizeof *unnamed)) {
        const char *name = arena_print(arena, "hugetlb %s", path);

        return owner_object(name, name);
    }
    return owner_object(same_boot ? arena_print(arena, "hugetlb %.*s", (int)words.len, words.at)
                                  : arena_print(arena, "hugetlb %s of %s", path, holder),
                        arena_print(arena, "hugetlb segment of %s", holder));
}

struct owner owner_joined_object(const struct side *side, const struct wired_region *region,
                                 bool same_boot, struct arena *arena)
{
    struct str words = str_of(region->object);
    const char *whole = region->object;

    if (str_skip(&words, "shm "))
        return owner_shm(side, region, words, same_boot, arena);
    if (str_skip(&words, "hugetlb "))
        return owner_hugetlb(side, region, words, same_boot, arena);
    if (str_skip(&words, "secretmem ")) {
        const char *name = arena_print(arena, "secretmem of %s", holder_name(side, region->pid));

        return owner_object(same_boot ? whole : name, name);
    }
    return owner_object(whole, whole); /* "ramfs /mnt/x" */
}

struct owner owner_device(const struct device *device)
{
    return owner_object(device->name, device->name);
}
