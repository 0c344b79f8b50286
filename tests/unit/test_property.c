/*
 * test_property.c - what holds for every pair of snapshots, tried on random ones.
 *
 * Snapshots are made up field by field, with few names so that owners meet, and with every kind of
 * gap. A failure prints the seed of its pair.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/account_linux.h"
#include "analyze/compare.h"
#include "analyze/report.h"

#define PAIRS 1500

struct random {
    uint64_t state;
};

static uint64_t next(struct random *random)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return random->state;
}

static uint64_t below(struct random *random, uint64_t limit)
{
    return next(random) % limit;
}

static bool chance(struct random *random, unsigned percent)
{
    return below(random, 100) < percent;
}

static uint64_t pages(struct random *random, uint64_t most)
{
    return 4096 * below(random, most);
}

static struct amount maybe(struct random *random, uint64_t most)
{
    return chance(random, 90) ? amount_of(pages(random, most)) : (struct amount){0, false};
}

static const char *pick(struct random *random, const char *const *names, size_t count)
{
    return names[below(random, count)];
}

#define PICK(random, ...)                            \
    pick(random, (const char *const[]){__VA_ARGS__}, \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

#define APPEND(snap, list, count) \
    arena_append((snap)->arena, &(snap)->list, &(snap)->count, sizeof *(snap)->list)

static void make_counters(struct random *random, struct snapshot *snap)
{
    static const enum linux_counter needed[] = {
        LINUX_MEM_FREE,      LINUX_ACTIVE,        LINUX_INACTIVE, LINUX_KRECLAIMABLE,
        LINUX_ISOLATED_ANON, LINUX_ISOLATED_FILE, LINUX_PCP};

    for (size_t i = 0; i < LINUX_COUNTERS; i++) {
        snap->linux_raw.counters[i].known = chance(random, 85);
        if (snap->linux_raw.counters[i].known)
            snap->linux_raw.counters[i].bytes = pages(random, 1 << 16);
    }
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        snap->linux_raw.counters[needed[i]].known = true;
        snap->linux_raw.counters[needed[i]].bytes = pages(random, 1 << 16);
    }
    snap->linux_raw.counters[LINUX_MEM_TOTAL].known = true;
    snap->linux_raw.counters[LINUX_MEM_TOTAL].bytes = pages(random, 1 << 22);
}

static void make_process(struct random *random, struct snapshot *snap, int32_t pid)
{
    struct process *process = APPEND(snap, processes, process_count);

    process->pid = pid;
    process->start = (struct count){1000 + (uint64_t)pid, true};
    process->name =
        PICK(random, "sshd", "python3", "a\033[31mb", "x\ny", "\xff\xfe", "kworker/0:1-x");
    process->kernel = chance(random, 10);
    process->path = chance(random, 80) ? PICK(random, "/usr/bin/x-1.2.3/x", "/opt/2.0/y") : NULL;
    process->unit = chance(random, 80) ? PICK(random, "/a", "/a/b", "/user/session-7.scope") : NULL;
    process->script = chance(random, 20) ? "/srv/job.py" : NULL;
    process->thread_count = (struct count){1 + below(random, 50), true};
    process->page_tables = maybe(random, 500);
    process->locked_pss = maybe(random, 5000);
    process->status = chance(random, 95) ? STATUS_OK : STATUS_VANISHED;
    process->regions_status = chance(random, 80) ? STATUS_OK : STATUS_DENIED;
    process->fds_status = chance(random, 80) ? STATUS_OK : STATUS_DENIED;
    process->pipe_count = (struct count){below(random, 300), true};
}

static void make_region(struct random *random, struct snapshot *snap)
{
    struct wired_region *region = APPEND(snap, regions, region_count);

    region->pid = (int32_t)below(random, 60);
    region->kind = chance(random, 50) ? WIRED_LOCKED : WIRED_HUGETLB;
    region->object = chance(random, 30)
                         ? PICK(random, "shm 00000000 0 7", "shm 0000abcd 0 8", "ramfs /mnt/r",
                                "secretmem 99", "hugetlb /SYSV00000000 12", "hugetlb /dev/hp/x 13")
                         : NULL;
    region->method = PICK(random, "pfn", "smaps", "blocks");
    region->type = PICK(random, "anon", "file");
    region->detail = PICK(random, "/lib/x", "[heap]", "");
    region->count = 1 + below(random, 3);
    region->bytes = pages(random, 3000);
}

static void make_rest(struct random *random, struct snapshot *snap)
{
    snap->thread_count = (struct count){1 + below(random, 4000), chance(random, 80)};
    for (uint64_t n = below(random, 12); n > 0; n--) {
        struct zone *zone = APPEND(snap, zones, zone_count);

        zone->name = PICK(random, "kmalloc-64", "dentry", "task_struct", "skbuff");
        zone->alias = chance(random, 30) ? ":0000064" : NULL;
        zone->element_bytes = chance(random, 50) ? 64 : 1024;
        zone->size = maybe(random, 4000);
        zone->reclaimable = (enum yes_no)below(random, 3);
    }
    for (uint64_t n = below(random, 12); n > 0; n--) {
        struct site *site = APPEND(snap, sites, site_count);

        site->kind = chance(random, 80) ? SITE_VMALLOC : SITE_ALLOCINFO;
        site->caller = PICK(random, "load_module", "bpf_map_area_alloc", "0xffffffffc0448019",
                            "kernel_clone", "alloc_large_system_hash");
        site->module = chance(random, 30) ? PICK(random, "zram", "scsi_debug") : NULL;
        site->bytes = pages(random, 4000);
    }
    for (uint64_t n = below(random, 8); n > 0; n--) {
        struct fd_object *fd_object = APPEND(snap, fd_objects, fd_object_count);

        uint64_t id = 1 + below(random, 3); /* the same object says the same of itself everywhere */

        fd_object->kind = chance(random, 70) ? FD_BPF_MAP : FD_IO_URING;
        fd_object->pid = (int32_t)below(random, 60);
        fd_object->id = id == 1 ? "1" : id == 2 ? "2" : "3";
        fd_object->type = (struct count){id == 1 ? 2 : 27, true};
        fd_object->entries = (struct count){id * 1000, true};
        fd_object->more_entries = (struct count){id * 2000, true};
        fd_object->size = amount_of(id << 20);
    }
    for (uint64_t n = below(random, 5); n > 0; n--) {
        struct cgroup *cgroup = APPEND(snap, cgroups, cgroup_count);

        cgroup->path = PICK(random, "/", "/a", "/a/b", "/a/b/c");
        cgroup->version = chance(random, 80) ? 2 : 1;
        cgroup->kernel = maybe(random, 9000);
        cgroup->slab = maybe(random, 3000);
    }
    for (uint64_t n = below(random, 3); n > 0; n--) {
        struct device *device = APPEND(snap, devices, device_count);

        device->kind = chance(random, 50) ? DEVICE_ZRAM : DEVICE_RAMDISK;
        device->name = PICK(random, "zram0", "ram0");
        device->size = maybe(random, 3000);
    }
}

