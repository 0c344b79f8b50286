/* fake_processes.c - see fake_processes.h. */
#include "tests/unit/fake_processes.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_OF_0 0x1000 /* a port is this and the pid */

struct fake_mac fake_mac;

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static void ask(const char *what, int32_t pid)
{
    size_t used = strlen(fake_mac.asked);
    char one[64];

    (void)snprintf(one, sizeof one, ", %s %" PRId32, what, pid);
    if (ends_with(fake_mac.asked, used == strlen(one + 2) ? one + 2 : one))
        return;
    cr_assert_lt(used + sizeof one, sizeof fake_mac.asked);
    (void)snprintf(fake_mac.asked + used, sizeof one, "%s", used == 0 ? one + 2 : one);
}

size_t fake_asked(const char *what)
{
    struct str text = str_of(fake_mac.asked), one;
    size_t count = 0;
    bool more = true;

    while (more) {
        more = str_cut(&text, ',', &one);
        count += str_is(str_trim(one), what);
    }
    return count;
}

static struct fake_process *find(int32_t pid)
{
    for (size_t i = 0; i < fake_mac.process_count; i++)
        if (fake_mac.processes[i].pid == pid)
            return &fake_mac.processes[i];
    return NULL;
}

/* Whether its regions were asked for: then it may have become another one. */
static bool is_later(const struct fake_process *process)
{
    return process->map.short_calls + process->map.long_calls + process->map.info_calls > 0;
}

/* NULL: there is none of that pid, or none any more. */
static struct fake_process *look(const char *what, int32_t pid)
{
    struct fake_process *process = find(pid);

    ask(what, pid);
    return process == NULL || (process->vanishes && is_later(process)) ? NULL : process;
}

size_t call_pids(int32_t *pids, size_t size)
{
    size_t last = sizeof fake_mac.list_counts / sizeof *fake_mac.list_counts - 1;
    size_t at = fake_mac.lists++;
    size_t count;

    for (at = at < last ? at : last; at > 0 && fake_mac.list_counts[at] == 0;)
        at--;
    count = fake_mac.list_counts[at];
    if (count == 0) {
        errno = EPERM;
        return 0;
    }
    if (pids == NULL)
        return count;
    for (size_t i = 0; i < count && i < size; i++)
        pids[i] = (int32_t)i;
    return count < size ? count : size;
}

int call_info(int32_t pid, struct process_info *info)
{
    const struct fake_process *process = look("info", pid);

    if (process == NULL)
        return ESRCH;
    *info = process->info;
    return process->info_errnum;
}

int call_unique_id(int32_t pid, bool ended, uint64_t *id)
{
    const struct fake_process *process = look("unique_id", pid);

    *id = 0;
    if (process == NULL || (process->info.zombie && !ended) ||
        (process->ends && !ended && is_later(process)))
        return ESRCH;
    *id = process->later_id != 0 && is_later(process) ? process->later_id : process->unique_id;
    return *id == 0 ? EPERM : 0;
}

int call_path(int32_t pid, char path[CALL_PATH_MAX])
{
    const struct fake_process *process = look("path", pid);

    if (process == NULL || process->path == NULL)
        return ESRCH;
    (void)snprintf(path, CALL_PATH_MAX, "%s", process->path);
    return 0;
}

int call_usage(int32_t pid, struct darwin_rusage *usage)
{
    const struct fake_process *process = look("usage", pid);

    if (process == NULL)
        return ESRCH;
    *usage = process->usage;
    return process->usage_errnum;
}

int call_ledger_template(struct darwin_ledger_template *rows, size_t *count)
{
    size_t room = *count;

    *count = 0;
    if (fake_mac.ledgers == NULL)
        return ENOSYS;
    cr_assert_leq(fake_mac.ledger_count, room);
    memset(rows, 0, room * sizeof *rows);
    for (size_t i = 0; i < fake_mac.ledger_count; i++)
        (void)snprintf(rows[i].name, sizeof rows[i].name, "%s", fake_mac.ledgers[i]);
    *count = fake_mac.ledger_count;
    return 0;
}

int call_ledger_entries(int32_t pid, struct darwin_ledger_entry *entries, size_t *count)
{
    const struct fake_process *process = look("ledger", pid);

    *count = 0;
    if (process == NULL || process->ledger_errnum != 0)
        return process == NULL ? ESRCH : process->ledger_errnum;
    memcpy(entries, process->ledgers, sizeof process->ledgers);
    *count = fake_mac.ledger_count;
    return 0;
}

/* As the kernel puts them: no magic number, the length, the text and its NUL. */
static int put_blob(const char *text, void *answer, size_t size)
{
    size_t len = text == NULL ? 0 : strlen(text) + 1;
    unsigned char *blob = answer;

    if (text == NULL)
        return ENOENT;
    if (size < DARWIN_CS_BLOB_HEADER + len)
        return ERANGE;
    memset(blob, 0, DARWIN_CS_BLOB_HEADER);
    blob[6] = (unsigned char)((DARWIN_CS_BLOB_HEADER + len) >> 8);
    blob[7] = (unsigned char)(DARWIN_CS_BLOB_HEADER + len);
    memcpy(blob + DARWIN_CS_BLOB_HEADER, text, len);
    return 0;
}

