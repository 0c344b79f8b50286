/*
 * ps.c - ps aux, ps axwww -o ...: a table of processes, sizes in KiB.
 *
 *     USER   UID   PID  PPID %CPU %MEM     VSZ   RSS TT  STAT STARTED    TIME COMMAND
 *     anna   501  4711     1  0.3  0.8 4934652 68420 ??  S    14Jan19 7:27.40 /usr/bin/mill -q
 *
 * Columns are those that were asked for, the command usually the last. In a sandbox every RSS is 0.
 */
#include "formats/apple/commands.h"
#include "formats/apple/figures.h"
#include "formats/apple/pids.h"
#include "formats/apple/process_row.h"
#include "formats/readers.h"

#define LIKE_BYTES   ((size_t)4 << 10)
#define PREAMBLE_MAX 20 /* lines before the header: a prompt, what a script says */

#define AT(field) offsetof(struct process, field)

static const struct process_column wanted[] = {
    {"PID", PROCESS_PID, AT(pid)},
    {"PPID", PROCESS_PID, AT(ppid)},
    {"UID", PROCESS_UID, AT(uid)},
    {"RSS", PROCESS_KIB, AT(resident)},
    {"RSZ", PROCESS_KIB, AT(resident)},
    {"VSZ", PROCESS_KIB, AT(virtual_size)},
    {"VSIZE", PROCESS_KIB, AT(virtual_size)},
};

struct table {
    struct columns columns;
    struct str rows;
    unsigned line; /* of the header */
    bool threads;  /* ps -M: a line for each thread */
};

/* One column at least that says what ps alone says, and none of what others do. */
static bool is_header(const struct columns *columns)
{
    static const char *const foreign[] = {"START", "TIME+", "VIRT", "RES",    "SHR",
                                          "#TH",   "MEM",   "FD",   "#PORTS", "CMPRS"};

    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (columns_have(columns, foreign[i]))
            return false;
    if (columns->command == columns->count)
        return false;
    return columns_have(columns, "RSS") || columns_have(columns, "RSZ") ||
           columns_have(columns, "VSZ") || columns_have(columns, "VSIZE") ||
           (columns_have(columns, "TIME") &&
            (columns_have(columns, "TT") || columns_have(columns, "TTY")));
}

/* The processes that every Linux has near the top of the list. */
static bool is_linux(struct str rows)
{
    if (rows.len > LIKE_BYTES)
        rows.len = LIKE_BYTES;
    return str_find(rows, "kthreadd") != SIZE_MAX || str_find(rows, "systemd") != SIZE_MAX;
}

static bool find_table(struct str text, struct table *table)
{
    struct str line;

    table->rows = text;
    for (table->line = 1; table->line <= PREAMBLE_MAX; table->line++) {
        if (!str_line(&table->rows, &line))
            return false;
        if (!columns_open(&table->columns, line))
            continue;
        table->threads =
            columns_have(&table->columns, "STIME") && columns_have(&table->columns, "UTIME");
        if (table->threads || is_header(&table->columns))
            return !is_linux(table->rows);
    }
    return false;
}

/* False: not a line of a process. */
static bool read_row(struct columns *columns, struct str line, struct process *said)
{
    return columns_split(columns, line) &&
           process_row(columns, wanted, sizeof wanted / sizeof *wanted, said);
}

/* ps can repeat its header. */
static bool is_header_again(const struct columns *columns, struct str line)
{
    struct str first, pid = columns->names[0];

    return str_word(&line, &first) && str_equal(first, pid);
}

/* What ps says of memory is 0 for all processes when it was not let see it. */
static bool sees_memory(struct table table)
{
    struct process said;
    struct str line;
    bool any = false;

    while (str_line(&table.rows, &line)) {
        if (!read_row(&table.columns, line, &said) || !said.resident.known)
            continue;
        if (said.resident.bytes > 0)
            return true;
        any = true;
    }
    return !any;
}

static void name_program(struct snapshot *snap, unsigned n, const struct columns *columns,
                         struct process *said)
{
    struct str command = columns->fields[columns->command], header;
    struct program program;

    header = columns->names[columns->command];
    program = str_is(header, "COMM") || str_is(header, "UCOMM") ? program_of_path(command)
                                                                : program_of_command(command);
    if (program.name.len > 0)
        said->name = snapshot_name(snap, n, program.name);
    if (program.path.len > 0)
        said->path = snapshot_name(snap, n, program.path);
}

static void read_rows(struct table *table, struct snapshot *snap)
{
    bool sees = sees_memory(*table);
    struct pids pids = pids_begin(snap);
    struct str line;

    if (!sees)
        snapshot_note(snap, 0, "every RSS is 0: resident memory is not known");
    for (unsigned n = table->line + 1; str_line(&table->rows, &line); n++) {
        struct process said;

        if (str_trim(line).len == 0 || is_header_again(&table->columns, line))
            continue;
        if (!read_row(&table->columns, line, &said)) {
            snapshot_note(snap, n, "not a line of a process, or cut: skipped");
            continue;
        }
        if (!sees)
            said.resident = (struct amount){0};
        name_program(snap, n, &table->columns, &said);
        if (!pids_say(&pids, &said)) {
            snapshot_note(snap, n, "too many processes: the rest is skipped");
            break;
        }
    }
    pids_end(&pids);
}

bool ps_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct table table;

    if (!find_table(text, &table))
        return err_set(err, "not the output of a Mac's ps: no header like \"PID RSS VSZ COMMAND\"");
    if (table.threads)
        return err_set(err, "ps with threads: only a line for each process is read");
    mac_snapshot(snap);
    read_rows(&table, snap);
    return true;
}

bool ps_is_like(struct str text)
{
    struct table table;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return find_table(text, &table) && !table.threads;
}
