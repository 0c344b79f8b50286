/*
 * dump_main.c - prints what the readers make of some evidence.
 *
 *     dump_evidence PATH...                 bundles, folders, archives, loose files
 *     dump_evidence --format ps FILE...     each file read as that format, whatever it looks like
 *     dump_evidence --formats               the table of formats: name, member, loose or not
 *
 * Exit status: 0 when all were read, 1 when one was refused; its line begins with "refused: ".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/format.h"
#include "formats/load.h"
#include "tests/golden/dump.h"

static bool refused(const struct err *err)
{
    printf("refused: %s\n", err->text);
    return false;
}

/* Exactly so large: reading past the end is an error that ASan sees. */
static char *read_file(const char *path, size_t *len, struct err *err)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    long end;

    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) >= 0 &&
        fseek(file, 0, SEEK_SET) == 0) {
        *len = (size_t)end;
        bytes = malloc(*len > 0 ? *len : 1);
        if (bytes != NULL && fread(bytes, 1, *len, file) != *len) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (bytes == NULL)
        (void)err_errno(err, "%s", path);
    if (file != NULL)
        (void)fclose(file);
    return bytes;
}

static bool dump_file(const char *path, const struct format *format)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena, .member = path};
    struct str text = {0};
    struct err err;
    char *bytes = read_file(path, &text.len, &err);
    bool ok = bytes != NULL;

    text.at = bytes;
    if (!ok || !format->read(text, &snap, &err))
        ok = refused(&err);
    dump_snapshot(stdout, &snap);
    arena_free(&arena);
    free(bytes);
    return ok;
}

static bool dump_bundle(const char *path)
{
    struct loaded loaded;
    struct err err;

    if (!load_bundle(path, &loaded, &err))
        return refused(&err);
    if (loaded.damage != NULL)
        printf("damage: %s\n", loaded.damage);
    dump_snapshot(stdout, &loaded.snapshot);
    arena_free(&loaded.arena);
    return true;
}

static int list_formats(void)
{
    for (size_t i = 0; i < format_count; i++)
        printf("%s %s %s\n", formats[i].name, formats[i].member == NULL ? "-" : formats[i].member,
               formats[i].is_like == NULL ? "member" : "loose");
    return 0;
}

static const struct format *format_named(const char *name)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    fprintf(stderr, "dump_evidence: %s: no such format\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    const struct format *format = NULL;
    int at = 1, status = 0;

    if (argc == 2 && strcmp(argv[1], "--formats") == 0)
        return list_formats();
    if (argc > 3 && strcmp(argv[1], "--format") == 0) {
        format = format_named(argv[2]);
        at = 3;
    }
    if (at >= argc) {
        fprintf(stderr, "usage: dump_evidence [--format NAME] PATH... | --formats\n");
        return 2;
    }
    for (; at < argc; at++)
        if (!(format == NULL ? dump_bundle(argv[at]) : dump_file(argv[at], format)))
            status = 1;
    return status;
}
