/*
 * zprint_crowded.c - a line of the zone table whose columns touch. Up to 10.13 nothing but their
 * width keeps them apart, and figures are wider than that where it matters most:
 *
 *                                 elem    cur    max    cur    max   cur alloc alloc
 *     zone name                   size   size   size  #elts  #elts inuse  size count
 *     com.example.lathe.a.shor$16384 32768K 49152K   2048   3072  1999   16K     1 C
 *     vm.map.entries              40 39064K 61440K10000381572864934112    4K   102 C
 *
 * The header says where columns end. A reading is believed when its figures agree with each other.
 */
#include "formats/apple/zprint.h"

#define SPLITS_MAX 3

/* Takes a word apart in two, `at` bytes behind its begin. */
static void split_word(struct zprint_words *words, size_t which, size_t at)
{
    struct str *word = &words->list[which];

    if (words->count == ZPRINT_WORDS_MAX)
        words->count--;
    for (size_t i = words->count; i > which; i--)
        words->list[i] = words->list[i - 1];
    words->count++;
    word[1] = (struct str){word->at + at, word->len - at};
    word[0].len = at;
}

/* A name that was cut touches its element size: "com.example.long.name.of$16384". */
static void take_name_off(struct zprint_words *words)
{
    struct str name, rest = words->list[0];
    size_t end;

    if (!str_cut(&rest, '$', &name) || rest.len == 0 || *rest.at < '0' || *rest.at > '9')
        return;
    split_word(words, 0, name.len + 1);
    end = zprint_figure_end(words->list[1]);
    if (end < words->list[1].len)
        split_word(words, 1, end);
}

/* The word that stands across that column, or the count of words. */
static size_t find_across(struct str line, const struct zprint_words *words, size_t column)
{
    for (size_t i = 1; i < words->count; i++) {
        size_t start = (size_t)(words->list[i].at - line.at);

        if (start < column && column < start + words->list[i].len)
            return i;
    }
    return words->count;
}

/* Takes words apart at ends of columns, `splits` times, until the line reads as a zone whose
 * figures agree with each other: a figure wider than its column moves what stands behind it. */
static bool find_apart(struct str line, const struct zprint_words *words,
                       const struct zprint_columns *columns, size_t from, unsigned splits,
                       struct zprint_zone *row)
{
    if (splits == 0)
        return zprint_zone_at(words, 1, columns, false, row) == ZPRINT_FOUND &&
               zprint_zone_agrees(row);
    for (size_t i = from; i < columns->count; i++) {
        size_t which = find_across(line, words, columns->ends[i]);
        struct zprint_words apart;

        if (which == words->count)
            continue;
        apart = *words;
        split_word(&apart, which, columns->ends[i] - (size_t)(words->list[which].at - line.at));
        if (find_apart(line, &apart, columns, i + 1, splits - 1, row))
            return true;
    }
    return false;
}

bool zprint_crowded_row(struct str line, struct zprint_words *words,
                        const struct zprint_columns *columns, struct zprint_zone *row)
{
    take_name_off(words);
    for (unsigned splits = 0; splits <= SPLITS_MAX; splits++)
        if (find_apart(line, words, columns, 0, splits, row))
            return true;
    return false;
}
