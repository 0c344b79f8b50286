/* panic_string.c - see panic_string.h. */
#include "formats/apple/panic_string.h"

#include <string.h>

#include "formats/apple/figures.h"

#define LEAK      "likelyduetomemoryleakinzone"
#define EXHAUSTED "exhaustedwhileallocatingfromzone"

#define BREAK_MAX    128 /* bytes between two characters: a line break, an indent, quote marks */
#define SENTENCE_MAX 512 /* bytes between two places of the sentence */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The index behind what a paste can have put between two characters: at, when there is nothing. */
static size_t skip_break(struct str text, size_t at)
{
    size_t end = text.len - at > BREAK_MAX ? at + BREAK_MAX : text.len;
    bool line = false;

    for (; at < end; at++) {
        line = line || text.at[at] == '\n';
        if (!is_space(text.at[at]) && !(line && (text.at[at] == '>' || text.at[at] == '|')))
            break;
    }
    return at;
}

/* Where the words, written here without blanks, end in text; 0: it does not begin with them. */
static size_t match(struct str text, const char *words)
{
    size_t at = 0;

    for (; *words != '\0'; words++) {
        at = skip_break(text, at);
        if (at == text.len || text.at[at] != *words)
            return 0;
        at++;
    }
    return at;
}

/* Takes everything up to the words, and them. False, *text untouched: they are not in it. */
static bool take_words(struct str *text, const char *words, struct str *before)
{
    for (size_t i = 0; i < text->len; i++) {
        struct str rest = {text->at + i, text->len - i};
        size_t len = *rest.at == *words ? match(rest, words) : 0;

        if (len == 0)
            continue;
        *before = (struct str){text->at, i};
        *text = (struct str){rest.at + len, rest.len - len};
        return true;
    }
    return false;
}

/* Whether two parts of a name, between which a line ends, are one word. Most zones are called by one
 * word with dots, or by capitals; "VM map entries" is not. */
static bool is_one_word(struct str name, char left, char right)
{
    bool lower = false;

    if (left == '_' || right == '_')
        return true;
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '.')
            return true;
        lower = lower || (name.at[i] >= 'a' && name.at[i] <= 'z');
    }
    return !lower;
}

static bool is_of_prose(char c)
{
    return strchr(",;()<>\"`", c) != NULL; /* and NUL */
}

/* The name without line breaks. False: it is empty, or more than a name. */
static bool join_name(struct str name, char out[PANIC_NAME_MAX])
{
    size_t len = 0;

    for (size_t at = skip_break(name, 0); at < name.len;) {
        size_t next = skip_break(name, at + 1);
        bool broken = memchr(name.at + at, '\n', next - at) != NULL;

        if (len + 2 >= PANIC_NAME_MAX || is_of_prose(name.at[at]))
            return false;
        out[len++] = name.at[at];
        if (next < name.len && next > at + 1 &&
            !(broken && is_one_word(name, name.at[at], name.at[next])))
            out[len++] = ' ';
        at = next;
    }
    out[len] = '\0';
    return len > 0;
}

/* Takes "[data.kalloc.512]", or "kalloc.512" up to the mark, which stays. */
static bool take_zone(struct str *text, char mark, char out[PANIC_NAME_MAX])
{
    struct str rest = *text, name;
    char end = mark;
    size_t taken;

    taken = skip_break(rest, 0);
    rest = (struct str){rest.at + taken, rest.len - taken};
    if (rest.len > SENTENCE_MAX)
        rest.len = SENTENCE_MAX;
    if (str_skip(&rest, "["))
        end = ']';
    if (!str_cut(&rest, end, &name) || !join_name(name, out))
        return false;
    taken = (size_t)(rest.at - text->at) - (end == mark);
    *text = (struct str){text->at + taken, text->len - taken};
    return true;
}

/* Copies what stands before ")" without blanks, line breaks, and the commas within a number. */
static struct str squeeze(struct str text, char *out, size_t size)
{
    size_t len = 0;

    if (text.len > SENTENCE_MAX)
        text.len = SENTENCE_MAX;
    for (size_t i = skip_break(text, 0); i < text.len && text.at[i] != ')' && len < size;) {
        bool within = text.at[i] == ',' && len > 0 && is_digit(out[len - 1]) && i + 1 < text.len &&
                      is_digit(text.at[i + 1]);

        if (!within)
            out[len++] = text.at[i];
        i = skip_break(text, i + 1);
    }
    return (struct str){out, len};
}

/* "(19G, 39845888 elements allocated)", "(3865051136 total bytes, 7548928 elements allocated)" */
static void read_figures(struct str text, struct panic_string *found)
{
    char buffer[SENTENCE_MAX];
    struct str rest, size;
    size_t at = skip_break(text, 0);

    text = (struct str){text.at + at, text.len - at};
    if (!str_skip(&text, "("))
        return;
    rest = squeeze(text, buffer, sizeof buffer);
    if (!str_cut(&rest, ',', &size))
        return;
    at = str_find(size, "totalbytes");
    if (at != SIZE_MAX)
        size.len = at;
    (void)figure_read(size, &found->size);
    at = str_find(rest, "elements");
    rest.len = at == SIZE_MAX ? 0 : at;
    found->count.known = str_u64(rest, 10, &found->count.n);
}

bool panic_string_find(struct str text, struct panic_string *found)
{
    const char *start = text.at;
    struct str before, allocating;

    while (take_words(&text, LEAK, &before)) {
        *found = (struct panic_string){.at = (size_t)(before.at + before.len - start)};
        if (!take_zone(&text, '(', found->zone))
            continue;
        read_figures(text, found);
        if (before.len > SENTENCE_MAX)
            before = (struct str){before.at + before.len - SENTENCE_MAX, SENTENCE_MAX};
        if (take_words(&before, EXHAUSTED, &allocating) &&
            !take_zone(&before, ',', found->allocating_zone))
            found->allocating_zone[0] = '\0';
        return true;
    }
    return false;
}
