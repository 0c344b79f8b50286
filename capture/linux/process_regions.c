/* process_regions.c - see process_regions.h. */
#include "capture/linux/process_regions.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/linux/join.h"
#include "capture/linux/region.h"
#include "capture/linux/vmmap.h"

#define READ_MAX 65536
#define ROWS_MAX 65536 /* bytes of rows that are held back before they are written */

struct reading {
    struct host *host;
    struct output *output;
    struct process *process;
    struct region_below below;
    unsigned part; /* of the member, from 1 */
    uint64_t count;
    bool of_interest; /* some of them, to the join */
    bool ipc_known, own_ipc;
    uint64_t sums[SMAPS_FIGURES];
    bool known[SMAPS_FIGURES];
    size_t rows_len;
    struct smaps smaps;
    char bytes[READ_MAX];
    char rows[ROWS_MAX + VMMAP_ROW_MAX];
};

static void write_rows(struct reading *reading)
{
    if (reading->rows_len > 0)
        output_write(reading->output, reading->rows, reading->rows_len);
    reading->rows_len = 0;
}

static void begin_part(struct reading *reading)
{
    int32_t pid = reading->process->pid;

    if (reading->part > 0) {
        write_rows(reading);
        output_end(reading->output, STATUS_OK, 0);
    }
    reading->part++;
    if (reading->part == 1)
        output_begin(reading->output, "vmmap/%" PRId32 ".txt", pid);
    else
        output_begin(reading->output, "vmmap/%" PRId32 ".%u.txt", pid, reading->part);
}

/* The header comes with the first region: a process that has none leaves no member. */
static void make_room(struct reading *reading)
{
    bool first = reading->count == 0;

    if (reading->rows_len >= ROWS_MAX)
        write_rows(reading);
    if (!first && output_size_bytes(reading->output) + reading->rows_len + VMMAP_ROW_MAX >
                      PROCESS_REGIONS_MAX) {
        begin_part(reading);
        first = true;
    }
    if (first)
        reading->rows_len = vmmap_header(reading->rows, sizeof reading->rows, reading->process);
}

static void add_figures(struct reading *reading, const struct smaps_region *region)
{
    for (size_t i = 0; i < SMAPS_FIGURES; i++) {
        if (!region->known[i])
            continue;
        reading->known[i] = true;
        if (__builtin_add_overflow(reading->sums[i], region->bytes[i], &reading->sums[i]))
            reading->sums[i] = UINT64_MAX;
    }
}

/* Whether it is in our IPC namespace; asked when the first SysV segment comes. What cannot be read is
 * taken for ours. */
static bool has_own_ipc(struct reading *reading, const struct smaps_region *region)
{
    char path[48], theirs[64], ours[64];

    if (reading->ipc_known || !str_starts(region->path, "/SYSV"))
        return !reading->ipc_known || reading->own_ipc;
    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/ns/ipc", reading->process->pid);
    reading->own_ipc = !host_link(reading->host, path, theirs, sizeof theirs) ||
                       !host_link(reading->host, "proc/self/ns/ipc", ours, sizeof ours) ||
                       strcmp(theirs, ours) == 0;
    reading->ipc_known = true;
    return reading->own_ipc;
}

static void read_region(void *context, const struct smaps_region *region)
{
    struct reading *reading = context;
    const char *type = region_type(region, &reading->below);

    make_room(reading);
    reading->count++;
    reading->rows_len += vmmap_row(reading->rows + reading->rows_len, type, region);
    add_figures(reading, region);
    if (!reading->process->mm_of.known && join_region(reading->host->join, reading->process->pid,
                                                      has_own_ipc(reading, region), type, region))
        reading->of_interest = true;
}

/* Returns errno, or 0. */
static int read_smaps(struct reading *reading, int fd)
{
    for (;;) {
        ssize_t got = read(fd, reading->bytes, sizeof reading->bytes);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        if (got == 0)
            return 0;
        smaps_feed(&reading->smaps, reading->bytes, (size_t)got);
    }
}

static struct amount figure(const struct reading *reading, enum smaps_figure figure)
{
    if (!reading->known[figure])
        return (struct amount){0, false};
    return amount_of(reading->sums[figure]);
}

static struct amount sum(struct amount a, struct amount b)
{
    return a.known && b.known ? amount_of(a.bytes + b.bytes) : (struct amount){0, false};
}

/* A process without regions (a zombie) holds nothing. */
static void set_sums(struct reading *reading)
{
    struct process *process = reading->process;

    for (size_t i = 0; reading->count == 0 && i < SMAPS_FIGURES; i++)
        reading->known[i] = true;
    process->method = "smaps";
    process->region_count = (struct count){reading->count, true};
    process->resident = figure(reading, SMAPS_RSS);
    process->private_resident =
        sum(figure(reading, SMAPS_PRIVATE_CLEAN), figure(reading, SMAPS_PRIVATE_DIRTY));
    process->shared_resident =
        sum(figure(reading, SMAPS_SHARED_CLEAN), figure(reading, SMAPS_SHARED_DIRTY));
    process->dirty = sum(figure(reading, SMAPS_SHARED_DIRTY), figure(reading, SMAPS_PRIVATE_DIRTY));
    process->swapped = figure(reading, SMAPS_SWAP);
    process->locked_pss = figure(reading, SMAPS_LOCKED);
    if (!process->hugetlb.known)
        process->hugetlb =
            sum(figure(reading, SMAPS_SHARED_HUGETLB), figure(reading, SMAPS_PRIVATE_HUGETLB));
    process->wired = sum(process->locked_pss, process->hugetlb);
}

/* Ends with what errno says. The name of a folder that is gone does not exist. */
static void end_member(struct reading *reading, int errnum)
{
    enum status status = errnum == 0        ? STATUS_OK
                         : errnum == ENOENT ? STATUS_VANISHED
                                            : output_status_of(errnum);

    reading->process->regions_status = status;
    write_rows(reading);
    if (status == STATUS_OK && reading->count == 0)
        output_drop(reading->output);
    else
        output_end(reading->output, status, errnum);
    if (status != STATUS_OK)
        return;
    set_sums(reading);
    if (reading->of_interest)
        join_finish(reading->host->join, reading->process->pid);
}

/* Returns errno, or 0. */
static int read_file(struct reading *reading)
{
    char path[64];
    int errnum, fd;

    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/smaps", reading->process->pid);
    fd = host_open(reading->host, path);
    if (fd < 0)
        return errno;
    smaps_begin(&reading->smaps, read_region, reading);
    errnum = read_smaps(reading, fd);
    (void)close(fd);
    if (errnum == 0)
        smaps_end(&reading->smaps);
    return errnum;
}

void process_regions(struct host *host, struct output *output, struct process *process)
{
    struct reading *reading = malloc(sizeof *reading);

    process->regions_status = STATUS_FAILED;
    if (reading == NULL)
        return;
    memset(reading, 0, offsetof(struct reading, smaps)); /* the buffers stay untouched */
    reading->host = host;
    reading->output = output;
    reading->process = process;
    begin_part(reading);
    end_member(reading, read_file(reading));
    free(reading);
}
