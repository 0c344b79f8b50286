/*
 * processes.c - processes.tsv, both ways.
 *
 *     pid	ppid	start	uid	name	path	...	wired_bytes	resident_bytes	...
 *     713	1	4711	0	lockerd	/usr/bin/lockerd	...	67108864	68157440	...
 *
 * One table says what each column is and where it is kept; writer and reader both walk it.
 */
#include "formats/processes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formats/escape.h"
#include "formats/readers.h"
#include "formats/tsv.h"

enum column_kind {
    COLUMN_PID,
    COLUMN_COUNT,
    COLUMN_AMOUNT,
    COLUMN_NAME,
    COLUMN_STATUS,
    COLUMN_YES
};

#define AT(field) offsetof(struct process, field)

static const struct column {
    const char *name;
    enum column_kind kind;
    size_t offset;
} columns[] = {
    {"pid", COLUMN_PID, AT(pid)},
    {"ppid", COLUMN_PID, AT(ppid)},
    {"start", COLUMN_COUNT, AT(start)},
    {"uid", COLUMN_COUNT, AT(uid)},
    {"mm_of", COLUMN_COUNT, AT(mm_of)},
    {"name", COLUMN_NAME, AT(name)},
    {"path", COLUMN_NAME, AT(path)},
    {"unit", COLUMN_NAME, AT(unit)},
    {"script", COLUMN_NAME, AT(script)},
    {"signing_id", COLUMN_NAME, AT(signing_id)},
    {"team", COLUMN_NAME, AT(team)},
    {"kernel", COLUMN_YES, AT(kernel)},
    {"threads", COLUMN_COUNT, AT(thread_count)},
    {"fds", COLUMN_COUNT, AT(fd_count)},
    {"pipes", COLUMN_COUNT, AT(pipe_count)},
    {"sockets", COLUMN_COUNT, AT(socket_count)},
    {"rings", COLUMN_COUNT, AT(ring_count)},
    {"regions", COLUMN_COUNT, AT(region_count)},
    {"method", COLUMN_NAME, AT(method)},
    {"status", COLUMN_STATUS, AT(status)},
    {"regions_status", COLUMN_STATUS, AT(regions_status)},
    {"fds_status", COLUMN_STATUS, AT(fds_status)},
    {"wired_bytes", COLUMN_AMOUNT, AT(wired)},
    {"resident_bytes", COLUMN_AMOUNT, AT(resident)},
    {"private_bytes", COLUMN_AMOUNT, AT(private_resident)},
    {"shared_bytes", COLUMN_AMOUNT, AT(shared_resident)},
    {"dirty_bytes", COLUMN_AMOUNT, AT(dirty)},
    {"swapped_bytes", COLUMN_AMOUNT, AT(swapped)},
    {"footprint_bytes", COLUMN_AMOUNT, AT(footprint)},
    {"page_tables_bytes", COLUMN_AMOUNT, AT(page_tables)},
    {"locked_bytes", COLUMN_AMOUNT, AT(locked)},
    {"locked_pss_bytes", COLUMN_AMOUNT, AT(locked_pss)},
    {"pinned_bytes", COLUMN_AMOUNT, AT(pinned)},
    {"hugetlb_bytes", COLUMN_AMOUNT, AT(hugetlb)},
    {"unique_id", COLUMN_COUNT, AT(unique_id)},
    {"ports", COLUMN_COUNT, AT(port_count)},
    {"virtual_bytes", COLUMN_AMOUNT, AT(virtual_size)},
    {"graphics_bytes", COLUMN_AMOUNT, AT(graphics)},
};

#define COLUMNS     (sizeof columns / sizeof *columns)
#define NAMES       7  /* columns of names */
#define NUMBER_MAX  24 /* the longest field of any other column, and its tab */
#define ESCAPED_MAX ((size_t)ESCAPE_MAX * NAME_BYTES_MAX + 3)

_Static_assert(NAMES *ESCAPED_MAX + COLUMNS * NUMBER_MAX < PROCESSES_LINE_MAX,
               "a line of the longest names fits");

/* The place of the column in this process. */
static const void *at_column(const struct process *process, const struct column *column)
{
    return (const char *)process + column->offset;
}

