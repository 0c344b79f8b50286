/* test_analyze.c - identities, names on paper, options, and rows in cases made by hand. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "analyze/compare.h"
#include "analyze/identity.h"
#include "analyze/objects_linux.h"
#include "analyze/options.h"
#include "analyze/printable.h"
#include "analyze/rows.h"

struct pair {
    const char *from, *to;
};

Test(identity, versions_are_taken_out_of_paths)
{
    static const struct pair pairs[] = {
        {"/usr/bin/python3.11", "/usr/bin/python*"},
        {"/opt/app-1.2.3/bin/app", "/opt/app-*/bin/app"},
        {"/snap/firefox/4173/usr/firefox", "/snap/firefox/*/usr/firefox"},
        {"/usr/lib/x86_64-linux-gnu/x", "/usr/lib/x86_64-linux-gnu/x"},
        {"/usr/bin/md5sum", "/usr/bin/md5sum"},
        {"/usr/bin/python3", "/usr/bin/python3"},
        {"", ""},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        cr_assert_str_eq(without_versions(pairs[i].from, &arena), pairs[i].to);
    arena_free(&arena);
}

Test(identity, volatile_parts_are_taken_out_of_units)
{
    static const struct pair pairs[] = {
        {"/user.slice/user-1000.slice/session-12.scope",
         "/user.slice/user-1000.slice/session-*.scope"},
        {"/docker/4f5e0a1b2c3d4e5f", "/docker/*"},
        {"/kubepods/pod0f3a1b2c-1111-2222-3333-444455556666/x", "/kubepods/pod*/x"},
        {"/kubepods.slice/kubepods-pod0f3a1b2c_1111_2222_3333_444455556666.slice",
         "/kubepods.slice/kubepods-pod*.slice"},
        {"/system.slice/ssh.service", "/system.slice/ssh.service"},
        {"/system.slice/facade.service", "/system.slice/facade.service"},
        {"/a/0f3a1b2c-1111-2222-3333-444455556666/x", "/a/*/x"},
        {"/", "/"},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        cr_assert_str_eq(without_volatile(pairs[i].from, &arena), pairs[i].to);
    arena_free(&arena);
}

Test(printable, nothing_that_a_terminal_obeys_gets_through)
{
    static const struct pair pairs[] = {
        {"plain", "plain"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"a\033[31mb", "a\\x1b[31mb"},
        {"a\nb\tc", "a\\x0ab\\x09c"},
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc3", "\\xc3"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* a surrogate */
        {"x\xe2\x80\xae"
         "y",
         "x\\xe2\\x80\\xaey"}, /* right-to-left override */
        {"x\xc2\x9b"
         "31m",
         "x\\xc2\\x9b31m"}, /* the 8-bit escape */
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"", ""},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        cr_assert_str_eq(printable(&arena, pairs[i].from), pairs[i].to);
    cr_assert_str_eq(printable(&arena, NULL), "-");
    arena_free(&arena);
}

Test(printable, long_text_is_cut_in_the_middle)
{
    struct arena arena = {0};

    cr_assert_str_eq(printable_cut(&arena, "com.apple.iokit.IOGPUFamily", 15), "com.ap...Family");
    cr_assert_str_eq(printable_cut(&arena, "short", 15), "short");
    /* Wide characters take two columns: never more than asked for. */
    cr_assert(le(sz,
                 printable_width(printable_cut(&arena,
                                               "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0"
                                               "\xe5\xa5\xbd\xe4\xbd\xa0\xe5\xa5\xbd",
                                               10)),
                 10));
    arena_free(&arena);
}

Test(options, sizes)
{
    static const struct {
        const char *text;
        int64_t bytes; /* -1: not a size */
    } cases[] = {{"1048576", 1048576},
                 {"512K", 524288},
                 {"1.5G", 1610612736},
                 {"4MiB", 4194304},
                 {"2MB", 2097152},
                 {"0", 0},
                 {"", -1},
                 {"x", -1},
                 {"1.55M", -1},
                 {"-1", -1},
                 {"99999999T", -1},
                 {"1 M", -1}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t bytes = -1;

        cr_assert(eq(int, options_size(cases[i].text, &bytes), cases[i].bytes >= 0), "%s",
                  cases[i].text);
        cr_assert(eq(i64, bytes, cases[i].bytes), "%s", cases[i].text);
    }
}

/* ---- rows, from charges made by hand ---- */

static struct owner owner_of(enum owner_kind kind, const char *identity, int32_t pid)
{
    return (struct owner){kind, identity, identity, pid, {(uint64_t)pid * 10, true}};
}

static void match(struct comparison *comparison, struct arena *arena, enum yes_no same_boot,
                  void (*before)(struct charges *), void (*after)(struct charges *))
{
    struct charges charges[2] = {{.arena = arena}, {.arena = arena}};

    *comparison = (struct comparison){.arena = arena, .same_boot = same_boot};
    before(&charges[0]);
    charges_end(&charges[0]);
    after(&charges[1]);
    charges_end(&charges[1]);
    rows_match(comparison, &charges[0], &charges[1]);
    rows_share(comparison);
    rows_find_renamed(comparison);
}

static void charge_twins(struct charges *charges)
{
    charges->wired_bytes = 100;
    account_begin(charges, "slab", 100);
    account_claim(charges, owner_of(OWNER_ZONE, "zram", 0), 40, MEASURED);
    account_claim(charges, owner_of(OWNER_EXTENSION, "zram", 0), 50, MEASURED);
    account_end(charges, "rest");
}

Test(rows, equal_names_of_different_kinds_stay_apart)
{
    struct arena arena = {0};
    struct comparison comparison;

    match(&comparison, &arena, YES, charge_twins, charge_twins);
    cr_assert(eq(sz, comparison.row_count, 3));
    arena_free(&arena);
}

static void charge_three(struct charges *charges)
{
    charges->wired_bytes = 60;
    account_begin(charges, "locked", 60);
    account_claim(charges, owner_of(OWNER_PROCESS, "job", 1), 10, MEASURED);
    account_claim(charges, owner_of(OWNER_PROCESS, "job", 2), 20, MEASURED);
    account_claim(charges, owner_of(OWNER_PROCESS, "job", 3), 30, MEASURED);
    account_end(charges, "rest");
}

static void charge_two_renumbered(struct charges *charges)
{
    charges->wired_bytes = 60;
    account_begin(charges, "locked", 60);
    account_claim(charges, owner_of(OWNER_PROCESS, "job", 3), 10, MEASURED);
    account_claim(charges, owner_of(OWNER_PROCESS, "job", 4), 50, MEASURED);
    account_end(charges, "rest");
}

Test(rows, instances_pair_by_pid_on_the_same_boot_and_by_rank_after_a_reboot)
{
    struct arena arena = {0};
    struct comparison comparison;

    match(&comparison, &arena, YES, charge_three, charge_two_renumbered);
    cr_assert(eq(sz, comparison.rows[0].instance_count, 4));
    cr_assert(eq(i64, comparison.rows[0].instances[2].before_bytes, 30));
    cr_assert(eq(i64, comparison.rows[0].instances[2].after_bytes, 10));
    match(&comparison, &arena, NO, charge_three, charge_two_renumbered);
    cr_assert(eq(sz, comparison.rows[0].instance_count, 3));
    cr_assert(eq(i64, comparison.rows[0].instances[0].before_bytes, 30));
    cr_assert(eq(i64, comparison.rows[0].instances[0].after_bytes, 50));
    cr_assert(eq(i64, comparison.rows[0].before_bytes, 60)); /* pairing never changes the row */
    arena_free(&arena);
}

static void charge_old_name(struct charges *charges)
{
    charges->wired_bytes = 64 << 20;
    account_begin(charges, "vmalloc", 64 << 20);
    account_claim(charges, owner_of(OWNER_EXTENSION, "driver_v1", 0), 64 << 20, MEASURED);
    account_end(charges, "rest");
}

static void charge_new_name(struct charges *charges)
{
    charges->wired_bytes = 60 << 20;
    account_begin(charges, "vmalloc", 60 << 20);
    account_claim(charges, owner_of(OWNER_EXTENSION, "driver_v2", 0), 60 << 20, MEASURED);
    account_end(charges, "rest");
}

Test(rows, a_near_twin_is_said_and_never_merged)
{
    struct arena arena = {0};
    struct comparison comparison;

    match(&comparison, &arena, NO, charge_old_name, charge_new_name);
    cr_assert(eq(sz, comparison.row_count, 2));
    cr_assert_str_eq(comparison.rows[0].renamed_to, "driver_v2");
    cr_assert_str_eq(comparison.rows[1].renamed_from, "driver_v1");
    arena_free(&arena);
}

static void charge_thirds_before(struct charges *charges)
{
    charges->wired_bytes = 0;
}

static void charge_thirds_after(struct charges *charges)
{
    charges->wired_bytes = 3;
    account_begin(charges, "slab", 3);
    account_claim(charges, owner_of(OWNER_ZONE, "a", 0), 1, MEASURED);
    account_claim(charges, owner_of(OWNER_ZONE, "b", 0), 1, MEASURED);
    account_claim(charges, owner_of(OWNER_ZONE, "c", 0), 1, MEASURED);
    account_end(charges, "rest");
}

Test(rows, shares_make_a_hundred_by_largest_remainder)
{
    struct arena arena = {0};
    struct comparison comparison;

    match(&comparison, &arena, YES, charge_thirds_before, charge_thirds_after);
    cr_assert(eq(i64, comparison.rows[0].share_tenths, 334));
    cr_assert(eq(i64, comparison.rows[1].share_tenths, 333));
    cr_assert(eq(i64, comparison.rows[2].share_tenths, 333));
    arena_free(&arena);
}

/* ---- what the two sides agree on ---- */

Test(facts, what_one_capture_of_a_boot_knows_both_know)
{
    struct linux_facts before = {.stack_bytes = 8192, .vmap_stack = UNSAID};
    struct linux_facts after = {16384, YES, {53 * 8192, true}};

    linux_facts_agree(&before, &after, true, true);
    cr_assert(eq(u64, before.stack_bytes, 16384));
    cr_assert(eq(u64, after.stack_bytes, 16384));
    cr_assert(eq(int, before.vmap_stack, YES));
    cr_assert(before.first_chunk.known);
    cr_assert(eq(u64, before.first_chunk.bytes, 53 * 8192));
}

Test(facts, another_machine_keeps_its_own)
{
    struct linux_facts before = {8192, NO, {4096, true}};
    struct linux_facts after = {16384, YES, {8192, true}};

    linux_facts_agree(&before, &after, false, false);
    cr_assert(eq(u64, before.stack_bytes, 8192));
    cr_assert(eq(u64, before.first_chunk.bytes, 4096));
    cr_assert(eq(int, before.vmap_stack, NO));
}

Test(owners, a_cache_is_in_the_group_that_it_is_merged_with_on_either_side)
{
    struct arena arena = {0};
    struct snapshot merged = {.arena = &arena}, apart = {.arena = &arena};
    struct zone first = {.name = "Acpi-Parse", .alias = ":0000056", .element_bytes = 56};
    struct zone second = {.name = "ftrace_event_field", .element_bytes = 56};
    struct zone stranger = {.name = "dentry", .element_bytes = 192};
    struct zone_alias *alias;
    struct side before = {.snap = &merged}, after = {.snap = &apart};

    alias = arena_append(&arena, &merged.zone_aliases, &merged.zone_alias_count, sizeof *alias);
    *alias = (struct zone_alias){"ftrace_event_field", ":0000056", NO};
    sides_prepare(&before, &after, true, &arena);
    cr_assert_str_eq(owner_zone(&before, &first, &arena).identity, "group :0000056");
    cr_assert_str_eq(owner_zone(&after, &second, &arena).identity, "group :0000056");
    cr_assert_str_eq(owner_zone(&after, &stranger, &arena).identity, "dentry/192");
    arena_free(&arena);
}
