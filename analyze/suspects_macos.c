/*
 * suspects_macos.c - what moved together with what nobody is charged for on a Mac.
 *
 * Rows that name nobody are the residual and zones: the kernel does not record who allocated an
 * element. Looked at are the row of those that moved most, and zones whose elements are made for
 * something that processes are known to have.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/mac_side.h"
#include "analyze/platform_macos.h"
#include "analyze/suspects.h"
#include "analyze/tallies_macos.h"

#define TOP_TALLIES    2         /* programs named for each kind of thing */
#define TOP_EXTENSIONS 5         /* of those loaded between the captures */
#define TOP_ZONES      3         /* that grew together */
#define PANIC_MAX      5         /* extensions of a backtrace */
#define ROW_MIN        (4 * MIB) /* smaller moves are not asked about */
#define ROWS_ASKED     16        /* that are looked at one by one */
#define EXTENSION_MIN  (16 * MIB)

/* The row that is asked about, and which way it moved. */
struct question {
    const char *row;
    const struct row *zone; /* NULL: it is the residual */
    int64_t direction;      /* 1 or -1 */
};

static int64_t delta_of(const struct row *row)
{
    return row->after_bytes - row->before_bytes;
}

static bool find_question(const struct comparison *comparison, struct question *question)
{
    int64_t most = ROW_MIN - 1;
    int64_t residual = comparison->residual.after_bytes - comparison->residual.before_bytes;

    *question = (struct question){0};
    if (residual_moved(comparison) && llabs(residual) > most) {
        *question = (struct question){SUSPECT_RESIDUAL, NULL, residual > 0 ? 1 : -1};
        most = llabs(residual);
    }
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];

        if (row->kind != OWNER_ZONE || llabs(delta_of(row)) <= most)
            continue;
        *question = (struct question){row->name, row, delta_of(row) > 0 ? 1 : -1};
        most = llabs(delta_of(row));
    }
    return question->row != NULL;
}

static int64_t moved(const struct tally *tally, enum tally_kind kind)
{
    return tally->of[kind].after - tally->of[kind].before;
}

static void suspect_tally(struct comparison *comparison, const char *row, const struct tally *tally,
                          enum tally_kind kind)
{
    int64_t n = moved(tally, kind);
    uint64_t cost = tally_cost_bytes(comparison, kind);
    const char *text;

    if (kind == TALLY_TABLES)
        text = arena_print(comparison->arena, "%+.1f MiB of page tables", mib(n));
    else if (cost > 0)
        text = arena_print(comparison->arena,
                           "%+" PRId64 " %s, which cost the kernel %" PRIu64
                           " bytes each, %+.1f MiB in all",
                           n, tally_name(kind), cost, (double)n * (double)cost / (double)MIB);
    else
        text = arena_print(comparison->arena, "%+" PRId64 " %s", n, tally_name(kind));
    add_suspect(comparison, (struct suspect){tally->name, row, text, tally_name(kind), n});
}

/* The programs whose things moved most that way, at least so much that it could matter. */
static void suspect_kind(struct comparison *comparison, const struct tally *all, size_t count,
                         const char *row, int64_t direction, enum tally_kind kind)
{
    uint64_t cost = tally_cost_bytes(comparison, kind);
    int64_t least = kind == TALLY_TABLES ? MIB : MIB / (int64_t)(cost > 0 ? cost : 1024);
    const struct tally *named[TOP_TALLIES] = {NULL};

    for (size_t place = 0; place < TOP_TALLIES; place++) {
        const struct tally *most = NULL;

        for (size_t i = 0; i < count; i++) {
            const struct tally *tally = &all[i];

            if (tally->of[kind].known && direction * moved(tally, kind) >= least &&
                (place == 0 || tally != named[0]) &&
                (most == NULL || direction * (moved(tally, kind) - moved(most, kind)) > 0))
                most = tally;
        }
        if (most == NULL)
            return;
        /* The second one is worth a word when it is of the first one's size. */
        if (place > 0 && 2 * llabs(moved(most, kind)) < llabs(moved(named[0], kind)))
            return;
        named[place] = most;
        suspect_tally(comparison, row, most, kind);
    }
}

static void suspect_programs(struct comparison *comparison, const struct question *question,
                             const struct tally *all, size_t count)
{
    for (size_t kind = 0; kind < TALLIES; kind++)
        if (question->zone == NULL || kind != TALLY_TABLES)
            suspect_kind(comparison, all, count, question->row, question->direction,
                         (enum tally_kind)kind);
}

/* Zones of threads, ports and the like, which grow with those who have them. */
static void suspect_owners_of_zones(struct comparison *comparison, const struct question *question,
                                    const struct tally *all, size_t count)
{
    size_t asked = 0;

    for (size_t i = 0; i < comparison->row_count && asked < ROWS_ASKED; i++) {
        const struct row *row = &comparison->rows[i];

        if (row->kind != OWNER_ZONE || row == question->zone || llabs(delta_of(row)) < ROW_MIN)
            continue;
        for (size_t kind = 0; kind < TALLIES; kind++) {
            if (!tally_fills_zone((enum tally_kind)kind, row->name))
                continue;
            suspect_kind(comparison, all, count, row->name, delta_of(row) > 0 ? 1 : -1,
                         (enum tally_kind)kind);
            asked++;
        }
    }
}

