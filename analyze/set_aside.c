/* set_aside.c - what common ground leaves out; see rows.h. */
#include <string.h>

#include "analyze/entries.h"
#include "analyze/rows.h"

static struct one_sided *add_one_sided(struct comparison *comparison, const struct charge *charge)
{
    struct one_sided *last = comparison->one_sided_count > 0
                                 ? &comparison->one_sided[comparison->one_sided_count - 1]
                                 : NULL;

    if (last == NULL || last->kind != charge->owner.kind ||
        strcmp(last->account, charge->account) != 0 ||
        strcmp(last->name, charge->owner.name) != 0) {
        last = arena_append(comparison->arena, &comparison->one_sided, &comparison->one_sided_count,
                            sizeof *comparison->one_sided);
        last->kind = charge->owner.kind;
        last->name = charge->owner.name;
        last->account = charge->account;
        last->whole_account = charge->default_owner;
        last->reason = charge->default_owner
                           ? "counted by one capture only: part of the residual on both sides"
                           : "read by one capture only, or by another method: not told apart here";
    }
    return last;
}

/* The account is compared as a whole, whatever its rows are called. */
static bool is_compared(const struct charges *charges, const char *account)
{
    for (size_t i = 0; i < charges->count; i++)
        if (strcmp(charges->list[i].account, account) == 0)
            return true;
    return false;
}

static bool same_claim(const struct charge *a, const struct charge *b)
{
    return compare_owners(&a->owner, &b->owner) == 0 && strcmp(a->account, b->account) == 0;
}

void rows_set_aside(struct comparison *comparison, const struct charges *own_before,
                    const struct charges *own_after, const struct charges *before,
                    const struct charges *after)
{
    size_t own_count, count, at = 0, end;
    struct entry *own = sort_entries(own_before, own_after, comparison->arena, &own_count);
    struct entry *common = sort_entries(before, after, comparison->arena, &count);

    for (size_t i = 0; i < own_count; i = end) {
        int64_t sums[2] = {0, 0};
        bool known[2] = {false, false}, compared = false;

        for (end = i; end < own_count && same_claim(own[i].charge, own[end].charge); end++) {
            sums[own[end].after] += own[end].charge->bytes;
            known[own[end].after] = true;
        }
        while (at < count && compare_entries(&common[at], &own[i]) < 0 &&
               !same_claim(common[at].charge, own[i].charge))
            at++;
        for (; at < count && same_claim(common[at].charge, own[i].charge); at++)
            compared = true;
        if (compared || (sums[0] == 0 && sums[1] == 0) ||
            (own[i].charge->default_owner && is_compared(before, own[i].charge->account)))
            continue;
        for (int side = 0; side < 2; side++) {
            struct one_sided *aside;

            if (!known[side])
                continue;
            aside = add_one_sided(comparison, own[i].charge);
            if (side == 0) {
                aside->before.bytes += sums[0];
                aside->before.known = true;
            } else {
                aside->after.bytes += sums[1];
                aside->after.known = true;
            }
        }
    }
}
