/*
 * test_samples.c - every tests/data/FORMAT/CASE.txt, read, is what CASE.expect says.
 *
 * The first line of an expectation is "ok", or the error that the member fails with.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/format.h"
#include "tests/golden/dump.h"
#include "tests/golden/golden.h"

static void data_path(char out[PATH_MAX], const char *folder)
{
    (void)snprintf(out, PATH_MAX, "%s/data/%s", golden_dir(), folder);
}

static void check_sample(const struct format *format, const char *path, const char *expect)
{
    struct arena arena = {0};
    const struct manifest waited_for = {.page_bytes = {4096, true}, .darwin = {23, true}};
    struct snapshot snap = {.arena = &arena, .member = format->name, .pid = 713};
    struct err err;
    size_t len, out_len;
    char *sample = golden_read(path, &len), *exact, *text;
    FILE *out = open_memstream(&text, &out_len);

    /* Exactly so large, and without a NUL: reading past the end is an error that ASan sees. */
    exact = malloc(len > 0 ? len : 1);
    cr_assert(exact != NULL && out != NULL);
    memcpy(exact, sample, len);
    if (format->needs_manifest)
        snap.manifest = waited_for;
    if (format->read((struct str){exact, len}, &snap, &err))
        fputs("ok\n", out);
    else
        fprintf(out, "%s\n", err.text);
    if (format->needs_manifest)
        snap.manifest = (struct manifest){0};
    dump_snapshot(out, &snap);
    cr_assert_eq(fclose(out), 0);
    golden_check(expect, text, out_len);
    free(text);
    free(exact);
    free(sample);
    arena_free(&arena);
}

static int is_sample(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return len > 4 && strcmp(entry->d_name + len - 4, ".txt") == 0;
}

static int is_folder(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

Test(samples, every_sample_reads_as_expected)
{
    for (size_t i = 0; i < format_count; i++) {
        struct dirent **entries;
        char folder[PATH_MAX];
        int count;

        data_path(folder, formats[i].name);
        count = scandir(folder, &entries, is_sample, alphasort);
        cr_assert_gt(count, 0, "%s: a reader without a sample", folder);
        for (int j = 0; j < count; j++) {
            char path[PATH_MAX], expect[PATH_MAX];
            size_t len;

            (void)snprintf(path, sizeof path, "%.3000s/%.255s", folder, entries[j]->d_name);
            len = strlen(path);
            (void)snprintf(expect, sizeof expect, "%.*s.expect", (int)(len - 4), path);
            check_sample(&formats[i], path, expect);
            free(entries[j]);
        }
        free(entries);
    }
}

Test(samples, every_folder_has_a_format)
{
    struct dirent **entries;
    char folder[PATH_MAX];
    int count;

    data_path(folder, "");
    count = scandir(folder, &entries, is_folder, alphasort);
    cr_assert_gt(count, 0, "%s: no samples at all", folder);
    for (int i = 0; i < count; i++) {
        bool found = strcmp(entries[i]->d_name, "bundle") == 0; /* of fuzz_bundle */

        for (size_t j = 0; j < format_count; j++)
            found = found || strcmp(entries[i]->d_name, formats[j].name) == 0;
        cr_assert(found, "tests/data/%s: samples without a reader", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}
