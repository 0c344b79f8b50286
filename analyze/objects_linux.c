/* objects_linux.c - see objects_linux.h. */
#include "analyze/objects_linux.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/identity.h"

#define NAME_MAX_BYTES 5120

static const char *print_name(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static const char *print_name(struct arena *arena, const char *format, ...)
{
    char name[NAME_MAX_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(name, sizeof name, format, args);
    va_end(args);
    return arena_intern(arena, str_of(name));
}

static struct owner object(const char *identity, const char *name)
{
    return (struct owner){.kind = OWNER_OBJECT, .identity = identity, .name = name};
}

struct owner owner_zone(const struct zone *zone, struct arena *arena)
{
    const char *group = zone->alias != NULL ? zone->alias : zone->name;

    return (struct owner){
        .kind = OWNER_ZONE,
        .identity = print_name(arena, "%s/%" PRIu64, group, zone->element_bytes),
        .name = zone->name,
    };
}

struct owner owner_site(const struct site *site, struct arena *arena)
{
    if (site->module != NULL)
        return (struct owner){OWNER_EXTENSION, site->module, site->module, 0, {0, false}};
    if (strncmp(site->caller, "0x", 2) == 0) /* its code is gone: initialisation of a module */
        return owner_kernel("vmalloc: initialisation code that is gone");
    return owner_kernel(print_name(arena, "vmalloc: %s", site->caller));
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
    int32_t pid = region->pid;

    (void)(str_word(&words, &key) && str_word(&words, &uid) && str_word(&words, &id));
    if (str_u64(key, 16, &number) && number != 0) {
        const char *name = print_name(arena, "SysV segment 0x%08" PRIx64, number);

        return object(name, name);
    }
    if (str_u64(id, 10, &shm_id))
        for (size_t i = 0; i < side->snap->shm_segment_count; i++)
            if (side->snap->shm_segments[i].id == shm_id &&
                side_process(side, side->snap->shm_segments[i].creator_pid) != NULL)
                pid = side->snap->shm_segments[i].creator_pid;
    if (same_boot)
        return object(print_name(arena, "SysV id %" PRIu64, shm_id),
                      print_name(arena, "SysV segment of %s", holder_name(side, pid)));
    return object(print_name(arena, "SysV of %s", holder_name(side, pid)),
                  print_name(arena, "SysV segment of %s", holder_name(side, pid)));
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
        const char *name = print_name(arena, "hugetlb %s", path);

        return object(name, name);
    }
    return object(same_boot ? print_name(arena, "hugetlb %.*s", (int)words.len, words.at)
                            : print_name(arena, "hugetlb %s of %s", path, holder),
                  print_name(arena, "hugetlb segment of %s", holder));
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
        const char *name = print_name(arena, "secretmem of %s", holder_name(side, region->pid));

        return object(same_boot ? whole : name, name);
    }
    return object(whole, whole); /* "ramfs /mnt/x" */
}

struct owner owner_device(const struct device *device)
{
    return object(device->name, device->name);
}

/* ---- objects behind file descriptors ---- */

/* Where BPF maps of each type take their memory (kernel/bpf/, enum bpf_map_type): those that take
 * all of it in one account. Elements that are allocated one by one (BPF_F_NO_PREALLOC) are slab. */
static const struct {
    uint64_t type;
    const char *name, *account;
} map_types[] = {
    {1, "hash", "vmalloc"},
    {2, "array", "vmalloc"},
    {9, "lru_hash", "vmalloc"},
    {22, "queue", "vmalloc"},
    {23, "stack", "vmalloc"},
    {27, "ringbuf", ACCOUNT_PAGES},
    {31, "user_ringbuf", ACCOUNT_PAGES},
};

#define BPF_F_NO_PREALLOC 1u
#define BPF_KMALLOC_BYTES (32u << 10) /* bpf_map_area_alloc takes no more than this from kmalloc */

static uint64_t round_to_power(uint64_t bytes)
{
    uint64_t size = 4096;

    while (size < bytes && size < (uint64_t)1 << 40)
        size *= 2;
    return size;
}

/* The two areas of an io_uring, each a power of two of pages: SQEs of 64 bytes; CQEs of 16, the SQ
 * array of 4, and a header below 512 bytes (linux facts 2: measured 512 KiB for 4096 entries). */
