/* panic_table.c - see panic_table.h. */
#include "formats/apple/panic_table.h"

#include <string.h>

#include "formats/apple/figures.h"

static bool is_mark(char c)
{
    return c == ' ' || c == '\t' || c == '*' || c == '`';
}

/* Without blanks, and the marks of Markdown for bold and code. */
static struct str trim_marks(struct str text)
{
    while (text.len > 0 && is_mark(*text.at))
        text = (struct str){text.at + 1, text.len - 1};
    while (text.len > 0 && is_mark(text.at[text.len - 1]))
        text.len--;
    return text;
}

/* ---- header ---- */

static bool open_bars(struct panic_table *table, struct str line)
{
    struct str cell;
    bool zone = false, size = false;

    table->bars = true;
    (void)str_skip(&line, "|");
    for (size_t i = 0; line.len > 0; i++) {
        (void)str_cut(&line, '|', &cell);
        cell = trim_marks(cell);
        if (str_find(cell, "Free") != SIZE_MAX || str_find(cell, "free") != SIZE_MAX) {
            table->frees = true;
        } else if (!zone && (str_starts(cell, "Zone") || str_starts(cell, "zone"))) {
            zone = true;
            table->zone_column = i;
        } else if (!size &&
                   (str_find(cell, "Size") != SIZE_MAX || str_find(cell, "size") != SIZE_MAX)) {
            size = true;
            table->size_column = i;
        }
    }
    return zone && size;
}

bool panic_table_open(struct panic_table *table, struct str line)
{
    *table = (struct panic_table){0};
    line = str_trim(line);
    if (str_starts(line, "|")) {
        table->open = open_bars(table, line);
    } else if (str_skip(&line, "Zone Name")) {
        table->open = str_starts(str_trim(line), "Cur Size");
        table->frees = str_find(line, "Free Size") != SIZE_MAX;
    }
    return table->open;
}

/* ---- rows ---- */

static size_t word_start(struct str text, size_t end)
{
    while (end > 0 && text.at[end - 1] != ' ' && text.at[end - 1] != '\t')
        end--;
    return end;
}

/* Takes "19G", "19 GB" or "3865051136" off the end of *text. */
static bool take_figure(struct str *text, struct figure *figure)
{
    struct str rest = str_trim(*text);
    size_t at = word_start(rest, rest.len);

    if (at > 0 && (rest.at[at] < '0' || rest.at[at] > '9'))
        at = word_start(rest, str_trim((struct str){rest.at, at}).len);
    if (!figure_read((struct str){rest.at + at, rest.len - at}, figure))
        return false;
    *text = (struct str){rest.at, at};
    return true;
}

/* "data.   kalloc.512" is the zone "data.kalloc.512". */
static bool join_name(struct str text, char out[PANIC_NAME_MAX])
{
    struct str rest = trim_marks(text), heap;

    text = rest;
    if (text.len == 0 || text.len >= PANIC_NAME_MAX || memchr(text.at, '\0', text.len) != NULL)
        return false;
    (void)str_word(&rest, &heap);
    rest = str_trim(rest);
    if (rest.len == 0 || !str_ends(heap, ".")) {
        heap = text;
        rest.len = 0;
    }
    memcpy(out, heap.at, heap.len);
    if (rest.len > 0)
        memcpy(out + heap.len, rest.at, rest.len);
    out[heap.len + rest.len] = '\0';
    return true;
}

static enum panic_row read_bars(const struct panic_table *table, struct str line,
                                char name[PANIC_NAME_MAX], struct figure *size)
{
    struct str cell, zone = {0}, figure = {0};

    if (!str_skip(&line, "|"))
        return PANIC_ROW_END;
    for (size_t i = 0; line.len > 0; i++) {
        (void)str_cut(&line, '|', &cell);
        if (i == table->zone_column)
            zone = cell;
        if (i == table->size_column)
            figure = trim_marks(cell);
    }
    return figure_read(figure, size) && join_name(zone, name) ? PANIC_ROW_ZONE : PANIC_ROW_OTHER;
}

/* What is no zone has no free size: "Kernel Stacks". */
static enum panic_row read_columns(const struct panic_table *table, struct str line,
                                   char name[PANIC_NAME_MAX], struct figure *size)
{
    struct figure last;

    if (!take_figure(&line, &last))
        return PANIC_ROW_END;
    *size = last;
    if (table->frees && !take_figure(&line, size))
        return PANIC_ROW_OTHER;
    return join_name(line, name) ? PANIC_ROW_ZONE : PANIC_ROW_OTHER;
}

enum panic_row panic_table_row(struct panic_table *table, struct str line,
                               char name[PANIC_NAME_MAX], struct figure *size)
{
    enum panic_row row;

    line = str_trim(line);
    if (line.len == 0)
        return PANIC_ROW_OTHER;
    row = table->bars ? read_bars(table, line, name, size) : read_columns(table, line, name, size);
    table->open = row != PANIC_ROW_END;
    return row;
}
