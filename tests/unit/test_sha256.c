/* The test vectors of FIPS 180-4 (NIST's examples) and RFC 4231. */
#include <criterion/criterion.h>
#include <string.h>

#include "formats/sha256.h"

static void expect_hex(const uint8_t *digest, const char *expected)
{
    char hex[SHA256_HEX];

    sha256_hex(digest, hex);
    cr_assert_str_eq(hex, expected);
}

static void expect_sha(const char *text, const char *expected)
{
    uint8_t digest[SHA256_BYTES];

    sha256(str_of(text), digest);
    expect_hex(digest, expected);
}

Test(sha256, known_answers)
{
    expect_sha("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_sha("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_sha("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect_sha("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
               "klmnopqrlmnopqrsmnopqrstnopqrstu",
               "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

Test(sha256, a_million_bytes_in_pieces_of_every_size)
{
    static char letters[1000];
    struct sha256 sha;
    uint8_t digest[SHA256_BYTES];
    size_t left = 1000000;

    memset(letters, 'a', sizeof letters);
    sha256_init(&sha);
    for (size_t len = 1; left > 0; len = len % 999 + 1) {
        size_t piece = len < left ? len : left;

        sha256_update(&sha, (struct str){letters, piece});
        left -= piece;
    }
    sha256_final(&sha, digest);
    expect_hex(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Every length around the borders of a block: the one call and single bytes agree. */
Test(sha256, lengths_around_a_block)
{
    char text[200];

    memset(text, 'x', sizeof text);
    for (size_t len = 0; len <= sizeof text; len++) {
        uint8_t whole[SHA256_BYTES], pieces[SHA256_BYTES];
        struct sha256 sha;

        sha256((struct str){text, len}, whole);
        sha256_init(&sha);
        for (size_t i = 0; i < len; i++)
            sha256_update(&sha, (struct str){text + i, 1});
        sha256_final(&sha, pieces);
        cr_assert_arr_eq(whole, pieces, SHA256_BYTES, "length %zu", len);
    }
}

static void expect_hmac(struct str key, struct str text, const char *expected)
{
    uint8_t digest[SHA256_BYTES];

    hmac_sha256(key, text, digest);
    expect_hex(digest, expected);
}

Test(sha256, hmac_of_rfc_4231)
{
    char key[131], text[50], counting[25];

    memset(key, 0x0b, 20);
    expect_hmac((struct str){key, 20}, str_of("Hi There"),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    expect_hmac(str_of("Jefe"), str_of("what do ya want for nothing?"),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    memset(text, 0xdd, sizeof text);
    expect_hmac((struct str){key, 20}, (struct str){text, 50},
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    for (size_t i = 0; i < sizeof counting; i++)
        counting[i] = (char)(i + 1);
    memset(text, 0xcd, sizeof text);
    expect_hmac((struct str){counting, 25}, (struct str){text, 50},
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    expect_hmac((struct str){key, 131},
                str_of("Test Using Larger Than Block-Size Key - Hash Key First"),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    expect_hmac((struct str){key, 131},
                str_of("This is a test using a larger than block-size key and a larger than "
                       "block-size data. The key needs to be hashed before being used by the HMAC "
                       "algorithm."),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}
