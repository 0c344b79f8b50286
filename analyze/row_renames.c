/* row_renames.c - near twins; see rows.h. */
#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"

/* Two names are alike when they differ in digits, dots and case of letters only, or one begins
 * with the other. */
static bool names_alike(const char *a, const char *b)
{
    size_t same = 0;

    while (a[same] != '\0' && a[same] == b[same])
        same++;
    if (same >= 4 && (a[same] == '\0' || b[same] == '\0'))
        return true;
    for (;;) {
        while (strchr("0123456789.-_", *a) != NULL && *a != '\0')
            a++;
        while (strchr("0123456789.-_", *b) != NULL && *b != '\0')
            b++;
        if (*a == '\0' || *b == '\0')
            return *a == *b;
        if ((*a | 0x20) != (*b | 0x20))
            return false;
        a++;
        b++;
    }
}

/* Zones of other element sizes are never the same one: kalloc.64 is not kalloc.128. */
static bool elements_alike(const struct row *a, const struct row *b)
{
    const char *size_a = strrchr(a->identity, ' '), *size_b = strrchr(b->identity, ' ');

    return a->kind != OWNER_ZONE || size_a == NULL || size_b == NULL || strcmp(size_a, size_b) == 0;
}

#define RENAMED_MIN_BYTES  (1 << 20) /* smaller rows are not worth a word */
#define RENAMED_CANDIDATES 256       /* largest rows that are looked at */

void rows_find_renamed(struct comparison *comparison)
{
    size_t count =
        comparison->row_count < RENAMED_CANDIDATES ? comparison->row_count : RENAMED_CANDIDATES;

    for (size_t i = 0; i < count; i++) {
        struct row *gone = &comparison->rows[i];

        if (gone->state != ROW_GONE || gone->before_bytes < RENAMED_MIN_BYTES)
            continue;
        for (size_t j = 0; j < count && gone->renamed_to == NULL; j++) {
            struct row *fresh = &comparison->rows[j];

            if (fresh->state != ROW_NEW || fresh->kind != gone->kind ||
                fresh->renamed_from != NULL || !names_alike(gone->name, fresh->name) ||
                !elements_alike(gone, fresh) ||
                llabs(fresh->after_bytes - gone->before_bytes) > gone->before_bytes / 4)
                continue;
            gone->renamed_to = fresh->name;
            fresh->renamed_from = gone->name;
        }
    }
}
