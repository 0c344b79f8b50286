/*
 * vmmap_rows.c - the regions that vmmap lists, one a line.
 *
 *     REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX SHRMOD ...
 *     MALLOC_SMALL                7fa3c0800000-7fa3c1000000 [ 8192K   412K   412K     0K] rw-/rwx SM=PRV ...
 *     owned unmapped (graphics)   unmapped-unmapped      [ 21.5M  21.5M  21.5M     0K] rw-/rw- SM=PRV ...
 *
 * Columns move and types hold blanks, so a line is taken apart at its addresses: the type is what
 * stands before them. How large a region is in its address space is END - START, to the byte; the
 * sizes in the brackets are rounded. With -pages they are pages, which only the missing unit tells.
 * Lists that people have edited may lack the brackets: the protection follows the addresses.
 */
#include "formats/apple/figures.h"
#include "formats/apple/vmmap.h"

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '[' || c == ']' || c == '/';
}

bool vmmap_token(struct str *text, struct str *token)
{
    size_t from = 0, to;

    while (from < text->len && is_gap(text->at[from]))
        from++;
    for (to = from; to < text->len && !is_gap(text->at[to]);)
        to++;
    *token = (struct str){text->at + from, to - from};
    *text = (struct str){text->at + to, text->len - to};
    return token->len > 0;
}

struct figure vmmap_of_pages(struct figure pages, uint64_t page_bytes)
{
    struct figure figure = {0};

    if (pages.known)
        (void)figure_of_pages(pages.bytes, page_bytes, &figure);
    return figure;
}

int vmmap_column_named(struct str name)
{
    static const struct {
        const char *name;
        int kind;
    } names[] = {
        {"VSIZE", REGION_VIRTUAL},     {"RSDNT", REGION_RESIDENT}, {"RSIZE", REGION_RESIDENT},
        {"SWAP", REGION_SWAPPED},      {"WIRED", REGION_WIRED},    {"VIRTUAL", REGION_VIRTUAL},
        {"RESIDENT", REGION_RESIDENT}, {"DIRTY", REGION_DIRTY},    {"SWAPPED", REGION_SWAPPED},
        {"VOLATILE", VMMAP_OTHER},     {"NONVOL", VMMAP_OTHER},    {"EMPTY", VMMAP_OTHER},
        {"REGION", VMMAP_COUNT},       {"COUNT", VMMAP_COUNT},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i].name))
            return names[i].kind;
    return VMMAP_NO_COLUMN;
}

bool vmmap_rows_header(struct str line, struct vmmap_columns *columns)
{
    struct str sizes, name;

    line = str_trim(line);
    if (!str_starts(line, "REGION TYPE") || str_find(line, "START") == SIZE_MAX)
        return false;
    *columns = (struct vmmap_columns){0};
    if (!str_cut(&line, '[', &sizes))
        return true;
    (void)str_cut(&line, ']', &sizes);
    while (columns->count < VMMAP_COLUMNS_MAX && vmmap_token(&sizes, &name))
        columns->kinds[columns->count++] = vmmap_column_named(name);
    return true;
}

/* ---- addresses ---- */

struct range {
    uint64_t bytes;
    bool addressed; /* no: "unmapped-unmapped", "kernel-kernel" */
};

static bool is_word_twice(struct str start, struct str end)
{
    for (size_t i = 0; i < start.len; i++)
        if (start.at[i] < 'a' || start.at[i] > 'z')
            return false;
    return start.len > 2 && str_equal(start, end);
}

static bool read_range(struct str start, struct str end, struct range *range)
{
    uint64_t from, to;

    if (str_u64(start, 16, &from) && str_u64(end, 16, &to)) {
        *range = (struct range){to - from, true};
        return from <= to && to - from <= MACHINE_MAX;
    }
    *range = (struct range){0};
    return is_word_twice(start, end);
}

/* "rw-/rwx" */
static bool is_protection(struct str word)
{
    static const char letters[] = "rwx";

    if (word.len < 3 || (word.len > 3 && word.at[3] != '/'))
        return false;
    for (size_t i = 0; i < 3; i++)
        if (word.at[i] != letters[i] && word.at[i] != '-')
            return false;
    return true;
}

/* Takes a word off *text, or a range with blanks around its dash. False: it is no range. */
static bool take_range(struct str *text, struct range *range)
{
    struct str rest, start, end, dash;
    bool dashed;

    if (!str_word(text, &end))
        return false;
    dashed = str_cut(&end, '-', &start);
    if (dashed)
        return read_range(start, end, range);
    rest = *text;
    if (!str_word(&rest, &dash) || !str_is(dash, "-") || !str_word(&rest, &end) ||
        !read_range(start, end, range))
        return false;
    *text = rest;
    return true;
}