static void say_source(struct snapshot *snap, const char *member, bool seen)
{
    struct source *source = APPEND(snap, sources, source_count);

    source->member = member;
    source->seen = source->intact = seen;
}

static void make_loaded(struct random *random, struct loaded *loaded)
{
    static const char *const members[] = {"processes.tsv", "locked.tsv", "proc/fdinfo.txt",
                                          "sys/block.tsv"};
    struct snapshot *snap = &loaded->snapshot;

    *loaded = (struct loaded){.path = "random", .complete = true};
    snap->arena = &loaded->arena;
    snap->manifest = (struct manifest){.platform = "linux",
                                       .machine_id = "m",
                                       .boot_id = PICK(random, "1", "2"),
                                       .page_bytes = {4096, true},
                                       .vmap_stack = chance(random, 90) ? YES : NO,
                                       .balloon_deflate_on_oom = chance(random, 10) ? YES : NO,
                                       .uptime_s = {below(random, 100000), true}};
    make_counters(random, snap);
    for (int32_t pid = 1; pid < 60; pid++)
        if (chance(random, 50))
            make_process(random, snap, pid);
    for (uint64_t n = below(random, 30); n > 0; n--)
        make_region(random, snap);
    make_rest(random, snap);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (chance(random, 80))
            say_source(snap, members[i], chance(random, 95));
}

