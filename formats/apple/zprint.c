/*
 * zprint.c - zprint: the zones of a macOS kernel, and from 10.11 on all other wired memory by tag,
 * extension and call site. Its tables follow each other in any order, and any may be missing:
 *
 *                                 elem         cur         max        cur         max         cur  alloc  alloc
 *     zone name                   size        size        size      #elts       #elts       inuse   size  count
 *     -------------------------------------------------------------------------------------------------------------
 *     vm.objects                   240      38208K      40960K     163020      174762      160000    16K     68  C
 *     ...
 *     wired memory                                                     id         tag        size  waste       size
 *     ...
 *     maps                                                           free        free        size              size
 *     ...
 *     zone views                                                                                              inuse
 *
 * People paste parts of it, without headers, squeezed, or both; then lines are told by their form.
 */
#include "formats/apple/zprint.h"

#include "formats/apple/figures.h"
#include "formats/readers.h"

#define LIKE_BYTES  8192 /* that is_like looks at... */
#define LIKE_LINES  100
#define ERROR_LINES 3  /* ...and of these, an error message is among the first */
#define RULE        10 /* dashes that make a line */
#define QUOTE_BYTES 200

/* ---- lines ---- */

static bool is_word(struct str *line, const char *wanted)
{
    struct str rest = *line, word;

    if (!str_word(&rest, &word) || !str_is(word, wanted))
        return false;
    *line = rest;
    return true;
}

/* Whether all that is left is among these words, and something is. */
static bool is_of(struct str line, const char *const *words)
{
    struct str word;
    bool any = false;

    for (; str_word(&line, &word); any = true)
        if (zprint_word_among(word, words) == SIZE_MAX)
            return false;
    return any;
}

static bool is_rule(struct str line)
{
    line = str_trim(line);
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] != '-')
            return false;
    return line.len >= RULE;
}

/* The table that begins behind this line; ZPRINT_NOWHERE: it is no header. */
static enum zprint_section section_of(struct str line)
{
    static const char *const wired[] = {"id", "tag", "size", "waste", NULL};
    static const char *const maps[] = {"free", "largest", "peak", "size", NULL};
    static const char *const views[] = {"inuse", NULL};
    struct zprint_columns columns;
    struct str rest = line;

    if (zprint_zone_header(line, &columns))
        return ZPRINT_IN_ZONES;
    if (is_word(&rest, "wired") && is_word(&rest, "memory") && is_of(rest, wired))
        return ZPRINT_IN_WIRED;
    rest = line;
    if (is_word(&rest, "maps") && is_of(rest, maps))
        return ZPRINT_IN_MAPS;
    rest = line;
    return is_word(&rest, "zone") && is_word(&rest, "views") && is_of(rest, views) ? ZPRINT_IN_VIEWS
                                                                                   : ZPRINT_NOWHERE;
}

/* Nothing but zprint prints such a line. */
static bool is_row(struct str line)
{
    struct zprint_zone zone;
    struct zprint_row row;

    line = zprint_without_stray(line);
    return zprint_zone_row(line, NULL, &zone) == ZPRINT_FOUND || zprint_is_block_line(line) ||
           (zprint_wired_row(line, &row) == ZPRINT_FOUND && row.telling);
}

/* What zprint says when it fails, or a shell that cannot start it. */
static bool is_failure(struct str line)
{
    static const char *const begins[] = {"zprint: ",
                                         "zprint vm_allocate",
                                         "usage: zprint ",
                                         "mach_zone_info: ",
                                         "host_zone_info: ",
                                         "mach_memory_info: ",
                                         NULL};
    static const char *const shells[] = {"zprint: command not found", "command not found: zprint",
                                         "zprint: not found", "zprint: Permission denied", NULL};

    for (size_t i = 0; begins[i] != NULL; i++)
        if (str_starts(line, begins[i]))
            return true;
    for (size_t i = 0; shells[i] != NULL; i++)
        if (str_ends(str_trim(line), shells[i]))
            return true;
    return false;
}

/* What stands around the tables: the upper line of a header, the totals of -w and -t, a prompt. */
static bool is_aside(struct str line)
{
    static const char *const titles[] = {"elem", "cur",  "max", "alloc", "frag",    "free", "total",
                                         "PID",  "kmod", "vm",  "peak",  "largest", NULL};
    struct str rest = str_trim(line);

    return is_rule(line) || is_of(line, titles) || str_is(rest, "ZONE TOTALS") ||
           str_starts(rest, "TOTAL ") || str_is(rest, "Password:");
}

/* ---- is it zprint's? ---- */

struct evidence {
    bool header, row;
    struct str failure; /* the first one; empty: none */
};

static bool next_line(struct str *text, struct str *line)
{
    (void)str_skip(text, "\xef\xbb\xbf");
    return str_line(text, line);
}

