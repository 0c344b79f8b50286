/* vm_stat_columns.c - see vm_stat_columns.h. */
#include "formats/apple/vm_stat_columns.h"

#include "formats/apple/figures.h"

#define COLUMNS_MAX ((size_t)64)
#define SAMPLES_MAX ((size_t)10000)

bool vm_columns_names(struct vm_columns *columns, struct str line)
{
    size_t wired = SIZE_MAX, compressor = SIZE_MAX, count = 0;
    bool free = false, active = false;
    struct str word;

    for (; count < COLUMNS_MAX && str_word(&line, &word); count++) {
        free = free || str_is(word, "free");
        active = active || str_is(word, "active");
        if (str_is(word, "wired") || str_is(word, "wire"))
            wired = count;
        else if (str_is(word, "cmprssor"))
            compressor = count;
    }
    /* The first of them are in every release. */
    if (!free || !active || wired == SIZE_MAX)
        return false;
    columns->count = count;
    columns->wired = wired;
    columns->compressor = compressor;
    return true;
}

/* "499670", "12345K": what is too wide for its column is in thousands, and these are 1000. */
static bool read_pages(struct str word, uint64_t *pages, uint64_t *unit)
{
    static const char letters[] = "KMGT";
    char last = word.len > 0 ? word.at[word.len - 1] : '\0';
    uint64_t power = 1;

    *unit = 1;
    for (size_t i = 0; letters[i] != '\0'; i++) {
        power *= 1000;
        if (last != letters[i])
            continue;
        *unit = power;
        word.len--;
    }
    return str_u64(word, 10, pages) && !__builtin_mul_overflow(*pages, *unit, pages);
}

static bool read_figure(const struct vm_columns *columns, struct str word, struct figure *figure)
{
    uint64_t pages, unit;

    if (!read_pages(word, &pages, &unit) || !figure_of_pages(pages, columns->page_bytes, figure))
        return false;
    figure->resolution_bytes = unit == 1 ? 0 : unit * columns->page_bytes;
    return true;
}

/* A figure in thousands would move by thousands: it is no sample. */
static void add_sample(struct vm_columns *columns, struct figure wired)
{
    struct snapshot *snap = columns->snap;
    struct sample *sample;

    if (columns->row_count == 0 && snap->sample_column_count == 0) {
        const char **name = arena_append(snap->arena, &snap->sample_columns,
                                         &snap->sample_column_count, sizeof *name);

        *name = arena_intern(snap->arena, str_of("wired_bytes"));
        columns->samples = true;
    }
    if (!columns->samples || wired.resolution_bytes > 0 || snap->sample_count >= SAMPLES_MAX)
        return;
    sample = arena_append(snap->arena, &snap->samples, &snap->sample_count, sizeof *sample);
    sample->phase = arena_intern(snap->arena, str_of("during"));
    sample->amounts = arena_alloc(snap->arena, sizeof *sample->amounts);
    *sample->amounts = (struct amount){wired.bytes, true};
}

/* The first row is the whole capture's; the others say how it moved. */
static void use_row(struct vm_columns *columns, struct figure wired, struct str compressor)
{
    struct figure figure;

    add_sample(columns, wired);
    if (columns->row_count == 0) {
        mac_total_set(columns->snap, MAC_WIRED_VM_STAT, wired);
        if (read_figure(columns, compressor, &figure))
            mac_total_set(columns->snap, MAC_COMPRESSOR, figure);
    }
    columns->row_count++;
}

/* The names did not fit on their line, and neither will the rows. */
static bool is_more_names(struct str line)
{
    struct str word;

    while (str_word(&line, &word))
        if (str_is(word, "reactive") || str_is(word, "pageins") || str_is(word, "swapins"))
            return true;
    return false;
}

bool vm_columns_row(struct vm_columns *columns, struct str line, bool cut)
{
    struct str word, wired = {0}, compressor = {0};
    struct figure figure;
    size_t count = 0, sure;

    if (columns->row_count == 0 && is_more_names(line))
        columns->wired = columns->count;
    for (; count <= columns->count && str_word(&line, &word); count++) {
        if (count == columns->wired)
            wired = word;
        if (count == columns->compressor)
            compressor = word;
    }
    /* Of a row that is cut, the last field is, and those before it are whole. */
    sure = cut && count > 0 ? count - 1 : count;
    if (count > columns->count || (!cut && count < columns->count) || columns->wired >= sure)
        return false;
    if (columns->compressor >= sure)
        compressor = (struct str){0};
    if (!read_figure(columns, wired, &figure))
        return false;
    use_row(columns, figure, compressor);
    return true;
}
