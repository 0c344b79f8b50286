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
 */
#include "formats/readers.h"
#include "formats/regions.h"

#define NO_COLUMN SIZE_MAX

struct layout {
    size_t wired; /* which of the sizes */
    size_t words; /* between the sizes and the detail */
    size_t flags; /* which of the words */
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
    layout->flags = find_column(line, "FLAGS");
    layout->words = find_column(line, "REGION");
    return layout->wired != NO_COLUMN && layout->words != NO_COLUMN;
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

/* What stands behind the sizes. */
static bool read_words(struct snapshot *snap, unsigned n, const struct layout *layout,
                       struct str line, struct wired_region *region)
{
    struct str word;

    for (size_t i = 0; i < layout->words; i++) {
        if (!str_word(&line, &word))
            return false;
        if (i == layout->flags && has_huge_flag(word))
            region->kind = WIRED_HUGETLB;
    }
    while (line.len > 0 && *line.at == ' ')
        line = (struct str){line.at + 1, line.len - 1};
    region->detail = snapshot_unescape(snap, n, line);
    return true;
}

static bool read_region(struct snapshot *snap, unsigned n, const struct layout *layout,
                        struct str line, struct wired_region *region)
{
    struct str type, sizes;
    uint64_t bytes;

    if (!take_type(&line, &type) || !str_cut(&line, '[', &sizes) || !str_cut(&line, ']', &sizes) ||
        !read_size(sizes, layout->wired, &bytes))
        return false;
    *region = (struct wired_region){.pid = snap->pid, .count = 1, .bytes = bytes};
    if (bytes == 0)
        return true;
    region->kind = str_is(type, "hugetlb") ? WIRED_HUGETLB : WIRED_LOCKED;
    region->method = arena_intern(snap->arena, str_of("smaps"));
    region->type = snapshot_name(snap, n, type);
    return read_words(snap, n, layout, line, region);
}

bool vmmap_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct regions regions = regions_begin(snap);
    struct wired_region region;
    struct layout layout;
    struct str line = {"", 0};
    unsigned n = 1;

    while (str_line(&text, &line) && !str_starts(line, "REGION TYPE"))
        n++;
    if (!read_header(line, &layout))
        return err_set(err, "not a list of regions: no line \"REGION TYPE ... [... WIRED] ...\"");
    while (n++, str_line(&text, &line) && line.len > 0) {
        if (!read_region(snap, n, &layout, line, &region))
            snapshot_note(snap, n, "not a line of a region: skipped");
        else if (region.bytes > 0 && !regions_add(&regions, &region))
            snapshot_note(snap, n, "too many groups of regions, or too large a sum: line skipped");
    }
    regions_end(&regions);
    return true;
}
