/* ledgers.c - see ledgers.h. */
#include "capture/macos/ledgers.h"

#include <string.h>

#include "capture/macos/darwin.h"
#include "formats/snapshot.h"

static const char *const names[LEDGERS] = {
    [LEDGER_WIRED] = "wired_mem",
    [LEDGER_PAGE_TABLE] = "page_table",
    [LEDGER_INTERNAL_COMPRESSED] = "internal_compressed",
    [LEDGER_GRAPHICS] = "graphics_footprint",
    [LEDGER_GRAPHICS_OTHER] = "graphics_nofootprint",
};

/* The name need not be terminated. */
static bool is_named(const struct darwin_ledger_template *row, const char *name)
{
    return strncmp(row->name, name, sizeof row->name) == 0;
}

void ledgers_find(struct ledgers *ledgers, const void *template, size_t count)
{
    struct darwin_ledger_template row;

    for (size_t i = 0; i < LEDGERS; i++)
        ledgers->at[i] = SIZE_MAX;
    for (size_t at = count; at-- > 0;) { /* the first of a name counts */
        memcpy(&row, (const char *)template + at * sizeof row, sizeof row);
        for (size_t i = 0; i < LEDGERS; i++)
            if (is_named(&row, names[i]))
                ledgers->at[i] = at;
    }
}

struct amount ledgers_balance(const struct ledgers *ledgers, enum ledger ledger,
                              const void *entries, size_t count)
{
    struct darwin_ledger_entry entry;
    size_t at = ledgers->at[ledger];

    if (at >= count)
        return (struct amount){0, false};
    memcpy(&entry, (const char *)entries + at * sizeof entry, sizeof entry);
    return amount_of(entry.balance > 0 ? (uint64_t)entry.balance : 0);
}
