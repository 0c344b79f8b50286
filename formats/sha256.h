/*
 * sha256.h - SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).
 *
 * For the digest of a bundle and for tokens that cannot be turned back. Ours because wirecap stays
 * at libc, libarchive and zlib; held to the standards' test vectors.
 */
#ifndef FORMATS_SHA256_H
#define FORMATS_SHA256_H

#include <stdint.h>

#include "formats/str.h"

#define SHA256_BYTES 32
#define SHA256_HEX   65 /* with the NUL */

void sha256(struct str text, uint8_t digest[SHA256_BYTES]);
void hmac_sha256(struct str key, struct str text, uint8_t digest[SHA256_BYTES]);
void sha256_hex(const uint8_t digest[SHA256_BYTES], char hex[SHA256_HEX]);

#endif
