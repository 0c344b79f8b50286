/*
 * entries.h - the charges of both sides in one sorted list: what belongs together is neighbours.
 */
#ifndef ANALYZE_ENTRIES_H
#define ANALYZE_ENTRIES_H

#include "analyze/comparison.h"

struct entry {
    const struct charge *charge;
    bool after; /* the side that it is on */
};

int compare_text(const char *a, const char *b);
int compare_numbers(uint64_t a, uint64_t b);
int compare_owners(const struct owner *a, const struct owner *b);

/* A total order: by owner, account, side, instance, size. */
int compare_entries(const void *a, const void *b);

/* All charges of both lists, sorted. */
struct entry *sort_entries(const struct charges *before, const struct charges *after,
                           struct arena *arena, size_t *count);

/* Pairs the instances of a process row: on the same boot by pid and start; after a reboot what is
 * left by rank of size. entries are the row's. */
void pair_instances(struct row *row, const struct entry *entries, size_t count, bool same_boot,
                    struct arena *arena);

/* Unfolds the regions of both lists below their rows, and says what they leave unexplained. */
void unfold_regions(struct comparison *comparison, const struct charges *before,
                    const struct charges *after);

#endif
