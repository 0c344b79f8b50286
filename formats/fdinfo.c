/*
 * fdinfo.c - proc/fdinfo.txt: kernel objects that a descriptor leads to and that hold memory.
 *
 *     @ fd 713 4 anon_inode:bpf-map
 *     map_type:	2
 *     memlock:	67383576
 *     map_id:	17
 *     @ fd 713 5 /dmabuf:
 *     size:	67108864
 *     exp_name:	system
 *
 * A block that was too long to store ends with a line "@ cut".
 */
#include <inttypes.h>
#include <stdio.h>

#include "formats/blocks.h"
#include "formats/readers.h"

/* What the lines of one block say, before it is known what they mean together. */
struct fdinfo {
    int32_t pid;
    uint64_t fd;
    struct str link;
    struct str driver, exporter, pci, client, inode, map_id;
    struct count map_type, map_flags, max_entries, sq_mask, cq_mask;
    struct amount size, memlock;
    struct drm_sum {
        struct amount size;
        bool unreadable; /* one of its parts, so that there is no sum */
    } drm_resident, drm_memory;
    bool unreadable; /* a number */
};

/* Numbers stand in either base here: "0x80" or "128". */
static struct count read_number(struct fdinfo *info, struct str value)
{
    struct count number = {0};

    number.known = str_u64(value, str_starts(value, "0x") ? 16 : 10, &number.n);
    if (!number.known)
        info->unreadable = true;
    return number;
}

static struct amount read_bytes(struct fdinfo *info, struct str value)
{
    struct count number = read_number(info, value);
    struct amount size = number.known ? amount_of(number.n) : (struct amount){0};

    if (!size.known)
        info->unreadable = true;
    return size;
}

/* Memory of a graphics card is not RAM. */
static bool is_on_card(struct str region)
{
    return str_starts(region, "vram") || str_starts(region, "local") ||
           str_starts(region, "stolen");
}

/* Adds "drm-resident-REGION: N [KiB|MiB]". */
static void add_drm(struct fdinfo *info, struct str region, struct str value, struct drm_sum *sum)
{
    uint64_t unit = 1, bytes;
    struct str number, word;

    if (is_on_card(region))
        return;
    (void)str_word(&value, &number);
    if (str_word(&value, &word))
        unit = str_is(word, "KiB") ? 1 << 10 : str_is(word, "MiB") ? 1 << 20 : 0;
    if (unit == 0 || !str_bytes(number, unit, &bytes) || bytes > AMOUNT_MAX - sum->size.bytes) {
        info->unreadable = sum->unreadable = true;
        return;
    }
    sum->size = amount_of(sum->size.bytes + bytes);
}

static void read_line(struct fdinfo *info, struct str line)
{
    struct str key, value = line, region;

    (void)str_cut(&value, ':', &key);
    value = str_trim(value);
    region = key;
    if (str_is(key, "map_type"))
        info->map_type = read_number(info, value);
    else if (str_is(key, "map_flags"))
        info->map_flags = read_number(info, value);
    else if (str_is(key, "max_entries"))
        info->max_entries = read_number(info, value);
    else if (str_is(key, "map_id"))
        info->map_id = value;
    else if (str_is(key, "memlock"))
        info->memlock = read_bytes(info, value);
    else if (str_is(key, "SqMask"))
        info->sq_mask = read_number(info, value);
    else if (str_is(key, "CqMask"))
        info->cq_mask = read_number(info, value);
    else if (str_is(key, "size"))
        info->size = read_bytes(info, value);
    else if (str_is(key, "exp_name"))
        info->exporter = value;
    else if (str_is(key, "ino"))
        info->inode = value;
    else if (str_is(key, "drm-driver"))
        info->driver = value;
    else if (str_is(key, "drm-pdev"))
        info->pci = value;
    else if (str_is(key, "drm-client-id"))
        info->client = value;
    else if (str_skip(&region, "drm-resident-"))
        add_drm(info, region, value, &info->drm_resident);
    else if (str_skip(&region, "drm-memory-"))
        add_drm(info, region, value, &info->drm_memory);
}

/* What is resident; kernels that do not say that say what is allocated. */
static struct amount drm_size(const struct fdinfo *info)
{
    const struct drm_sum *sum = &info->drm_resident;

