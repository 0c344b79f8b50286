/*
 * test_replay.c - recorded systems, tests/replay/SERIES/, through the real back end.
 *
 * Each is captured into a bundle, the bundle is loaded, and what it says is compared with
 * SERIES.expect: the accounts, the processes, and how each source went.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/compare.h"
#include "capture/capture.h"
#include "formats/escape.h"
#include "formats/load.h"
#include "tests/golden/golden.h"

static void capture_tree(const char *series, struct loaded *loaded)
{
    char root[PATH_MAX], folder[] = "/tmp/replay.XXXXXX", out[PATH_MAX];
    struct capture capture = {
        .options = {.root = root, .regions = true}, .out = out, .thread_count = 1};
    struct captured captured = {0};
    struct err err = {""};

    (void)snprintf(root, sizeof root, "%s/replay/%s", golden_dir(), series);
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(out, sizeof out, "%s/replay.tar.gz", folder);
    cr_assert(capture_run(&capture, &captured, &err), "%s: %s", series, err.text);
    cr_assert(load_bundle(captured.path, loaded, &err), "%s: %s", series, err.text);
    cr_assert(loaded->complete, "%s", series);
    cr_assert_null(loaded->damage);
    (void)unlink(captured.path);
    (void)rmdir(folder);
}

static struct linux_terms terms_of(const struct snapshot *snap)
{
    return linux_terms_of(&snap->linux_raw, snap->manifest.vmap_stack == YES,
                          snap->manifest.balloon_deflate_on_oom == YES);
}

static void amount_print(FILE *out, const char *name, bool known, uint64_t bytes)
{
    if (known)
        fprintf(out, " %s=%" PRIu64, name, bytes);
    else
        fprintf(out, " %s=-", name);
}

static void name_print(FILE *out, const char *name, const char *value)
{
    char text[4096] = "-";

    if (value != NULL)
        (void)escape_name(text, sizeof text, str_of(value));
    fprintf(out, " %s=%s", name, text);
}

static void terms_print(FILE *out, const struct snapshot *snap)
{
    struct linux_terms terms = terms_of(snap);

    cr_assert(terms.known);
    fprintf(out, "wired %" PRId64 "\n", terms.wired_bytes);
    for (size_t i = 0; i < LINUX_ACCOUNTS; i++) {
        fprintf(out, "  %s ", linux_account_name((enum linux_account)i));
        if (terms.accounts[i].known)
            fprintf(out, "%" PRIu64 "\n", terms.accounts[i].bytes);
        else
            fprintf(out, "-\n");
    }
    fprintf(out, "  residual %" PRId64 "\n", terms.residual_bytes);
    fprintf(out, "beside it: boot %" PRIu64 ", pinned %" PRIu64 "\n", terms.boot_bytes,
            terms.pinned_bytes);
}

static void manifest_print(FILE *out, const struct manifest *manifest)
{
    static const char *const words[] = {"-", "yes", "no"};

    fprintf(out, "machine");
    name_print(out, "platform", manifest->platform);
    name_print(out, "os", manifest->os);
    name_print(out, "build", manifest->build);
    name_print(out, "model", manifest->model);
    name_print(out, "id", manifest->machine_id);
    name_print(out, "boot", manifest->boot_id);
    amount_print(out, "uptime", manifest->uptime_s.known, manifest->uptime_s.n);
    amount_print(out, "page", manifest->page_bytes.known, manifest->page_bytes.n);
    amount_print(out, "memory", manifest->memory.known, manifest->memory.bytes);
    amount_print(out, "cpus", manifest->cpu_count.known, manifest->cpu_count.n);
    fprintf(out, " privileged=%s vmap_stack=%s deflate=%s\n", words[manifest->privileged],
            words[manifest->vmap_stack], words[manifest->balloon_deflate_on_oom]);
}

static void process_print(FILE *out, const struct process *process)
{
    fprintf(out, "process %" PRId32, process->pid);
    name_print(out, "name", process->name);
    name_print(out, "path", process->path);
    name_print(out, "unit", process->unit);
    name_print(out, "script", process->script);
    fprintf(out, " kernel=%d status=%s regions=%s fds=%s", process->kernel,
            status_name(process->status), status_name(process->regions_status),
            status_name(process->fds_status));
    amount_print(out, "start", process->start.known, process->start.n);
    amount_print(out, "threads", process->thread_count.known, process->thread_count.n);
    amount_print(out, "pipes", process->pipe_count.known, process->pipe_count.n);
    amount_print(out, "wired", process->wired.known, process->wired.bytes);
    amount_print(out, "resident", process->resident.known, process->resident.bytes);
    amount_print(out, "locked", process->locked.known, process->locked.bytes);
    amount_print(out, "locked_pss", process->locked_pss.known, process->locked_pss.bytes);
    amount_print(out, "page_tables", process->page_tables.known, process->page_tables.bytes);
    fprintf(out, "\n");
}

static void things_print(FILE *out, const struct snapshot *snap)
{
    fprintf(out, "zones %zu, aliases %zu, modules %zu, sites %zu, groups %zu, segments %zu\n",
            snap->zone_count, snap->zone_alias_count, snap->extension_count, snap->site_count,
            snap->cgroup_count, snap->shm_segment_count);
    for (size_t i = 0; i < snap->cgroup_count; i++) {
        fprintf(out, "group");
        name_print(out, "path", snap->cgroups[i].path);
        fprintf(out, " version=%u", snap->cgroups[i].version);
        amount_print(out, "kernel", snap->cgroups[i].kernel.known, snap->cgroups[i].kernel.bytes);
        fprintf(out, "\n");
    }
    for (size_t i = 0; i < snap->device_count; i++) {
        fprintf(out, "device");
        name_print(out, "name", snap->devices[i].name);
        amount_print(out, "size", snap->devices[i].size.known, snap->devices[i].size.bytes);
        fprintf(out, "\n");
    }
}

static void check_tree(const char *series)
{
    char path[PATH_MAX], *text;
    struct loaded loaded;
    const struct snapshot *snap = &loaded.snapshot;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    cr_assert_not_null(out);
    capture_tree(series, &loaded);
    terms_print(out, snap);
    manifest_print(out, &snap->manifest);
    for (size_t i = 0; i < snap->process_count; i++)
        process_print(out, &snap->processes[i]);
    things_print(out, snap);
    for (size_t i = 0; i < snap->source_count; i++)
        fprintf(out, "source %s %s\n", snap->sources[i].member,
                status_name(snap->sources[i].status));
    for (size_t i = 0; i < snap->note_count && i < SNAPSHOT_NOTES_MAX; i++)
        fprintf(out, "note %s:%u %s\n", snap->notes[i].member, snap->notes[i].line,
                snap->notes[i].what);
    cr_assert_eq(fclose(out), 0);
    (void)snprintf(path, sizeof path, "%s/replay/%s.expect", golden_dir(), series);
    golden_check(path, text, len);
    free(text);
    arena_free(&loaded.arena);
}

Test(replay, linux_6_1)
{
    check_tree("linux-6.1");
}

Test(replay, linux_6_12)
{
    check_tree("linux-6.12");
}

Test(replay, linux_6_18)
{
    check_tree("linux-6.18");
}

Test(replay, linux_7_2)
{
    check_tree("linux-7.2");
}

/* All samples of a recording are equal, and in agreement with the raw files. */
Test(replay, samples)
{
    struct loaded loaded;
    const struct snapshot *snap = &loaded.snapshot;
    struct linux_terms terms;
    size_t kept = 0;

    capture_tree("linux-7.2", &loaded);
    terms = terms_of(snap);
    cr_assert_geq(snap->sample_count, 8);
    for (size_t i = 0; i < snap->sample_count; i++) {
        kept += snap->samples[i].kept;
        for (size_t j = 0; j < snap->sample_column_count; j++) {
            struct amount amount = snap->samples[i].amounts[j];

            if (strcmp(snap->samples[i].phase, "cost") == 0)
                continue;
            if (strcmp(snap->sample_columns[j], "wired_bytes") == 0)
                cr_assert_eq(amount.bytes, (uint64_t)terms.wired_bytes);
            if (strcmp(snap->sample_columns[j], "residual_bytes") == 0)
                cr_assert_eq(amount.bytes, (uint64_t)terms.residual_bytes);
        }
    }
    cr_assert_eq(kept, 1);
    arena_free(&loaded.arena);
}

