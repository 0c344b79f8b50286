/* levels.c - see levels.h. */
#include "formats/apple/levels.h"

#define WORD_MAX ((size_t)40) /* no number is as long */

static struct str without_quotes(struct str text)
{
    text = str_trim(text);
    while (text.len > 0 && (*text.at == '"' || *text.at == '\''))
        text = (struct str){text.at + 1, text.len - 1};
    while (text.len > 0 && (text.at[text.len - 1] == '"' || text.at[text.len - 1] == '\''))
        text.len--;
    return str_trim(text);
}

/* "122011", "122011.", "\"122011.\",": the number in it. */
static bool read_number(struct str word, struct level *level)
{
    if (str_ends(word, ","))
        word.len--;
    word = without_quotes(word);
    level->dotted = str_ends(word, ".");
    if (level->dotted)
        word.len--;
    return str_u64(word, 10, &level->number);
}

/* Takes the word that could be a number; looks no further than one reaches. */
static struct str take_word(struct str *rest)
{
    struct str near, word;

    while (rest->len > 0 && (*rest->at == ' ' || *rest->at == '\t'))
        *rest = (struct str){rest->at + 1, rest->len - 1};
    near = (struct str){rest->at, rest->len < WORD_MAX ? rest->len : WORD_MAX};
    (void)str_word(&near, &word);
    *rest = (struct str){rest->at + word.len, rest->len - word.len};
    return word;
}

bool level_next(struct str *line, struct level *level)
{
    struct str label, rest;

    while (str_cut(line, ':', &label)) {
        rest = *line;
        if (!read_number(take_word(&rest), level))
            continue;
        *line = rest;
        level->label = without_quotes(label);
        level->last = rest.len == 0;
        return true;
    }
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool level_is(const struct level *level, const char *label)
{
    size_t len = str_of(label).len;

    return str_ends(level->label, label) &&
           (level->label.len == len || !is_letter(level->label.at[level->label.len - len - 1]));
}