static void compare(struct comparison *comparison, struct loaded *before, struct loaded *after,
                    struct arena *arena)
{
    struct err err;

    cr_assert(compare_bundles(comparison, before, after, arena, &err), "%s", err.text);
}

static void check_row(const struct row *row, uint64_t seed)
{
    int64_t before = 0, after = 0;

    for (size_t i = 0; i < row->account_count; i++) {
        const struct row_account *account = &row->accounts[i];
        int64_t region_before = account->unread_before_bytes;
        int64_t region_after = account->unread_after_bytes;
        bool explained = false;

        before += account->before_bytes;
        after += account->after_bytes;
        for (size_t j = 0; j < row->region_count; j++)
            if (strcmp(row->regions[j].account, account->account) == 0) {
                explained = true;
                region_before += row->regions[j].before_bytes;
                region_after += row->regions[j].after_bytes;
            }
        if (explained) {
            cr_assert(eq(i64, region_before, account->before_bytes), "seed %lu", seed);
            cr_assert(eq(i64, region_after, account->after_bytes), "seed %lu", seed);
        }
    }
    cr_assert(eq(i64, before, row->before_bytes), "seed %lu: %s", seed, row->identity);
    cr_assert(eq(i64, after, row->after_bytes), "seed %lu: %s", seed, row->identity);
    if (strstr(row->name, ", counted more than once") == NULL)
        cr_assert(row->before_bytes >= 0 && row->after_bytes >= 0, "seed %lu: %s", seed, row->name);
    if (row->kind == OWNER_PROCESS) {
        before = after = 0;
        for (size_t i = 0; i < row->instance_count; i++) {
            before += row->instances[i].before_bytes;
            after += row->instances[i].after_bytes;
        }
        cr_assert(eq(i64, before, row->before_bytes), "seed %lu: instances", seed);
        cr_assert(eq(i64, after, row->after_bytes), "seed %lu: instances", seed);
    }
}

static void check_sums(const struct comparison *comparison, uint64_t seed)
{
    int64_t before = comparison->residual.before_bytes, after = comparison->residual.after_bytes;
    int64_t tenths = comparison->residual.share_tenths;

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];

        before += row->before_bytes;
        after += row->after_bytes;
        tenths += row->share_tenths;
        check_row(row, seed);
        for (size_t j = 0; j < i; j++)
            cr_assert(row->kind != comparison->rows[j].kind ||
                          strcmp(row->identity, comparison->rows[j].identity) != 0,
                      "seed %lu: %s is two rows", seed, row->identity);
    }
    cr_assert(eq(i64, before, comparison->before_bytes), "seed %lu", seed);
    cr_assert(eq(i64, after, comparison->after_bytes), "seed %lu", seed);
    cr_assert(eq(i64, tenths, before == after ? 0 : 1000), "seed %lu", seed);
}

static int64_t json_bytes(const json_t *object, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(object, key));
}

static bool is_harmless(char c)
{
    return (unsigned char)c >= 0x20 || c == '\n';
}

/* The sums again, on what is printed. */
static void check_json(const struct comparison *comparison, uint64_t seed)
{
    static const char *const keys[] = {"before_bytes", "after_bytes", "delta_bytes"};
    char *text = NULL;
    size_t size = 0, i;
    FILE *out = open_memstream(&text, &size);
    struct err err;
    json_error_t trouble;
    json_t *report, *row;

    cr_assert(report_json(out, comparison, &err));
    (void)fclose(out);
    for (i = 0; i < size; i++)
        cr_assert(is_harmless(text[i]), "seed %lu: a raw byte", seed);
    report = json_loads(text, 0, &trouble);
    cr_assert(report != NULL, "seed %lu: %s", seed, trouble.text);
    for (size_t k = 0; k < 3; k++) {
        int64_t sum = json_bytes(json_object_get(report, "residual"), keys[k]);

        json_array_foreach(json_object_get(report, "rows"), i, row) sum += json_bytes(row, keys[k]);
        cr_assert(eq(i64, sum, json_bytes(json_object_get(report, "wired"), keys[k])),
                  "seed %lu: %s", seed, keys[k]);
    }
    json_decref(report);
    free(text);
}

