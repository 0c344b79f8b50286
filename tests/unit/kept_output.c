/* kept_output.c - see kept_output.h. */
#include "tests/unit/kept_output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/escape.h"

#define MEMBERS_MAX 64

/* Not Criterion's, so that fuzzers keep members, too. */
static void require(bool ok, const char *what, const char *name)
{
    if (ok)
        return;
    (void)fprintf(stderr, "%s: %s\n", name, what);
    abort();
}

struct output {
    struct kept members[MEMBERS_MAX];
    size_t count;
    struct kept current;
    size_t capacity; /* of its text */
    bool open;
};

struct output *kept_output(void)
{
    struct output *output = calloc(1, sizeof *output);

    require(output != NULL, "out of memory", "output");
    return output;
}

void kept_output_free(struct output *output)
{
    for (size_t i = 0; i < output->count; i++)
        free(output->members[i].text);
    free(output->current.text);
    free(output);
}

const struct kept *kept_member(const struct output *output, const char *name)
{
    const struct kept *found = NULL;

    for (size_t i = 0; i < output->count; i++) {
        if (strcmp(output->members[i].name, name) != 0)
            continue;
        require(found == NULL, "there twice", name);
        found = &output->members[i];
    }
    require(found != NULL, "not there", name);
    return found;
}

bool kept_read(const struct kept *kept, format_read_fn *read, uint64_t darwin, struct arena *arena,
               struct snapshot *snap)
{
    struct err err;

    *snap = (struct snapshot){.arena = arena, .member = kept->name};
    snap->manifest.darwin = (struct count){darwin, true};
    return read((struct str){kept->text, kept->len}, snap, &err);
}

size_t kept_count(const struct output *output)
{
    return output->count;
}

void output_begin(struct output *output, const char *format, ...)
{
    va_list args;

    require(!output->open, "not ended", output->current.name);
    output_drop(output);
    va_start(args, format);
    (void)vsnprintf(output->current.name, sizeof output->current.name, format, args);
    va_end(args);
    output->open = true;
}

void output_write(struct output *output, const void *bytes, size_t len)
{
    struct kept *kept = &output->current;

    require(output->open, "not begun", output->current.name);
    if (kept->text == NULL || kept->len + len >= output->capacity) {
        output->capacity = 2 * (kept->len + len) + 256;
        kept->text = realloc(kept->text, output->capacity);
        require(kept->text != NULL, "out of memory", kept->name);
    }
    if (len > 0)
        memcpy(kept->text + kept->len, bytes, len);
    kept->len += len;
    kept->text[kept->len] = '\0';
}

void output_printf(struct output *output, const char *format, ...)
{
    va_list args;
    char *text;
    int len;

    va_start(args, format);
    len = vasprintf(&text, format, args);
    va_end(args);
    require(len >= 0, "out of memory", output->current.name);
    output_write(output, text, (size_t)len);
    free(text);
}

void output_name(struct output *output, const char *name)
{
    char text[4096];

    if (name == NULL)
        output_write(output, "-", 1);
    else
        output_write(output, text, escape_name(text, sizeof text, str_of(name)));
}

void output_note(struct output *output, const char *format, ...)
{
    va_list args;

    require(output->open, "not begun", output->current.name);
    va_start(args, format);
    (void)vsnprintf(output->current.note, sizeof output->current.note, format, args);
    va_end(args);
}

uint64_t output_size_bytes(const struct output *output)
{
    return output->current.len;
}

void output_end(struct output *output, enum status status, int errnum)
{
    require(output->open, "not begun", output->current.name);
    require(output->count < MEMBERS_MAX, "one too many", output->current.name);
    output_write(output, "", 0);
    output->current.status = status;
    output->current.errnum = errnum;
    output->members[output->count++] = output->current;
    output->current = (struct kept){0};
    output->open = false;
}

void output_rewind(struct output *output)
{
    require(output->open, "not begun", output->current.name);
    output->current.len = 0;
    output->current.note[0] = '\0';
}

void output_drop(struct output *output)
{
    free(output->current.text);
    output->current = (struct kept){0};
    output->open = false;
}

void output_missing(struct output *output, enum status status, int errnum, const char *format, ...)
{
    char name[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(name, sizeof name, format, args);
    va_end(args);
    output_begin(output, "%s", name);
    output_end(output, status, errnum);
}
