/* test_str.c - str.h: taking text apart. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "formats/str.h"

Test(str, lines_end_with_newline_or_the_text)
{
    struct str text = str_of("one\ntwo\r\n\n\rx"), line;

    cr_assert(str_line(&text, &line) && str_is(line, "one"));
    cr_assert(str_line(&text, &line) && str_is(line, "two"));
    cr_assert(str_line(&text, &line) && str_is(line, ""));
    cr_assert(str_line(&text, &line) && str_is(line, "\rx"));
    cr_assert_not(str_line(&text, &line));
}

Test(str, words_are_separated_by_blanks_and_tabs)
{
    struct str text = str_of("  a\t b  "), word;

    cr_assert(str_word(&text, &word) && str_is(word, "a"));
    cr_assert(str_word(&text, &word) && str_is(word, "b"));
    cr_assert_not(str_word(&text, &word));
}

Test(str, cutting_takes_the_mark_or_everything)
{
    struct str text = str_of("key: value: x"), before;

    cr_assert(str_cut(&text, ':', &before) && str_is(before, "key") && str_is(text, " value: x"));
    text = str_of("none");
    cr_assert_not(str_cut(&text, ':', &before));
    cr_assert(str_is(before, "none") && text.len == 0);
}

Test(str, an_empty_slice_is_no_trouble)
{
    struct str none = {NULL, 0}, out;
    uint64_t number;

    cr_assert_not(str_line(&none, &out));
    cr_assert_not(str_word(&none, &out));
    cr_assert_not(str_cut(&none, 'x', &out));
    cr_assert_not(str_u64(none, 10, &number));
    cr_assert(str_equal(none, str_of("")) && str_starts(none, "") && str_ends(none, ""));
    cr_assert_eq(str_trim(none).len, 0);
    cr_assert_eq(str_find(none, "x"), SIZE_MAX);
}

Test(str, finding_and_trimming)
{
    cr_assert_eq(str_find(str_of("abcabc"), "ca"), 2);
    cr_assert_eq(str_find(str_of("abc"), "abcd"), SIZE_MAX);
    cr_assert(str_is(str_trim(str_of(" \t a b \t")), "a b"));
    cr_assert(str_ends(str_of("a.txt"), ".txt") && !str_ends(str_of("txt"), ".txt"));
}

struct number_case {
    char text[32];
    unsigned base;
    bool ok;
    uint64_t number;
};

ParameterizedTestParameters(str, numbers_are_the_whole_slice)
{
    static struct number_case cases[] = {
        {"0", 10, true, 0},
        {"18446744073709551615", 10, true, UINT64_MAX},
        {"18446744073709551616", 10, false, 0},
        {"99999999999999999999", 10, false, 0},
        {"", 10, false, 0},
        {"-1", 10, false, 0},
        {"+1", 10, false, 0},
        {" 1", 10, false, 0},
        {"1 ", 10, false, 0},
        {"1a", 10, false, 0},
        {"0x10", 10, false, 0},
        {"0x10", 16, true, 16},
        {"0X1f", 16, true, 31},
        {"fF", 16, true, 255},
        {"0x", 16, false, 0},
        {"g", 16, false, 0},
        {"10000000000000000", 16, false, 0},
        {"2600", 8, true, 1408},
        {"8", 8, false, 0},
    };

    return cr_make_param_array(struct number_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(struct number_case *param, str, numbers_are_the_whole_slice)
{
    size_t len = strlen(param->text);
    char *exact = malloc(len > 0 ? len : 1); /* a byte more would be read past the end */
    uint64_t number = 77;

    memcpy(exact, param->text, len);
    cr_assert_eq(str_u64((struct str){exact, len}, param->base, &number), param->ok);
    cr_assert(eq(u64, number, param->ok ? param->number : 77));
    free(exact);
}

Test(str, sizes_stop_where_they_can_no_longer_be_subtracted)
{
    uint64_t bytes = 77;

    cr_assert(str_bytes(str_of("9007199254740991"), 1024, &bytes));
    cr_assert(eq(u64, bytes, 9007199254740991u * 1024));
    bytes = 77;
    cr_assert_not(str_bytes(str_of("9007199254740992"), 1024, &bytes));
    cr_assert_not(str_bytes(str_of("18446744073709551615"), 2, &bytes));
    cr_assert(eq(u64, bytes, 77));
    cr_assert(str_bytes(str_of("9223372036854775807"), 1, &bytes));
    cr_assert_not(str_bytes(str_of("9223372036854775808"), 1, &bytes));
}

Test(str, last_word_is_taken_off_the_end)
{
    struct str text = str_of(" ab  c\td  ");

    cr_assert(str_is(str_last_word(&text), "d"));
    cr_assert(str_is(str_last_word(&text), "c"));
    cr_assert(str_is(str_last_word(&text), "ab"));
    cr_assert_eq(str_last_word(&text).len, 0);
    cr_assert_eq(text.len, 0);
}
