/* subject_usage.c - what a process holds, as far as the kernel keeps count of it. */
#include <stdlib.h>

#include "capture/macos/process_calls.h"
#include "capture/macos/subject.h"

static void read_usage(struct subject *subject)
{
    struct process *process = subject->process;
    struct darwin_rusage usage;

    if (call_usage(process->pid, &usage) != 0)
        return;
    process->wired = amount_of(usage.wired_size);
    process->resident = amount_of(usage.resident_size);
    process->footprint = amount_of(usage.footprint);
}

static struct amount sum(struct amount a, struct amount b)
{
    return a.known && b.known ? amount_of(a.bytes + b.bytes) : (struct amount){0, false};
}

/* On Intel the kernel has a ledger for page tables, and counts nothing in it. */
static void read_ledgers(struct subject *subject)
{
    const struct ledgers *ledgers = &subject->host->processes->ledgers;
    struct process *process = subject->process;
    struct darwin_ledger_entry entries[LEDGERS_MAX];
    size_t count = LEDGERS_MAX;

    if (call_ledger_entries(process->pid, entries, &count) != 0)
        return;
    if (!process->wired.known)
        process->wired = ledgers_balance(ledgers, LEDGER_WIRED, entries, count);
    process->page_tables = ledgers_balance(ledgers, LEDGER_PAGE_TABLE, entries, count);
    if (process->page_tables.bytes == 0 && !subject->host->apple_silicon)
        process->page_tables.known = false;
    process->swapped = ledgers_balance(ledgers, LEDGER_INTERNAL_COMPRESSED, entries, count);
    process->graphics = sum(ledgers_balance(ledgers, LEDGER_GRAPHICS, entries, count),
                            ledgers_balance(ledgers, LEDGER_GRAPHICS_OTHER, entries, count));
}

static void read_ports(struct subject *subject)
{
    struct darwin_ipc_table table;

    if (call_port_table(subject->process->pid, &table) == 0 && table.free <= table.size)
        subject->process->port_count = subject_count(table.size - table.free);
}

static void read_files(struct subject *subject)
{
    struct process *process = subject->process;
    struct darwin_file *files;
    size_t count;
    int errnum = call_files(process->pid, &files, &count);

    process->fds_status = output_status_of(errnum);
    if (errnum != 0)
        return;
    process->fd_count = subject_count(count);
    process->pipe_count = process->socket_count = subject_count(0);
    for (size_t i = 0; i < count; i++) {
        process->pipe_count.n += files[i].type == DARWIN_FILE_PIPE;
        process->socket_count.n += files[i].type == DARWIN_FILE_SOCKET;
    }
    free(files);
}

void subject_usage(struct subject *subject)
{
    read_usage(subject);
    read_ledgers(subject);
}

void subject_tables(struct subject *subject)
{
    read_ports(subject);
    read_files(subject);
}
