/*
 * vmmap_summary.c - the summary of vmmap by type, which crash reports end with too.
 *
 *                                     VIRTUAL RESIDENT    DIRTY  SWAPPED VOLATILE   NONVOL    EMPTY   REGION
 *     REGION TYPE                        SIZE     SIZE     SIZE     SIZE     SIZE     SIZE     SIZE    COUNT (non-coalesced)
 *     ===========                     ======= ========    =====  ======= ========   ======    =====  =======
 *     MALLOC_SMALL                      24.0M     640K     640K       0K       0K       0K       0K        3         see MALLOC ZONE table below
 *     Memory Tag 241                     512K     512K     512K       0K       0K       0K       0K        2
 *
 * Old releases print fewer columns, -pages prints pages. A type may end in a number, and remarks
 * may follow: the sizes are found by what a line of this table has to hold.
 */
#include "formats/apple/vmmap.h"

#include "formats/apple/figures.h"

#define COUNT_MAX ((uint64_t)1 << 40)

static bool begins_with_virtual(const struct vmmap_columns *columns)
{
    return columns->count > 0 && columns->kinds[0] == REGION_VIRTUAL;
}

/* The columns that these names stand for; other words are skipped. */
static bool read_names(struct str names, struct vmmap_columns *columns)
{
    struct str name;

    columns->count = 0;
    while (columns->count < VMMAP_COLUMNS_MAX && vmmap_token(&names, &name)) {
        int kind = vmmap_column_named(name);

        if (kind != VMMAP_NO_COLUMN)
            columns->kinds[columns->count++] = kind;
    }
    return begins_with_virtual(columns);
}

/* "SIZE  SIZE ... COUNT", with its line of names lost: of one and of seven it is known which. */
static bool read_sizes(struct str names, struct vmmap_columns *columns)
{
    static const int usual[] = {REGION_VIRTUAL, REGION_RESIDENT, REGION_DIRTY, REGION_SWAPPED};
    struct str name;
    size_t sizes = 0;

    columns->count = 0;
    while (columns->count < VMMAP_COLUMNS_MAX && vmmap_token(&names, &name)) {
        bool is_size = str_is(name, "SIZE") || str_is(name, "PAGES");

        if (!is_size && !str_is(name, "COUNT"))
            continue;
        columns->kinds[columns->count++] = is_size ? VMMAP_OTHER : VMMAP_COUNT;
        sizes += is_size;
    }
    if (columns->count > 0 && columns->kinds[0] == VMMAP_OTHER)
        columns->kinds[0] = REGION_VIRTUAL;
    for (size_t i = 1; sizes == 7 && i < sizeof usual / sizeof *usual; i++)
        columns->kinds[i] = usual[i];
    return begins_with_virtual(columns);
}

bool vmmap_rule(struct str line)
{
    struct str token;

    while (vmmap_token(&line, &token))
        for (size_t i = 0; i < token.len; i++)
            if (token.at[i] != '=')
                return false;
    return true;
}

bool vmmap_summary_names(struct str line)
{
    struct str word;

    return vmmap_token(&line, &word) && str_is(word, "VIRTUAL");
}

bool vmmap_summary_header(struct str names, struct str line, struct vmmap_columns *columns)
{
    *columns = (struct vmmap_columns){0};
    line = str_trim(line);
    if (str_find(line, "START") != SIZE_MAX || !str_skip(&line, "REGION TYPE"))
        return false;
    columns->pages = str_find(line, "PAGES") != SIZE_MAX;
    return read_names(line, columns) || read_names(names, columns) || read_sizes(line, columns);
}

/* Reads one column. */
static bool read_column(struct str token, int kind, struct region_line *region)
{
    struct figure figure;
    uint64_t n;

    if (kind == VMMAP_COUNT) {
        region->count = (struct count){0};
        if (!str_u64(token, 10, &n) || n > COUNT_MAX)
            return false;
        region->count = (struct count){n, true};
        return true;
    }
    if (!figure_read(token, &figure))
        return false;
    if (kind < REGION_SIZES)
        region->sizes[kind] = figure;
    return true;
}

static bool read_columns(const struct vmmap_columns *columns, struct str text,
                         struct region_line *region)
{
    struct str token;

    for (size_t i = 0; i < columns->count; i++)
        if (!vmmap_token(&text, &token) || !read_column(token, columns->kinds[i], region))
            return false;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Two blanks, a tab or a bracket: no type goes on behind them. */
static bool is_wide_gap(const struct str *line, size_t at)
{
    return line->at[at - 1] != ' ' || (at > 1 && is_blank(line->at[at - 2]));
}

/* Where the columns begin: behind the first wide gap from which they can be read, else at the last
 * word from which they can, since "Memory Tag 22  64.0M" has a number too many. */
static size_t find_columns(const struct vmmap_columns *columns, struct str line)
{
    struct region_line ignored;
    size_t found = SIZE_MAX;

    for (size_t i = 1; i < line.len; i++) {
        bool starts = line.at[i] >= '0' && line.at[i] <= '9' &&
                      (is_blank(line.at[i - 1]) || line.at[i - 1] == '[');

        if (!starts || !read_columns(columns, (struct str){line.at + i, line.len - i}, &ignored))
            continue;
        found = i;
        if (is_wide_gap(&line, i))
            break;
    }
    return found;
}

static struct str type_of(struct str text)
{
    text = str_trim(text);
    if (str_ends(text, "["))
        text.len--;
    return str_trim(text);
}

bool vmmap_summary_read(const struct vmmap_columns *columns, uint64_t page_bytes, struct str line,
                        struct region_line *region)
{
    size_t at = find_columns(columns, line);

    *region = (struct region_line){0};
    if (at == SIZE_MAX)
        return false;
    (void)read_columns(columns, (struct str){line.at + at, line.len - at}, region);
    region->type = type_of((struct str){line.at, at});
    for (size_t i = 0; columns->pages && i < REGION_SIZES; i++)
        region->sizes[i] = vmmap_of_pages(region->sizes[i], page_bytes);
    return region->type.len > 0;
}
