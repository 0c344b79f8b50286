/*
 * fuzz_mac_ledgers.c - any bytes at all, as a template of ledgers and the entries of a process.
 *
 * The first byte says how many of them are templates. Seeds are tests/fuzz/mac_ledgers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/ledgers.h"
#include "formats/amount.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t rest = size > 0 ? size - 1 : 0;
    size_t templates = size > 0 ? data[0] : 0, entries;
    struct ledgers ledgers;
    char *names, *balances;

    if (templates > rest / sizeof(struct darwin_ledger_template))
        templates = rest / sizeof(struct darwin_ledger_template);
    rest -= templates * sizeof(struct darwin_ledger_template);
    entries = rest / sizeof(struct darwin_ledger_entry);
    names = malloc(templates * sizeof(struct darwin_ledger_template) + 1);
    balances = malloc(entries * sizeof(struct darwin_ledger_entry) + 1);
    if (names == NULL || balances == NULL)
        abort();
    if (size > 0) {
        memcpy(names, data + 1, templates * sizeof(struct darwin_ledger_template));
        memcpy(balances, data + size - rest, entries * sizeof(struct darwin_ledger_entry));
    }
    /* One byte on, since nothing says that an answer is aligned. */
    memmove(names + 1, names, templates * sizeof(struct darwin_ledger_template));
    ledgers_find(&ledgers, names + 1, templates);
    for (size_t i = 0; i < LEDGERS; i++) {
        struct amount amount = ledgers_balance(&ledgers, (enum ledger)i, balances, entries);

        if (amount.bytes > AMOUNT_MAX || (!amount.known && amount.bytes != 0))
            abort();
    }
    free(names);
    free(balances);
    return 0;
}