/* ---- extensions ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **sorted_extensions(const struct snapshot *snap, struct arena *arena)
{
    const char **names = arena_alloc(arena, snap->extension_count * sizeof *names);

    for (size_t i = 0; i < snap->extension_count; i++)
        names[i] = snap->extensions[i].name;
    if (snap->extension_count > 0)
        qsort(names, snap->extension_count, sizeof *names, compare_names);
    return names;
}

static bool is_apples(const char *bundle_id)
{
    return strncmp(bundle_id, "com.apple.", 10) == 0;
}

/* Loaded on the side that holds more, and not on the other. Others' extensions first. */
static void suspect_extensions(struct comparison *comparison, const struct question *question)
{
    const struct snapshot *more =
        question->direction > 0 ? comparison->after.snap : comparison->before.snap;
    const struct snapshot *less =
        question->direction > 0 ? comparison->before.snap : comparison->after.snap;
    const char **names = sorted_extensions(less, comparison->arena);
    size_t named = 0;

    if (less->extension_count == 0)
        return;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < more->extension_count && named < TOP_EXTENSIONS; i++) {
            const char *name = more->extensions[i].name;

            if (is_apples(name) != (pass == 1) ||
                bsearch(&name, names, less->extension_count, sizeof *names, compare_names) != NULL)
                continue;
            add_suspect(comparison,
                        (struct suspect){name, question->row,
                                         arena_print(comparison->arena,
                                                     "kernel extension loaded in %s only; what it "
                                                     "allocates in zones is not told as its own",
                                                     question->direction > 0 ? "AFTER" : "BEFORE"),
                                         "static_bytes", (int64_t)more->extensions[i].size.bytes});
            named++;
        }
}

static void suspect_backtrace(struct comparison *comparison, const struct question *question)
{
    const struct snapshot *more =
        question->direction > 0 ? comparison->after.snap : comparison->before.snap;

    if (more->panic.zone == NULL)
        return;
    for (size_t i = 0; i < more->panic.extension_count && i < PANIC_MAX; i++)
        add_suspect(comparison,
                    (struct suspect){more->panic.extensions[i], question->row,
                                     "its code ran when the kernel panicked; who fills a zone and "
                                     "who then finds it full are often two",
                                     "place_in_backtrace", (int64_t)i + 1});
}

/* ---- zones that grew together ---- */

static int64_t elements_moved(const struct comparison *comparison, const char *identity,
                              bool *known)
{
    const struct mac_zone *before = find_zone(&comparison->before.mac->zones, identity);
    const struct mac_zone *after = find_zone(&comparison->after.mac->zones, identity);

    *known = (before == NULL || before->elements.known) && (after == NULL || after->elements.known);
    return (int64_t)((after != NULL ? after->elements.n : 0) -
                     (before != NULL ? before->elements.n : 0));
}

/* Element by element: a tenth apart at most. */
static void suspect_zones(struct comparison *comparison, const struct question *question)
{
    size_t named = 0;
    bool known;
    int64_t n = elements_moved(comparison, question->zone->identity, &known);

    for (size_t i = 0; known && n != 0 && i < comparison->row_count && named < TOP_ZONES; i++) {
        const struct row *row = &comparison->rows[i];
        bool also_known;
        int64_t also;

        if (row->kind != OWNER_ZONE || row == question->zone || llabs(delta_of(row)) < MIB)
            continue;
        also = elements_moved(comparison, row->identity, &also_known);
        if (!also_known || (also > 0) != (n > 0) || llabs(also - n) > llabs(n) / 10)
            continue;
        add_suspect(comparison,
                    (struct suspect){row->name, question->row,
                                     arena_print(comparison->arena,
                                                 "zone that grew with it, by %+" PRId64
                                                 " elements: perhaps parts of the same thing",
                                                 also),
                                     "elements", also});
        named++;
    }
}

/* ---- programs of the same maker as an extension ---- */

/* "com.example." of "com.example.driver.Net"; 0: no such prefix. */
static size_t maker_length(const char *bundle_id)
{
    const char *dot = strchr(bundle_id, '.');

    dot = dot != NULL ? strchr(dot + 1, '.') : NULL;
    return dot != NULL ? (size_t)(dot - bundle_id) + 1 : 0;
}

static void suspect_makers(struct comparison *comparison, const struct tally *all, size_t count)
{
    size_t asked = 0;

    for (size_t i = 0; i < comparison->row_count && asked < ROWS_ASKED; i++) {
        const struct row *row = &comparison->rows[i];
        size_t len = maker_length(row->name);
        bool grew = delta_of(row) > 0;

        if (row->kind != OWNER_EXTENSION || llabs(delta_of(row)) < EXTENSION_MIN || len == 0 ||
            is_apples(row->name))
            continue;
        asked++;
        for (size_t j = 0; j < count; j++) {
            const struct tally *tally = &all[j];

            if (tally->signing_id != NULL && strncmp(tally->signing_id, row->name, len) == 0 &&
                (grew ? !tally->in_before : !tally->in_after))
                add_suspect(comparison,
                            (struct suspect){tally->name, row->name,
                                             arena_print(comparison->arena,
                                                         "a program of the same maker, which runs "
                                                         "in %s only",
                                                         grew ? "AFTER" : "BEFORE"),
                                             "processes", 1});
        }
    }
}

void mac_suspects(struct comparison *comparison)
{
    struct question question;
    size_t count;
    const struct tally *all = find_tallies(comparison, &count);

    if (find_question(comparison, &question)) {
        suspect_programs(comparison, &question, all, count);
        suspect_extensions(comparison, &question);
        suspect_backtrace(comparison, &question);
        if (question.zone != NULL)
            suspect_zones(comparison, &question);
    }
    suspect_owners_of_zones(comparison, &question, all, count);
    suspect_makers(comparison, all, count);
}
