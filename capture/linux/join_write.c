/* join_write.c - see join.h: writing locked.tsv and proc/fdinfo.txt. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/linux/join_state.h"
#include "capture/linux/object_pages.h"

/* One line of locked.tsv. */
struct line {
    bool hugetlb;
    int32_t pid;        /* 0: none */
    const char *object; /* NULL: the process */
    uint64_t start;     /* 0: not known */
    const char *type, *detail;
    uint64_t own_bytes, shared_bytes;
    const char *method;
};

static void write_line(struct output *output, const struct line *line)
{
    output_printf(output, "%s\t", line->hugetlb ? "hugetlb" : "locked");
    if (line->pid > 0)
        output_printf(output, "%" PRId32 "\t", line->pid);
    else
        output_printf(output, "-\t");
    output_name(output, line->object);
    if (line->start > 0)
        output_printf(output, "\t%" PRIx64 "\t", line->start);
    else
        output_printf(output, "\t-\t");
    output_name(output, line->type);
    output_printf(output, "\t");
    output_name(output, line->detail);
    output_printf(output, "\t%" PRIu64 "\t%" PRIu64 "\t%s\n", line->own_bytes, line->shared_bytes,
                  line->method);
}

/* Processes by pid, then objects; each one's regions together. */
static int compare_regions(const void *a, const void *b)
{
    const struct locked_region *x = a, *y = b;

    if (x->of_object != y->of_object)
        return x->of_object ? 1 : -1;
    if (x->object != y->object)
        return x->object < y->object ? -1 : 1;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

static void write_process(struct output *output, const struct locked_region *region)
{
    if (region->gone || region->own_bytes + region->shared_bytes == 0)
        return;
    write_line(output, &(struct line){
                           .hugetlb = region->hugetlb,
                           .pid = region->pid,
                           .start = region->start,
                           .type = region->type,
                           .detail = region->detail,
                           .own_bytes = region->own_bytes,
                           .shared_bytes = region->shared_bytes,
                           .method = "pfn",
                       });
}

/* Writes only what the kernel says the file holds; false: it does not say. */
static bool use_blocks(const struct host *host, const struct locked_region *regions, size_t count,
                       struct line *line)
{
    for (size_t i = 0; i < count; i++)
        if (objects_file_bytes(host, regions[i].pid, regions[i].start, regions[i].end,
                               &line->own_bytes)) {
            line->method = "blocks";
            return true;
        }
    return false;
}

/* One line for an object, from all its regions. False: out of memory. */
static bool write_object(struct output *output, struct pages *pages, struct object *object,
                         struct locked_region *regions, size_t count)
{
    struct line line = {
        .hugetlb = regions->hugetlb,
        .pid = regions->pid,
        .object = object->name,
        .start = regions->start,
        .type = regions->type,
        .detail = regions->detail,
        .method = "pfn",
    };
    size_t gone = 0;

    if (object->kind != OBJECT_HUGETLB || !use_blocks(pages->host, regions, count, &line)) {
        if (!object_pages(pages, regions, count, object->resident, &line.own_bytes))
            return false;
        while (gone < count && regions[gone].gone)
            gone++;
    }
    object->seen = gone < count;
    if (object->seen)
        write_line(output, &line);
    return true;
}

/* SysV segments into which we cannot look through any process. */
static void write_unmapped(struct output *output, const struct object *object)
{
    if (object->kind == OBJECT_SHM && !object->seen && object->resident.known)
        write_line(output, &(struct line){
                               .object = object->name,
                               .type = "shm",
                               .own_bytes = object->resident.bytes,
                               .method = "rss",
                           });
}

static bool write_objects(struct output *output, struct pages *pages, struct join *join,
                          size_t from)
{
    struct locked_region *regions = join->regions;
    bool room = true;
    size_t count;

    for (size_t i = from; room && i < join->region_count; i += count) {
        count = 1;
        while (i + count < join->region_count && regions[i + count].object == regions[i].object)
            count++;
        room = write_object(output, pages, &join->objects.array[regions[i].object], &regions[i],
                            count);
    }
    for (size_t i = 0; room && i < join->objects.count; i++)
        write_unmapped(output, &join->objects.array[i]);
    return room;
}

/* Returns errno, or 0. */
static int write_regions(struct output *output, struct join *join, struct pages *pages)
{
    size_t count = 0;

    qsort(join->regions, join->region_count, sizeof *join->regions, compare_regions);
    while (count < join->region_count && !join->regions[count].of_object)
        count++;
    if (!locked_share(pages, join->regions, count))
        return ENOMEM;
    if (pages->errnum != 0)
        return pages->errnum;
    output_printf(output, "kind\tpid\tobject\tstart\ttype\tdetail\town_bytes\tshared_bytes\t"
                          "method\n");
    for (size_t i = 0; i < count; i++)
        write_process(output, &join->regions[i]);
    return write_objects(output, pages, join, count) ? pages->errnum : ENOMEM;
}

static bool write_ramfs(struct output *output, const struct host *host)
{
    const struct join *join = host->join;
    char name[HOST_PATH_MAX + 16];
    bool whole = !join->ramfs_cut;

    for (size_t i = 0; i < join->ramfs_count; i++) {
        struct line line = {.object = name, .method = "blocks", .type = "ramfs"};
        int errnum;

        (void)snprintf(name, sizeof name, "ramfs %s", join->ramfs[i].point);
        if (ramfs_bytes(host, &join->ramfs[i], &line.own_bytes, &errnum))
            write_line(output, &line);
        else if (errnum != ENOENT && errnum != ESTALE) /* unmounted since; under another mount */
            whole = false;
    }
    return whole;
}

static enum status status_of(int errnum)
{
    return errnum == ETIME ? STATUS_TIMED_OUT : output_status_of(errnum);
}

static void write_locked(struct host *host, struct output *output)
{
    struct join *join = host->join;
    struct pages *pages;
    bool whole;
    int errnum;

    if (!host->options.regions) {
        output_missing(output, STATUS_ABSENT, 0, "locked.tsv");
        return;
    }
    output_begin(output, "locked.tsv");
    pages = pages_create(host, &errnum);
    if (pages != NULL)
        errnum = write_regions(output, join, pages);
    pages_free(pages);
    if (errnum != 0) {
        output_end(output, status_of(errnum), errnum);
        return;
    }
    /* With --pid, whoever else locks the same pages, or holds an object, was not read. */
    whole = write_ramfs(output, host) && !join->regions_cut && host->options.pid_count == 0;
    output_end(output, whole ? STATUS_OK : STATUS_TRUNCATED, 0);
}

static void write_fdinfo(struct host *host, struct output *output)
{
    const struct join *join = host->join;

    output_begin(output, "proc/fdinfo.txt");
    if (join->text_len > 0)
        output_write(output, join->text, join->text_len);
    output_end(output, join->text_cut ? STATUS_TRUNCATED : STATUS_OK, 0);
}

/* From here on the regions are ours alone. Drops those of processes that were not finished. */
static void seal(struct join *join)
{
    size_t kept = 0;

    (void)pthread_mutex_lock(&join->lock);
    join->sealed = true;
    (void)pthread_mutex_unlock(&join->lock);
    for (size_t i = 0; i < join->region_count; i++)
        if (!join->regions[i].gone)
            join->regions[kept++] = join->regions[i];
    join->region_count = kept;
}

void linux_join(struct host *host, struct output *output)
{
    seal(host->join);
    write_fdinfo(host, output);
    write_locked(host, output);
}
