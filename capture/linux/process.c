/* process.c - one process: its row in processes.tsv, vmmap/PID.txt, and what the join needs. */
#include <errno.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture/linux/fds.h"
#include "capture/linux/host.h"
#include "capture/linux/join.h"
#include "capture/linux/process_regions.h"
#include "capture/linux/region.h"
#include "capture/linux/status.h"
#include "capture/script.h"

#define TEXT_MAX ((size_t)64 << 10) /* status has a line for all groups that the user is in */

/* Where the sources of one process meet. */
struct subject {
    struct host *host;
    struct arena *arena;
    struct process *process;
    char *text; /* TEXT_MAX */
    size_t len;
};

/* A process that is gone has no folder any more, or one that says ESRCH. */
static enum status status_of(int errnum)
{
    return errnum == ENOENT ? STATUS_VANISHED : output_status_of(errnum);
}

static bool read_text(struct subject *subject, const char *name, int *errnum)
{
    char path[64];

    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/%s", subject->process->pid, name);
    return host_read(subject->host, path, subject->text, TEXT_MAX, &subject->len, errnum);
}

static struct str text_of(const struct subject *subject)
{
    return (struct str){subject->text, subject->len};
}

/* The row as a whole: without stat we do not even know which process it is. */
static bool read_stat(struct subject *subject)
{
    struct process *process = subject->process;
    int errnum = 0;

    if (!read_text(subject, "stat", &errnum))
        process->status = status_of(errnum);
    else if (!status_stat(text_of(subject), subject->arena, process))
        process->status = STATUS_FAILED;
    else
        process->status = STATUS_OK;
    return process->status == STATUS_OK;
}

static void read_status(struct subject *subject)
{
    int errnum = 0;

    if (read_text(subject, "status", &errnum))
        status_status(text_of(subject), subject->process);
    else if (status_of(errnum) == STATUS_VANISHED)
        subject->process->status = STATUS_VANISHED;
}

/* A program that was replaced on disk while it runs is still that program. */
static void read_path(struct subject *subject)
{
    char path[64], target[HOST_PATH_MAX];
    struct str link;

    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/exe", subject->process->pid);
    if (!host_link(subject->host, path, target, sizeof target))
        return;
    link = str_of(target);
    if (str_ends(link, " (deleted)"))
        link.len -= sizeof " (deleted)" - 1;
    subject->process->path = arena_intern(subject->arena, link);
}

static void read_script(struct subject *subject)
{
    struct process *process = subject->process;

    if (process->path != NULL && script_is_interpreter(str_of(process->path)) &&
        read_text(subject, "cmdline", NULL))
        process->script = script_of(str_of(process->path), text_of(subject), subject->arena);
}

static void read_fds(struct subject *subject)
{
    struct fds_text text = {NULL, 0, 0, false};

    fds_read(subject->host, subject->process->pid, &text, subject->process);
    join_fdinfo(subject->host->join, text.bytes, text.len);
    free(text.bytes);
}

/* It has no memory of its own, so that nothing is known to be there. */
static void set_kernel_thread(struct process *process)
{
    process->wired = process->resident = amount_of(0);
    process->region_count = (struct count){0, true};
    process->regions_status = STATUS_OK;
}

/* After vfork(), or clone() with CLONE_VM, the child runs in the memory of its parent, which is the
 * one to be charged. */
static void read_mm_of(struct subject *subject)
{
    struct process *process = subject->process;

    if (subject->host->own_pids && !process->kernel && process->ppid > 0 &&
        syscall(SYS_kcmp, process->pid, process->ppid, KCMP_VM, 0, 0) == 0)
        process->mm_of = (struct count){(uint64_t)process->ppid, true};
}

static bool is_among(int32_t pid, const int32_t *pids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

static bool wants_regions(const struct capture_options *options, int32_t pid)
{
    return options->regions &&
           (options->pid_count == 0 || is_among(pid, options->pids, options->pid_count));
}

static void read_memory(struct subject *subject, struct output *output)
{
    const struct capture_options *options = &subject->host->options;
    struct process *process = subject->process;
    char path[64];

    if (process->kernel)
        set_kernel_thread(process);
    else if (wants_regions(options, process->pid))
        process_regions(subject->host, output, process);
    else
        process->regions_status = STATUS_ABSENT;
    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/smaps", process->pid);
    if (is_among(process->pid, options->raw_pids, options->raw_pid_count))
        host_copy(subject->host, output, path);
}

static void read_all(struct subject *subject, bool light, struct output *output)
{
    struct process *process = subject->process;

    if (!read_stat(subject))
        return;
    read_status(subject);
    if (read_text(subject, "cgroup", NULL))
        status_cgroup(text_of(subject), subject->arena, process);
    read_path(subject);
    process->method = process->kernel ? NULL : "status only";
    process->regions_status = process->fds_status = STATUS_TIMED_OUT;
    if (light)
        return;
    read_script(subject);
    read_mm_of(subject);
    read_memory(subject, output);
    read_fds(subject);
}

void linux_process(struct host *host, int32_t pid, bool light, struct output *output,
                   struct arena *arena, struct process *process)
{
    struct subject subject = {.host = host, .arena = arena, .process = process};

    *process = (struct process){.pid = pid,
                                .status = STATUS_FAILED,
                                .regions_status = STATUS_FAILED,
                                .fds_status = STATUS_FAILED};
    subject.text = malloc(TEXT_MAX);
    if (subject.text == NULL)
        return;
    read_all(&subject, light, output);
    free(subject.text);
    if (process->status != STATUS_OK)
        process->regions_status = process->fds_status = process->status;
}
