/* process.c - see process.h. */
#include "capture/macos/process.h"

#include <stdlib.h>

#include "capture/macos/ports.h"
#include "capture/macos/process_calls.h"
#include "capture/macos/subject.h"

static void find_ledgers(struct ledgers *ledgers)
{
    struct darwin_ledger_template rows[LEDGERS_MAX];
    size_t count = LEDGERS_MAX;

    (void)call_ledger_template(rows, &count);
    ledgers_find(ledgers, rows, count);
}

bool processes_open(struct host *host)
{
    struct processes *processes = calloc(1, sizeof *processes);

    host->processes = processes;
    if (processes == NULL)
        return false;
    processes->owned = owned_create();
    if (processes->owned == NULL)
        return false;
    find_ledgers(&processes->ledgers);
    ports_open(host);
    return true;
}

void processes_close(struct host *host)
{
    if (host->processes == NULL)
        return;
    owned_free(host->processes->owned);
    free(host->processes);
    host->processes = NULL;
}

static bool wants_regions(const struct capture_options *options, int32_t pid)
{
    for (size_t i = 0; i < options->pid_count; i++)
        if (options->pids[i] == pid)
            return options->regions;
    return options->regions && options->pid_count == 0;
}

/* It has no memory any more. */
static void set_zombie(struct process *process)
{
    process->wired = process->resident = process->footprint = process->swapped =
        process->page_tables = process->graphics = amount_of(0);
    process->thread_count = process->region_count = process->fd_count = subject_count(0);
    process->regions_status = process->fds_status = STATUS_OK;
}

/* What may have to wait for the process's memory. */
static void read_memory(struct subject *subject)
{
    struct process *process = subject->process;

    subject_script(subject);
    subject_tables(subject);
    if (wants_regions(&subject->host->options, process->pid))
        subject_regions(subject);
    else
        process->regions_status = STATUS_ABSENT;
}

/* No more can be said of it. What was read before stays in its row. */
static void give_up(struct process *process, enum status status)
{
    process->status = process->regions_status = process->fds_status = status;
}

/* Why nothing is known of its memory and its files, as long as nothing is. */
static enum status why_not(const struct process *process)
{
    if (process->status != STATUS_OK)
        return process->status;
    return process->kernel ? STATUS_ABSENT : STATUS_TIMED_OUT;
}

static void read_all(struct subject *subject, bool light)
{
    struct process *process = subject->process;

    if (!subject_info(subject)) {
        give_up(process, process->status);
        return;
    }
    subject_identity(subject);
    process->method = process->kernel ? NULL : "none";
    if (subject->zombie) {
        set_zombie(process);
        return;
    }
    subject_usage(subject);
    process->regions_status = process->fds_status = why_not(process);
    if (!light && !process->kernel)
        read_memory(subject);
    if (process->status == STATUS_VANISHED || (!process->kernel && subject_is_gone(subject)))
        give_up(process, STATUS_VANISHED);
}

void mac_process(struct host *host, int32_t pid, bool light, struct output *output,
                 struct arena *arena, struct process *process)
{
    struct subject subject = {.host = host, .arena = arena, .output = output, .process = process};

    *process = (struct process){.pid = pid, .kernel = pid == 0};
    read_all(&subject, light);
}

void mac_join(struct host *host, struct output *output)
{
    if (host->options.regions)
        owned_write(host->processes->owned, output);
    else
        output_missing(output, STATUS_ABSENT, 0, "owned.tsv");
}