static size_t format_number(char *out, size_t size, uint64_t number, bool known)
{
    return (size_t)(known ? snprintf(out, size, "%" PRIu64, number) : snprintf(out, size, "-"));
}

static size_t format_name(char *out, size_t size, const char *name)
{
    if (name == NULL)
        return (size_t)snprintf(out, size, "-");
    return escape_name(out, size, (struct str){name, strnlen(name, NAME_BYTES_MAX)});
}

static size_t format_field(char *out, size_t size, const void *at, enum column_kind kind)
{
    const struct count *count = at;
    const struct amount *amount = at;

    switch (kind) {
    case COLUMN_PID:
        return (size_t)snprintf(out, size, "%" PRId32, *(const int32_t *)at);
    case COLUMN_COUNT:
        return format_number(out, size, count->n, count->known);
    case COLUMN_AMOUNT:
        return format_number(out, size, amount->bytes, amount->known);
    case COLUMN_NAME:
        return format_name(out, size, *(const char *const *)at);
    case COLUMN_STATUS:
        return (size_t)snprintf(out, size, "%s", status_name(*(const enum status *)at));
    case COLUMN_YES:
        return (size_t)snprintf(out, size, "%s", *(const bool *)at ? "yes" : "no");
    }
    return 0;
}

size_t processes_format_header(char *line, size_t size)
{
    size_t used = 0;

    assert(size >= PROCESSES_LINE_MAX);
    for (size_t i = 0; i < COLUMNS; i++)
        used += (size_t)snprintf(line + used, size - used, "%s%c", columns[i].name,
                                 i + 1 < COLUMNS ? '\t' : '\n');
    return used;
}

size_t processes_format(const struct process *process, char *line, size_t size)
{
    size_t used = 0;

    assert(size >= PROCESSES_LINE_MAX);
    for (size_t i = 0; i < COLUMNS; i++) {
        used += format_field(line + used, size - used, at_column(process, &columns[i]),
                             columns[i].kind);
        line[used++] = i + 1 < COLUMNS ? '\t' : '\n';
    }
    line[used] = '\0';
    return used;
}

static int32_t read_pid(const struct tsv *tsv, const char *column)
{
    struct count pid = tsv_count(tsv, column);

    return pid.n <= INT32_MAX ? (int32_t)pid.n : 0;
}

/* A table without the column did not try, so there is nothing to rely on: absent, never ok. */
static enum status read_status(const struct tsv *tsv, const char *column)
{
    enum status status = STATUS_FAILED;

    if (!tsv_says(tsv, column))
        return STATUS_ABSENT;
    if (!status_named(tsv_field(tsv, column), &status))
        tsv_note(tsv, "an unknown status: taken as failed");
    return status;
}

static void read_field(const struct tsv *tsv, const struct column *column, struct process *process)
{
    void *at = (char *)process + column->offset;

    switch (column->kind) {
    case COLUMN_PID:
        *(int32_t *)at = read_pid(tsv, column->name);
        break;
    case COLUMN_COUNT:
        *(struct count *)at = tsv_count(tsv, column->name);
        break;
    case COLUMN_AMOUNT:
        *(struct amount *)at = tsv_amount(tsv, column->name);
        break;
    case COLUMN_NAME:
        *(const char **)at = tsv_name(tsv, column->name);
        break;
    case COLUMN_STATUS:
        *(enum status *)at = read_status(tsv, column->name);
        break;
    case COLUMN_YES:
        *(bool *)at = tsv_yes_no(tsv, column->name) == YES;
        break;
    }
}

bool processes_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "pid"))
        return err_set(err, "not a table of processes: no column pid");
    while (tsv_next(&tsv)) {
        struct process *process;
        uint64_t pid;

        if (!str_u64(tsv_field(&tsv, "pid"), 10, &pid) || pid > INT32_MAX) {
            tsv_note(&tsv, "no process id: line skipped");
            continue;
        }
        if (snap->process_count >= RECORDS_MAX) {
            tsv_note(&tsv, "too many processes: the rest is skipped");
            break;
        }
        process =
            arena_append(snap->arena, &snap->processes, &snap->process_count, sizeof *process);
        for (size_t i = 0; i < COLUMNS; i++)
            read_field(&tsv, &columns[i], process);
    }
    return true;
}
