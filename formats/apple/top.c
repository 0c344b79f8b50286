/*
 * top.c - top -l: what the machine holds, and a table of processes.
 *
 *     Processes: 412 total, 3 running, 409 sleeping, 1987 threads
 *     PhysMem: 14G used (2107M wired, 893M compressor), 1794M unused.
 *
 *     PID    COMMAND          %CPU #TH  #PORTS MEM   CMPRS PPID UID  STATE    #MREGS VSIZE
 *     4711*  Paper Mill       0.3  12/1 260+   34M+  0B    1    501  sleeping N/A    N/A
 *
 * "PhysMem: 1491M wired, 3032M active, ..." before 10.9. A command is cut at 16 bytes. From the
 * second sample on, figures can be what changed since the one before: only the first is read.
 */
#include <string.h>

#include "formats/apple/figures.h"
#include "formats/apple/pids.h"
#include "formats/apple/process_row.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)8 << 10)

struct physmem {
    struct figure wired, compressor;
    bool any; /* at least one figure with its meaning */
};

/* "2107M wired": figures and what each is of, between punctuation. */
static struct physmem read_physmem(struct str text)
{
    struct physmem physmem = {0};
    struct figure figure = {0};
    struct str word;

    while (str_word(&text, &word)) {
        while (word.len > 0 && *word.at == '(')
            word = (struct str){word.at + 1, word.len - 1};
        if (word.len > 0 && word.at[word.len - 1] == ':')
            break; /* another line, joined to this one */
        while (word.len > 0 && strchr(",.)+-", word.at[word.len - 1]) != NULL)
            word.len--;
        if (figure_read(word, &figure) || !figure.known)
            continue;
        if (str_is(word, "wired"))
            physmem.wired = figure;
        else if (str_is(word, "compressor"))
            physmem.compressor = figure;
        physmem.any = physmem.any || str_is(word, "wired") || str_is(word, "used");
        figure = (struct figure){0};
    }
    return physmem;
}

/* Takes what stands before "PhysMem:" off *line. On a wide terminal other lines come before it. */
static bool find_physmem(struct str *line)
{
    static const char *const headings[] = {
        "PhysMem:", "MemRegions:", "SharedLibs:", "Load Avg:", "CPU usage:", "Processes:"};
    size_t at;

    *line = str_trim(*line);
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        if (!str_starts(*line, headings[i]))
            continue;
        at = str_find(*line, "PhysMem:");
        if (at == SIZE_MAX)
            return false;
        *line = (struct str){line->at + at, line->len - at};
        return str_skip(line, "PhysMem:");
    }
    return false;
}

static bool starts_sample(struct str line)
{
    uint64_t n;
    struct str word;

    line = str_trim(line);
    return str_skip(&line, "Processes:") && str_word(&line, &word) && str_u64(word, 10, &n);
}

/* With a column that no other tool has. */
static bool is_table(struct columns *columns, struct str line)
{
    static const char *const own[] = {"#TH", "#PORTS", "#PORT", "#PRTS", "MEM", "RSIZE", "CMPRS"};

    if (!columns_open(columns, line))
        return false;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (columns_have(columns, own[i]))
            return true;
    return false;
}

/* ---- processes ---- */

#define AT(field) offsetof(struct process, field)

static const struct process_column wanted[] = {
    {"PID", PROCESS_PID, AT(pid)},
    {"PPID", PROCESS_PID, AT(ppid)},
    {"UID", PROCESS_UID, AT(uid)},
    {"#TH", PROCESS_COUNT, AT(thread_count)},
    {"#PORTS", PROCESS_COUNT, AT(port_count)},
    {"#PORT", PROCESS_COUNT, AT(port_count)},
    {"#PRTS", PROCESS_COUNT, AT(port_count)},
    {"#MREGS", PROCESS_COUNT, AT(region_count)},
    {"#MREG", PROCESS_COUNT, AT(region_count)},
    {"MEM", PROCESS_FIGURE, AT(footprint)},
    {"CMPRS", PROCESS_FIGURE, AT(swapped)},
    {"VSIZE", PROCESS_FIGURE, AT(virtual_size)},
    {"RSIZE", PROCESS_FIGURE, AT(resident)},
    {"RPRVT", PROCESS_FIGURE, AT(private_resident)},
    {"RSHRD", PROCESS_FIGURE, AT(shared_resident)},
};

struct reading {
    struct snapshot *snap;
    struct pids pids;
    struct columns columns;
    bool begun, physmem, table; /* the sample has got so far */
};

static bool read_process(struct reading *reading, unsigned n, struct str line)
{
    struct process said;
    struct str name;

    if (!columns_split(&reading->columns, line) ||
        !process_row(&reading->columns, wanted, sizeof wanted / sizeof *wanted, &said)) {
        snapshot_note(reading->snap, n, "not a line of a process, or cut: skipped");
        return true;
    }
    name = columns_field(&reading->columns, "COMMAND");
    if (name.len > 0)
        said.name = snapshot_name(reading->snap, n, name);
    if (pids_say(&reading->pids, &said))
        return true;
    snapshot_note(reading->snap, n, "too many processes: the rest is skipped");
    return false;
}

static void take_physmem(struct reading *reading, unsigned n, struct str line)
{
    struct physmem physmem = read_physmem(line);

    reading->physmem = true;
    if (physmem.wired.bytes > 0)
        mac_total_set(reading->snap, MAC_WIRED_TOP, physmem.wired);
    else
        snapshot_note(reading->snap, n, "PhysMem does not say how much is wired");
    mac_total_set(reading->snap, MAC_COMPRESSOR, physmem.compressor);
}

/* False: the first sample ends before this line. */
static bool read_line(struct reading *reading, unsigned n, struct str line)
{
    struct str rest = line;
    struct columns columns;
    bool starts = starts_sample(line), physmem = find_physmem(&rest), table;

    table = !starts && !physmem && columns_open(&columns, line);
    if ((starts && (reading->begun || reading->physmem || reading->table)) ||
        (physmem && (reading->physmem || reading->table)) || (table && reading->table)) {
        snapshot_note(reading->snap, n, "a further sample: only the first is read");
        return false;
    }
    reading->begun = reading->begun || starts;
    if (physmem)
        take_physmem(reading, n, rest);
    if (table) {
        reading->columns = columns;
        reading->table = true;
    }
    if (starts || physmem || table || !reading->table || str_trim(line).len == 0)
        return true;
    return read_process(reading, n, line);
}

static bool is_top(struct str text)
{
    struct columns columns;
    struct str line;

    while (str_line(&text, &line)) {
        struct str rest = line;

        if ((find_physmem(&rest) && read_physmem(rest).any) || is_table(&columns, line))
            return true;
    }
    return false;
}

bool top_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct reading reading = {.snap = snap};
    struct str line;

    if (!is_top(text))
        return err_set(err, "not the output of top: neither a line like \"PhysMem: 14G used (2107M "
                            "wired), 1794M unused.\" nor a table of processes");
    mac_snapshot(snap);
    reading.pids = pids_begin(snap);
    for (unsigned n = 1; str_line(&text, &line) && read_line(&reading, n, line); n++)
        continue;
    pids_end(&reading.pids);
    return true;
}

bool top_is_like(struct str text)
{
    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return is_top(text);
}
