/*
 * cgroups.c - sys/fs/cgroup.txt: memory.stat of every control group.
 *
 *     @ cgroup 2 4711 /system.slice/ssh.service
 *     anon 1323008
 *     kernel 561152
 *     kernel_stack 16384
 *
 * Version 2 says what kernel memory consists of, version 1 only how much there is.
 */
#include "formats/blocks.h"
#include "formats/readers.h"

#define AT(field) offsetof(struct cgroup, field)

static const struct {
    unsigned version;
    const char *key;
    size_t offset;
} keys[] = {
    {2, "kernel", AT(kernel)},
    {2, "kernel_stack", AT(kernel_stack)},
    {2, "pagetables", AT(page_tables)},
    {2, "sec_pagetables", AT(sec_page_tables)},
    {2, "percpu", AT(percpu)},
    {2, "vmalloc", AT(vmalloc)},
    {2, "slab", AT(slab)},
    {2, "sock", AT(sock)},
    {2, "zswap", AT(zswap)},
    {1, "memory.kmem.usage_in_bytes", AT(kernel)},
};

/* "cgroup VERSION INODE ESCAPED_PATH" */
static bool read_head(struct snapshot *snap, const struct blocks *blocks, struct cgroup *cgroup)
{
    struct str head = blocks->head, word, inode;
    uint64_t version;

    if (!str_skip(&head, "cgroup ") || !str_word(&head, &word) || !str_u64(word, 10, &version) ||
        (version != 1 && version != 2) || !str_word(&head, &inode))
        return false;
    *cgroup = (struct cgroup){.version = (unsigned)version};
    (void)str_skip(&head, " ");
    cgroup->path = snapshot_unescape(snap, blocks->line, head);
    return cgroup->path != NULL;
}

static void read_line(struct snapshot *snap, unsigned n, struct str line, struct cgroup *cgroup)
{
    struct str key, value;
    struct amount *amount;
    uint64_t bytes;

    if (!str_word(&line, &key) || !str_word(&line, &value))
        return;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].version != cgroup->version || !str_is(key, keys[i].key))
            continue;
        amount = (struct amount *)((char *)cgroup + keys[i].offset);
        *amount = str_bytes(value, 1, &bytes) ? amount_of(bytes) : (struct amount){0};
        if (!amount->known)
            snapshot_note(snap, n, "not a size, or too large: taken as not known");
        return;
    }
}

bool cgroups_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct blocks blocks;
    struct str line;

    if (!blocks_open(&blocks, text))
        return err_set(err, "not a list of control groups: no line like \"@ cgroup 2 1 /\"");
    while (blocks_next(&blocks)) {
        struct cgroup cgroup, *added;

        if (!read_head(snap, &blocks, &cgroup)) {
            snapshot_note(snap, blocks.line, "not the head of a control group: skipped");
            continue;
        }
        if (snap->cgroup_count >= RECORDS_MAX) {
            snapshot_note(snap, blocks.line, "too many control groups: the rest is skipped");
            break;
        }
        for (unsigned n = blocks.line + 1; str_line(&blocks.body, &line); n++)
            read_line(snap, n, line, &cgroup);
        added = arena_append(snap->arena, &snap->cgroups, &snap->cgroup_count, sizeof *added);
        *added = cgroup;
    }
    return true;
}
