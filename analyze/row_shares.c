/* row_shares.c - shares by largest remainder; see rows.h. */
#include <stdlib.h>

#include "analyze/entries.h"
#include "analyze/rows.h"

__extension__ typedef __int128 wide; /* 1000 x bytes can be more than 64 bits */

struct part {
    int64_t delta_bytes;
    int64_t *tenths;
    uint64_t remainder;
    size_t place;
};

static int compare_remainders(const void *a, const void *b)
{
    const struct part *left = a, *right = b;

    if (left->remainder != right->remainder)
        return left->remainder > right->remainder ? -1 : 1;
    return compare_numbers(left->place, right->place);
}

void rows_share(struct comparison *comparison)
{
    int64_t total = comparison->after_bytes - comparison->before_bytes, sum = 0;
    size_t count = comparison->row_count + 1;
    struct part *parts = arena_alloc(comparison->arena, count * sizeof *parts);

    for (size_t i = 0; i < comparison->row_count; i++) {
        struct row *row = &comparison->rows[i];

        parts[i] = (struct part){row->after_bytes - row->before_bytes, &row->share_tenths, 0, i};
    }
    parts[count - 1] =
        (struct part){comparison->residual.after_bytes - comparison->residual.before_bytes,
                      &comparison->residual.share_tenths, 0, count - 1};
    if (total == 0)
        return;
    for (size_t i = 0; i < count; i++) { /* rounded down first */
        wide scaled = (wide)parts[i].delta_bytes * 1000;
        wide divisor = total;
        wide floor = scaled / divisor;

        if (scaled % divisor != 0 && (scaled < 0) != (divisor < 0))
            floor -= 1;
        *parts[i].tenths = (int64_t)floor;
        scaled -= floor * divisor;
        if (scaled < 0)
            scaled = -scaled;
        parts[i].remainder = (uint64_t)scaled;
        sum += *parts[i].tenths;
    }
    qsort(parts, count, sizeof *parts, compare_remainders);
    for (size_t i = 0; sum < 1000 && i < count; i++, sum++)
        *parts[i].tenths += 1;
}
