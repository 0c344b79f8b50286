/* test_escape.c - escape.h, and err.h's harmless text. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "formats/err.h"
#include "formats/escape.h"

static void check(const char *name, size_t len, const char *escaped)
{
    struct arena arena = {0};
    char out[1200];

    cr_assert_eq(escape_name(out, sizeof out, (struct str){name, len}), strlen(escaped));
    cr_assert(eq(str, out, (char *)escaped));
    cr_assert(eq(str, (char *)unescape_name(&arena, str_of(out)), (char *)name));
    arena_free(&arena);
}

Test(escape, names_come_back_byte_for_byte)
{
    check("plain name", 10, "plain name");
    check("", 0, "\\x");
    check("-", 1, "\\x2d");
    check("--", 2, "--");
    check("a\tb\nc\\d", 7, "a\\tb\\nc\\\\d");
    check("\x1b[31m\x7f", 6, "\\x1b[31m\\x7f");
    check("\xff\xfe", 2, "\\xff\\xfe");
    check("\\x41", 4, "\\\\x41");
}

Test(escape, every_byte_comes_back)
{
    char name[256];

    for (int i = 0; i < 255; i++)
        name[i] = (char)(i + 1);
    name[255] = '\0';
    for (int i = 0; i < 255; i++) {
        struct arena arena = {0};
        char out[16];

        escape_name(out, sizeof out, (struct str){name + i, 1});
        for (const char *at = out; *at != '\0'; at++)
            cr_assert_eq(*at < 0x20 || *at >= 0x7f, false);
        cr_assert_eq(*unescape_name(&arena, str_of(out)), name[i]);
        arena_free(&arena);
    }
}

Test(escape, what_is_no_escape_stands_for_itself)
{
    struct arena arena = {0};

    cr_assert_null(unescape_name(&arena, str_of("-")));
    cr_assert_str_eq(unescape_name(&arena, str_of("\\q\\x4\\xzz\\x00\\")), "\\q\\x4\\xzz\\x00\\");
    arena_free(&arena);
}

Test(escape, what_does_not_fit_is_cut_between_bytes)
{
    char out[6];

    cr_assert_eq(escape_name(out, sizeof out, str_of("a\xff\xff")), 5);
    cr_assert(eq(str, out, "a\\xff"));
}

Test(escape, messages_are_harmless)
{
    struct err err;

    cr_assert_not(err_set(&err, "'%s'", "\x1b]0;owned\x07\xff\n"));
    cr_assert(eq(str, err.text, "'\\x1b]0;owned\\x07\\xff\\x0a'"));
    cr_assert_not(err_in(&err, "%s:%d", "a\nb", 3));
    cr_assert(eq(str, err.text, "a\\x0ab:3: '\\x1b]0;owned\\x07\\xff\\x0a'"));
}
