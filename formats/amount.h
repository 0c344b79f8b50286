/*
 * amount.h - how much, when it is known at all.
 *
 * A type of its own for each, so that the unknown cannot slip into a sum: to add .bytes is to have
 * thought about .known.
 */
#ifndef FORMATS_AMOUNT_H
#define FORMATS_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

/* Some memory, or not known. At most AMOUNT_MAX, or MACHINE_MAX. */
struct amount {
    uint64_t bytes; /* 0 when not known */
    bool known;
};

/* Some memory as a source prints it. The true figure lies less than resolution_bytes away: "1924M"
 * has 1 MiB, and 0 means to the byte. */
struct figure {
    uint64_t bytes; /* 0 when not known */
    uint64_t resolution_bytes;
    bool known;
};

/* A number that is not memory, or not known. */
struct count {
    uint64_t n; /* 0 when not known */
    bool known;
};

enum yes_no { UNSAID, YES, NO };

#define RECORDS_MAX (1 << 17) /* of one kind; further ones are a note */

/* No more than 8 TiB is believed of one record: many of them are added up, and RECORDS_MAX of each
 * of seven kinds (page tables, stacks, locked and hugetlb regions, caches, callers, objects) still fit
 * into 63 bits. */
#define AMOUNT_MAX ((uint64_t)1 << 43)
_Static_assert(AMOUNT_MAX <= (uint64_t)INT64_MAX / RECORDS_MAX / 7, "sums of amounts fit");

/* Figures of the machine as a whole, of which there are a dozen, may be larger. */
#define MACHINE_MAX ((uint64_t)1 << 58)

#endif
