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

/* A digest of text that comes in pieces. */
struct sha256 {
    uint32_t state[8];
    uint64_t length_bytes;
    uint8_t block[64]; /* the last length_bytes % 64 bytes */
};

void sha256_init(struct sha256 *sha);
void sha256_update(struct sha256 *sha, struct str text);

/* The digest of everything so far; *sha is then of no further use. */
void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_BYTES]);

void sha256(struct str text, uint8_t digest[SHA256_BYTES]);
void hmac_sha256(struct str key, struct str text, uint8_t digest[SHA256_BYTES]);
void sha256_hex(const uint8_t digest[SHA256_BYTES], char hex[SHA256_HEX]);

#endif
