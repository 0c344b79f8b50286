/* suspects.c - see suspects.h. */
#include "analyze/suspects.h"

#include <stdlib.h>
#include <string.h>

void add_suspect(struct comparison *comparison, struct suspect suspect)
{
    struct suspect *added = arena_append(comparison->arena, &comparison->suspects,
                                         &comparison->suspect_count, sizeof *comparison->suspects);

    *added = suspect;
}

bool residual_moved(const struct comparison *comparison)
{
    int64_t delta = comparison->residual.after_bytes - comparison->residual.before_bytes;

    return llabs(delta) > comparison->residual.skew_bytes && llabs(delta) >= 2 * MIB;
}

bool has_suspect(const struct comparison *comparison, const char *row)
{
    for (size_t i = 0; i < comparison->suspect_count; i++)
        if (strcmp(comparison->suspects[i].row, row) == 0)
            return true;
    return false;
}
