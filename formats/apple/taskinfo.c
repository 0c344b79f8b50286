/*
 * taskinfo.c - taskinfo --threads --boosts: pages of text about each process.
 *
 *     process: "millerd" [4711] [unique ID: 90210]
 *     ...
 *     virtual bytes: 74.61 GB; phys_footprint bytes: 9.31 MB; phys_footprint lifetime maximum ...
 *     ...
 *     mach ports: 260 (71% occupied)
 *     threads:
 *     	thread ID: 0x338 / 824
 *
 * macOS 13 and later have a line "unique ID/version: 90210 / 1, parent: 1 / ..." instead, one with
 * "audit: { auid 501 uid 501 ... }", and units in "MiB". Rounded to hundredths, in powers of 1024.
 */
#include "formats/apple/figures.h"
#include "formats/apple/pids.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)16 << 10)

struct reading {
    struct snapshot *snap;
    struct pids pids;
    struct process said; /* of the process that the lines are about */
    bool open;           /* there is one */
    uint64_t thread_ids; /* lines of threads below it */
    unsigned line;
    bool cut; /* the line is the last one, and does not end */
};

/* The number that *text begins with. */
static bool first_number(struct str text, uint64_t *number)
{
    struct str word;
    size_t len = 0;

    if (!str_word(&text, &word))
        return false;
    while (len < word.len && word.at[len] >= '0' && word.at[len] <= '9')
        len++;
    return str_u64((struct str){word.at, len}, 10, number);
}

static void read_count(struct str text, struct count *count)
{
    uint64_t n;

    if (first_number(text, &n))
        *count = (struct count){n, true};
}

/* Takes the last "[...]" off *text. */
static bool take_bracket(struct str *text, struct str *inside)
{
    size_t at;

    *text = str_trim(*text);
    if (!str_ends(*text, "]"))
        return false;
    for (at = text->len - 1; at > 0 && text->at[at] != '['; at--)
        continue;
    if (text->at[at] != '[')
        return false;
    *inside = str_trim((struct str){text->at + at + 1, text->len - at - 2});
    text->len = at;
    return true;
}

/* "\"millerd\" [4711] [unique ID: 90210]"; the name may hold quotes and brackets. */
static bool read_heading(struct str text, struct str *name, struct process *said)
{
    struct str inside;
    uint64_t pid;

    *said = (struct process){0};
    if (!take_bracket(&text, &inside))
        return false;
    if (str_skip(&inside, "unique ID:")) {
        read_count(inside, &said->unique_id);
        if (!take_bracket(&text, &inside))
            return false;
    }
    if (!str_u64(inside, 10, &pid) || pid > INT32_MAX)
        return false;
    said->pid = (int32_t)pid;
    *name = str_trim(text);
    if (name->len > 1 && *name->at == '"' && name->at[name->len - 1] == '"')
        *name = (struct str){name->at + 1, name->len - 2};
    return name->len > 0;
}

/* "virtual bytes: 74.61 GB; phys_footprint bytes: 9.31 MB; ..." */
static void read_sizes(struct reading *reading, struct str line)
{
    struct str part, label;
    struct figure figure;

    while (str_trim(line).len > 0) {
        struct amount *amount = NULL;

        (void)str_cut(&line, ';', &part);
        (void)str_cut(&part, ':', &label);
        label = str_trim(label);
        if (str_is(label, "virtual bytes"))
            amount = &reading->said.virtual_size;
        else if (str_is(label, "phys_footprint bytes"))
            amount = &reading->said.footprint;
        if (amount == NULL)
            continue;
        /* There is always a unit: without one, the line was cut. */
        if (str_ends(str_trim(part), "B") && figure_read(part, &figure))
            *amount = figure_amount(figure);
        else
            snapshot_note(reading->snap, reading->line, "not a size: skipped");
    }
}