static struct evidence evidence_of(struct str text)
{
    struct evidence evidence = {0};
    struct zprint_columns columns = {0};
    struct zprint_zone zone;
    struct str line;

    while (!evidence.row && next_line(&text, &line)) {
        enum zprint_section section = section_of(line);

        if (section == ZPRINT_IN_ZONES)
            (void)zprint_zone_header(line, &columns);
        evidence.header = evidence.header || section != ZPRINT_NOWHERE;
        evidence.row = is_row(line) || (columns.count > 0 &&
                                        zprint_zone_row(line, &columns, &zone) == ZPRINT_FOUND);
        if (!evidence.row && evidence.failure.len == 0 && is_failure(line))
            evidence.failure = str_trim(line);
    }
    return evidence;
}

bool zprint_is_like(struct str text)
{
    struct str line;
    size_t filled = 0;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    for (size_t i = 0; i < LIKE_LINES && next_line(&text, &line); i++) {
        if (section_of(line) != ZPRINT_NOWHERE || is_row(line))
            return true;
        filled += str_trim(line).len > 0;
        if (filled <= ERROR_LINES && is_failure(line))
            return true;
    }
    return false;
}

static bool refuse(const struct evidence *evidence, struct err *err)
{
    struct str failure = evidence->failure;

    if (failure.len == 0)
        return err_set(err, "not the output of zprint: neither zones nor wired memory in it");
    if (failure.len > QUOTE_BYTES)
        failure.len = QUOTE_BYTES;
    return err_set(
        err, "not the output of zprint: it failed with \"%.*s\"; run \"sudo zprint\" on the Mac",
        (int)failure.len, failure.at);
}

/* ---- reading ---- */

static bool read_header(struct zprint *zprint, struct str line)
{
    struct zprint_columns columns;
    enum zprint_section section = section_of(line);

    if (section == ZPRINT_NOWHERE)
        return false;
    zprint_block_end(zprint);
    zprint->section = section;
    if (section == ZPRINT_IN_ZONES) {
        (void)zprint_zone_header(line, &columns);
        zprint->columns = columns;
        zprint->zones.pass++;
    }
    if (section != ZPRINT_IN_WIRED)
        return true;
    zprint->untagged = str_find(line, "tag") == SIZE_MAX;
    zprint->wired_end = str_find(line, "waste") == SIZE_MAX ? 0 : str_trim(line).len;
    if (zprint->wired_headers++ == 0)
        return true;
    zprint->section = ZPRINT_IN_SECOND_WIRED;
    snapshot_note(zprint->snap, zprint->line, "a second table of wired memory: the first counts");
    return true;
}

static void read_line(struct zprint *zprint, struct str line)
{
    struct snapshot *snap = zprint->snap;

    line = zprint_without_stray(line);
    if (str_trim(line).len == 0 || read_header(zprint, line) || zprint_zone_line(zprint, line) ||
        zprint_block_line(zprint, line) || zprint_wired_line(zprint, line) || is_aside(line))
        return;
    if (is_failure(line))
        snapshot_note(snap, zprint->line, "zprint failed here: run it with sudo for the rest");
    else if (zprint->section != ZPRINT_IN_MAPS)
        snapshot_note(snap, zprint->line, "not a line of zprint: skipped");
}

static void end(struct zprint *zprint)
{
    struct snapshot *snap = zprint->snap;

    zprint_block_end(zprint);
    (void)zone_table_end(&zprint->zones);
    /* All zones are none when sizes were withheld. */
    if (!snap->zones_redacted && zprint->all_zones.bytes > 0)
        mac_total_set(snap, MAC_ZONES, zprint->all_zones);
    if (zprint->wired_count > 0 && !zprint->all_zones.known)
        snapshot_note(snap, 0, "wired memory without the line \"zones\": only a part of the table");
    groups_free(&zprint->wired);
}

bool zprint_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct zprint zprint = {.snap = snap, .others = snap->kernel_memory_count > 0};
    const struct evidence evidence = evidence_of(text);
    bool ends = text.len > 0 && text.at[text.len - 1] == '\n';
    struct str line;

    if (!evidence.row && (!evidence.header || evidence.failure.len > 0))
        return refuse(&evidence, err);
    mac_snapshot(snap);
    if (!evidence.row)
        snapshot_note(snap, 0, "only headers: no zone and no wired memory in it");
    if (zprint.others)
        snapshot_note(snap, 0, "another member has the kernel's book: wired memory is not read");
    zprint.zones = zone_table_begin(snap);
    while (next_line(&text, &line)) {
        zprint.line++;
        zprint.cut = text.len == 0 && !ends;
        read_line(&zprint, line);
    }
    end(&zprint);
    return true;
}
