/*
 * footprint.c - footprint of macOS: what processes' dirty memory consists of.
 *
 *     ======================================================================
 *     harbour [4242]: 64-bit    Footprint: 912 KB (16384 bytes per page)
 *     ======================================================================
 *
 *       Dirty  (Swapped)      Clean  Reclaimable    (Wired)    Regions    Category
 *         ---        ---        ---          ---        ---        ---    ---
 *      512 KB       0 B        0 B          0 B        0 B         12    MALLOC_SMALL
 *      160 KB       0 B        0 B          0 B        0 B          1    page table
 *         ---        ---        ---          ---        ---        ---    ---
 *      672 KB       0 B        0 B          0 B        0 B         13    TOTAL
 *
 *     Auxiliary data:
 *         phys_footprint: 928 KB
 *
 * --swapped and --wired add their columns. -f bytes prints "B" alone, -f pages no unit at all. What
 * several processes share follows in tables of its own ("Shared with dock [99]:"), and belongs to
 * none of them alone; neither do the summary and the shared caches at the end. -v prints a list of
 * regions in front of each process, which is not read. phys_footprint is the kernel's own figure,
 * and believed before the title's. --sample prints everything again and again: the first counts.
 */
#include "formats/apple/footprint.h"

#include "formats/apple/figures.h"
#include "formats/apple/pids.h"
#include "formats/readers.h"

#define FIRST_LINES 8 /* in which a tool that failed says so */
#define BEGIN_LINES 500
#define MESSAGE_MAX 300 /* bytes of an error message of the tool */

struct title {
    struct str name;
    int32_t pid;
    struct str rest;
};

struct footprint {
    struct snapshot *snap;
    struct pids pids;
    struct groups listed;
    bool any;
    struct str failure;

    /* Of one process: */
    bool in_process, in_table, shared;
    int32_t pid;
    struct str name;
    uint64_t page_bytes;
    struct figure said, phys; /* by the title, and by the kernel */
    struct footprint_columns columns;
    struct region_types types;
};

/* ---- a process ---- */

/* What the kernel holds for the process: footprint lists it as one more category. */
static void keep_page_tables(struct process *process, const struct region_sum *sum)
{
    if (process == NULL || sum == NULL || process->page_tables.known)
        return;
    process->page_tables = figure_amount(sum->sizes[REGION_DIRTY]);
    process->page_tables_resolution_bytes = sum->sizes[REGION_DIRTY].resolution_bytes;
}

static void keep_process(struct footprint *footprint)
{
    struct snapshot *snap = footprint->snap;
    struct figure best = footprint->phys.known ? footprint->phys : footprint->said;
    struct process said = {.pid = footprint->pid,
                           .name = snapshot_name(snap, 0, footprint->name),
                           .footprint = figure_amount(best)};

    footprint->any = true;
    if (!region_types_list(&footprint->listed, snap, footprint->pid, "footprint"))
        return;
    if (!pids_say(&footprint->pids, &said)) {
        snapshot_note(snap, 0, "too many processes: skipped");
        return;
    }
    keep_page_tables(pids_get(&footprint->pids, said.pid),
                     region_types_find(&footprint->types, "page table"));
    region_types_keep(&footprint->types, snap, footprint->pid, "footprint");
}

static void end_process(struct footprint *footprint)
{
    if (footprint->in_process)
        keep_process(footprint);
    region_types_end(&footprint->types);
    footprint->in_process = false;
    footprint->in_table = false;
    footprint->shared = false;
    footprint->page_bytes = 0;
    footprint->said = footprint->phys = (struct figure){0};
}

/* "Footprint: 912 KB (16384 bytes per page)" */
static void read_footprint(struct footprint *footprint, struct str text)
{
    struct str before, behind = text;
    uint64_t bytes;

    if (str_cut(&behind, '(', &before) && str_word(&behind, &before) && str_u64(before, 10, &bytes))
        footprint->page_bytes = bytes;
    (void)footprint_size(&text, footprint->page_bytes, &footprint->said);
}

/* What follows the brackets of a pid. */
static bool is_title(struct str rest)
{
    return str_starts(rest, "64-bit") || str_starts(rest, "32-bit") ||
           str_starts(rest, "Footprint:");
}

/* "harbour helper [4242]: 64-bit    Footprint: 912 KB ...". A name may look like that too: the last
 * pid is meant. The footprint may follow on a line of its own. */
static bool read_title(struct str line, struct title *title)
{
    struct str text = line, before, digits, behind;
    uint64_t n;
    bool found = false;

    while (str_cut(&text, ']', &before)) {
        size_t at = before.len;

        if (!str_starts(text, ":"))
            continue;
        while (at > 0 && before.at[at - 1] != '[')
            at--;
        digits = (struct str){before.at + at, before.len - at};
        behind = str_trim((struct str){text.at + 1, text.len - 1});
        if (at == 0 || !str_u64(digits, 10, &n) || n > INT32_MAX || !is_title(behind))
            continue;
        title->name = str_trim((struct str){line.at, (size_t)(digits.at - 1 - line.at)});
        title->pid = (int32_t)n;
        title->rest = behind;
        found = title->name.len > 0;
    }
    return found;
}

