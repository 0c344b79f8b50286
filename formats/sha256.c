/* sha256.c - see sha256.h. */
#include "formats/sha256.h"

#include <string.h>

#define BLOCK_BYTES 64

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint32_t load_big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void store_big_endian(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

/* FIPS 180-4, section 6.2.2, in its letters. */
static void transform(uint32_t state[8], const uint8_t block[BLOCK_BYTES])
{
    uint32_t w[64];
    uint32_t s[8];

    for (unsigned t = 0; t < 16; t++)
        w[t] = load_big_endian(block + 4 * (size_t)t);
    for (unsigned t = 16; t < 64; t++) {
        uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;

        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    memcpy(s, state, sizeof s);
    for (unsigned t = 0; t < 64; t++) {
        uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        uint32_t sum0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
        uint32_t sum1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
        uint32_t t1 = s[7] + sum1 + choice + round_constants[t] + w[t];

        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + sum0 + majority;
    }
    for (unsigned i = 0; i < 8; i++)
        state[i] += s[i];
}

void sha256_init(struct sha256 *sha)
{
    *sha = (struct sha256){
        .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                  0x1f83d9ab, 0x5be0cd19},
    };
}

void sha256_update(struct sha256 *sha, struct str text)
{
    while (text.len > 0) {
        size_t held = (size_t)(sha->length_bytes % BLOCK_BYTES);
        size_t len = text.len < BLOCK_BYTES - held ? text.len : BLOCK_BYTES - held;

        memcpy(sha->block + held, text.at, len);
        sha->length_bytes += len;
        text.at += len;
        text.len -= len;
        if (held + len == BLOCK_BYTES)
            transform(sha->state, sha->block);
    }
}

void sha256_final(struct sha256 *sha, uint8_t digest[SHA256_BYTES])
{
    static const char padding[BLOCK_BYTES] = {(char)0x80};
    size_t held = (size_t)(sha->length_bytes % BLOCK_BYTES);
    uint8_t length_bits[8];

    store_big_endian(length_bits, sha->length_bytes * 8, sizeof length_bits);
    sha256_update(sha, (struct str){padding, (held < 56 ? 56 : 120) - held});
    sha256_update(sha, (struct str){(const char *)length_bits, sizeof length_bits});
    for (unsigned i = 0; i < 8; i++)
        store_big_endian(digest + 4 * (size_t)i, sha->state[i], 4);
}

void sha256(struct str text, uint8_t digest[SHA256_BYTES])
{
    struct sha256 sha;

    sha256_init(&sha);
    sha256_update(&sha, text);
    sha256_final(&sha, digest);
}

static void update_with_key(struct sha256 *sha, const uint8_t key[BLOCK_BYTES], uint8_t mask)
{
    uint8_t masked[BLOCK_BYTES];

    for (size_t i = 0; i < BLOCK_BYTES; i++)
        masked[i] = key[i] ^ mask;
    sha256_update(sha, (struct str){(const char *)masked, sizeof masked});
}

void hmac_sha256(struct str key, struct str text, uint8_t digest[SHA256_BYTES])
{
    uint8_t padded_key[BLOCK_BYTES] = {0};
    struct sha256 sha;

    if (key.len > BLOCK_BYTES)
        sha256(key, padded_key);
    else if (key.len > 0)
        memcpy(padded_key, key.at, key.len);
    sha256_init(&sha);
    update_with_key(&sha, padded_key, 0x36);
    sha256_update(&sha, text);
    sha256_final(&sha, digest);
    sha256_init(&sha);
    update_with_key(&sha, padded_key, 0x5c);
    sha256_update(&sha, (struct str){(const char *)digest, SHA256_BYTES});
    sha256_final(&sha, digest);
}

void sha256_hex(const uint8_t digest[SHA256_BYTES], char hex[SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[SHA256_HEX - 1] = '\0';
}