static uint64_t ring_bytes(uint64_t sq_entries, uint64_t cq_entries)
{
    return round_to_power(sq_entries * 64) + round_to_power(cq_entries * 16 + sq_entries * 4 + 320);
}

/* How much of this object lies in that account; false: none, or it cannot be told. */
static bool fd_object_bytes(const struct fd_object *fd_object, const char *account, uint64_t *bytes,
                            enum evidence *evidence)
{
    *evidence = MEASURED;
    *bytes = fd_object->size.bytes;
    switch (fd_object->kind) {
    case FD_BPF_MAP:
        if (!fd_object->size.known || !fd_object->type.known ||
            (fd_object->flags.n & BPF_F_NO_PREALLOC) != 0)
            return false;
        for (size_t i = 0; i < sizeof map_types / sizeof *map_types; i++)
            if (map_types[i].type == fd_object->type.n &&
                strcmp(map_types[i].account, account) == 0)
                return strcmp(account, ACCOUNT_PAGES) == 0 || *bytes > BPF_KMALLOC_BYTES;
        return false;
    case FD_IO_URING:
        if (strcmp(account, ACCOUNT_PAGES) != 0 || !fd_object->entries.known ||
            !fd_object->more_entries.known || fd_object->entries.n > 1u << 20 ||
            fd_object->more_entries.n > 1u << 21)
            return false;
        *evidence = DERIVED;
        *bytes = ring_bytes(fd_object->entries.n, fd_object->more_entries.n);
        return true;
    case FD_DMA_BUF: /* those of the system heap; udmabuf's pages stay on pageable lists */
        return strcmp(account, ACCOUNT_PAGES) == 0 && fd_object->size.known &&
               fd_object->name != NULL && strncmp(fd_object->name, "system", 6) == 0;
    case FD_DRM:
        return false;
    }
    return false;
}

static const char *fd_object_name(const struct fd_object *fd_object, struct arena *arena)
{
    if (fd_object->kind == FD_IO_URING)
        return "io_uring ring";
    if (fd_object->kind == FD_DMA_BUF)
        return print_name(arena, "dma-buf of %s", fd_object->name);
    for (size_t i = 0; i < sizeof map_types / sizeof *map_types; i++)
        if (map_types[i].type == fd_object->type.n)
            return print_name(arena, "BPF %s of %" PRIu64 " entries", map_types[i].name,
                              fd_object->entries.n);
    return "BPF map";
}

static int compare_fd_objects(const void *a, const void *b)
{
    const struct fd_object *const *left = a, *const *right = b;
    int order;

    if ((*left)->kind != (*right)->kind)
        return (*left)->kind < (*right)->kind ? -1 : 1;
    order =
        strcmp((*left)->id != NULL ? (*left)->id : "", (*right)->id != NULL ? (*right)->id : "");
    if (order != 0)
        return order;
    return ((*left)->pid > (*right)->pid) - ((*left)->pid < (*right)->pid);
}

/* The owner of one object; its holders stand side by side, sorted by pid. A holder that one of the
 * sides could not read is not counted on either. False: there is no other. */
static bool owner_of_fd_object(const struct side *side, const struct fd_object *const *holders,
                               size_t count, bool same_boot, struct arena *arena,
                               struct owner *owner)
{
    const char *name = fd_object_name(holders[0], arena);
    bool found = false, alone = true;

    for (size_t i = 0; i < count; i++) {
        const struct process *process = side_process(side, holders[i]->pid);
        size_t index = process != NULL ? (size_t)(process - side->snap->processes) : 0;

        if (process == NULL || side->unread[ASPECT_FDS][index])
            continue;
        if (!found)
            *owner = owner_process(side, index, arena);
        else
            alone = alone && strcmp(owner->identity, side->process_keys[index]) == 0;
        found = true;
    }
    if (!alone)
        *owner = object(same_boot ? print_name(arena, "%s id %s", name, holders[0]->id) : name,
                        print_name(arena, "%s, shared", name));
    return found;
}

