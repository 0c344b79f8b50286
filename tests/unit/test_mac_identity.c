/* Who a process is, by bytes as csops and KERN_PROCARGS2 answer them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/identity.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* In memory of its own size: what is read beyond it is found. The caller frees. */
static char *exact(const void *bytes, size_t len)
{
    char *copy = malloc(len + (len == 0));

    cr_assert_not_null(copy);
    if (len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

struct blob {
    const char *bytes;
    size_t len;
    const char *text; /* NULL: none */
};

#define BLOB(bytes, text)              \
    {                                  \
        bytes, sizeof(bytes) - 1, text \
    }

Test(mac_identity, blobs)
{
    static const struct blob cases[] = {
        BLOB("\0\0\0\0\0\0\0\x11org.look\0", "org.look"),
        BLOB("\0\0\0\0\0\0\0\x13"
             "ABCDE12345\0",
             "ABCDE12345"),
        /* Room is left; what is in it is not looked at. */
        BLOB("\0\0\0\0\0\0\0\x0cone\0two\0", "one"),
        /* The magic number is 0 here, and would be another one of a blob out of the file. */
        BLOB("\xfa\xde\x0b\x01\0\0\0\x0cone\0", "one"),
        BLOB("\xff\xff\xff\xff\0\0\0\x0cone\0", "one"),
        /* The text ends at its NUL, or with the blob. */
        BLOB("\0\0\0\0\0\0\0\x10one\0two\0", "one"),
        BLOB("\0\0\0\0\0\0\0\x0bone", "one"),
        BLOB("\0\0\0\0\0\0\0\x0bonetwo\0", "one"),
        BLOB("\0\0\0\0\0\0\0\x0c\xff\n\x1b\0", "\xff\n\x1b"),
        /* Nothing in it. */
        BLOB("\0\0\0\0\0\0\0\x09\0", NULL),
        BLOB("\0\0\0\0\0\0\0\x08one\0", NULL),
        BLOB("\0\0\0\0\0\0\0\0one\0", NULL),
        /* Longer than what was filled in, and not filled in at all. */
        BLOB("\0\0\0\0\0\0\0\x0done\0", NULL),
        BLOB("\0\0\0\0\0\0\x01\x0cone\0", NULL),
        BLOB("\0\0\0\0\0\x01\0\x0cone\0", NULL),
        BLOB("\0\0\0\0\x01\0\0\x0cone\0", NULL),
        BLOB("\0\0\0\0\xff\xff\xff\xffone\0", NULL),
        /* Its length the other way around. */
        BLOB("\0\0\0\0\x0c\0\0\0one\0", NULL),
        /* Cut. */
        BLOB("\0\0\0\0\0\0\0\x0c", NULL),
        BLOB("\0\0\0\0\0\0\0", NULL),
        BLOB("\0\0\0\0", NULL),
        BLOB("", NULL),
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *bytes = exact(cases[i].bytes, cases[i].len);
        struct str text;

        cr_assert_eq(identity_of_blob(bytes, cases[i].len, &text), cases[i].text != NULL, "%zu", i);
        if (cases[i].text != NULL)
            cr_assert(str_is(text, cases[i].text), "%zu", i);
        free(bytes);
    }
}

Test(mac_identity, fields)
{
    static const char field[] = {'l', 'o', 'c', 'k', '\0', 'x'};

    cr_assert(str_is(identity_field(field, sizeof field), "lock"));
    cr_assert(str_is(identity_field(field, 5), "lock"));
    cr_assert(str_is(identity_field(field, 4), "lock")); /* it fills its field */
    cr_assert(str_is(identity_field(field, 1), "l"));
    cr_assert_eq(identity_field(field + 4, 2).len, 0);
    cr_assert_eq(identity_field(field, 0).len, 0);
}

struct arguments {
    const char *bytes;
    size_t len;
    const char *arguments; /* NULL: none */
    size_t arguments_len;
};

#define ARGUMENTS(bytes, arguments)                                \
    {                                                              \
        bytes, sizeof(bytes) - 1, arguments, sizeof(arguments) - 1 \
    }
#define NO_ARGUMENTS(bytes)               \
    {                                     \
        bytes, sizeof(bytes) - 1, NULL, 0 \
    }

Test(mac_identity, arguments)
{
    static const struct arguments cases[] = {
        ARGUMENTS("\2\0\0\0/bin/sh\0\0\0\0sh\0/etc/job\0HOME=/\0", "sh\0/etc/job\0"),
        ARGUMENTS("\2\0\0\0/bin/sh\0sh\0/etc/job\0", "sh\0/etc/job\0"),
        ARGUMENTS("\1\0\0\0/bin/sh\0\0\0\0\0\0\0\0sh\0HOME=/\0", "sh\0"),
        /* An empty one is one. */
        ARGUMENTS("\3\0\0\0/bin/sh\0\0sh\0\0-\0HOME=/\0", "sh\0\0-\0"),
        /* The last one does not end: some of it may be missing. */
        NO_ARGUMENTS("\1\0\0\0/bin/sh\0\0sh"),
        /* Fewer than it says: what is there may be the environment. */
        NO_ARGUMENTS("\4\0\0\0/bin/sh\0\0sh\0/etc/job\0"),
        NO_ARGUMENTS("\xff\xff\xff\x7f/bin/sh\0\0sh\0HOME=/\0"),
        NO_ARGUMENTS("\0\0\0\0/bin/sh\0\0HOME=/\0"),
        NO_ARGUMENTS("\xff\xff\xff\xff/bin/sh\0\0sh\0"),
        NO_ARGUMENTS("\0\0\0\x80/bin/sh\0\0sh\0"),
        /* More NULs than align: the first arguments may be empty. */
        NO_ARGUMENTS("\1\0\0\0/bin/sh\0\0\0\0\0\0\0\0\0HOME=/\0"),
        /* Cut. */
        NO_ARGUMENTS("\1\0\0\0/bin/sh\0"),
        NO_ARGUMENTS("\1\0\0\0/bin/sh"),
        NO_ARGUMENTS("\1\0\0\0"),
        NO_ARGUMENTS("\1\0\0"),
        NO_ARGUMENTS(""),
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *bytes = exact(cases[i].bytes, cases[i].len);
        struct str arguments;

        cr_assert_eq(identity_arguments(bytes, cases[i].len, &arguments),
                     cases[i].arguments != NULL, "%zu", i);
        if (cases[i].arguments != NULL) {
            cr_assert_eq(arguments.len, cases[i].arguments_len, "%zu", i);
            cr_assert_arr_eq(arguments.at, cases[i].arguments, arguments.len, "%zu", i);
        }
        free(bytes);
    }
}
