/* err.c - see err.h. */
#include "formats/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Copies what of `from` fits into `to`, harmless. */
static void put_harmless(char *to, size_t size, const char *from)
{
    size_t used = 0;

    for (; *from != '\0' && used + 5 < size; from++) {
        unsigned char byte = (unsigned char)*from;

        if (byte >= 0x20 && byte < 0x7f)
            to[used++] = *from;
        else
            used += (size_t)snprintf(to + used, size - used, "\\x%02x", byte);
    }
    to[used] = '\0';
}

__attribute__((format(printf, 2, 0))) static void put(struct err *err, const char *format,
                                                      va_list args, const char *after)
{
    char raw[sizeof err->text];
    size_t used;

    (void)vsnprintf(raw, sizeof raw, format, args);
    used = strlen(raw);
    if (after != NULL)
        (void)snprintf(raw + used, sizeof raw - used, ": %s", after);
    put_harmless(err->text, sizeof err->text, raw);
}

bool err_set(struct err *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put(err, format, args, NULL);
    va_end(args);
    return false;
}

bool err_errno(struct err *err, const char *format, ...)
{
    const char *reason = strerror(errno);
    va_list args;

    va_start(args, format);
    put(err, format, args, reason);
    va_end(args);
    return false;
}

bool err_in(struct err *err, const char *format, ...)
{
    struct err inner = *err;
    va_list args;

    va_start(args, format);
    put(err, format, args, inner.text);
    va_end(args);
    return false;
}
