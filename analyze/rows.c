/* rows.c - see rows.h. */
#include "analyze/rows.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/entries.h"

static void add_to_account(struct row *row, const struct entry *entry, struct arena *arena)
{
    const struct charge *charge = entry->charge;
    struct row_account *account =
        row->account_count > 0 ? &row->accounts[row->account_count - 1] : NULL;

    if (account == NULL || strcmp(account->account, charge->account) != 0) {
        account = arena_append(arena, &row->accounts, &row->account_count, sizeof *row->accounts);
        account->account = charge->account;
        account->evidence = MEASURED;
    }
    if (entry->after)
        account->after_bytes += charge->bytes;
    else
        account->before_bytes += charge->bytes;
    if (charge->evidence == DERIVED)
        account->evidence = DERIVED;
    account->resolution_bytes += charge->resolution_bytes;
}

const struct row_account *row_main_account(const struct row *row)
{
    const struct row_account *most = &row->accounts[0];

    for (size_t i = 1; i < row->account_count; i++) {
        const struct row_account *account = &row->accounts[i];
        int64_t moved = llabs(account->after_bytes - account->before_bytes);
        int64_t most_moved = llabs(most->after_bytes - most->before_bytes);

        if (moved > most_moved || (moved == most_moved && account->after_bytes > most->after_bytes))
            most = account;
    }
    return most;
}

/* One row from the entries of one owner. Its name is the newest one. */
static struct row make_row(const struct entry *entries, size_t count, bool same_boot,
                           struct arena *arena)
{
    const struct owner *owner = &entries[count - 1].charge->owner;
    struct row row = {.kind = owner->kind, .identity = owner->identity, .evidence = MEASURED};
    bool in_before = false, in_after = false;

    for (size_t i = 0; i < count; i++) {
        const struct charge *charge = entries[i].charge;

        add_to_account(&row, &entries[i], arena);
        if (row.name == NULL || entries[i].after)
            row.name = charge->owner.name;
        if (entries[i].after)
            row.after_bytes += charge->bytes;
        else
            row.before_bytes += charge->bytes;
        in_before = in_before || !entries[i].after;
        in_after = in_after || entries[i].after;
    }
    row.evidence = row_main_account(&row)->evidence;
    row.state = in_before && in_after ? ROW_BOTH : in_after ? ROW_NEW : ROW_GONE;
    if (row.kind == OWNER_PROCESS)
        pair_instances(&row, entries, count, same_boot, arena);
    return row;
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int64_t left_moved = llabs(left->after_bytes - left->before_bytes);
    int64_t right_moved = llabs(right->after_bytes - right->before_bytes);

    if (left_moved != right_moved)
        return left_moved > right_moved ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    if (strcmp(left->name, right->name) != 0)
        return strcmp(left->name, right->name);
    return strcmp(left->identity, right->identity);
}

void rows_match(struct comparison *comparison, const struct charges *before,
                const struct charges *after)
{
    size_t count, end;
    struct entry *entries = sort_entries(before, after, comparison->arena, &count);

    comparison->before_bytes = before->wired_bytes;
    comparison->after_bytes = after->wired_bytes;
    comparison->resolution_bytes = before->wired_resolution_bytes + after->wired_resolution_bytes;
    comparison->residual.before_bytes = before->residual_bytes;
    comparison->residual.after_bytes = after->residual_bytes;
    for (size_t i = 0; i < count; i = end) {
        struct row row;

        for (end = i + 1; end < count && compare_owners(&entries[i].charge->owner,
                                                        &entries[end].charge->owner) == 0;)
            end++;
        row = make_row(entries + i, end - i, comparison->same_boot == YES, comparison->arena);
        if (row.before_bytes != 0 || row.after_bytes != 0)
            *(struct row *)arena_append(comparison->arena, &comparison->rows,
                                        &comparison->row_count, sizeof row) = row;
    }
    unfold_regions(comparison, before, after);
    if (comparison->row_count > 0)
        qsort(comparison->rows, comparison->row_count, sizeof *comparison->rows, compare_rows);
}
