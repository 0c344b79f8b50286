/* sim_identity.c - what a process has used, who signed it, and its ledgers. */
#include <stdio.h>
#include <string.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

/* ---- proc_pid_rusage ----------------------------------------------------------------------- */

/* Version 0 is all that is safe on every release. */
static int mac_proc_pid_rusage(int pid, int version, void *buffer)
{
    const struct process *process = mac_process_or_zombie(pid);
    struct darwin_rusage_info info;
    int fault;

    if (process == NULL)
        return mac_fail(DARWIN_ESRCH);
    fault = mac_fault("proc_pid_rusage", pid);
    if (fault != 0)
        return mac_fail(fault);
    if (!mac_may_read(process))
        return mac_fail(DARWIN_EPERM);
    if (version != 0)
        return mac_fail(DARWIN_EINVAL);
    info = (struct darwin_rusage_info){
        .ri_user_time = process->user_time,
        .ri_system_time = process->system_time,
        .ri_pageins = process->pageins,
        .ri_wired_size = process->wired,
        .ri_resident_size = process->resident,
        .ri_phys_footprint = process->footprint,
        .ri_proc_start_abstime = (process->start_sec - mac.boot_time_s) * 1000000000,
    };
    memcpy(info.ri_uuid, process->uuid, sizeof info.ri_uuid);
    memcpy(buffer, &info, sizeof info);
    return 0;
}

/* ---- csops --------------------------------------------------------------------------------- */

/* A blob: four bytes of magic, its length in network order, the text. A buffer that is too small
 * gets the head of it, to learn the length from. */
static int put_blob(const struct process *process, const char *text, void *buffer, size_t size)
{
    uint8_t head[8] = {0};
    size_t len;

    if (text == NULL)
        return mac_fail(process->cs_flags != 0 ? DARWIN_ENOENT : DARWIN_EINVAL);
    len = strlen(text) + 1 + sizeof head;
    for (unsigned i = 0; i < 4; i++)
        head[4 + i] = (uint8_t)(len >> (24 - 8 * i));
    if (size >= sizeof head)
        memcpy(buffer, head, sizeof head);
    if (size < len)
        return mac_fail(DARWIN_ERANGE);
    memcpy((char *)buffer + sizeof head, text, len - sizeof head);
    return 0;
}

static int put_status(const struct process *process, void *buffer, size_t size)
{
    uint32_t flags = (uint32_t)process->cs_flags |
                     (process->platform != 0 ? (uint32_t)DARWIN_CS_PLATFORM_BINARY : 0);

    if (size < sizeof flags)
        return mac_fail(DARWIN_ERANGE);
    memcpy(buffer, &flags, sizeof flags);
    return 0;
}

static int mac_csops(int pid, unsigned operation, void *buffer, size_t size)
{
    const struct process *process = mac_process(pid != 0 ? pid : mac_self_pid());
    int fault;

    if (process == NULL)
        return mac_fail(DARWIN_ESRCH);
    fault = mac_fault("csops", pid);
    if (fault == 0)
        fault = mac_fault_of("csops", operation, pid);
    if (fault != 0)
        return mac_fail(fault);
    switch (operation) {
    case DARWIN_CS_OPS_STATUS:
        return put_status(process, buffer, size);
    case DARWIN_CS_OPS_IDENTITY:
        return put_blob(process, process->cs_ident, buffer, size);
    case DARWIN_CS_OPS_TEAMID:
        return put_blob(process, process->cs_team, buffer, size);
    default:
        return mac_fail(DARWIN_EINVAL);
    }
}

/* ---- ledgers ------------------------------------------------------------------------------- */

static int put_template(struct darwin_ledger_template *rows, int *count)
{
    int room = *count;

    for (*count = 0; *count < room && (size_t)*count < mac.ledger_count; (*count)++) {
        const struct ledger_template *ledger = &mac.ledgers[*count];
        struct darwin_ledger_template row = {0};

        (void)snprintf(row.name, sizeof row.name, "%s", ledger->name);
        (void)snprintf(row.group, sizeof row.group, "%s", ledger->group);
        (void)snprintf(row.units, sizeof row.units, "%s", ledger->units);
        memcpy(&rows[*count], &row, sizeof row);
    }
    return 0;
}

/* As the scenario says, else as rusage says, else nothing. */
static struct darwin_ledger_entry entry_of(const struct process *process, size_t entry)
{
    const char *name = mac.ledgers[entry].name;
    struct darwin_ledger_entry row = {.limit = INT64_MAX};

    if (strcmp(name, "wired_mem") == 0)
        row.balance = row.credit = (int64_t)process->wired;
    else if (strcmp(name, "phys_footprint") == 0)
        row.balance = row.credit = (int64_t)process->footprint;
    for (size_t i = 0; i < process->ledger_count; i++) {
        const struct ledger_value *value = &process->ledgers[i];

        if (value->entry != entry)
            continue;
        row.balance = value->balance;
        row.credit = value->credit;
        row.debit = value->debit;
    }
    return row;
}

static int put_entries(const struct process *process, struct darwin_ledger_entry *rows, int *count)
{
    int room = *count;

    for (*count = 0; *count < room && (size_t)*count < mac.ledger_count; (*count)++) {
        struct darwin_ledger_entry row = entry_of(process, (size_t)*count);

        memcpy(&rows[*count], &row, sizeof row);
    }
    return 0;
}

static int mac_ledger(int command, void *first, void *second, void *third)
{
    int pid = command == DARWIN_LEDGER_TEMPLATE_INFO ? -1 : (int)(intptr_t)first;
    const struct process *process = pid >= 0 ? mac_process(pid) : NULL;
    int fault;

    if (pid >= 0 && process == NULL)
        return mac_fail(DARWIN_ESRCH);
    fault = mac_fault("ledger", pid);
    if (fault != 0)
        return mac_fail(fault);
    switch (command) {
    case DARWIN_LEDGER_ENTRY_INFO:
        return put_entries(process, second, third);
    case DARWIN_LEDGER_TEMPLATE_INFO:
        return put_template(first, second);
    default:
        return mac_fail(DARWIN_EINVAL);
    }
}

const struct shim shims_identity[] = {SHIM(proc_pid_rusage), SHIM(csops), SHIM(ledger), SHIM_END};