int call_signing(int32_t pid, unsigned operation, void *answer, size_t size)
{
    const struct fake_process *process = look("signing", pid);

    if (process == NULL)
        return ESRCH;
    if (operation == DARWIN_CS_IDENTITY)
        return put_blob(process->signing_id, answer, size);
    if (operation == DARWIN_CS_TEAMID)
        return put_blob(process->team, answer, size);
    cr_assert_eq(operation, DARWIN_CS_STATUS);
    cr_assert_eq(size, sizeof process->signing_flags);
    memcpy(answer, &process->signing_flags, size);
    return 0;
}

int call_arguments(int32_t pid, char **bytes, size_t *len)
{
    const struct fake_process *process = look("arguments", pid);

    if (process == NULL || process->arguments == NULL)
        return process == NULL ? ESRCH : EPERM;
    *len = process->argument_bytes;
    *bytes = malloc(*len);
    cr_assert_not_null(*bytes);
    memcpy(*bytes, process->arguments, *len);
    return 0;
}

int call_port_table(int32_t pid, struct darwin_ipc_table *table)
{
    const struct fake_process *process = look("ports", pid);

    if (process == NULL)
        return ESRCH;
    *table = process->ports;
    return 0;
}

int call_files(int32_t pid, struct darwin_file **files, size_t *count)
{
    const struct fake_process *process = look("files", pid);

    if (process == NULL || process->files_errnum != 0)
        return process == NULL ? ESRCH : process->files_errnum;
    *count = process->file_count;
    *files = calloc(*count + 1, sizeof **files);
    cr_assert_not_null(*files);
    if (*count > 0)
        memcpy(*files, process->files, *count * sizeof **files);
    return 0;
}

static int give_port(const struct fake_process *process, int errnum, uint32_t *port)
{
    if (process == NULL)
        return ESRCH;
    if (errnum != 0)
        return errnum;
    *port = PORT_OF_0 + (uint32_t)process->pid;
    fake_mac.ports_held++;
    return 0;
}

int call_task_read(int32_t pid, uint32_t *port)
{
    const struct fake_process *process = find(pid);

    if (fake_mac.no_task_read)
        return ENOSYS;
    ask("task_read", pid);
    return give_port(process, process == NULL ? 0 : process->read_errnum, port);
}

int call_task(int32_t pid, uint32_t *port)
{
    const struct fake_process *process = look("task", pid);

    return give_port(process, process == NULL ? 0 : process->task_errnum, port);
}

bool call_task_own(int32_t pid, uint32_t *port)
{
    const struct fake_process *process = find(pid);

    *port = PORT_OF_0 + (uint32_t)pid;
    fake_mac.ports_held += process != NULL && process->own;
    return process != NULL && process->own;
}

void call_task_end(uint32_t port)
{
    ask("end", (int32_t)(port - PORT_OF_0));
    cr_assert_gt(fake_mac.ports_held, 0);
    fake_mac.ports_held--;
}

int call_owned(uint32_t port, char **bytes, size_t *len)
{
    const struct fake_process *process = look("owned", (int32_t)(port - PORT_OF_0));
    size_t size;
    uint64_t count;

    *bytes = (char *)bytes; /* nothing that could be freed */
    if (process == NULL || process->owned_errnum != 0)
        return process == NULL ? ESRCH : process->owned_errnum;
    count = process->owned_count;
    size = process->owned_count * sizeof *process->owned;
    *bytes = NULL;
    *len = 0;
    if (count == 0)
        return 0;
    *len = sizeof count + size;
    *bytes = malloc(*len);
    cr_assert_not_null(*bytes);
    memcpy(*bytes, &count, sizeof count);
    memcpy(*bytes + sizeof count, process->owned, size);
    return 0;
}

static int recurse(void *context, uint64_t *address, uint64_t *size, uint32_t *depth, void *info,
                   uint32_t *count)
{
    const struct region_target *target = context;
    struct fake_process *process = find(target->pid);
    struct region_calls calls = fake_map_calls(&process->map);

    ask("recurse", target->pid);
    cr_assert_eq(target->port, PORT_OF_0 + (uint32_t)target->pid);
    return calls.recurse(calls.context, address, size, depth, info, count);
}

static int info(void *context, int flavor, uint64_t address, void *bytes, uint32_t size)
{
    const struct region_target *target = context;
    struct fake_process *process = find(target->pid);
    struct region_calls calls = fake_map_calls(&process->map);

    ask(flavor == DARWIN_PIDREGIONINFO ? "region" : "file", target->pid);
    return calls.info(calls.context, flavor, address, bytes, size);
}

struct region_calls call_regions(struct region_target *target)
{
    return (struct region_calls){
        .context = target, .recurse = target->port != 0 ? recurse : NULL, .info = info};
}
