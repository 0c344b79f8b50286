/*
 * vm_stat.c - vm_stat: how the machine's pages are used.
 *
 *     Mach Virtual Memory Statistics: (page size of 16384 bytes)
 *     Pages free:                                4100.
 *     Pages wired down:                        122011.
 *     "Translation faults":                4488011201.
 *
 * Up to OS X 10.8 its last line is "Object cache: 12 hits of 4801 lookups (0% hit rate)". With an
 * interval it prints a table, which is also what a sysdiagnose has:
 *
 *     Mach Virtual Memory Statistics: (page size of 4096 bytes)
 *         free   active   specul inactive throttle    wired  prgable ...
 *      2410011   587011   248011   470011        0   466011    30011 ...
 */
#include "formats/apple/figures.h"
#include "formats/apple/levels.h"
#include "formats/apple/machine.h"
#include "formats/apple/vm_stat_columns.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)4 << 10)
#define HEADER     "Mach Virtual Memory Statistics:"

struct vm_stat {
    struct snapshot *snap;
    struct vm_columns columns;
    bool header, levels, wired; /* what has been there */
    bool unpaged;               /* there were pages, of a size that is not known */
};

/* Takes the header off the front of *line, and what is in front of it. */
static bool take_header(struct str *line, struct str *page)
{
    size_t at = str_find(*line, HEADER);

    *page = (struct str){0};
    if (at == SIZE_MAX)
        return false;
    *line = (struct str){line->at + at, line->len - at};
    str_skip(line, HEADER);
    *line = str_trim(*line);
    if (str_starts(*line, "(page size"))
        str_cut(line, ')', page);
    return true;
}

static bool is_known(const struct level *level)
{
    return level_is(level, "Pages free") || level_is(level, "Pages active") ||
           level_is(level, "Pages inactive") || level_is(level, "Pages wired down") ||
           level_is(level, "Translation faults") || level_is(level, "Pages occupied by compressor");
}

/* What of vm_stat is in a text. */
struct looks {
    bool header;
    bool names; /* of columns */
    bool faults;
    bool of_linux; /* wirecap's rendering of what Linux counts, which has no copy-on-write */
    unsigned levels, dotted;
};

static void look_at_levels(struct looks *looks, struct str line)
{
    struct level level;

    while (level_next(&line, &level)) {
        if (is_known(&level)) {
            looks->levels++;
            looks->dotted += level.dotted;
        }
        looks->of_linux =
            looks->of_linux || (looks->faults && level_is(&level, "Pages reactivated"));
        looks->faults = level_is(&level, "Translation faults");
    }
}

static struct looks look_at(struct str text)
{
    struct looks looks = {0};
    struct str line, page;

    while (str_line(&text, &line)) {
        struct vm_columns columns = {0};

        looks.header = take_header(&line, &page) || looks.header;
        looks.names = looks.names || vm_columns_names(&columns, line);
        look_at_levels(&looks, line);
    }
    return looks;
}

bool vm_stat_is_like(struct str text)
{
    struct looks looks;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    looks = look_at(text);
    return !looks.of_linux && (looks.header ? looks.levels > 0 || looks.names : looks.dotted > 1);
}

static void use_page(struct vm_stat *stat, unsigned n, struct str page)
{
    struct count *manifest = &stat->snap->manifest.page_bytes;

    if (!mac_page_read(page, &stat->columns.page_bytes))
        return;
    if (manifest->known && manifest->n != stat->columns.page_bytes)
        snapshot_note(stat->snap, n, "counts in pages of another size than the manifest says");
    mac_page_set(stat->snap, stat->columns.page_bytes);
}

/* False: it is beyond what a machine has. */
static bool use_level(struct vm_stat *stat, const struct level *level)
{
    bool wired = level_is(level, "Pages wired down");
    struct figure figure;

    stat->levels = stat->levels || is_known(level); /* and no moment of a shell that began */
    if (!wired && !level_is(level, "Pages occupied by compressor"))
        return true;
    if (stat->columns.page_bytes == 0) {
        stat->unpaged = true;
        return true;
    }
    if (!figure_of_pages(level->number, stat->columns.page_bytes, &figure))
        return false;
    mac_total_set(stat->snap, wired ? MAC_WIRED_VM_STAT : MAC_COMPRESSOR, figure);
    stat->wired = stat->wired || wired;
    return true;
}

/* Where the text ends behind a number without a full stop, the number may go on. */
static bool read_levels(struct vm_stat *stat, struct str line, bool cut)
{
    struct level level;
    bool any = false;

    while (level_next(&line, &level)) {
        if ((cut && level.last && !level.dotted) || !use_level(stat, &level))
            return false;
        any = true;
    }
    return any;
}

/* False: the line cannot be used. */
static bool read_line(struct vm_stat *stat, struct str line, bool cut)
{
    struct vm_columns *columns = &stat->columns;

    line = str_trim(line);
    if (line.len == 0 || vm_columns_names(columns, line))
        return true;
    if (columns->count == 0)
        return read_levels(stat, line, cut);
    if (columns->page_bytes == 0) {
        stat->unpaged = true;
        return true;
    }
    return vm_columns_row(columns, line, cut);
}

static void read_lines(struct vm_stat *stat, struct str text)
{
    struct str line, page;

    for (unsigned n = 1; str_line(&text, &line); n++) {
        bool cut = text.len == 0 && line.len > 0 && text.at == line.at + line.len &&
                   line.at[line.len - 1] != ' ';

        if (take_header(&line, &page)) {
            if (stat->levels) {
                snapshot_note(stat->snap, n, "a second output: what follows is skipped");
                return;
            }
            if (!stat->header)
                use_page(stat, n, page);
            stat->header = true;
        }
        if (!read_line(stat, line, cut))
            snapshot_note(stat->snap, n, "not a line of vm_stat, or cut off: skipped");
    }
}

bool vm_stat_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct vm_stat stat = {.snap = snap, .columns.snap = snap};
    struct looks looks = look_at(text);

    if (looks.of_linux)
        return err_set(err, "not the output of vm_stat: it is made of what Linux counts");
    if (!looks.header && !looks.names && looks.dotted == 0)
        return err_set(err, "not the output of vm_stat: no line \"" HEADER "\"");
    if (looks.levels == 0 && !looks.names)
        return err_set(err, "not the output of vm_stat: no counts of pages");
    mac_snapshot(snap);
    if (snap->manifest.page_bytes.known)
        stat.columns.page_bytes = snap->manifest.page_bytes.n;
    read_lines(&stat, text);
    if (stat.unpaged)
        snapshot_note(snap, 0, "page size not known: no count of pages is used");
    else if (!stat.wired && stat.columns.row_count == 0)
        snapshot_note(snap, 0, "no line \"Pages wired down\": wired is not known");
    return true;
}
