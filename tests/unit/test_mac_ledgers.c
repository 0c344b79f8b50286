/* A process's ledgers, by templates as the releases have them, and as none should. */
#include <criterion/criterion.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/ledgers.h"

#define MANY 300

static struct darwin_ledger_template template[MANY];
static struct darwin_ledger_entry entries[MANY];

/* A template of these names; each entry's balance is 1000 times its place, counted from 1. */
static void make(const char *const *names, size_t count)
{
    memset(template, 0, sizeof template);
    for (size_t i = 0; i < MANY; i++)
        entries[i] = (struct darwin_ledger_entry){.balance = 1000 * (int64_t)(i + 1)};
    for (size_t i = 0; i < count; i++)
        memcpy(template[i].name, names[i], strnlen(names[i], sizeof template[i].name));
}

static struct ledgers find(const char *const *names, size_t count)
{
    struct ledgers ledgers;

    make(names, count);
    ledgers_find(&ledgers, template, count);
    return ledgers;
}

static void check(const struct ledgers *ledgers, enum ledger ledger, size_t count, uint64_t bytes)
{
    struct amount amount = ledgers_balance(ledgers, ledger, entries, count);

    cr_assert_eq(amount.known, bytes != 0, "%d", (int)ledger);
    cr_assert_eq(amount.bytes, bytes, "%d", (int)ledger);
}

Test(mac_ledgers, by_name)
{
    static const char *const names[] = {"cpu_time",           "tkm_private",
                                        "tkm_shared",         "phys_mem",
                                        "wired_mem",          "internal",
                                        "iokit_mapped",       "alternate_accounting",
                                        "page_table",         "internal_compressed",
                                        "graphics_footprint", "graphics_nofootprint"};
    struct ledgers ledgers = find(names, 12);

    check(&ledgers, LEDGER_WIRED, 12, 5000);
    check(&ledgers, LEDGER_PAGE_TABLE, 12, 9000);
    check(&ledgers, LEDGER_INTERNAL_COMPRESSED, 12, 10000);
    check(&ledgers, LEDGER_GRAPHICS, 12, 11000);
    check(&ledgers, LEDGER_GRAPHICS_OTHER, 12, 12000);
}

Test(mac_ledgers, in_another_order)
{
    static const char *const names[] = {"graphics_nofootprint", "internal_compressed", "wired_mem",
                                        "graphics_footprint", "page_table"};
    struct ledgers ledgers = find(names, 5);

    check(&ledgers, LEDGER_WIRED, 5, 3000);
    check(&ledgers, LEDGER_PAGE_TABLE, 5, 5000);
    check(&ledgers, LEDGER_INTERNAL_COMPRESSED, 5, 2000);
    check(&ledgers, LEDGER_GRAPHICS, 5, 4000);
    check(&ledgers, LEDGER_GRAPHICS_OTHER, 5, 1000);
}

/* macOS 10.13 has none for graphics. */
Test(mac_ledgers, a_name_that_is_missing)
{
    static const char *const names[] = {"cpu_time", "wired_mem", "page_table",
                                        "internal_compressed"};
    struct ledgers ledgers = find(names, 4);

    check(&ledgers, LEDGER_WIRED, 4, 2000);
    check(&ledgers, LEDGER_GRAPHICS, 4, 0);
    check(&ledgers, LEDGER_GRAPHICS_OTHER, MANY, 0);
}

/* No part of a name is the name, and a name may fill its field. */
Test(mac_ledgers, names_that_look_alike)
{
    static const char *const names[] = {"wired_memory",
                                        "wired_me",
                                        "Wired_mem",
                                        "",
                                        "graphics_footprint_compressed",
                                        "internal_compressed_and_so_on_an",
                                        "phys_footprint"};
    struct ledgers ledgers = find(names, 7);

    for (size_t i = 0; i < LEDGERS; i++)
        check(&ledgers, (enum ledger)i, MANY, 0);
}

Test(mac_ledgers, the_first_of_a_name_counts)
{
    static const char *const names[] = {"page_table", "wired_mem", "wired_mem", "page_table"};
    struct ledgers ledgers = find(names, 4);

    check(&ledgers, LEDGER_WIRED, 4, 2000);
    check(&ledgers, LEDGER_PAGE_TABLE, 4, 1000);
}

/* A process with fewer entries than the template has names, and one with more. */
Test(mac_ledgers, another_number_of_entries)
{
    static const char *const names[] = {"wired_mem", "cpu_time", "page_table"};
    struct ledgers ledgers = find(names, 3);

    check(&ledgers, LEDGER_WIRED, 1, 1000);
    check(&ledgers, LEDGER_PAGE_TABLE, 2, 0);
    check(&ledgers, LEDGER_PAGE_TABLE, 3, 3000);
    check(&ledgers, LEDGER_PAGE_TABLE, MANY, 3000);
    check(&ledgers, LEDGER_WIRED, 0, 0);
}

Test(mac_ledgers, no_template)
{
    struct ledgers ledgers = find(NULL, 0);

    for (size_t i = 0; i < LEDGERS; i++)
        check(&ledgers, (enum ledger)i, MANY, 0);
}

/* Races leave balances below nothing; what nobody can have is not believed. */
Test(mac_ledgers, balances)
{
    static const char *const names[] = {"wired_mem", "page_table", "internal_compressed"};
    struct ledgers ledgers = find(names, 3);
    struct amount amount;

    entries[0].balance = -4096;
    entries[1].balance = INT64_MIN;
    entries[2].balance = INT64_MAX;
    amount = ledgers_balance(&ledgers, LEDGER_WIRED, entries, 3);
    cr_assert(amount.known && amount.bytes == 0);
    amount = ledgers_balance(&ledgers, LEDGER_PAGE_TABLE, entries, 3);
    cr_assert(amount.known && amount.bytes == 0);
    cr_assert_not(ledgers_balance(&ledgers, LEDGER_INTERNAL_COMPRESSED, entries, 3).known);
}
