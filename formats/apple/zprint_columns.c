/*
 * zprint_columns.c - a line of the zone table. Columns have had the same order in all releases, but
 * not the same widths, and what stands behind the count depends on options:
 *
 *                                 elem         cur         max        cur         max         cur  alloc  alloc
 *     zone name                   size        size        size      #elts       #elts       inuse   size  count
 *     -------------------------------------------------------------------------------------------------------------
 *     vm.objects                   240      38208K      40960K     163020      174762      160000    16K     68  C
 *     VM.map.entries                80       1024K     -------      13107     -------       12999     4K     51 XC
 *
 * They are told apart by what they hold. Guides print them in another order, sizes in bytes; then
 * the header says the order.
 */
#include "formats/apple/figures.h"
#include "formats/apple/zprint.h"

#define COLUMNS_LEAST 5 /* of a line on which even touching columns could be told apart */

/* Without a header. What is behind the size of an allocation differs by release and option. */
static const struct zprint_columns usual = {
    .kinds = {ZPRINT_ELEMENT, ZPRINT_SIZE, ZPRINT_MAX_SIZE, ZPRINT_ELEMENTS, ZPRINT_MAX_ELEMENTS,
              ZPRINT_INUSE, ZPRINT_ALLOC_SIZE},
    .count = 7,
};

/* ---- header ---- */

static bool take_title(struct str *line)
{
    static const char *const titles[] = {"zone", "ZONE", "Zone", NULL};
    struct str rest, word;

    if (!str_word(line, &word) || zprint_word_among(word, titles) == SIZE_MAX)
        return false;
    rest = *line;
    if (str_word(&rest, &word) && (str_is(word, "name") || str_is(word, "NAME")))
        *line = rest;
    return true;
}

/* What a column is by its title and by how many of that title stand before it. */
static bool kind_of(struct str title, size_t *sizes, size_t *counts, enum zprint_column *kind)
{
    static const char *const count_titles[] = {"#elts", "elts", "#elems", "elems", NULL};
    static const enum zprint_column of_size[] = {ZPRINT_ELEMENT, ZPRINT_SIZE, ZPRINT_MAX_SIZE,
                                                 ZPRINT_ALLOC_SIZE};
    static const enum zprint_column of_count[] = {ZPRINT_ELEMENTS, ZPRINT_MAX_ELEMENTS};

    if (str_is(title, "inuse"))
        *kind = ZPRINT_INUSE;
    else if (str_is(title, "size") && *sizes < sizeof of_size / sizeof *of_size)
        *kind = of_size[(*sizes)++];
    else if (zprint_word_among(title, count_titles) != SIZE_MAX && *counts < 2)
        *kind = of_count[(*counts)++];
    else
        return false;
    return true;
}

bool zprint_zone_header(struct str line, struct zprint_columns *columns)
{
    bool in_use = false;
    size_t sizes = 0, counts = 0;
    const char *start = line.at;
    enum zprint_column kind;
    struct str word;

    *columns = (struct zprint_columns){0};
    if (!take_title(&line))
        return false;
    while (columns->count < ZPRINT_COLUMNS_MAX && str_word(&line, &word) &&
           kind_of(word, &sizes, &counts, &kind)) {
        in_use = in_use || kind == ZPRINT_INUSE;
        columns->ends[columns->count] = (size_t)(word.at + word.len - start);
        columns->kinds[columns->count++] = kind;
    }
    return columns->count > 0 && columns->kinds[0] == ZPRINT_ELEMENT && sizes >= 2 && in_use;
}

/* ---- words of a line ---- */

static void split(struct str line, struct zprint_words *words)
{
    struct str word;

    words->count = 0;
    while (str_word(&line, &word))
        while (word.len > 0) {
            size_t end = zprint_figure_end(word);

            if (words->count == ZPRINT_WORDS_MAX)
                return;
            words->list[words->count++] = (struct str){word.at, end};
            word = (struct str){word.at + end, word.len - end};
        }
}

/* ---- values ---- */

/* "-------": preposterously large. */
static bool is_dashes(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] != '-')
            return false;
    return word.len >= 2;
}

/* plain: sizes are bytes, without a unit. */
static bool fits(struct str word, enum zprint_column kind, bool plain)
{
    if ((kind == ZPRINT_MAX_SIZE || kind == ZPRINT_MAX_ELEMENTS) && is_dashes(word))
        return true;
    if (!plain && (kind == ZPRINT_SIZE || kind == ZPRINT_MAX_SIZE || kind == ZPRINT_ALLOC_SIZE))
        return zprint_is_size(word);
    return zprint_is_number(word);
}

/* Whether the columns stand there, from words[first] on. The last ones may be missing, but not the
 * one behind the elements in use: that count may have been cut. */
static bool match(const struct zprint_words *words, size_t first,
                  const struct zprint_columns *columns, bool plain)
{
    size_t enough = SIZE_MAX;

    for (size_t i = 0; i < columns->count; i++) {
        if (first + i >= words->count)
            return i >= enough;
        if (!fits(words->list[first + i], columns->kinds[i], plain))
            return false;
        if (columns->kinds[i] == ZPRINT_INUSE)
            enough = i + 2;
    }
    return true;
}

/* Whole pages are as good as exact: all of them are multiples of 4 K. */
static bool read_size(struct str word, struct figure *size)
{
    if (!figure_read(word, size) || size->bytes > AMOUNT_MAX)
        return false;
    if (size->resolution_bytes == 1024 && size->bytes % 4096 == 0)
        size->resolution_bytes = 0;
    return true;
}

