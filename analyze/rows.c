/* rows.c - see rows.h. */
#include "analyze/rows.h"

#include <stdlib.h>
#include <string.h>

/* A charge, and the side that it is on. */
struct entry {
    const struct charge *charge;
    bool after;
};

static int compare_text(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

static int compare_owners(const struct owner *a, const struct owner *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return compare_text(a->identity, b->identity);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* By owner, account, instance, side: neighbours are what belongs together. */
static int compare_entries(const void *a, const void *b)
{
    const struct charge *left = ((const struct entry *)a)->charge;
    const struct charge *right = ((const struct entry *)b)->charge;
    int order = compare_owners(&left->owner, &right->owner);

    if (order == 0)
        order = compare_text(left->account, right->account);
    if (order == 0)
        order = ((const struct entry *)a)->after - ((const struct entry *)b)->after;
    if (order == 0)
        order = compare_numbers((uint64_t)left->owner.pid, (uint64_t)right->owner.pid);
    if (order == 0)
        order = compare_numbers(left->owner.start.n, right->owner.start.n);
    return order != 0 ? order : compare_numbers((uint64_t)left->bytes, (uint64_t)right->bytes);
}

/* ---- instances of a process row ---- */

struct instance {
    int32_t pid;
    uint64_t start;
    int64_t bytes;
    bool paired;
};

static int compare_instances(const void *a, const void *b)
{
    const struct instance *left = a, *right = b;

    if (left->pid != right->pid)
        return left->pid < right->pid ? -1 : 1;
    return compare_numbers(left->start, right->start);
}

/* Largest first; then by pid. */
static int compare_instance_sizes(const void *a, const void *b)
{
    const struct instance *left = a, *right = b;

    if (left->bytes != right->bytes)
        return left->bytes > right->bytes ? -1 : 1;
    return compare_instances(a, b);
}

/* The instances of one side, each once, with all that it holds. */
static size_t collect_instances(const struct entry *entries, size_t count, bool after,
                                struct instance *instances)
{
    size_t n = 0, distinct = 0;

    for (size_t i = 0; i < count; i++)
        if (entries[i].after == after)
            instances[n++] =
                (struct instance){entries[i].charge->owner.pid, entries[i].charge->owner.start.n,
                                  entries[i].charge->bytes, false};
    if (n > 0)
        qsort(instances, n, sizeof *instances, compare_instances);
    for (size_t i = 0; i < n; i++) {
        if (distinct > 0 && compare_instances(&instances[distinct - 1], &instances[i]) == 0)
            instances[distinct - 1].bytes += instances[i].bytes;
        else
            instances[distinct++] = instances[i];
    }
    return distinct;
}

static void add_instance(struct row *row, const struct instance *before,
                         const struct instance *after, struct arena *arena)
{
    const struct instance *shown = after != NULL ? after : before;
    struct row_instance *instance =
        arena_append(arena, &row->instances, &row->instance_count, sizeof *row->instances);

    *instance = (struct row_instance){
        .pid = {(uint64_t)shown->pid, true},
        .start = {shown->start, true},
        .before_bytes = before != NULL ? before->bytes : 0,
        .after_bytes = after != NULL ? after->bytes : 0,
        .in_before = before != NULL,
        .in_after = after != NULL,
    };
}

/* On the same boot by pid and start; after a reboot, what is left by rank of size. */
static void pair_instances(struct row *row, const struct entry *entries, size_t count,
                           bool same_boot, struct arena *arena)
{
    struct instance *before = arena_alloc(arena, count * sizeof *before);
    struct instance *after = arena_alloc(arena, count * sizeof *after);
    size_t before_count = collect_instances(entries, count, false, before);
    size_t after_count = collect_instances(entries, count, true, after);

    if (same_boot) {
        size_t i = 0, j = 0;

        while (i < before_count || j < after_count) {
            int order = i == before_count  ? 1
                        : j == after_count ? -1
                                           : compare_instances(&before[i], &after[j]);

            add_instance(row, order <= 0 ? &before[i] : NULL, order >= 0 ? &after[j] : NULL, arena);
            i += order <= 0;
            j += order >= 0;
        }
        return;
    }
    if (before_count > 0)
        qsort(before, before_count, sizeof *before, compare_instance_sizes);
    if (after_count > 0)
        qsort(after, after_count, sizeof *after, compare_instance_sizes);
    for (size_t i = 0; i < before_count || i < after_count; i++)
        add_instance(row, i < before_count ? &before[i] : NULL, i < after_count ? &after[i] : NULL,
                     arena);
}

/* ---- rows ---- */

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
}

static int64_t magnitude(int64_t bytes)
{
    return bytes < 0 ? -bytes : bytes;
}

const struct row_account *row_main_account(const struct row *row)
{
    const struct row_account *most = &row->accounts[0];

    for (size_t i = 1; i < row->account_count; i++) {
        const struct row_account *account = &row->accounts[i];
        int64_t moved = magnitude(account->after_bytes - account->before_bytes);
        int64_t most_moved = magnitude(most->after_bytes - most->before_bytes);

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
    int64_t left_moved = magnitude(left->after_bytes - left->before_bytes);
    int64_t right_moved = magnitude(right->after_bytes - right->before_bytes);

    if (left_moved != right_moved)
        return left_moved > right_moved ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    if (strcmp(left->name, right->name) != 0)
        return strcmp(left->name, right->name);
    return strcmp(left->identity, right->identity);
}

static size_t put_entries(struct entry *entries, size_t count, const struct charges *charges,
                          bool after)
{
    for (size_t i = 0; i < charges->count; i++)
        entries[count++] = (struct entry){&charges->list[i], after};
    return count;
}

static struct entry *all_entries(const struct charges *before, const struct charges *after,
                                 struct arena *arena, size_t *count)
{
    struct entry *entries = arena_alloc(arena, (before->count + after->count) * sizeof *entries);

    *count = put_entries(entries, put_entries(entries, 0, before, false), after, true);
    if (*count > 0)
        qsort(entries, *count, sizeof *entries, compare_entries);
    return entries;
}

/* ---- regions below rows ---- */

struct region_entry {
    const struct charge_region *region;
    bool after;
};

static int compare_region_entries(const void *a, const void *b)
{
    const struct charge_region *left = ((const struct region_entry *)a)->region;
    const struct charge_region *right = ((const struct region_entry *)b)->region;
    int order = compare_owners(&left->owner, &right->owner);

    if (order == 0)
        order = compare_text(left->account, right->account);
    if (order == 0)
        order = strcmp(left->type, right->type);
    return order != 0 ? order : strcmp(left->detail, right->detail);
}

static int compare_row_to_owner(const void *a, const void *b)
{
    const struct row *const *left = a, *const *right = b;

    if ((*left)->kind != (*right)->kind)
        return (*left)->kind < (*right)->kind ? -1 : 1;
    return compare_text((*left)->identity, (*right)->identity);
}

static struct row *row_of(struct row **by_owner, size_t count, const struct owner *owner)
{
    struct row key = {.kind = owner->kind, .identity = owner->identity}, *wanted = &key, **found;

    found = count == 0 ? NULL
                       : bsearch(&wanted, by_owner, count, sizeof *by_owner, compare_row_to_owner);
    return found == NULL ? NULL : *found;
}

static void add_region(struct row *row, const struct region_entry *entry, struct arena *arena)
{
    const struct charge_region *from = entry->region;
    struct row_region *region = row->region_count > 0 ? &row->regions[row->region_count - 1] : NULL;

    if (region == NULL || strcmp(region->account, from->account) != 0 ||
        strcmp(region->type, from->type) != 0 || strcmp(region->detail, from->detail) != 0) {
        region = arena_append(arena, &row->regions, &row->region_count, sizeof *row->regions);
        region->account = from->account;
        region->type = from->type;
        region->detail = from->detail;
    }
    if (entry->after) {
        region->after_count += from->count;
        region->after_bytes += from->bytes;
    } else {
        region->before_count += from->count;
        region->before_bytes += from->bytes;
    }
}

/* What the regions of a row do not explain of the accounts that they are about. */
static void find_unread(struct row *row)
{
    for (size_t i = 0; i < row->account_count; i++) {
        struct row_account *account = &row->accounts[i];
        bool explained = false;
        int64_t before = account->before_bytes, after = account->after_bytes;

        for (size_t j = 0; j < row->region_count; j++) {
            if (strcmp(row->regions[j].account, account->account) != 0)
                continue;
            explained = true;
            before -= row->regions[j].before_bytes;
            after -= row->regions[j].after_bytes;
        }
        if (explained) {
            account->unread_before_bytes = before;
            account->unread_after_bytes = after;
        }
    }
}

static void unfold_regions(struct comparison *comparison, const struct charges *before,
                           const struct charges *after)
{
    struct arena *arena = comparison->arena;
    size_t count = 0, total = before->region_count + after->region_count;
    struct region_entry *entries = arena_alloc(arena, total * sizeof *entries);
    struct row **by_owner = arena_alloc(arena, comparison->row_count * sizeof(struct row *));

    for (size_t i = 0; i < before->region_count; i++)
        entries[count++] = (struct region_entry){&before->regions[i], false};
    for (size_t i = 0; i < after->region_count; i++)
        entries[count++] = (struct region_entry){&after->regions[i], true};
    for (size_t i = 0; i < comparison->row_count; i++)
        by_owner[i] = &comparison->rows[i];
    if (comparison->row_count > 0)
        qsort(by_owner, comparison->row_count, sizeof *by_owner, compare_row_to_owner);
    if (count > 0)
        qsort(entries, count, sizeof *entries, compare_region_entries);
    for (size_t i = 0; i < count; i++) {
        struct row *row = row_of(by_owner, comparison->row_count, &entries[i].region->owner);

        if (row != NULL)
            add_region(row, &entries[i], arena);
    }
    for (size_t i = 0; i < comparison->row_count; i++)
        find_unread(&comparison->rows[i]);
}

void rows_match(struct comparison *comparison, const struct charges *before,
                const struct charges *after)
{
    size_t count, end;
    struct entry *entries = all_entries(before, after, comparison->arena, &count);

    comparison->before_bytes = before->wired_bytes;
    comparison->after_bytes = after->wired_bytes;
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

/* ---- shares ---- */

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

/* ---- renames ---- */

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
                magnitude(fresh->after_bytes - gone->before_bytes) > gone->before_bytes / 4)
                continue;
            gone->renamed_to = fresh->name;
            fresh->renamed_from = gone->name;
        }
    }
}

/* ---- what is set aside ---- */

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
    struct entry *own = all_entries(own_before, own_after, comparison->arena, &own_count);
    struct entry *common = all_entries(before, after, comparison->arena, &count);

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
