/* golden.c - see golden.h. */
#include "tests/golden/golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *golden_dir(void)
{
    const char *dir = getenv("TESTS_DIR");

    cr_assert_not_null(dir, "TESTS_DIR is not set: run this test with ctest");
    return dir;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    size_t room = 0;
    char *text = NULL;

    *len = 0;
    while (file != NULL && !feof(file) && !ferror(file)) {
        room = room == 0 ? 4096 : 2 * room;
        text = realloc(text, room + 1);
        cr_assert_not_null(text);
        *len += fread(text + *len, 1, room - *len, file);
        text[*len] = '\0';
    }
    if (file != NULL)
        (void)fclose(file);
    return text;
}

char *golden_read(const char *path, size_t *len)
{
    char *text = read_file(path, len);

    cr_assert_not_null(text, "%s cannot be read", path);
    return text;
}

static void write_file(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "wb");

    cr_assert_not_null(file, "%s cannot be written", path);
    cr_assert_eq(fwrite(text, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

/* The number of the first line that differs, and where it begins in both. */
static unsigned first_difference(const char **a, const char **b)
{
    unsigned line = 1;

    for (;;) {
        size_t len = strcspn(*a, "\n");

        if (len != strcspn(*b, "\n") || memcmp(*a, *b, len) != 0 || (*a)[len] == '\0')
            return line;
        *a += len + 1;
        *b += len + 1;
        line++;
    }
}

void golden_check(const char *path, const char *text, size_t len)
{
    const char *update = getenv("GOLDEN");
    const char *got = text, *want;
    size_t want_len;
    char *golden;
    unsigned line;

    if (update != NULL && strcmp(update, "update") == 0) {
        write_file(path, text, len);
        return;
    }
    golden = read_file(path, &want_len);
    cr_assert_not_null(golden, "%s: there is none; GOLDEN=update writes it", path);
    want = golden;
    if (want_len != len || memcmp(golden, text, len) != 0) {
        line = first_difference(&got, &want);
        cr_assert_fail("%s:%u: should be\n  %.*s\nis\n  %.*s\n", path, line,
                       (int)strcspn(want, "\n"), want, (int)strcspn(got, "\n"), got);
    }
    free(golden);
}
