/*
 * sim_memory_info.c - mach_memory_info: who may have it, and its rows and zones as the kernel lays
 * them out.
 *
 * Rows of tags stand at their tag's number, then zones by tag, rows that are all zero, views of
 * zones, and the counters of the release last. Before macOS 10.13 a row has 64 bytes, without tag
 * and name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/macrun/macrun.h"
#include "tests/macrun/scenario.h"

#define OLD_ROW_WORDS 8

/* ---- the rows ------------------------------------------------------------------------------ */

enum answer { ANSWER_FULL, ANSWER_REDACTED, ANSWER_ZERO };

static size_t counter_count(void)
{
    if (mac.darwin >= 25 || (mac.darwin == 24 && mac.darwin_minor >= 4))
        return 15;
    if (mac.darwin >= 21)
        return 14;
    if (mac.darwin == 20)
        return 12;
    return mac.darwin >= 18 ? 11 : 9;
}

/* Where rows go: the next free one of each part. */
struct layout {
    size_t site_zone, view, counter, end;
};

static struct layout lay_out(bool redacted)
{
    struct layout at = {0};
    size_t tags = 0, site_zones = 0, views = 0;

    for (size_t i = 0; i < mac.memory_count; i++) {
        const struct memory_row *row = &mac.memory[i];

        if (row->kind == MEMORY_SITE_ZONE)
            site_zones++;
        else if (row->kind == MEMORY_VIEW)
            views += redacted ? 0 : 1;
        else if (row->kind != MEMORY_COUNTER && row->tag >= tags)
            tags = row->tag + 1;
    }
    at.site_zone = tags;
    at.view = tags + site_zones + mac.slack;
    at.counter = at.view + views;
    at.end = at.counter + counter_count();
    return at;
}

static uint64_t flags_of(const struct memory_row *row)
{
    static const uint64_t leaves = 1U << 1 | 1U << 4 | 1U << 5 | 1U << 10; /* counters */

    switch (row->kind) {
    case MEMORY_KMOD:
        return DARWIN_SITE_WIRED | DARWIN_SITE_KMOD;
    case MEMORY_KERNEL:
        return DARWIN_SITE_WIRED | DARWIN_SITE_KERNEL;
    case MEMORY_NAMED:
        return DARWIN_SITE_WIRED | DARWIN_SITE_NAMED;
    case MEMORY_SITE_ZONE:
        return DARWIN_SITE_WIRED | DARWIN_SITE_ZONE;
    case MEMORY_VIEW:
        return DARWIN_SITE_ZONE_VIEW;
    case MEMORY_COUNTER:
        return DARWIN_SITE_COUNTER |
               (row->site < 32 && (leaves >> row->site & 1) != 0 ? DARWIN_SITE_WIRED : 0);
    case MEMORY_TAG:
    case MEMORY_KINDS:
        break;
    }
    return row->tag == DARWIN_TAG_ZONE ? DARWIN_SITE_HIDE : DARWIN_SITE_WIRED;
}

/* All 80 bytes may be taken: then there is no NUL. */
static void put_name(char into[80], const char *name)
{
    memset(into, 0, 80);
    memcpy(into, name, strnlen(name, 80));
}

static struct darwin_memory_info entry_of(const struct memory_row *row)
{
    struct darwin_memory_info entry = {
        .flags = row->flags != NOT_GIVEN ? row->flags : flags_of(row),
        .site = row->site,
        .size = row->size,
        .free = row->free,
        .largest = row->largest,
        .collectable_bytes = row->collectable,
        .mapped = row->mapped,
        .peak = row->peak,
        .tag = (uint16_t)(row->kind == MEMORY_COUNTER ? 256 + row->site : row->tag),
        .zone = (uint16_t)row->zone,
    };

    if (row->name != NULL)
        put_name(entry.name, row->name);
    return entry;
}

/* NULL: it is not in this answer. */
static struct darwin_memory_info *place_of(const struct memory_row *row,
                                           struct darwin_memory_info *table, struct layout *at,
                                           bool redacted)
{
    switch (row->kind) {
    case MEMORY_SITE_ZONE:
        return &table[at->site_zone++];
    case MEMORY_VIEW:
        return redacted ? NULL : &table[at->view++];
    case MEMORY_COUNTER:
        return row->site < counter_count() ? &table[at->counter + row->site] : NULL;
    default:
        return &table[row->tag];
    }
}

/* The kernel fills them all; what the scenario does not give is 0. */
static void put_counters(struct darwin_memory_info *counters)
{
    for (size_t i = 0; i < counter_count(); i++) {
        struct memory_row row = {.kind = MEMORY_COUNTER, .site = i, .flags = NOT_GIVEN};

        counters[i] = entry_of(&row);
    }
}

static struct darwin_memory_info *make_table(bool redacted, size_t *count)
{
    struct layout at = lay_out(redacted);
    struct darwin_memory_info *table = calloc(at.end, sizeof *table);

    if (table == NULL)
        die("out of memory");
    *count = at.end;
    put_counters(table + at.counter);
    for (size_t i = 0; i < mac.memory_count; i++) {
        struct darwin_memory_info *place = place_of(&mac.memory[i], table, &at, redacted);

        if (place != NULL)
            *place = entry_of(&mac.memory[i]);
    }
    return table;
}