    if (!sum->size.known && !sum->unreadable)
        sum = &info->drm_memory;
    return sum->unreadable ? (struct amount){0} : sum->size;
}

/* "fd PID FD ESCAPED_LINK" */
static bool read_head(struct str head, struct fdinfo *info)
{
    struct str word;
    uint64_t pid;

    if (!str_skip(&head, "fd ") || !str_word(&head, &word) || !str_u64(word, 10, &pid) ||
        pid > INT32_MAX || !str_word(&head, &word) || !str_u64(word, 10, &info->fd))
        return false;
    info->pid = (int32_t)pid;
    info->link = str_trim(head);
    return info->link.len > 0;
}

static const char *name_or_null(struct snapshot *snap, unsigned n, struct str name)
{
    return name.len == 0 ? NULL : snapshot_name(snap, n, name);
}

/* For objects without a number of their own: the descriptor's, and what else tells it apart. */
static const char *make_id(struct snapshot *snap, const struct fdinfo *info)
{
    char id[128];

    if (info->client.len > 0)
        (void)snprintf(id, sizeof id, "%.*s:%.*s", (int)(info->pci.len < 60 ? info->pci.len : 60),
                       info->pci.len > 0 ? info->pci.at : "",
                       (int)(info->client.len < 60 ? info->client.len : 60), info->client.at);
    else
        (void)snprintf(id, sizeof id, "%" PRId32 ":%" PRIu64, info->pid, info->fd);
    return arena_intern(snap->arena, str_of(id));
}

/* One more than a mask is the number of entries. */
static struct count entries_of(struct count mask)
{
    return mask.known && mask.n <= UINT32_MAX ? (struct count){mask.n + 1, true}
                                              : (struct count){0};
}

/* False: not a kind that holds memory which we know of. */
static bool make_object(struct snapshot *snap, unsigned n, const struct fdinfo *info,
                        struct fd_object *object)
{
    *object = (struct fd_object){.pid = info->pid};
    if (str_is(info->link, "anon_inode:bpf-map")) {
        object->kind = FD_BPF_MAP;
        object->id = name_or_null(snap, n, info->map_id);
        object->type = info->map_type;
        object->flags = info->map_flags;
        object->entries = info->max_entries;
        object->size = info->memlock;
    } else if (str_is(info->link, "anon_inode:[io_uring]")) {
        object->kind = FD_IO_URING;
        object->entries = entries_of(info->sq_mask);
        object->more_entries = entries_of(info->cq_mask);
    } else if (str_starts(info->link, "/dmabuf:")) {
        object->kind = FD_DMA_BUF;
        object->id = name_or_null(snap, n, info->inode);
        object->name = name_or_null(snap, n, info->exporter);
        object->size = info->size;
    } else if (str_starts(info->link, "/dev/dri/")) {
        object->kind = FD_DRM;
        object->name = name_or_null(snap, n, info->driver);
        object->size = drm_size(info);
    } else {
        return false;
    }
    if (object->id == NULL)
        object->id = make_id(snap, info);
    return true;
}

bool fdinfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct blocks blocks;
    struct str line;

    if (!blocks_open(&blocks, text))
        return err_set(err, "not a list of descriptors: no line like \"@ fd 1 4 /dmabuf:\"");
    while (blocks_next(&blocks)) {
        struct fd_object object, *added;
        struct fdinfo info = {0};

        if (str_is(blocks.head, "cut") || !read_head(blocks.head, &info)) {
            snapshot_note(snap, blocks.line, "a descriptor that is not whole: skipped");
            continue;
        }
        while (str_line(&blocks.body, &line))
            read_line(&info, line);
        if (info.unreadable)
            snapshot_note(snap, blocks.line, "a number that cannot be read: taken as not known");
        if (!make_object(snap, blocks.line, &info, &object))
            continue;
        if (snap->fd_object_count >= RECORDS_MAX) {
            snapshot_note(snap, blocks.line, "too many descriptors: the rest is skipped");
            break;
        }
        added = arena_append(snap->arena, &snap->fd_objects, &snap->fd_object_count, sizeof *added);
        *added = object;
    }
    return true;
}
