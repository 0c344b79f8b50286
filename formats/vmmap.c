/*
 * vmmap.c - vmmap/PID.txt: the regions of one process, of which only wired ones are kept.
 *
 *     Process:         lockerd [713]
 *
 *     REGION TYPE             START - END      [ VSIZE RSDNT DIRTY  SWAP WIRED] PRT/MAX ... FLAGS    REGION DETAIL
 *     anon            7f21c0000000-7f21c4000000 [65536K 65536K 65536K 0K 65536K] rw-/rwx ... rd,wr,lo -
 *
 * The header line says which columns there are: sizes inside the brackets, words behind them, and
 * the detail, which is escaped and may hold blanks. Sizes are whole K, so sums are good to 1 K a
 * region; locked.tsv, where there is one, has them to the byte.
 *
 * On a Mac every region has a VM object, which has a number of its own ("0x9d3f00a1c2e4b687"), and
 * two processes may have wired the same one. So wired regions are kept one by one there, with their
 * objects. Where no manifest says what the list is of, such a number does: on Linux an object is
 * "fd:01:4711", or "-".
 */
#include <string.h>

#include "formats/apple/figures.h"
#include "formats/readers.h"
#include "formats/regions.h"

#define NO_COLUMN SIZE_MAX
#define WORDS_MAX 16

struct layout {
    size_t wired;                        /* which of the sizes */
    size_t words;                        /* between the sizes and the detail */
    size_t purge, offset, object, flags; /* which of the words */
    bool mac;
};

/* Where that word stands among those of the text. */
static size_t find_column(struct str text, const char *name)
{
    struct str word;

    for (size_t i = 0; str_word(&text, &word); i++)
        if (str_is(word, name))
            return i;
    return NO_COLUMN;
}

static bool read_header(struct str line, struct layout *layout)
{
    struct str sizes;

    if (!str_skip(&line, "REGION TYPE") || !str_cut(&line, '[', &sizes) ||
        !str_cut(&line, ']', &sizes))
        return false;
    layout->wired = find_column(sizes, "WIRED");
    *layout = (struct layout){
        .wired = find_column(sizes, "WIRED"),
        .words = find_column(line, "REGION"),
        .purge = find_column(line, "PURGE"),
        .offset = find_column(line, "OFFSET"),
        .object = find_column(line, "OBJECT"),
        .flags = find_column(line, "FLAGS"),
    };
    return layout->wired != NO_COLUMN && layout->words <= WORDS_MAX;
}

/* "7f21c0000000-7f21c4000000" */
static bool is_range(struct str word)
{
    struct str start;
    uint64_t address;

    return str_cut(&word, '-', &start) && str_u64(start, 16, &address) &&
           str_u64(word, 16, &address);
}

/* Takes what stands before the addresses, and the addresses: a type may be several words. */
static bool take_type(struct str *line, struct str *type)
{
    struct str word;

    *type = *line;
    while (str_word(line, &word)) {
        if (!is_range(word))
            continue;
        type->len = (size_t)(word.at - type->at);
        *type = str_trim(*type);
        return type->len > 0;
    }
    return false;
}

/* "-": not known, which counts nothing. */
static bool read_size(struct str sizes, size_t column, uint64_t *bytes)
{
    struct str word;

    *bytes = 0;
    for (size_t i = 0; i <= column; i++)
        if (!str_word(&sizes, &word))
            return false;
    if (str_is(word, "-"))
        return true;
    if (!str_ends(word, "K"))
        return false;
    word.len--;
    return str_bytes(word, 1024, bytes);
}

/* Whether "ht" is one of "rd,wr,ht". */
static bool has_huge_flag(struct str flags)
{
    struct str flag;
    bool more = true;

    while (more) {
        more = str_cut(&flags, ',', &flag);
        if (str_is(flag, "ht"))
            return true;
    }
    return false;
}

/* What stands behind the sizes: words, and the detail. On a Mac the column PURGE may be blank. */
static bool take_words(const struct layout *layout, struct str *line, struct str words[WORDS_MAX])
{
    for (size_t i = 0; i < layout->words; i++) {
        struct str rest = *line;

        if (!str_word(&rest, &words[i]))
            return false;
        if (layout->mac && i == layout->purge && !str_starts(words[i], "PURGE=") &&
            !str_is(words[i], "-"))
            words[i] = (struct str){"", 0};
        else
            *line = rest;
    }
    while (line->len > 0 && *line->at == ' ')
        *line = (struct str){line->at + 1, line->len - 1};
    return true;
}