uint64_t claim_fd_objects(const struct side *side, const char *account, bool same_boot,
                          struct arena *arena, struct charges *charges)
{
    size_t total = side->snap->fd_object_count, end;
    const struct fd_object **sorted = arena_alloc(arena, total * sizeof(struct fd_object *));
    uint64_t claimed = 0;

    for (size_t i = 0; i < total; i++)
        sorted[i] = &side->snap->fd_objects[i];
    if (total > 0)
        qsort(sorted, total, sizeof(struct fd_object *), compare_fd_objects);
    for (size_t i = 0; i < total; i = end) {
        struct owner owner;
        enum evidence evidence;
        uint64_t bytes;

        for (end = i + 1; end < total && sorted[end]->kind == sorted[i]->kind &&
                          sorted[i]->id != NULL && sorted[end]->id != NULL &&
                          strcmp(sorted[end]->id, sorted[i]->id) == 0;)
            end++;
        if (!fd_object_bytes(sorted[i], account, &bytes, &evidence) ||
            !owner_of_fd_object(side, sorted + i, end - i, same_boot, arena, &owner))
            continue;
        account_claim(charges, owner, bytes, evidence);
        claimed += bytes;
    }
    return claimed;
}

/* ---- control groups ---- */

struct group {
    const char *path;
    uint64_t bytes; /* kernel memory that no other account counts, children included */
    uint64_t taken; /* of that: the children's, and what processes claimed already */
};

static uint64_t uncounted_bytes(const struct cgroup *cgroup)
{
    const struct amount counted[] = {cgroup->kernel_stack,    cgroup->page_tables,
                                     cgroup->sec_page_tables, cgroup->percpu,
                                     cgroup->vmalloc,         cgroup->slab};
    uint64_t rest = cgroup->kernel.bytes;

    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        rest -= counted[i].bytes < rest ? counted[i].bytes : rest;
    return rest;
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *left = a, *right = b;

    return strcmp(left->path, right->path);
}

static struct group *find_group(struct group *groups, size_t count, const char *path)
{
    struct group key = {.path = path};

    return count == 0 ? NULL : bsearch(&key, groups, count, sizeof key, compare_groups);
}

static struct group *find_parent(struct group *groups, size_t count, const char *path,
                                 struct arena *arena)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL || slash == path)
        return NULL;
    return find_group(groups, count,
                      arena_intern(arena, (struct str){path, (size_t)(slash - path)}));
}

/* What processes of these groups claimed in the open account already. */
static void take_claims(struct group *groups, size_t count, const struct side *side,
                        const struct charges *charges)
{
    for (size_t i = 0; i < charges->count; i++) {
        const struct charge *charge = &charges->list[i];
        const struct process *process = side_process(side, charge->owner.pid);
        struct group *group = NULL;

        if (charge->account == charges->account && charge->owner.kind == OWNER_PROCESS &&
            process != NULL && process->unit != NULL)
            group = find_group(groups, count, process->unit);
        if (group != NULL)
            group->taken += (uint64_t)charge->bytes;
    }
}

void claim_cgroups(const struct side *side, struct arena *arena, struct charges *charges)
{
    const struct snapshot *snap = side->snap;
    struct group *groups = arena_alloc(arena, snap->cgroup_count * sizeof *groups);
    size_t count = 0;

    for (size_t i = 0; i < snap->cgroup_count; i++)
        if (snap->cgroups[i].version == 2 && snap->cgroups[i].kernel.known &&
            strcmp(snap->cgroups[i].path, "/") != 0)
            groups[count++] =
                (struct group){snap->cgroups[i].path, uncounted_bytes(&snap->cgroups[i]), 0};
    if (count > 0)
        qsort(groups, count, sizeof *groups, compare_groups);
    take_claims(groups, count, side, charges);
    for (size_t i = 0; i < count; i++) { /* memory.stat includes the children */
        struct group *parent = find_parent(groups, count, groups[i].path, arena);

        if (parent != NULL)
            parent->taken += groups[i].bytes;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = without_volatile(groups[i].path, arena);

        account_claim(charges, (struct owner){.kind = OWNER_CGROUP, .identity = name, .name = name},
                      groups[i].bytes > groups[i].taken ? groups[i].bytes - groups[i].taken : 0,
                      DERIVED);
    }
}
