/*
 * ledgers.h - what the kernel keeps a ledger of for each process, found by name.
 *
 * The template says which entry is what. Their number and order change with the release, so they
 * are looked up once, and the entries of each process are read by it.
 */
#ifndef CAPTURE_MACOS_LEDGERS_H
#define CAPTURE_MACOS_LEDGERS_H

#include <stddef.h>

#include "formats/amount.h"

#define LEDGERS_MAX 256 /* entries of one process; there are some forty */

enum ledger {
    LEDGER_WIRED,               /* wired_mem: by mlock and the like */
    LEDGER_PAGE_TABLE,          /* page_table: counted on Apple silicon only */
    LEDGER_INTERNAL_COMPRESSED, /* internal_compressed: in the compressor, or swapped out by it */
    LEDGER_GRAPHICS,            /* graphics_footprint */
    LEDGER_GRAPHICS_OTHER,      /* graphics_nofootprint: owned, but not in its footprint */
    LEDGERS
};

/* Where each of them stands among the entries. */
struct ledgers {
    size_t at[LEDGERS]; /* SIZE_MAX: this kernel has none */
};

/* From the template: count times struct darwin_ledger_template. */
void ledgers_find(struct ledgers *ledgers, const void *template, size_t count);

/* The balance of one ledger, in bytes, of a process: count times struct darwin_ledger_entry. A
 * balance below 0, as races leave it, is 0. */
struct amount ledgers_balance(const struct ledgers *ledgers, enum ledger ledger,
                              const void *entries, size_t count);

#endif
