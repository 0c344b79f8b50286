/* escape.c - see escape.h. */
#include "formats/escape.h"

#include <stdio.h>
#include <string.h>

static size_t escape_byte(char out[ESCAPE_MAX + 1], char c)
{
    unsigned char byte = (unsigned char)c;

    if (c == '\\')
        return (size_t)snprintf(out, ESCAPE_MAX + 1, "\\\\");
    if (c == '\t')
        return (size_t)snprintf(out, ESCAPE_MAX + 1, "\\t");
    if (c == '\n')
        return (size_t)snprintf(out, ESCAPE_MAX + 1, "\\n");
    if (byte < 0x20 || byte >= 0x7f)
        return (size_t)snprintf(out, ESCAPE_MAX + 1, "\\x%02x", byte);
    out[0] = c;
    return 1;
}

size_t escape_name(char *out, size_t size, struct str name)
{
    size_t used = 0;

    if (name.len == 0)
        return (size_t)snprintf(out, size, "\\x");
    if (str_is(name, "-"))
        return (size_t)snprintf(out, size, "\\x2d");
    for (size_t i = 0; i < name.len; i++) {
        char one[ESCAPE_MAX + 1];
        size_t len = escape_byte(one, name.at[i]);

        if (used + len >= size)
            break;
        memcpy(out + used, one, len);
        used += len;
    }
    out[used] = '\0';
    return used;
}

/* Takes one escaped byte off *field. */
static char unescape_byte(struct str *field)
{
    struct str rest = *field;
    uint64_t byte;
    char c = *rest.at;

    if (str_skip(&rest, "\\\\"))
        c = '\\';
    else if (str_skip(&rest, "\\t"))
        c = '\t';
    else if (str_skip(&rest, "\\n"))
        c = '\n';
    else if (str_skip(&rest, "\\x") && rest.len >= 2 &&
             str_u64((struct str){rest.at, 2}, 16, &byte) && byte != 0) {
        c = (char)byte;
        rest.at += 2;
        rest.len -= 2;
    } else {
        rest = (struct str){field->at + 1, field->len - 1};
    }
    *field = rest;
    return c;
}

const char *unescape_name(struct arena *arena, struct str field)
{
    char *name;
    size_t used = 0;

    if (str_is(field, "-"))
        return NULL;
    if (str_is(field, "\\x"))
        return arena_intern(arena, (struct str){"", 0});
    if (field.len == 0 || memchr(field.at, '\\', field.len) == NULL)
        return arena_intern(arena, field);
    name = arena_alloc(arena, field.len + 1);
    while (field.len > 0)
        name[used++] = unescape_byte(&field);
    return arena_intern(arena, (struct str){name, used});
}