static void check_text(const struct comparison *comparison, uint64_t seed)
{
    const struct report_style style = {false, false, 10, 0, 80};
    char *text = NULL;
    size_t size = 0, column = 0;
    FILE *out = open_memstream(&text, &size);

    report_text(out, comparison, &style);
    (void)fclose(out);
    for (size_t i = 0; i < size; i++) {
        cr_assert(is_harmless(text[i]), "seed %lu: a raw byte", seed);
        column = text[i] == '\n' ? 0 : column + 1;
        cr_assert(column <= 80, "seed %lu: a line too long: %.*s", seed, 100, text + i - 99);
    }
    free(text);
}

Test(property, rows_and_residual_are_the_change_to_the_byte)
{
    for (uint64_t seed = 1; seed <= PAIRS; seed++) {
        struct random random = {seed * 0x9e3779b97f4a7c15u};
        struct loaded before, after;
        struct arena arena = {0};
        struct comparison comparison;

        make_loaded(&random, &before);
        make_loaded(&random, &after);
        compare(&comparison, &before, &after, &arena);
        check_sums(&comparison, seed);
        if (seed % 10 == 0) {
            check_json(&comparison, seed);
            check_text(&comparison, seed);
        }
        arena_free(&arena);
        arena_free(&before.arena);
        arena_free(&after.arena);
    }
}

static const struct row *find_row(const struct comparison *comparison, const struct row *wanted)
{
    for (size_t i = 0; i < comparison->row_count; i++)
        if (comparison->rows[i].kind == wanted->kind &&
            strcmp(comparison->rows[i].identity, wanted->identity) == 0)
            return &comparison->rows[i];
    return NULL;
}

Test(property, the_reverse_comparison_is_the_mirror_image)
{
    for (uint64_t seed = 1; seed <= PAIRS; seed++) {
        struct random random = {seed * 0x9e3779b97f4a7c15u};
        struct loaded before, after;
        struct arena arena = {0};
        struct comparison there, back;

        make_loaded(&random, &before);
        make_loaded(&random, &after);
        compare(&there, &before, &after, &arena);
        compare(&back, &after, &before, &arena);
        cr_assert(eq(sz, there.row_count, back.row_count), "seed %lu", seed);
        cr_assert(eq(i64, there.residual.before_bytes, back.residual.after_bytes), "seed %lu",
                  seed);
        cr_assert(eq(i64, there.residual.after_bytes, back.residual.before_bytes), "seed %lu",
                  seed);
        cr_assert(eq(sz, there.one_sided_count, back.one_sided_count), "seed %lu", seed);
        for (size_t i = 0; i < there.row_count; i++) {
            const struct row *mirror = find_row(&back, &there.rows[i]);

            cr_assert(mirror != NULL, "seed %lu: %s has no mirror", seed, there.rows[i].identity);
            cr_assert(eq(i64, mirror->before_bytes, there.rows[i].after_bytes), "seed %lu", seed);
            cr_assert(eq(i64, mirror->after_bytes, there.rows[i].before_bytes), "seed %lu", seed);
            cr_assert(eq(sz, mirror->instance_count, there.rows[i].instance_count), "seed %lu",
                      seed);
            cr_assert(there.rows[i].state == ROW_NEW    ? mirror->state == ROW_GONE
                      : there.rows[i].state == ROW_GONE ? mirror->state == ROW_NEW
                                                        : mirror->state == ROW_BOTH,
                      "seed %lu: state", seed);
        }
        arena_free(&arena);
        arena_free(&before.arena);
        arena_free(&after.arena);
    }
}

static void check_nothing_moved(const struct comparison *comparison, uint64_t seed)
{
    cr_assert(eq(i64, comparison->residual.before_bytes, comparison->residual.after_bytes),
              "seed %lu: residual", seed);
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];

        cr_assert(eq(i64, row->before_bytes, row->after_bytes), "seed %lu: %s", seed,
                  row->identity);
        cr_assert(row->state == ROW_BOTH, "seed %lu: %s is new or gone", seed, row->identity);
    }
}

