/* comparison.c - see comparison.h. */
#include "analyze/comparison.h"

#include <stdarg.h>
#include <stdio.h>

const char *compare_print(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    char *text;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = arena_alloc(arena, len > 0 ? (size_t)len + 1 : 1);
    if (len > 0)
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}
