/* row.c - see row.h. */
#include "capture/row.h"

#include <string.h>

void row_text(struct row *row, const char *text)
{
    size_t len = strlen(text);

    memcpy(row->at, text, len);
    row->at += len;
}

void row_number(struct row *row, uint64_t number, unsigned base, size_t width, const char *after)
{
    char digits[24];
    size_t after_len = strlen(after);
    size_t len = 0;

    do {
        digits[len++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    for (size_t i = len + after_len; i < width; i++)
        *row->at++ = ' ';
    while (len > 0)
        *row->at++ = digits[--len];
    row_text(row, after);
}

void row_k(struct row *row, struct amount amount)
{
    row_text(row, " ");
    if (amount.known)
        row_number(row, amount.bytes / 1024 + (amount.bytes % 1024 != 0), 10, 8, "K");
    else
        row_text(row, "       -");
}

void row_pad(struct row *row, const char *from, size_t width)
{
    while ((size_t)(row->at - from) < width)
        *row->at++ = ' ';
}
