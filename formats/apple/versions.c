/* versions.c - see versions.h. */
#include "formats/apple/versions.h"

static bool ends_word(struct str text, size_t at)
{
    return at + 1 == text.len || text.at[at + 1] == ' ' || text.at[at + 1] == '\t';
}

struct str version_take(struct str *text)
{
    struct str version = *text;

    for (size_t i = 0; i < text->len; i++) {
        if (text->at[i] != ')' || !ends_word(*text, i))
            continue;
        version.len = i;
        *text = (struct str){text->at + i + 1, text->len - i - 1};
        return str_is(version, "????") ? (struct str){0} : str_trim(version);
    }
    *text = (struct str){text->at + text->len, 0};
    return (struct str){0};
}