static bool begin_process(struct footprint *footprint, struct str line)
{
    struct title title;
    size_t at;

    if (!read_title(line, &title))
        return false;
    end_process(footprint);
    footprint->in_process = true;
    footprint->name = title.name;
    footprint->pid = title.pid;
    at = str_find(title.rest, "Footprint:");
    if (at != SIZE_MAX) {
        line = (struct str){title.rest.at + at, title.rest.len - at};
        (void)str_skip(&line, "Footprint:");
        read_footprint(footprint, line);
    }
    return true;
}

/* ---- lines ---- */

static bool is_rule(struct str line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] != '-' && line.at[i] != '=' && line.at[i] != ' ' && line.at[i] != '\t')
            return false;
    return true;
}

/* False: it is none. */
static bool read_row(struct footprint *footprint, unsigned n, struct str line)
{
    struct region_line category;

    if (!footprint_row(&footprint->columns, footprint->page_bytes, line, &category))
        return false;
    if (str_is(category.type, "TOTAL"))
        footprint->in_table = false;
    else if (footprint->in_process && !footprint->shared)
        region_types_add(&footprint->types, footprint->snap, n, &category);
    return true;
}

/* What follows is of no single process. */
static bool ends_process(struct str line)
{
    return str_starts(line, "Summary Footprint:") || str_starts(line, "Shared Cache ") ||
           str_starts(line, "System auxiliary data:");
}

static bool is_failure(struct str line)
{
    return str_starts(line, "footprint:") || str_starts(line, "footprint[");
}

static void read_failure(struct footprint *footprint, unsigned n, struct str line)
{
    if (footprint->failure.len == 0)
        footprint->failure = line;
    snapshot_note(footprint->snap, n, "an error message of footprint: skipped");
}

static void read_line(struct footprint *footprint, unsigned n, struct str line)
{
    if (str_is(line, "Auxiliary data:"))
        footprint->in_table = false;
    if (is_rule(line) || (footprint->in_table && read_row(footprint, n, line)) ||
        begin_process(footprint, line))
        return;
    if (footprint_header(line, &footprint->columns)) {
        footprint->in_table = true;
    } else if (is_failure(line)) {
        read_failure(footprint, n, line);
    } else if (ends_process(line)) {
        end_process(footprint);
    } else if (str_starts(line, "Shared with ")) {
        footprint->shared = true;
    } else if (str_skip(&line, "phys_footprint:")) {
        (void)footprint_size(&line, footprint->page_bytes, &footprint->phys);
    } else if (str_skip(&line, "Footprint:")) {
        read_footprint(footprint, line);
    } else if (footprint->in_table) {
        snapshot_note(footprint->snap, n, "not the line of a category: skipped");
    }
}

bool footprint_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct footprint footprint = {
        .snap = snap, .pids = pids_begin(snap), .listed = region_types_listed(snap)};
    size_t notes = snap->note_count;
    bool ends = text.len > 0 && text.at[text.len - 1] == '\n';
    struct str line;

    for (unsigned n = 1; str_line(&text, &line); n++) {
        if (text.len == 0 && !ends && footprint.in_table)
            snapshot_note(snap, n, "cut in the middle of a line: skipped");
        else
            read_line(&footprint, n, str_trim(line));
    }
    end_process(&footprint);
    groups_free(&footprint.listed);
    pids_end(&footprint.pids);
    if (footprint.any) {
        mac_snapshot(snap);
        return true;
    }
    snap->note_count = notes;
    if (footprint.failure.len == 0)
        return err_set(err, "not the output of footprint: no line \"NAME [PID]: ... Footprint: "
                            "SIZE\"");
    if (footprint.failure.len > MESSAGE_MAX)
        footprint.failure.len = MESSAGE_MAX;
    return err_set(err, "no output of footprint, but its error: %.*s", (int)footprint.failure.len,
                   footprint.failure.at);
}

/* Lists of regions, which -v prints in front of a process, have a header that is nobody else's. */
bool footprint_is_like(struct str text)
{
    struct str line;
    struct title title;
    bool titled = false;

    for (size_t n = 0; n < BEGIN_LINES && str_line(&text, &line); n++) {
        line = str_trim(line);
        if ((n < FIRST_LINES && is_failure(line)) || (titled && str_starts(line, "Footprint:")) ||
            (str_starts(line, "start") && str_ends(line, "tag (detail)")))
            return true;
        if (!read_title(line, &title))
            continue;
        if (str_find(title.rest, "Footprint:") != SIZE_MAX)
            return true;
        titled = true;
    }
    return false;
}
