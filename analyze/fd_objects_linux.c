/* fd_objects_linux.c - objects behind file descriptors; see objects_linux.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/identity.h"
#include "analyze/objects_linux.h"

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

/* A ring buffer takes its data and three pages of its own page by page (RINGBUF_NR_META_PAGES,
 * kernel/bpf/ringbuf.c); memlock also holds the table of these pages, which lies in vmalloc. On 6.1
 * memlock is 0. */
static bool ring_buffer_bytes(const struct fd_object *map, uint64_t page_bytes, uint64_t *bytes)
{
    if (!map->entries.known || map->entries.n > UINT32_MAX)
        return false;
    *bytes = map->entries.n + 3 * page_bytes;
    return true;
}

static bool map_bytes(const struct fd_object *map, const char *account, uint64_t page_bytes,
                      uint64_t *bytes)
{
    size_t i = 0, count = sizeof map_types / sizeof *map_types;

    if (!map->type.known || (map->flags.n & BPF_F_NO_PREALLOC) != 0)
        return false;
    while (i < count && map_types[i].type != map->type.n)
        i++;
    if (i == count || strcmp(map_types[i].account, account) != 0)
        return false;
    if (strcmp(account, ACCOUNT_PAGES) == 0)
        return ring_buffer_bytes(map, page_bytes, bytes);
    *bytes = map->size.bytes;
    return map->size.known && *bytes > BPF_KMALLOC_BYTES;
}

/* How much of this object lies in that account; false: none, or it cannot be told. */
static bool fd_object_bytes(const struct fd_object *fd_object, const char *account,
                            uint64_t page_bytes, uint64_t *bytes, enum evidence *evidence)
{
    *evidence = MEASURED;
    *bytes = fd_object->size.bytes;
    switch (fd_object->kind) {
    case FD_BPF_MAP:
        *evidence = strcmp(account, ACCOUNT_PAGES) == 0 ? DERIVED : MEASURED;
        return map_bytes(fd_object, account, page_bytes, bytes);
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
        return arena_print(arena, "dma-buf of %s", fd_object->name);
    for (size_t i = 0; i < sizeof map_types / sizeof *map_types; i++)
        if (map_types[i].type == fd_object->type.n)
            return arena_print(arena, "BPF %s of %" PRIu64 " entries", map_types[i].name,
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
 * sides could not read is not counted on either. Returns the first holder; NULL: there is none. */
static const struct process *owner_of_fd_object(const struct side *side,
                                                const struct fd_object *const *holders,
                                                size_t count, bool same_boot, struct arena *arena,
                                                struct owner *owner)
{
    const char *name = fd_object_name(holders[0], arena);
    const struct process *first = NULL;
    bool alone = true;

    for (size_t i = 0; i < count; i++) {
        const struct process *process = side_process(side, holders[i]->pid);
        size_t index = process != NULL ? (size_t)(process - side->snap->processes) : 0;

        if (process == NULL || side->unread[ASPECT_FDS][index])
            continue;
        if (first != NULL) {
            alone = alone && strcmp(owner->identity, side->process_keys[index]) == 0;
            continue;
        }
        first = process;
        *owner = owner_process(side, index, arena);
    }
    if (!alone)
        *owner =
            owner_object(same_boot ? arena_print(arena, "%s id %s", name, holders[0]->id) : name,
                         arena_print(arena, "%s, shared", name));
    return first;
}

uint64_t claim_fd_objects(const struct side *side, const char *account, bool same_boot,
                          struct arena *arena, struct charges *charges)
{
    size_t total = side->snap->fd_object_count, end;
    const struct fd_object **sorted = arena_alloc(arena, total * sizeof(struct fd_object *));
    const struct count known_page = side->snap->manifest.page_bytes;
    uint64_t claimed = 0, page_bytes = known_page.known ? known_page.n : 4096;

    for (size_t i = 0; i < total; i++)
        sorted[i] = &side->snap->fd_objects[i];
    if (total > 0)
        qsort(sorted, total, sizeof(struct fd_object *), compare_fd_objects);
    for (size_t i = 0; i < total; i = end) {
        struct owner owner;
        enum evidence evidence;
        const struct process *holder;
        struct charge *claim;
        uint64_t bytes;

        for (end = i + 1; end < total && sorted[end]->kind == sorted[i]->kind &&
                          sorted[i]->id != NULL && sorted[end]->id != NULL &&
                          strcmp(sorted[end]->id, sorted[i]->id) == 0;)
            end++;
        if (!fd_object_bytes(sorted[i], account, page_bytes, &bytes, &evidence))
            continue;
        holder = owner_of_fd_object(side, sorted + i, end - i, same_boot, arena, &owner);
        if (holder == NULL)
            continue;
        claim = account_claim(charges, owner, bytes, evidence);
        /* Who made a shared object is not known; its first holder is the likeliest. Memory of a
         * dma-buf heap is charged to no group. */
        if (sorted[i]->kind != FD_DMA_BUF)
            claim->cgroup_pid = holder->pid;
        claimed += bytes;
    }
    return claimed;
}