/* Cuts a line at the range that ends it; `guarded`: at the last one with a protection behind it. */
static bool cut_at_range(struct str line, bool guarded, struct str *type, struct range *range)
{
    struct str rest = line, word;
    bool found = false;

    while (rest.len > 0) {
        const char *at = rest.at;
        struct range here;
        struct str next;

        if (!take_range(&rest, &here))
            continue;
        next = rest;
        if (str_word(&next, &word) != guarded || (guarded && !is_protection(word)))
            continue;
        *type = str_trim((struct str){line.at, (size_t)(at - line.at)});
        *range = here;
        found = true;
    }
    return found && type->len > 0;
}

/* ---- sizes ---- */

struct sizes {
    struct figure figures[VMMAP_COLUMNS_MAX];
    size_t count;
    bool units; /* at least one has a unit */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "-": not known. */
static bool read_sizes(struct str text, struct sizes *sizes)
{
    struct str token;

    *sizes = (struct sizes){0};
    while (vmmap_token(&text, &token)) {
        if (sizes->count == VMMAP_COLUMNS_MAX)
            return false;
        if (!str_is(token, "-") && !figure_read(token, &sizes->figures[sizes->count]))
            return false;
        sizes->units = sizes->units || !is_digit(token.at[token.len - 1]);
        sizes->count++;
    }
    return sizes->count > 0;
}

/* Without a unit they are bytes of a part of a page, or pages. What is as large as the region is
 * bytes. */
static bool are_pages(struct vmmap_rows *rows, const struct sizes *sizes, const struct range *range)
{
    const struct figure *first = &sizes->figures[0];
    uint64_t page_bytes;

    if (sizes->units || !first->known)
        return false;
    if (!range->addressed)
        return rows->pages;
    if (first->bytes == range->bytes)
        return false;
    rows->pages = true;
    page_bytes = first->bytes > 0 ? range->bytes / first->bytes : 0;
    if (rows->page_bytes == 0 && (page_bytes == 4096 || page_bytes == 16384) &&
        first->bytes * page_bytes == range->bytes)
        rows->page_bytes = page_bytes;
    return true;
}

static const struct vmmap_columns *columns_of(const struct vmmap_rows *rows, size_t count)
{
    static const struct vmmap_columns usual = {
        {REGION_VIRTUAL, REGION_RESIDENT, REGION_DIRTY, REGION_SWAPPED}, 4, false};

    if (rows->columns.count > 0)
        return rows->columns.count == count ? &rows->columns : NULL;
    return count == 1 || count == 2 || count == 4 ? &usual : NULL;
}

/* False: what they are is not known. */
static bool fill_sizes(struct vmmap_rows *rows, const struct sizes *sizes,
                       const struct range *range, struct region_line *region)
{
    const struct vmmap_columns *columns = columns_of(rows, sizes->count);
    bool pages = are_pages(rows, sizes, range);

    if (columns == NULL)
        return false;
    for (size_t i = 0; i < sizes->count; i++) {
        struct figure figure = sizes->figures[i];

        if (pages)
            figure = vmmap_of_pages(figure, rows->page_bytes);
        if (pages && figure.bytes > 0 && range->bytes % rows->page_bytes != 0)
            figure.resolution_bytes = rows->page_bytes;
        if (columns->kinds[i] < REGION_SIZES)
            region->sizes[columns->kinds[i]] = figure;
    }
    return true;
}

/* ---- a line ---- */

enum vmmap_row vmmap_rows_read(struct vmmap_rows *rows, struct str line, struct region_line *region)
{
    struct str rest = line, head, brackets;
    struct sizes sizes;
    struct range range;
    bool filled = true;

    *region = (struct region_line){.count = {1, true}};
    if (str_cut(&rest, '[', &head) && cut_at_range(head, false, &region->type, &range)) {
        if (!str_cut(&rest, ']', &brackets) || !read_sizes(brackets, &sizes))
            return VMMAP_NO_ROW;
        filled = fill_sizes(rows, &sizes, &range, region);
    } else if (!cut_at_range(line, true, &region->type, &range)) {
        return VMMAP_NO_ROW;
    }
    if (range.addressed)
        region->sizes[REGION_VIRTUAL] = (struct figure){range.bytes, 0, true};
    return filled ? VMMAP_ROW : VMMAP_ROW_WITHOUT_SIZES;
}

static bool begins_a_type(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool vmmap_rows_like(struct str line)
{
    struct vmmap_rows rows = {0};
    struct region_line region;
    struct str rest = line, before, word;

    return line.len > 0 && begins_a_type(*line.at) && str_cut(&rest, ']', &before) &&
           str_word(&rest, &word) && is_protection(word) && str_word(&rest, &word) &&
           str_starts(word, "SM=") && vmmap_rows_read(&rows, line, &region) != VMMAP_NO_ROW;
}