/* Up to 10.13 zprint cuts a size to 32 bits with a sign before it prints it, but not the number of
 * elements that fit. */
static bool is_wrapped(struct figure size, uint64_t elements, uint64_t element_bytes)
{
    uint64_t bytes, printed = size.bytes / 1024, wrapped;

    if (__builtin_mul_overflow(elements, element_bytes, &bytes) || bytes <= INT32_MAX)
        return false;
    wrapped = (uint32_t)((int32_t)(uint32_t)bytes / 1024);
    return printed != bytes / 1024 && printed <= wrapped + element_bytes / 1024 + 1 &&
           printed + 1 >= wrapped;
}

static bool is_size_of(struct figure size, uint64_t elements, uint64_t element_bytes)
{
    uint64_t bytes, most;

    if (__builtin_mul_overflow(elements, element_bytes, &bytes) ||
        __builtin_add_overflow(bytes, element_bytes, &most))
        return false;
    return size.bytes + 1024 > bytes && size.bytes < most + 1024;
}

/* Of so many elements: in whole pages, which tells it exactly when an element is no larger. */
static struct figure size_of(uint64_t elements, uint64_t element_bytes)
{
    uint64_t bytes = elements * element_bytes;

    if (element_bytes > 4096)
        return (struct figure){bytes, element_bytes, true};
    return (struct figure){bytes + (4096 - bytes % 4096) % 4096, 0, true};
}

bool zprint_zone_agrees(const struct zprint_zone *row)
{
    return row->inuse <= row->elements &&
           (row->wrapped || is_size_of(row->size, row->elements, row->element_bytes)) &&
           (!row->max_size.known ||
            is_size_of(row->max_size, row->max_elements, row->element_bytes) ||
            is_wrapped(row->max_size, row->max_elements, row->element_bytes));
}

/* A column of numbers; NULL: of sizes. */
static uint64_t *number_of(struct zprint_zone *row, enum zprint_column kind)
{
    switch (kind) {
    case ZPRINT_ELEMENT:
        return &row->element_bytes;
    case ZPRINT_ELEMENTS:
        return &row->elements;
    case ZPRINT_MAX_ELEMENTS:
        return &row->max_elements;
    case ZPRINT_INUSE:
        return &row->inuse;
    default:
        return NULL;
    }
}

static bool read_value(struct str word, enum zprint_column kind, struct zprint_zone *row)
{
    uint64_t *number = number_of(row, kind);

    if (is_dashes(word) || kind == ZPRINT_ALLOC_SIZE)
        return true;
    if (number != NULL)
        return str_u64(word, 10, number);
    if (kind == ZPRINT_MAX_SIZE)
        return figure_read(word, &row->max_size);
    return read_size(word, &row->size);
}

/* False: they cannot be. */
static bool read_values(const struct zprint_words *words, size_t first,
                        const struct zprint_columns *columns, struct zprint_zone *row)
{
    const struct str last = words->list[first - 1];
    uint64_t bytes;

    *row = (struct zprint_zone){.name = words->list[0]};
    row->name.len = (size_t)(last.at + last.len - row->name.at);
    for (size_t i = 0; i < columns->count && first + i < words->count; i++)
        if (!read_value(words->list[first + i], columns->kinds[i], row))
            return false;
    if (__builtin_mul_overflow(row->inuse, row->element_bytes, &bytes) || bytes > AMOUNT_MAX)
        return false;
    row->wrapped = is_wrapped(row->size, row->elements, row->element_bytes);
    if (row->wrapped)
        row->size = size_of(row->elements, row->element_bytes);
    return row->size.bytes <= AMOUNT_MAX;
}

enum zprint_found zprint_zone_at(const struct zprint_words *words, size_t first,
                                 const struct zprint_columns *columns, bool plain,
                                 struct zprint_zone *row)
{
    if (!match(words, first, columns, plain))
        return ZPRINT_NOT_THIS;
    return read_values(words, first, columns, row) ? ZPRINT_FOUND : ZPRINT_UNUSABLE;
}

/* Behind a name of one word, or of several where blanks were put back. */
static enum zprint_found find(const struct zprint_words *words,
                              const struct zprint_columns *columns, bool plain,
                              struct zprint_zone *row)
{
    enum zprint_found found = ZPRINT_NOT_THIS;

    for (size_t first = 1; first < words->count && found == ZPRINT_NOT_THIS; first++)
        found = zprint_zone_at(words, first, columns, plain, row);
    return found;
}

enum zprint_found zprint_zone_row(struct str line, const struct zprint_columns *columns,
                                  struct zprint_zone *row)
{
    enum zprint_found found = ZPRINT_NOT_THIS;
    struct zprint_words words;

    split(line, &words);
    if (words.count < COLUMNS_LEAST)
        return ZPRINT_NOT_THIS;
    if (columns != NULL)
        found = find(&words, columns, false, row);
    if (found == ZPRINT_NOT_THIS)
        found = find(&words, &usual, false, row);
    if (found == ZPRINT_NOT_THIS && columns != NULL)
        found = find(&words, columns, true, row);
    if (found != ZPRINT_NOT_THIS)
        return found;
    return zprint_crowded_row(line, &words, columns != NULL ? columns : &usual, row)
               ? ZPRINT_FOUND
               : ZPRINT_NOT_THIS;
}
