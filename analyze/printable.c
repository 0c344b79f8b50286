/* printable.c - see printable.h. */
#include "analyze/printable.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* Bytes of the character at *text, and its code point; at the first byte that belongs to none:
 * 1 and -1. */
static size_t next_character(const char *text, utf8proc_int32_t *point)
{
    utf8proc_ssize_t len =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)strnlen(text, 4), point);

    if (len > 0)
        return (size_t)len;
    *point = -1;
    return 1;
}

static bool is_presentable(utf8proc_int32_t point)
{
    if (point < 0x20)
        return false;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CN: /* unassigned */
    case UTF8PROC_CATEGORY_CC: /* control */
    case UTF8PROC_CATEGORY_CF: /* format: direction marks, zero-width joiners */
    case UTF8PROC_CATEGORY_CS: /* surrogate */
    case UTF8PROC_CATEGORY_CO: /* private */
    case UTF8PROC_CATEGORY_ZL: /* line separator */
    case UTF8PROC_CATEGORY_ZP: /* paragraph separator */
        return false;
    default:
        return true;
    }
}

const char *printable(struct arena *arena, const char *name)
{
    size_t len, used = 0;
    bool changed = false;
    char *out;

    if (name == NULL)
        return "-";
    len = strlen(name);
    out = arena_alloc(arena, 4 * len + 1);
    for (size_t i = 0; i < len;) {
        utf8proc_int32_t point;
        size_t bytes = next_character(name + i, &point);

        if (is_presentable(point)) {
            memcpy(out + used, name + i, bytes);
            used += bytes;
        } else {
            changed = true;
            for (size_t j = 0; j < bytes; j++)
                used += (size_t)snprintf(out + used, 5, "\\x%02x",
                                         (unsigned)(unsigned char)name[i + j]);
        }
        i += bytes;
    }
    return changed ? out : name;
}

static size_t character_width(utf8proc_int32_t point)
{
    int width = point < 0 ? 1 : utf8proc_charwidth(point);

    return width > 0 ? (size_t)width : 0;
}

size_t printable_width(const char *text)
{
    size_t columns = 0;

    while (*text != '\0') {
        utf8proc_int32_t point;

        text += next_character(text, &point);
        columns += character_width(point);
    }
    return columns;
}

/* Bytes of the front of text that take at most so many columns. */
static size_t front_bytes(const char *text, size_t columns)
{
    size_t used = 0, bytes = 0;

    while (text[bytes] != '\0') {
        utf8proc_int32_t point;
        size_t len = next_character(text + bytes, &point);

        used += character_width(point);
        if (used > columns)
            break;
        bytes += len;
    }
    return bytes;
}

const char *printable_cut(struct arena *arena, const char *text, size_t columns)
{
    size_t width = printable_width(text), head, tail = 0;

    if (width <= columns)
        return text;
    if (columns < 8)
        columns = 8;
    head = front_bytes(text, (columns - 3 + 1) / 2);
    while (width > (columns - 3) / 2) { /* the longest end that fits */
        utf8proc_int32_t point;

        tail += next_character(text + tail, &point);
        width -= character_width(point);
    }
    return arena_print(arena, "%.*s...%s", (int)head, text, text + tail);
}