/* "90210 / 1, parent: 1 / 1 / 1" */
static void read_identity(struct str text, struct process *said)
{
    uint64_t ppid;
    size_t parent = str_find(text, "parent:");

    read_count(text, &said->unique_id);
    if (parent == SIZE_MAX)
        return;
    text = (struct str){text.at + parent, text.len - parent};
    str_skip(&text, "parent:");
    if (first_number(text, &ppid) && ppid <= INT32_MAX)
        said->ppid = (int32_t)ppid;
}

/* "{ auid 501 uid 501 gid 20 ...}" */
static void read_audit(struct str text, struct process *said)
{
    struct str word;

    while (str_word(&text, &word))
        if (str_is(word, "uid"))
            read_count(text, &said->uid);
}

static void read_detail(struct reading *reading, struct str line)
{
    struct process *said = &reading->said;

    if (str_starts(line, "thread ID:"))
        reading->thread_ids++;
    else if (str_starts(line, "virtual bytes:") || str_starts(line, "phys_footprint bytes:"))
        read_sizes(reading, line);
    else if (reading->cut)
        return; /* a number may go on */
    else if (str_skip(&line, "unique ID/version:"))
        read_identity(line, said);
    else if (str_skip(&line, "audit:"))
        read_audit(line, said);
    else if (str_skip(&line, "mach ports:"))
        read_count(line, &said->port_count);
    else if (str_skip(&line, "file descriptors:"))
        read_count(line, &said->fd_count);
    else if (str_skip(&line, "threads:") || str_skip(&line, "num threads:"))
        read_count(line, &said->thread_count);
}

/* False: there are too many processes. */
static bool end_process(struct reading *reading)
{
    bool open = reading->open;

    reading->open = false;
    if (reading->thread_ids > 0)
        reading->said.thread_count = (struct count){reading->thread_ids, true};
    if (reading->cut)
        reading->said.thread_count = (struct count){0}; /* more may follow */
    reading->thread_ids = 0;
    if (!open || pids_say(&reading->pids, &reading->said))
        return true;
    snapshot_note(reading->snap, reading->line, "too many processes: the rest is skipped");
    return false;
}

static bool read_line(struct reading *reading, struct str line)
{
    struct str name;

    line = str_trim(line);
    if (!str_skip(&line, "process:")) {
        if (reading->open)
            read_detail(reading, line);
        return true;
    }
    if (!end_process(reading))
        return false;
    reading->open = read_heading(line, &name, &reading->said);
    if (reading->open)
        reading->said.name = snapshot_name(reading->snap, reading->line, name);
    else
        snapshot_note(reading->snap, reading->line,
                      "not a line like 'process: \"name\" [pid]': the process is skipped");
    return true;
}

/* A process, and beside it what no other tool says. */
static bool is_taskinfo(struct str text)
{
    struct str line, name;
    struct process said;

    if (str_find(text, "phys_footprint bytes:") == SIZE_MAX &&
        str_find(text, "[unique ID:") == SIZE_MAX &&
        str_find(text, "unique ID/version:") == SIZE_MAX)
        return false;
    while (str_line(&text, &line)) {
        line = str_trim(line);
        if (str_skip(&line, "process:") && read_heading(line, &name, &said))
            return true;
    }
    return false;
}

bool taskinfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct reading reading = {.snap = snap, .line = 1};
    bool ends = text.len > 0 && text.at[text.len - 1] == '\n', room = true;
    struct str line;

    if (!is_taskinfo(text))
        return err_set(err, "not the output of taskinfo: no line like "
                            "'process: \"name\" [pid] [unique ID: n]'");
    mac_snapshot(snap);
    reading.pids = pids_begin(snap);
    for (; room && str_line(&text, &line); reading.line++) {
        reading.cut = !ends && text.len == 0;
        room = read_line(&reading, line);
    }
    if (room)
        (void)end_process(&reading);
    pids_end(&reading.pids);
    return true;
}

bool taskinfo_is_like(struct str text)
{
    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return is_taskinfo(text);
}