struct row {
    struct str type, detail;
    struct str words[WORDS_MAX];
    uint64_t wired_bytes;
};

/* Words and detail are read of wired regions only. */
static bool read_row(const struct layout *layout, struct str line, struct row *row)
{
    struct str sizes;

    if (!take_type(&line, &row->type) || !str_cut(&line, '[', &sizes) ||
        !str_cut(&line, ']', &sizes) || !read_size(sizes, layout->wired, &row->wired_bytes))
        return false;
    if (row->wired_bytes == 0)
        return true;
    if (!take_words(layout, &line, row->words))
        return false;
    row->detail = line;
    return true;
}

/* ---- Linux: added up ---- */

static void keep_region(struct regions *regions, unsigned n, const struct layout *layout,
                        const struct row *row)
{
    struct snapshot *snap = regions->snap;
    struct wired_region region = {.pid = snap->pid, .count = 1, .bytes = row->wired_bytes};
    bool huge = layout->flags < layout->words && has_huge_flag(row->words[layout->flags]);

    region.kind = huge || str_is(row->type, "hugetlb") ? WIRED_HUGETLB : WIRED_LOCKED;
    region.method = arena_intern(snap->arena, str_of("smaps"));
    region.type = snapshot_name(snap, n, row->type);
    region.detail = snapshot_unescape(snap, n, row->detail);
    if (!regions_add(regions, &region))
        snapshot_note(snap, n, "too many groups of regions, or too large a sum: line skipped");
}

/* ---- macOS: one by one ---- */

static bool is_object_id(struct str word, uint64_t *id)
{
    return str_starts(word, "0x") && str_u64(word, 16, id);
}

/* An object without a known offset in it is no object that can be told from others. */
static void keep_span(struct snapshot *snap, unsigned n, const struct layout *layout,
                      const struct row *row)
{
    struct wired_span span = {.pid = snap->pid, .bytes = row->wired_bytes}, *added;

    if (span.bytes > AMOUNT_MAX || snap->wired_span_count >= RECORDS_MAX) {
        snapshot_note(snap, n, "too many wired regions, or too large a one: line skipped");
        return;
    }
    if (layout->object < layout->words && layout->offset < layout->words &&
        is_object_id(row->words[layout->object], &span.object_id) &&
        !str_u64(row->words[layout->offset], 16, &span.offset_bytes))
        span.object_id = 0;
    span.type = snapshot_name(snap, n, row->type);
    span.detail = snapshot_unescape(snap, n, row->detail);
    added = arena_append(snap->arena, &snap->wired_spans, &snap->wired_span_count, sizeof *added);
    *added = span;
}

/* Whether any object has a number. */
static bool has_object_ids(struct str text, const struct layout *layout)
{
    struct layout of_mac = *layout;
    struct str line, before, words[WORDS_MAX];
    uint64_t id;

    of_mac.mac = true;
    while (layout->object < layout->words && str_line(&text, &line))
        if (str_cut(&line, ']', &before) && take_words(&of_mac, &line, words) &&
            is_object_id(words[layout->object], &id))
            return true;
    return false;
}

static bool is_of_mac(const struct snapshot *snap, struct str text, const struct layout *layout)
{
    const char *platform = snap->manifest.platform;

    return platform == NULL ? has_object_ids(text, layout) : strcmp(platform, "macos") == 0;
}

bool vmmap_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct regions regions = regions_begin(snap);
    struct layout layout;
    struct str line = {"", 0};
    struct row row;
    unsigned n = 1;

    while (str_line(&text, &line) && !str_starts(line, "REGION TYPE"))
        n++;
    if (!read_header(line, &layout))
        return err_set(err, "not a list of regions: no line \"REGION TYPE ... [... WIRED] ...\"");
    layout.mac = is_of_mac(snap, text, &layout);
    if (layout.mac)
        mac_snapshot(snap);
    while (n++, str_line(&text, &line) && line.len > 0) {
        if (!read_row(&layout, line, &row))
            snapshot_note(snap, n, "not a line of a region: skipped");
        else if (row.wired_bytes > 0 && layout.mac)
            keep_span(snap, n, &layout, &row);
        else if (row.wired_bytes > 0)
            keep_region(&regions, n, &layout, &row);
    }
    regions_end(&regions);
    return true;
}
