/*
 * memory_pressure.c - memory_pressure: counts of pages, and how much of them is free.
 *
 *     The system has 17179869184 (1048576 pages with a page size of 16384).
 *
 *     Stats:
 *     Pages free: 4100
 *     ...
 *     Pages wired down: 122011
 *     ...
 *     System-wide memory free percentage: 71%
 *
 * Of guides on the web, which round it into a table:
 *
 *     timestamp free active inactive wired compressed
 *     2025-03-04 10:30:15 2.1G 4.2G 1.8G 2.3G 3.2G
 */
#include "formats/apple/figures.h"
#include "formats/apple/levels.h"
#include "formats/apple/machine.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)4 << 10)
#define HEADER     "The system has "
#define PERCENTAGE "System-wide memory free percentage:"
#define NO_COLUMN  SIZE_MAX

struct pressure {
    struct snapshot *snap;
    uint64_t page_bytes; /* 0: not known */
    size_t from_right;   /* of the table: where wired is, counted from its end */
    bool table, wired, unpaged;
};

/* "timestamp free active inactive wired compressed"; a timestamp is more than one word. */
static bool read_names(struct str line, size_t *from_right)
{
    size_t count = 0, wired = NO_COLUMN;
    bool free = false, compressed = false;
    struct str word;

    if (!str_starts(str_trim(line), "timestamp"))
        return false;
    for (; str_word(&line, &word); count++) {
        free = free || str_is(word, "free");
        compressed = compressed || str_is(word, "compressed");
        if (str_is(word, "wired"))
            wired = count;
    }
    if (!free || !compressed || wired == NO_COLUMN)
        return false;
    *from_right = count - 1 - wired;
    return true;
}

/* Each of the sizes has a unit, so that a row that is cut shows. */
static bool read_row(struct pressure *pressure, struct str line)
{
    struct figure figure = {0};

    for (size_t i = 0; i <= pressure->from_right; i++)
        if (!figure_read(str_last_word(&line), &figure) || figure.resolution_bytes == 0)
            return false;
    mac_total_set(pressure->snap, MAC_WIRED_PRESSURE, figure);
    pressure->wired = true;
    return true;
}

/* "17179869184 (1048576 pages with a page size of 16384)." */
static bool read_machine(struct pressure *pressure, struct str line)
{
    struct str word;
    uint64_t bytes;

    if (mac_page_read(line, &pressure->page_bytes))
        mac_page_set(pressure->snap, pressure->page_bytes);
    if (!str_word(&line, &word) || str_trim(line).len == 0)
        return false;
    return str_u64(word, 10, &bytes) && mac_memory_set(pressure->snap, bytes);
}

static bool use_level(struct pressure *pressure, const struct level *level)
{
    bool wired = level_is(level, "Pages wired down");
    struct figure figure;

    if (!wired && !level_is(level, "Pages used by compressor"))
        return true;
    if (pressure->page_bytes == 0) {
        pressure->unpaged = true;
        return true;
    }
    if (!figure_of_pages(level->number, pressure->page_bytes, &figure))
        return false;
    mac_total_set(pressure->snap, wired ? MAC_WIRED_PRESSURE : MAC_COMPRESSOR, figure);
    pressure->wired = pressure->wired || wired;
    return true;
}

/* "Stats:", "Page Q counts:" */
static bool is_heading(struct str line)
{
    return str_ends(line, ":");
}

static bool read_levels(struct pressure *pressure, struct str line, bool cut)
{
    struct level level;
    bool any = is_heading(line) || str_find(line, PERCENTAGE) != SIZE_MAX;

    while (level_next(&line, &level)) {
        if ((cut && level.last) || !use_level(pressure, &level))
            return false;
        any = true;
    }
    return any;
}

/* Takes the header off the front of *line, and what is in front of it. */
static bool take_header(struct str *line)
{
    size_t at = str_find(*line, HEADER);

    if (at == SIZE_MAX)
        return false;
    *line = (struct str){line->at + at, line->len - at};
    return str_skip(line, HEADER);
}

/* False: the line cannot be used. */
static bool read_line(struct pressure *pressure, struct str line, bool cut)
{
    bool used = false;

    line = str_trim(line);
    if (line.len == 0 || pressure->table)
        return line.len == 0 || read_row(pressure, line);
    pressure->table = read_names(line, &pressure->from_right);
    if (pressure->table)
        return true;
    if (take_header(&line)) {
        struct str machine;

        used = read_machine(pressure, line);
        if (!str_cut(&line, ')', &machine) || str_trim(line).len < 2)
            return used;
    }
    return read_levels(pressure, line, cut) || used;
}

/* Headings tell a cut text from vm_stat's, which has most of the labels too. */
static bool looks(struct str text)
{
    struct str line, rest;
    size_t from_right;

    while (str_line(&text, &line)) {
        rest = line;
        if ((take_header(&rest) && str_find(rest, " pages with a page size of ") != SIZE_MAX) ||
            str_find(line, PERCENTAGE) != SIZE_MAX || str_starts(line, "Page Q counts:") ||
            str_find(line, "Pages used by compressor:") != SIZE_MAX ||
            read_names(line, &from_right))
            return true;
    }
    return false;
}

bool memory_pressure_is_like(struct str text)
{
    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return looks(text);
}

bool memory_pressure_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct pressure pressure = {.snap = snap};
    struct str line;

    if (!looks(text))
        return err_set(err, "not the output of memory_pressure: no line \"" HEADER "...\"");
    mac_snapshot(snap);
    if (snap->manifest.page_bytes.known)
        pressure.page_bytes = snap->manifest.page_bytes.n;
    for (unsigned n = 1; str_line(&text, &line); n++) {
        bool cut = text.len == 0 && line.len > 0 && text.at == line.at + line.len &&
                   line.at[line.len - 1] != ' ';

        if (!read_line(&pressure, line, cut))
            snapshot_note(snap, n, "not a line of memory_pressure, or cut off: skipped");
    }
    if (pressure.unpaged)
        snapshot_note(snap, 0, "page size not known: no count of pages is used");
    else if (!pressure.wired)
        snapshot_note(snap, 0, "no line \"Pages wired down\": wired is not known");
    return true;
}
