/* test_arena.c - arena.h, and groups.h which lives on one. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#include "formats/groups.h"

Test(arena, memory_comes_zeroed_and_aligned)
{
    struct arena arena = {0};

    for (size_t bytes = 1; bytes < 200000; bytes = bytes * 3 + 1) {
        unsigned char *at = arena_alloc(&arena, bytes);

        cr_assert_eq((uintptr_t)at % 16, 0);
        for (size_t i = 0; i < bytes; i++) {
            cr_assert_eq(at[i], 0);
            at[i] = 0xff;
        }
    }
    arena_free(&arena);
    cr_assert_null(arena.blocks);
}

Test(arena, an_array_grows_and_keeps_what_it_has)
{
    struct arena arena = {0};
    uint64_t *array = NULL;
    size_t count = 0;

    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t *added = arena_append(&arena, &array, &count, sizeof *added);

        cr_assert(eq(u64, *added, 0));
        *added = i;
    }
    cr_assert_eq(count, 10000);
    for (uint64_t i = 0; i < count; i++)
        cr_assert(eq(u64, array[i], i));
    arena_free(&arena);
}

Test(arena, equal_names_are_one)
{
    struct arena arena = {0};
    const char *first = arena_intern(&arena, str_of("lockerd"));
    char name[32];

    for (unsigned i = 0; i < 5000; i++) {
        int len = snprintf(name, sizeof name, "name %u", i);

        arena_intern(&arena, (struct str){name, (size_t)len});
    }
    cr_assert_eq(arena_intern(&arena, (struct str){"lockerd (deleted)", 7}), first);
    cr_assert_eq(arena_intern(&arena, (struct str){"lockerd\0x", 9}), first, "a NUL ends a name");
    cr_assert_neq(arena_intern(&arena, str_of("Lockerd")), first);
    cr_assert(eq(str, (char *)arena_intern(&arena, (struct str){NULL, 0}), ""));
    arena_free(&arena);
}

Test(arena, groups_are_numbered_in_the_order_of_their_keys)
{
    struct groups groups = {0};

    for (uintptr_t i = 0; i < 5000; i++) {
        struct group_key key = {{i % 1000, i % 7 == 100}};

        cr_assert_eq(groups_add(&groups, &key), i % 1000);
    }
    cr_assert_eq(groups.count, 1000);
    cr_assert_eq(groups_find(&groups, &(struct group_key){{999}}), 999);
    cr_assert_eq(groups_find(&groups, &(struct group_key){{999, 0, 0, 0, 0, 1}}), NO_GROUP);
    groups_free(&groups);
    cr_assert_eq(groups_find(&groups, &(struct group_key){{0}}), NO_GROUP);
    for (uintptr_t i = 0; i < 5000; i++) /* every word of a key counts */
        cr_assert_eq(groups_add(&groups, &(struct group_key){{7, 0, 0, 0, 0, i}}), i);
    groups_free(&groups);
}
