/*
 * vmmap.c - vmmap of macOS: regions of a process, or their summary by type.
 *
 *     Process:         harbour [4242]
 *     Physical footprint:         38.4M
 *     ----
 *     Virtual Memory Map of process 4242 (harbour)
 *     ==== Non-writable regions for process 4242
 *     REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX SHRMOD ...
 *     __TEXT                      104a3c000-104a40000    [   16K    16K     0K     0K] r-x/r-x SM=COW ...
 *     ==== Summary for process 4242
 *     ...
 *
 * Every part may be missing: old releases print no preamble and no header, -summary prints no
 * regions, crash reports hold a summary alone, and people paste a few lines. Where there are
 * regions they count, to the byte, and the summary only tells whether some of them are missing.
 * With -submap the line of a submap repeats the addresses of what it holds, and is not counted.
 *
 * A text may hold the maps of several processes, one behind the other.
 */
#include "formats/apple/vmmap.h"

#include "formats/apple/figures.h"
#include "formats/readers.h"

#define MESSAGE_MAX 300 /* bytes of an error message of the tool */

enum section {
    SECTION_NONE,
    SECTION_ROWS,
    SECTION_SUMMARY,
    SECTION_NEAR /* of a crash report: a few regions around an address */
};

struct map {
    struct snapshot *snap;
    struct pids pids;
    struct groups listed;
    bool any;           /* something was read */
    struct str failure; /* an error message of the tool */

    /* Of one process: */
    struct vmmap_preamble preamble;
    enum section section;
    struct vmmap_rows rows;
    struct vmmap_columns columns; /* of the summary */
    struct str names;             /* of its columns */
    struct str before;            /* the line before this one */
    struct region_types regions, summary;
    bool lost; /* a line of one could not be read: there were more regions */
};

static void begin_process(struct map *map)
{
    region_types_end(&map->regions);
    region_types_end(&map->summary);
    map->preamble = (struct vmmap_preamble){0};
    map->section = SECTION_NONE;
    map->rows = (struct vmmap_rows){0};
    map->names = (struct str){"", 0};
    map->lost = false;
}

/* ---- when a process has been read ---- */

/* Whether the summary counts more than was listed: somebody has shortened the list. */
static bool are_missing(const struct map *map)
{
    struct figure listed = region_types_total(&map->regions, REGION_VIRTUAL);
    struct figure all = region_types_total(&map->summary, REGION_VIRTUAL);

    return map->summary.sum_count > 0 && listed.known && all.known && all.bytes > listed.bytes &&
           all.bytes - listed.bytes > all.resolution_bytes + listed.resolution_bytes;
}

static void end_process(struct map *map)
{
    bool listed = map->regions.sum_count > 0;
    const struct region_types *types = listed ? &map->regions : &map->summary;
    const char *method = listed ? "vmmap" : "vmmap summary";
    const struct vmmap_preamble *preamble = &map->preamble;
    struct count count = map->lost ? (struct count){0} : types->count;

    if (types->sum_count == 0 &&
        !(preamble->is_vmmap && preamble->has_pid && preamble->footprint.known))
        return;
    map->any = true;
    vmmap_keep_machine(map->snap, preamble);
    if (listed && are_missing(map)) {
        count = (struct count){0};
        snapshot_note(map->snap, 0, "not all the regions that its summary counts are listed");
    }
    if (preamble->has_pid && types->sum_count > 0 &&
        !region_types_list(&map->listed, map->snap, preamble->pid, method)) {
        snapshot_note(map->snap, 0, "a process whose regions are known already: skipped");
        return;
    }
    if (preamble->has_pid)
        vmmap_keep_process(&map->pids, preamble, types, count);
    region_types_keep(types, map->snap, preamble->pid, method);
}

static void next_process(struct map *map)
{
    end_process(map);
    begin_process(map);
}

/* ---- lines ---- */

/* Whether another process begins here. */
static bool is_next(const struct map *map, struct str line)
{
    struct vmmap_preamble other = {0};

    if (str_starts(line, "Process:"))
        return map->preamble.has_pid || map->regions.sum_count > 0 || map->summary.sum_count > 0;
    return vmmap_preamble_map_of(&other, line) &&
           (map->regions.sum_count > 0 || map->summary.sum_count > 0 ||
            (map->preamble.has_pid && other.has_pid && other.pid != map->preamble.pid));
}

/* The header of the summary's table. */
static bool begin_summary(struct map *map, unsigned n, struct str line)
{
    struct vmmap_columns columns;

    if (!vmmap_summary_header(map->names, line, &columns))
        return false;
    map->names = (struct str){"", 0};
    map->section = SECTION_SUMMARY;
    if (map->summary.sum_count == 0) {
        map->columns = columns;
        return true;
    }
    map->section = SECTION_NONE;
    snapshot_note(map->snap, n, "a second summary of this process: skipped");
    return true;
}

