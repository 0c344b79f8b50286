/*
 * ustar.h - the header blocks of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format").
 *
 * Written here and not by libarchive, which cannot be handed content that is compressed already.
 */
#ifndef FORMATS_USTAR_H
#define FORMATS_USTAR_H

#include <stdbool.h>
#include <stdint.h>

#define USTAR_BLOCK_BYTES 512
#define USTAR_SIZE_MAX    (((uint64_t)1 << 33) - 1) /* bytes in a member: eleven octal digits */

/* Fills in the header of the regular file top/name, mode 0600. False: the name is empty, absolute,
 * has a "..", or does not fit (255 bytes with its "/", cut at one into 155 and 100); or the
 * size does not. A time outside of what fits becomes 0. */
bool ustar_header(char block[USTAR_BLOCK_BYTES], const char *top, const char *name,
                  uint64_t size_bytes, int64_t time_s);

#endif
