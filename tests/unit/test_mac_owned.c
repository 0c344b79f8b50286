/* What a process owns, by bytes as vm.get_owned_vmobjects answers them. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/owned.h"
#include "tests/unit/kept_output.h"

#define OBJECTS_MAX 64
#define HEADER      "pid\tobject_id\tledger_tag\tvirtual_bytes\tresident_bytes\twired_bytes\n"

static struct output *output;
static struct owned *owned;
static struct arena arena;

static void enter(void)
{
    output = kept_output();
    owned = owned_create();
    cr_assert_not_null(owned);
}

static void leave(void)
{
    owned_free(owned);
    kept_output_free(output);
    arena_free(&arena);
}

TestSuite(mac_owned, .init = enter, .fini = leave);

/* An answer in memory of its own size: what is read beyond it is found. */
static void add(int32_t pid, uint64_t says, const struct darwin_owned_object *objects, size_t bytes)
{
    char *answer = malloc(sizeof says + bytes);

    cr_assert_not_null(answer);
    memcpy(answer, &says, sizeof says);
    memcpy(answer + sizeof says, objects, bytes);
    owned_add(owned, pid, answer, sizeof says + bytes);
    free(answer);
}

static const struct kept *written(enum status status)
{
    const struct kept *kept;

    owned_write(owned, output);
    kept = kept_member(output, "owned.tsv");
    cr_assert_eq(kept->status, status);
    return kept;
}

static const struct darwin_owned_object two[] = {
    {.object_id = 0x91f3a5c20d7e4b68,
     .virtual_size = 33554432,
     .resident_size = 33550336,
     .wired_size = 33546240,
     .reusable_size = 1,
     .compressed_size = 2,
     .bits = 0x29}, /* no footprint; ledger tag 4; purgeable, volatile */
    {.object_id = 0x22, .virtual_size = 4096, .bits = 0x0e},
};

Test(mac_owned, as_a_table)
{
    struct snapshot snap;
    const struct kept *kept;

    add(713, 2, two, sizeof two);
    kept = written(STATUS_OK);
    cr_assert_str_eq(kept->text,
                     HEADER "713\t0x22\t7\t4096\t0\t0\n"
                            "713\t0x91f3a5c20d7e4b68\t4\t33554432\t33550336\t33546240\n");
    cr_assert(kept_read(kept, owned_read, 23, &arena, &snap));
    cr_assert_eq(snap.note_count, 0);
    cr_assert_eq(snap.owned_object_count, 2);
    cr_assert_eq(snap.owned_objects[1].wired.bytes, 33546240);
}

Test(mac_owned, sorted_by_process)
{
    add(900, 1, two, sizeof *two);
    add(71, 1, two + 1, sizeof *two);
    add(713, 0, two, 0);
    cr_assert_str_eq(written(STATUS_OK)->text,
                     HEADER "71\t0x22\t7\t4096\t0\t0\n"
                            "900\t0x91f3a5c20d7e4b68\t4\t33554432\t33550336\t33546240\n");
}

/* There was more room than objects; the kernel says how many there are. */
Test(mac_owned, with_room_left)
{
    struct darwin_owned_object room[8];

    memset(room, 0xee, sizeof room);
    room[0] = two[0];
    add(713, 1, room, sizeof room);
    cr_assert_str_eq(written(STATUS_OK)->text,
                     HEADER "713\t0x91f3a5c20d7e4b68\t4\t33554432\t33550336\t33546240\n");
}

/* In so many words, or in none. */
Test(mac_owned, nothing_is_owned)
{
    add(713, 0, two, 0);
    owned_add(owned, 714, NULL, 0);
    cr_assert_str_eq(written(STATUS_OK)->text, HEADER);
}

