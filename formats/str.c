/* str.c - see str.h. */
#include "formats/str.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct str take(struct str *text, size_t len)
{
    struct str taken = {text->at, len};

    text->at += len;
    text->len -= len;
    return taken;
}

struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

bool str_line(struct str *text, struct str *line)
{
    bool newline;

    if (text->len == 0)
        return false;
    newline = str_cut(text, '\n', line);
    if (newline && line->len > 0 && line->at[line->len - 1] == '\r')
        line->len--;
    return true;
}

bool str_word(struct str *text, struct str *word)
{
    size_t len = 0;

    while (text->len > 0 && is_blank(*text->at))
        take(text, 1);
    while (len < text->len && !is_blank(text->at[len]))
        len++;
    *word = take(text, len);
    return len > 0;
}

struct str str_last_word(struct str *text)
{
    struct str word = *text = str_trim(*text);
    size_t at = text->len;

    while (at > 0 && !is_blank(text->at[at - 1]))
        at--;
    text->len = at;
    return (struct str){word.at + at, word.len - at};
}

bool str_cut(struct str *text, char mark, struct str *before)
{
    const char *found = text->len > 0 ? memchr(text->at, mark, text->len) : NULL;

    if (found == NULL) {
        *before = take(text, text->len);
        return false;
    }
    *before = take(text, (size_t)(found - text->at));
    take(text, 1);
    return true;
}

bool str_skip(struct str *text, const char *prefix)
{
    if (!str_starts(*text, prefix))
        return false;
    take(text, strlen(prefix));
    return true;
}

bool str_is(struct str text, const char *literal)
{
    return str_equal(text, str_of(literal));
}

bool str_starts(struct str text, const char *prefix)
{
    size_t len = strlen(prefix);

    return text.len >= len && (len == 0 || memcmp(text.at, prefix, len) == 0);
}

bool str_ends(struct str text, const char *suffix)
{
    size_t len = strlen(suffix);

    return text.len >= len && (len == 0 || memcmp(text.at + text.len - len, suffix, len) == 0);
}

bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

size_t str_find(struct str text, const char *needle)
{
    size_t len = strlen(needle);

    for (size_t i = 0; i + len <= text.len; i++)
        if (memcmp(text.at + i, needle, len) == 0)
            return i;
    return SIZE_MAX;
}

struct str str_trim(struct str text)
{
    while (text.len > 0 && is_blank(*text.at))
        take(&text, 1);
    while (text.len > 0 && is_blank(text.at[text.len - 1]))
        text.len--;
    return text;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

bool str_u64(struct str text, unsigned base, uint64_t *number)
{
    uint64_t sum = 0;

    if (base == 16 && !str_skip(&text, "0x"))
        str_skip(&text, "0X");
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.at[i]);

        if (digit >= (int)base || __builtin_mul_overflow(sum, base, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)digit, &sum))
            return false;
    }
    *number = sum;
    return true;
}

bool str_bytes(struct str text, uint64_t unit, uint64_t *bytes)
{
    uint64_t product;

    if (!str_u64(text, 10, &product) || __builtin_mul_overflow(product, unit, &product) ||
        product > INT64_MAX)
        return false;
    *bytes = product;
    return true;
}