static void *give_table(enum answer answer, uint32_t *count)
{
    size_t rows;
    struct darwin_memory_info *table = make_table(answer == ANSWER_REDACTED, &rows);
    char *given;

    if (answer == ANSWER_ZERO)
        memset(table, 0, rows * sizeof *table);
    *count = (uint32_t)rows;
    if (mac.darwin >= 17) {
        given = kernel_memory_give(table, rows * sizeof *table);
    } else {
        given = kernel_memory_give(NULL, rows * OLD_ROW_WORDS * sizeof(uint64_t));
        for (size_t i = 0; i < rows; i++) {
            uint64_t words[OLD_ROW_WORDS] = {table[i].flags,   table[i].site,
                                             table[i].size,    table[i].free,
                                             table[i].largest, table[i].collectable_bytes};

            memcpy(given + i * sizeof words, words, sizeof words);
        }
    }
    free(table);
    return given;
}

/* ---- the zones ----------------------------------------------------------------------------- */

struct zone_table {
    struct darwin_zone_name *names;
    struct darwin_zone_info *infos;
    size_t count;
};

/* Without the right to sizes, all kalloc zones of one size are one. */
static void put_redacted(struct zone_table *table, const struct zone *zone)
{
    const char *dot = strstr(zone->name, "kalloc.") != NULL ? strrchr(zone->name, '.') : NULL;
    char name[80];
    size_t at = 0;

    put_name(name, zone->name);
    if (dot != NULL) {
        memset(name, 0, sizeof name);
        (void)snprintf(name, sizeof name, "kalloc%s", dot);
        while (at < table->count && strncmp(table->names[at].mzn_name, name, sizeof name) != 0)
            at++;
    } else {
        at = table->count;
    }
    if (at < table->count) {
        table->infos[at].mzi_count += zone->info.mzi_count;
        return;
    }
    memcpy(table->names[at].mzn_name, name, sizeof name);
    table->infos[at] = (struct darwin_zone_info){
        .mzi_count = zone->info.mzi_count,
        .mzi_elem_size = zone->info.mzi_elem_size,
        .mzi_exhaustible = zone->info.mzi_exhaustible,
        .mzi_collectable = zone->info.mzi_collectable & 1,
    };
    table->count++;
}

static void fill_zones(struct zone_table *table, enum answer answer)
{
    for (size_t i = 0; i < mac.zone_count; i++) {
        const struct zone *zone = &mac.zones[i];

        if (answer == ANSWER_REDACTED) {
            put_redacted(table, zone);
            continue;
        }
        if (answer == ANSWER_FULL) {
            put_name(table->names[i].mzn_name, zone->name);
            table->infos[i] = zone->info;
        }
        table->count++;
    }
}

/* ---- the call ------------------------------------------------------------------------------ */

/* By release and privilege; [host] memory_info says otherwise. A kern_return. */
static int answer_by_rule(enum answer *answer)
{
    bool arm = strcmp(mac_setting("cpu", "x86_64"), "arm64") == 0;

    *answer = ANSWER_FULL;
    if (mac.darwin == 20 && arm)
        return DARWIN_KERN_INVALID_HOST;
    if (mac.euid == 0)
        return 0;
    if (mac.darwin < 21)
        return DARWIN_KERN_INVALID_HOST;
    if (mac.darwin < 22 || (mac.darwin == 22 && mac.darwin_minor < 4))
        return DARWIN_KERN_NO_ACCESS;
    *answer = ANSWER_REDACTED;
    return 0;
}

static int choose_answer(enum answer *answer)
{
    const char *wanted = mac_setting("memory_info", "auto");
    int fault = mac_fault("mach_memory_info", -1);

    *answer = ANSWER_FULL;
    if (fault != 0)
        return fault;
    if (strcmp(wanted, "auto") == 0)
        return answer_by_rule(answer);
    if (strcmp(wanted, "redacted") == 0)
        *answer = ANSWER_REDACTED;
    else if (strcmp(wanted, "zero") == 0)
        *answer = ANSWER_ZERO;
    else if (strcmp(wanted, "invalid_host") == 0)
        return DARWIN_KERN_INVALID_HOST;
    else if (strcmp(wanted, "no_access") == 0)
        return DARWIN_KERN_NO_ACCESS;
    return 0;
}

static int mac_mach_memory_info(uint32_t host, void **names, uint32_t *name_count, void **infos,
                                uint32_t *info_count, void **memory, uint32_t *memory_count)
{
    struct zone_table zones = {0};
    enum answer answer;
    int code = choose_answer(&answer);

    if (code == 0 && host != HOST_PORT)
        code = DARWIN_KERN_INVALID_HOST;
    if (code != 0)
        return code;
    zones.names = calloc(mac.zone_count + 1, sizeof *zones.names);
    zones.infos = calloc(mac.zone_count + 1, sizeof *zones.infos);
    if (zones.names == NULL || zones.infos == NULL)
        die("out of memory");
    fill_zones(&zones, answer);
    *names = kernel_memory_give(zones.names, zones.count * sizeof *zones.names);
    *infos = kernel_memory_give(zones.infos, zones.count * sizeof *zones.infos);
    *name_count = *info_count = (uint32_t)zones.count;
    *memory = give_table(answer, memory_count);
    free(zones.names);
    free(zones.infos);
    return 0;
}

const struct shim shims_memory_info[] = {SHIM(mach_memory_info), SHIM_END};
