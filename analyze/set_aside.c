/* set_aside.c - what common ground leaves out; see rows.h. */
#include <stdlib.h>
#include <string.h>

#include "analyze/entries.h"
#include "analyze/rows.h"

/* The accounts that are compared as a whole, whatever their rows are called: sorted. */
struct accounts {
    const char **names;
    size_t count;
};

static int compare_accounts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct accounts accounts_of(const struct charges *charges, struct arena *arena)
{
    struct accounts accounts = {arena_alloc(arena, charges->count * sizeof *accounts.names),
                                charges->count};

    for (size_t i = 0; i < charges->count; i++)
        accounts.names[i] = charges->list[i].account;
    if (charges->count > 0)
        qsort(accounts.names, charges->count, sizeof *accounts.names, compare_accounts);
    return accounts;
}

static bool is_compared(const struct accounts *accounts, const char *account)
{
    return accounts->count > 0 && bsearch(&account, accounts->names, accounts->count,
                                          sizeof *accounts->names, compare_accounts) != NULL;
}

static bool same_claim(const struct charge *a, const struct charge *b)
{
    return compare_owners(&a->owner, &b->owner) == 0 && strcmp(a->account, b->account) == 0;
}

static void put_aside(struct comparison *comparison, const struct charge *charge,
                      const int64_t bytes[2], const bool known[2])
{
    struct one_sided *aside = arena_append(comparison->arena, &comparison->one_sided,
                                           &comparison->one_sided_count, sizeof *aside);

    *aside = (struct one_sided){
        .kind = charge->owner.kind,
        .name = charge->owner.name,
        .account = charge->account,
        .before = {bytes[0], known[0]},
        .after = {bytes[1], known[1]},
        .reason = charge->default_owner
                      ? "counted by one capture only: part of the residual on both sides"
                      : "read by one capture only, or by another method: not told apart here",
        .whole_account = charge->default_owner,
    };
}

void rows_set_aside(struct comparison *comparison, const struct charges *own_before,
                    const struct charges *own_after, const struct charges *before,
                    const struct charges *after)
{
    struct accounts accounts = accounts_of(before, comparison->arena);
    size_t own_count, count, at = 0, end;
    struct entry *own = sort_entries(own_before, own_after, comparison->arena, &own_count);
    struct entry *common = sort_entries(before, after, comparison->arena, &count);

    for (size_t i = 0; i < own_count; i = end) {
        const struct charge *charge = own[i].charge;
        int64_t bytes[2] = {0, 0}; /* before, after */
        bool known[2] = {false, false}, compared;

        for (end = i; end < own_count && same_claim(charge, own[end].charge); end++) {
            bytes[own[end].after] += own[end].charge->bytes;
            known[own[end].after] = true;
        }
        while (at < count && compare_entries(&common[at], &own[i]) < 0 &&
               !same_claim(common[at].charge, charge))
            at++;
        compared = at < count && same_claim(common[at].charge, charge);
        if (!compared && (bytes[0] != 0 || bytes[1] != 0) &&
            !(charge->default_owner && is_compared(&accounts, charge->account)))
            put_aside(comparison, charge, bytes, known);
    }
}