/* What only the newer kernel counts stays in the residual on both sides, and is said. */
Test(replay, two_series_on_common_ground)
{
    static const char *const newer[] = {"page structs", "corrupted", "gpu"};
    struct loaded before, after;
    struct comparison comparison;
    struct arena arena = {0};
    struct err err = {""};
    struct linux_terms old, new;
    int64_t before_sum, after_sum;

    capture_tree("linux-6.1", &before);
    capture_tree("linux-7.2", &after);
    old = terms_of(&before.snapshot);
    new = terms_of(&after.snapshot);
    cr_assert(compare_bundles(&comparison, &before, &after, &arena, &err), "%s", err.text);
    cr_assert_eq(comparison.before_bytes, old.wired_bytes);
    cr_assert_eq(comparison.after_bytes, new.wired_bytes);
    before_sum = comparison.residual.before_bytes;
    after_sum = comparison.residual.after_bytes;
    for (size_t i = 0; i < comparison.row_count; i++) {
        const struct row *row = &comparison.rows[i];

        before_sum += row->before_bytes;
        after_sum += row->after_bytes;
        for (size_t j = 0; j < row->account_count; j++)
            for (size_t k = 0; k < sizeof newer / sizeof *newer; k++)
                cr_assert_str_neq(row->accounts[j].account, newer[k]);
    }
    cr_assert_eq(before_sum, old.wired_bytes);
    cr_assert_eq(after_sum, new.wired_bytes);
    cr_assert_geq(comparison.residual.after_bytes,
                  (int64_t)(new.accounts[LINUX_GPU].bytes + new.accounts[LINUX_PAGE_STRUCTS].bytes +
                            new.accounts[LINUX_CORRUPTED].bytes));
    for (size_t k = 0; k < sizeof newer / sizeof *newer; k++) {
        size_t said = 0;

        for (size_t i = 0; i < comparison.one_sided_count; i++)
            said += strcmp(comparison.one_sided[i].account, newer[k]) == 0 &&
                    !comparison.one_sided[i].before.known;
        cr_assert_eq(said, 1, "%s", newer[k]);
    }
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}