/* The legend may have lost its heading. */
static bool ends_table(enum section section, struct str line)
{
    return str_starts(line, "VM Region Summary:") || str_starts(line, "MALLOC ZONE ") ||
           str_starts(line, "SM=sharing mode") || str_starts(line, "PURGE=purgeable mode") ||
           (section == SECTION_SUMMARY && str_starts(line, "TOTAL"));
}

/* Lines between the tables, and their headers. */
static bool read_heading(struct map *map, unsigned n, struct str line)
{
    if (vmmap_rule(line))
        return true;
    if (str_starts(line, "====")) {
        vmmap_preamble_section(&map->preamble, line);
        map->section =
            str_find(line, "regions for process") != SIZE_MAX ? SECTION_ROWS : SECTION_NONE;
        return true;
    }
    if (str_starts(line, "VM Regions Near ") || str_starts(line, "VM Region Info:"))
        map->section = SECTION_NEAR;
    else if (ends_table(map->section, line))
        map->section = SECTION_NONE;
    else if (vmmap_summary_names(line))
        map->names = line;
    else if (vmmap_rows_header(line, &map->rows.columns))
        map->section = SECTION_ROWS;
    else
        return begin_summary(map, n, line);
    return true;
}

/* What a table of regions holds, also where its header was lost. */
static bool read_row(struct map *map, unsigned n, struct str line)
{
    struct region_line region;
    enum vmmap_row row;

    map->rows.page_bytes =
        map->preamble.page_bytes > 0 ? map->preamble.page_bytes : map->rows.page_bytes;
    row = vmmap_rows_read(&map->rows, line, &region);
    if (row == VMMAP_NO_ROW)
        return false;
    map->section = SECTION_ROWS;
    if (row == VMMAP_ROW_WITHOUT_SIZES)
        snapshot_note(map->snap, n,
                      "other sizes than the header names: only its addresses are "
                      "used");
    if (!str_is(region.type, "Submap"))
        region_types_add(&map->regions, map->snap, n, &region);
    return true;
}

static void lose(struct map *map, unsigned n, const char *what)
{
    map->lost = true;
    snapshot_note(map->snap, n, what);
}

/* Behind an empty line the summary may be over, and its line of totals lost. */
static void read_summary(struct map *map, unsigned n, struct str line)
{
    struct region_line region;

    if (str_equal(line, map->before))
        snapshot_note(map->snap, n, "the same line twice: skipped");
    else if (vmmap_summary_read(&map->columns, map->preamble.page_bytes, line, &region))
        region_types_add(&map->summary, map->snap, n, &region);
    else if (map->before.len == 0)
        map->section = SECTION_NONE;
    else
        lose(map, n, "not a line of the summary: skipped");
}

static void read_failure(struct map *map, unsigned n, struct str line)
{
    if (map->failure.len == 0)
        map->failure = line;
    snapshot_note(map->snap, n, "an error message of vmmap: skipped");
}

static void read_line(struct map *map, unsigned n, struct str line)
{
    if (line.len == 0 && map->section == SECTION_NEAR)
        map->section = SECTION_NONE;
    if (line.len == 0 || map->section == SECTION_NEAR)
        return;
    if (is_next(map, line))
        next_process(map);
    if (vmmap_preamble_read(&map->preamble, line) || read_heading(map, n, line))
        return;
    if (vmmap_failure(line))
        read_failure(map, n, line);
    else if (map->section == SECTION_SUMMARY)
        read_summary(map, n, line);
    else if (!read_row(map, n, line) && map->section == SECTION_ROWS)
        lose(map, n, "not the line of a region: skipped");
}

bool apple_vmmap_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct map map = {.snap = snap, .pids = pids_begin(snap), .listed = region_types_listed(snap)};
    size_t notes = snap->note_count;
    struct str line;

    begin_process(&map);
    for (unsigned n = 1; str_line(&text, &line); n++) {
        line = str_trim(line);
        read_line(&map, n, line);
        map.before = line;
    }
    end_process(&map);
    begin_process(&map);
    groups_free(&map.listed);
    pids_end(&map.pids);
    if (map.any) {
        mac_snapshot(snap);
        return true;
    }
    snap->note_count = notes;
    if (map.failure.len == 0)
        return err_set(err,
                       "no regions, and no summary of them: not the output of vmmap, or cut off");
    if (map.failure.len > MESSAGE_MAX)
        map.failure.len = MESSAGE_MAX;
    return err_set(err, "no output of vmmap, but its error: %.*s", (int)map.failure.len,
                   map.failure.at);
}