Test(property, a_capture_against_itself_is_empty)
{
    for (uint64_t seed = 1; seed <= PAIRS; seed++) {
        struct random random = {seed * 0x9e3779b97f4a7c15u};
        struct loaded loaded;
        struct arena arena = {0};
        struct comparison comparison;

        make_loaded(&random, &loaded);
        compare(&comparison, &loaded, &loaded, &arena);
        check_nothing_moved(&comparison, seed);
        cr_assert(eq(sz, comparison.one_sided_count, 0), "seed %lu", seed);
        arena_free(&arena);
        arena_free(&loaded.arena);
    }
}

/* What an ordinary user, an older kernel or a damaged archive would not have said. */
static void take_evidence_away(struct random *random, struct snapshot *snap)
{
    static const enum linux_counter optional[] = {LINUX_MEMMAP, LINUX_HARDWARE_CORRUPTED,
                                                  LINUX_SEC_PAGE_TABLES, LINUX_FIRST_CHUNK,
                                                  LINUX_GPU_ACTIVE};
    struct fd_object *kept = snap->fd_objects;
    size_t kept_count = 0;

    if (chance(random, 50))
        snap->zone_count = 0;
    if (chance(random, 50))
        snap->site_count = 0;
    if (chance(random, 50))
        snap->cgroup_count = 0;
    if (chance(random, 50))
        for (size_t i = 0; i < snap->source_count; i++)
            snap->sources[i].seen = chance(random, 50);
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
        if (chance(random, 30))
            snap->linux_raw.counters[optional[i]].known = false;
    for (size_t i = 0; i < snap->process_count; i++) {
        struct process *process = &snap->processes[i];

        if (process->kernel || chance(random, 70)) /* a kernel thread has nothing to deny */
            continue;
        process->regions_status = process->fds_status = STATUS_DENIED;
        process->locked_pss = (struct amount){0, false};
        process->path = NULL;
        for (size_t j = 0; j < snap->region_count; j++)
            if (snap->regions[j].pid == process->pid && snap->regions[j].object == NULL)
                snap->regions[j].bytes = 0;
        for (size_t j = 0; j < snap->fd_object_count; j++)
            if (snap->fd_objects[j].pid == process->pid)
                snap->fd_objects[j].pid = 0;
    }
    for (size_t i = 0; i < snap->fd_object_count; i++)
        if (snap->fd_objects[i].pid != 0)
            kept[kept_count++] = snap->fd_objects[i];
    snap->fd_object_count = kept_count;
}

/* The same moment of the same machine, captured well and captured badly: nothing may seem to have
 * moved, in either order. */
Test(property, no_row_is_new_or_gone_because_of_the_source)
{
    for (uint64_t seed = 1; seed <= PAIRS; seed++) {
        struct random random = {seed * 0x9e3779b97f4a7c15u}, again = random;
        struct loaded good, bad;
        struct arena arena = {0};
        struct comparison comparison;

        make_loaded(&random, &good);
        make_loaded(&again, &bad);
        take_evidence_away(&random, &bad.snapshot);
        if (chance(&random, 50))
            bad.snapshot.manifest.boot_id = "other";
        compare(&comparison, &good, &bad, &arena);
        check_nothing_moved(&comparison, seed);
        compare(&comparison, &bad, &good, &arena);
        check_nothing_moved(&comparison, seed);
        arena_free(&arena);
        arena_free(&good.arena);
        arena_free(&bad.arena);
    }
}

Test(property, over_claims_are_a_row_of_their_own)
{
    struct random random = {42};
    struct loaded before, after;
    struct arena arena = {0};
    struct comparison comparison;
    bool found = false;

    make_loaded(&random, &before);
    before.snapshot.source_count = 0;
    say_source(&before.snapshot, "processes.tsv", true);
    before.snapshot.linux_raw.counters[LINUX_PAGE_TABLES].known = true;
    before.snapshot.linux_raw.counters[LINUX_PAGE_TABLES].bytes = 4096;
    after = before;
    compare(&comparison, &before, &after, &arena);
    for (size_t i = 0; i < comparison.row_count; i++)
        if (strcmp(comparison.rows[i].name, "page tables, counted more than once") == 0) {
            found = true;
            cr_assert(comparison.rows[i].before_bytes < 0);
        }
    cr_assert(found);
    cr_assert(comparison.finding_count > 0 && strcmp(comparison.findings[0].code, "W101") == 0);
    check_sums(&comparison, 42);
    arena_free(&arena);
    arena_free(&before.arena);
}
