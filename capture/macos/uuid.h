/*
 * uuid.h - 16 bytes as Apple's tools print a UUID: "6D1B8A04-53C7-3E19-9A42-0C7F5B3E18D6".
 */
#ifndef CAPTURE_MACOS_UUID_H
#define CAPTURE_MACOS_UUID_H

#include <stdint.h>

#define UUID_BYTES 16
#define UUID_TEXT  37 /* with the NUL */

/* Returns text. */
const char *uuid_text(const uint8_t uuid[UUID_BYTES], char text[UUID_TEXT]);

#endif