/* Answers that say more than they hold: what is whole is kept, and that some are missing is told. */
Test(mac_owned, cut_answers)
{
    static const struct {
        uint64_t says;
        size_t bytes;
        size_t kept;
    } cases[] = {
        {2, 2 * sizeof *two - 1, 1},
        {2, sizeof *two, 1},
        {2, sizeof *two - 1, 0},
        {2, 0, 0},
        {3, 2 * sizeof *two, 2},
        {UINT64_MAX, 2 * sizeof *two, 2},
        {UINT64_MAX / sizeof *two + 2, sizeof *two, 1},
        {(uint64_t)1 << 32, sizeof *two, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct snapshot snap;

        add(713, cases[i].says, two, cases[i].bytes);
        cr_assert(kept_read(written(STATUS_TRUNCATED), owned_read, 23, &arena, &snap));
        cr_assert_eq(snap.owned_object_count, cases[i].kept, "%zu", i);
        leave();
        enter();
    }
}

Test(mac_owned, not_even_a_number)
{
    for (size_t len = 1; len < sizeof(uint64_t); len++) {
        char *answer = calloc(1, len + 1);

        owned_add(owned, 713, answer + 1, len);
        free(answer);
    }
    cr_assert_str_eq(written(STATUS_TRUNCATED)->text, HEADER);
}

Test(mac_owned, figures_without_sense)
{
    struct darwin_owned_object all;
    struct snapshot snap;

    memset(&all, 0xff, sizeof all);
    add(INT32_MAX, 1, &all, sizeof all);
    cr_assert(kept_read(written(STATUS_OK), owned_read, 23, &arena, &snap));
    cr_assert_eq(snap.owned_objects[0].object_id, UINT64_MAX);
    cr_assert_eq(snap.owned_objects[0].ledger_tag.n, 7);
    cr_assert_not(snap.owned_objects[0].wired.known);
}

/* Of all processes no more than this is kept. */
Test(mac_owned, too_many)
{
    static struct darwin_owned_object many[1000];
    struct snapshot snap;

    for (int32_t pid = 1; pid <= 70; pid++) {
        for (size_t i = 0; i < 1000; i++)
            many[i].object_id = (uint64_t)pid * 1000 + i;
        add(pid, 1000, many, sizeof many);
    }
    cr_assert(kept_read(written(STATUS_TRUNCATED), owned_read, 23, &arena, &snap));
    cr_assert_eq(snap.owned_object_count, OWNED_MAX);
}

/* As many as fit are all of them. */
Test(mac_owned, just_enough)
{
    static struct darwin_owned_object many[OWNED_MAX];
    struct snapshot snap;

    for (size_t i = 0; i < OWNED_MAX; i++)
        many[i].object_id = i + 1;
    add(1, OWNED_MAX, many, sizeof many);
    cr_assert(kept_read(written(STATUS_OK), owned_read, 23, &arena, &snap));
    cr_assert_eq(snap.owned_object_count, OWNED_MAX);
}

Test(mac_owned, somebody_was_not_answered_for)
{
    add(713, 1, two, sizeof *two);
    owned_missed(owned, STATUS_VANISHED);
    cr_assert_gt(written(STATUS_TRUNCATED)->len, strlen(HEADER));
}

/* Why there is nothing: no port was to be had, or no kernel had the call. */
Test(mac_owned, nobody_was)
{
    cr_assert_eq(written(STATUS_DENIED)->len, 0);
}

Test(mac_owned, the_kernel_has_no_such_call)
{
    owned_missed(owned, STATUS_ABSENT);
    cr_assert_eq(written(STATUS_ABSENT)->len, 0);
}

/* A reader that was given up comes back late. */
Test(mac_owned, after_it_was_written)
{
    add(713, 1, two + 1, sizeof *two);
    cr_assert_str_eq(written(STATUS_OK)->text, HEADER "713\t0x22\t7\t4096\t0\t0\n");
    add(714, 1, two, sizeof *two);
    owned_missed(owned, STATUS_FAILED);
    kept_output_free(output);
    output = kept_output();
    cr_assert_str_eq(written(STATUS_OK)->text, HEADER "713\t0x22\t7\t4096\t0\t0\n");
}
