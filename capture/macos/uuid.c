/* uuid.c - see uuid.h. */
#include "capture/macos/uuid.h"

#include <stddef.h>

const char *uuid_text(const uint8_t uuid[UUID_BYTES], char text[UUID_TEXT])
{
    static const char digits[] = "0123456789ABCDEF";
    char *at = text;

    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[uuid[i] >> 4];
        *at++ = digits[uuid[i] & 15];
    }
    *at = '\0';
    return text;
}
