/* footprint_table.c - see footprint.h. */
#include "formats/apple/footprint.h"

#include "formats/apple/figures.h"

enum { COLUMN_OTHER = REGION_SIZES, COLUMN_REGIONS };

static bool is_unit(struct str word)
{
    static const char *const units[] = {"B", "KB", "kB", "MB", "GB", "TB", "PB"};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_is(word, units[i]))
            return true;
    return false;
}

bool footprint_size(struct str *text, uint64_t page_bytes, struct figure *figure)
{
    struct str rest = *text, number, unit, size;
    bool pages;

    if (!str_word(&rest, &number))
        return false;
    size = number;
    *text = rest;
    pages = number.at[number.len - 1] >= '0' && number.at[number.len - 1] <= '9';
    if (pages && str_word(&rest, &unit)) {
        if (is_unit(unit))
            size.len = (size_t)(unit.at + unit.len - number.at);
        pages = !is_unit(unit);
        if (!pages || str_is(unit, "pages") || str_is(unit, "page"))
            *text = rest;
    }
    if (!figure_read(size, figure))
        return false;
    if (pages) {
        struct figure in_pages = *figure;

        *figure = (struct figure){0};
        return page_bytes == 0 || figure_of_pages(in_pages.bytes, page_bytes, figure);
    }
    return true;
}

static int column_named(struct str name)
{
    static const struct {
        const char *name;
        int column;
    } names[] = {
        {"Dirty", REGION_DIRTY}, {"(Swapped)", REGION_SWAPPED}, {"Swapped", REGION_SWAPPED},
        {"Clean", REGION_CLEAN}, {"(Wired)", REGION_WIRED},     {"Reclaimable", REGION_RECLAIMABLE},
        {"Wired", REGION_WIRED}, {"Regions", COLUMN_REGIONS},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i].name))
            return names[i].column;
    return COLUMN_OTHER;
}

bool footprint_header(struct str line, struct footprint_columns *columns)
{
    struct str name;

    if (!str_starts(line, "Dirty") || !str_ends(line, "Category"))
        return false;
    columns->count = 0;
    while (str_word(&line, &name) && !str_is(name, "Category") &&
           columns->count < FOOTPRINT_COLUMNS_MAX)
        columns->kinds[columns->count++] = column_named(name);
    return true;
}

bool footprint_row(const struct footprint_columns *columns, uint64_t page_bytes, struct str line,
                   struct region_line *category)
{
    *category = (struct region_line){0};
    for (size_t i = 0; i < columns->count; i++) {
        int kind = columns->kinds[i];
        struct figure figure;
        struct str word;

        if (kind == COLUMN_REGIONS) {
            category->count.known = str_word(&line, &word) && str_u64(word, 10, &category->count.n);
            if (!category->count.known)
                return false;
            continue;
        }
        if (!footprint_size(&line, page_bytes, &figure))
            return false;
        if (kind < REGION_SIZES)
            category->sizes[kind] = figure;
    }
    category->type = str_trim(line);
    return category->type.len > 0;
}
