/*
 * slab.c - sys/kernel/slab.tsv: which caches were merged into one, and which can be reclaimed.
 *
 * slabinfo shows one name for each group of merged caches; in sys/kernel/slab every other name is
 * a link to the group, ":0000056".
 */
#include <stdio.h>
#include <string.h>

#include "capture/linux/groups.h"

#define SLAB "sys/kernel/slab"

static void visit(struct host *host, const char *name, void *context)
{
    struct output *output = context;
    char path[512], target[256], reclaimable[8];
    const char *alias = name;

    (void)snprintf(path, sizeof path, SLAB "/%s", name);
    if (host_link(host, path, target, sizeof target)) {
        const char *slash = strrchr(target, '/');

        alias = slash == NULL ? target : slash + 1;
    }
    (void)snprintf(path, sizeof path, SLAB "/%s/reclaim_account", name);
    if (!host_line(host, path, reclaimable, sizeof reclaimable) ||
        (strcmp(reclaimable, "0") != 0 && strcmp(reclaimable, "1") != 0))
        (void)snprintf(reclaimable, sizeof reclaimable, "-");
    output_name(output, name);
    output_printf(output, "\t");
    output_name(output, alias);
    output_printf(output, "\t%s\n", reclaimable);
}

void slab_write(struct host *host, struct output *output)
{
    table_write(host, output, SLAB ".tsv", "name\talias\treclaimable\n", SLAB, visit);
}
