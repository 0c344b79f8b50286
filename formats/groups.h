/*
 * groups.h - numbering what is equal: the first key gets group 0, the next other one group 1.
 *
 * Readers use it to add up lines as they come, so that memory grows with groups and not with
 * lines, and load.c to find records by name; both in constant time. A key is a few words:
 * numbers, or interned names of one arena, which are equal exactly when their pointers are.
 *
 * A zeroed struct groups is a valid empty one. groups_free ends it.
 */
#ifndef FORMATS_GROUPS_H
#define FORMATS_GROUPS_H

#include "formats/arena.h"

#define GROUP_WORDS 6

struct group_key {
    uintptr_t words[GROUP_WORDS];
};

struct groups {
    struct arena arena; /* of its own: it is gone before the evidence is */
    struct group_key *keys;
    size_t count;
    size_t *slots; /* number + 1 of the group there, 0: free */
    size_t slot_count;
};

#define NO_GROUP SIZE_MAX

/* The number of this key's group; a new one gets the number `count`. */
size_t groups_add(struct groups *groups, const struct group_key *key);

/* The number of this key's group, or NO_GROUP. */
size_t groups_find(const struct groups *groups, const struct group_key *key);

/* The key of one name. */
struct group_key group_of_name(const char *interned);

void groups_free(struct groups *groups);

#endif
