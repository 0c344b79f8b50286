/* zprint_words.c - see zprint.h. */
#include "formats/apple/zprint.h"

#define DIGITS_MAX 20

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool zprint_is_number(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!is_digit(word.at[i]))
            return false;
    return word.len > 0 && word.len <= DIGITS_MAX;
}

bool zprint_is_size(struct str word)
{
    static const char *const units[] = {"B", "K", "M", "G", "T", NULL};
    struct str whole;

    if (word.len < 2 ||
        zprint_word_among((struct str){word.at + word.len - 1, 1}, units) == SIZE_MAX)
        return false;
    word.len--;
    if (str_cut(&word, '.', &whole) && !zprint_is_number(word))
        return false;
    return zprint_is_number(whole);
}

size_t zprint_word_among(struct str word, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (str_is(word, words[i]))
            return i;
    return SIZE_MAX;
}

size_t zprint_figure_end(struct str word)
{
    const char *at = word.at;

    if (word.len == 0 || (at[0] != '-' && !is_digit(at[0])))
        return word.len;
    for (size_t i = 0; i + 1 < word.len; i++)
        if ((at[i] == 'K' || at[i] == '-') && is_digit(at[i + 1]))
            return i + 1;
    return word.len;
}

/* Behind the last ":12)"; 0: there is none. */
static size_t find_stray_end(struct str line)
{
    for (size_t at = line.len; at-- > 0;) {
        size_t digits = at;

        if (line.at[at] != ')')
            continue;
        while (digits > 0 && is_digit(line.at[digits - 1]))
            digits--;
        if (digits < at && digits > 0 && line.at[digits - 1] == ':')
            return at + 1;
    }
    return 0;
}

struct str zprint_without_stray(struct str line)
{
    size_t end = find_stray_end(line);
    struct str rest = {line.at + end, line.len - end}, begin = str_trim(rest);

    if (end == 0 || (begin.len > 0 && !is_letter(*begin.at) && *begin.at != '_' &&
                     *begin.at != '-' && *begin.at != '(' && *begin.at != '~'))
        return line;
    return rest;
}
