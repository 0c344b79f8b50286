/* output.c - see output.h and store.h. */
#include "capture/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/store.h"
#include "formats/escape.h"

#define NAME_MAX_BYTES 256 /* of a member, with the NUL */
#define NOTE_MAX_BYTES 256
#define NAME_ON_STACK  512 /* longer escaped names take memory */

struct output {
    struct store *store;
    struct member *member;
    char name[NAME_MAX_BYTES];
    char note[NOTE_MAX_BYTES]; /* empty: none */
    bool open;
    uint64_t begun_us;
    atomic_bool storing;
    uint64_t storing_since_us;
    /* Under the store's lock: */
    bool abandoned;
    uint64_t stored_us;
};

struct output *output_create(struct store *store)
{
    struct output *output = calloc(1, sizeof *output);

    if (output == NULL)
        return NULL;
    output->store = store;
    output->member = member_create();
    atomic_init(&output->storing, false);
    if (output->member == NULL) {
        free(output);
        return NULL;
    }
    return output;
}

void output_free(struct output *output)
{
    if (output == NULL)
        return;
    member_free(output->member);
    free(output);
}

bool output_lock(struct output *output)
{
    output->storing_since_us = clock_now_us();
    atomic_store(&output->storing, true);
    (void)pthread_mutex_lock(&output->store->lock);
    if (!output->abandoned)
        return true;
    (void)pthread_mutex_unlock(&output->store->lock);
    return false;
}

void output_unlock(struct output *output)
{
    output->stored_us += clock_now_us() - output->storing_since_us;
    atomic_store(&output->storing, false);
    (void)pthread_mutex_unlock(&output->store->lock);
}

bool output_is_open(const struct output *output)
{
    return output->open;
}

void output_abandon(struct output *output)
{
    output->abandoned = true;
}

bool output_is_storing(const struct output *output)
{
    return atomic_load(&output->storing);
}

uint64_t output_stored_us(const struct output *output)
{
    return output->stored_us;
}

void output_begin(struct output *output, const char *format, ...)
{
    va_list args;

    if (output->open) /* the source forgot to say how it went */
        output_end(output, STATUS_FAILED, 0);
    va_start(args, format);
    (void)vsnprintf(output->name, sizeof output->name, format, args);
    va_end(args);
    output->note[0] = '\0';
    output->open = true;
    output->begun_us = clock_now_us();
}

void output_write(struct output *output, const void *bytes, size_t len)
{
    member_write(output->member, bytes, len);
}

void output_printf(struct output *output, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    member_vprintf(output->member, format, args);
    va_end(args);
}

void output_name(struct output *output, const char *name)
{
    char on_stack[NAME_ON_STACK];
    char *text = on_stack;
    size_t size = sizeof on_stack;
    size_t len;

    if (name == NULL) {
        output_write(output, "-", 1);
        return;
    }
    len = strlen(name);
    if (len > (sizeof on_stack - 3) / ESCAPE_MAX) {
        size = ESCAPE_MAX * len + 3;
        text = malloc(size);
    }
    if (text == NULL) { /* cut, rather than lost */
        text = on_stack;
        size = sizeof on_stack;
    }
    output_write(output, text, escape_name(text, size, (struct str){name, len}));
    if (text != on_stack)
        free(text);
}

void output_note(struct output *output, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(output->note, sizeof output->note, format, args);
    va_end(args);
    for (char *c = output->note; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

uint64_t output_size_bytes(const struct output *output)
{
    return member_size_bytes(output->member);
}

/* Puts the member into the bundle when there is something to keep. Under the lock. */
static bool keep(struct output *output, struct source_line *line, struct err *err)
{
    struct store *store = output->store;
    bool complete = line->status == STATUS_OK || line->status == STATUS_TRUNCATED;

    line->bytes = member_size_bytes(output->member);
    line->crc32 = member_crc32(output->member);
    if (!complete && line->bytes == 0)
        return true;
    if (store->writer == NULL)
        return err_set(err, "there is no bundle yet");
    if (!bundle_add(store->writer, output->name, output->member, err)) {
        if (bundle_failed(store->writer)) {
            store->failed = true;
            store->err = *err;
        }
        return false;
    }
    line->stored = true;
    return true;
}

/* The member and its line, or neither. */
static void end_member(struct output *output, enum status status, int errnum)
{
    struct source_line line = {
        .member = output->name,
        .status = status,
        .errnum = errnum,
        .us = clock_now_us() - output->begun_us,
        .note = *output->note == '\0' ? NULL : output->note,
    };
    struct store *store = output->store;
    struct err err;

    if (!output_lock(output))
        return;
    if (!store->failed && sources_claim(&store->sources, output->name)) {
        if (!keep(output, &line, &err)) {
            line.status = STATUS_FAILED;
            line.note = err.text;
        }
        sources_add(&store->sources, &line);
    }
    output_unlock(output);
}

void output_end(struct output *output, enum status status, int errnum)
{
    if (!output->open)
        return;
    end_member(output, status, errnum);
    output_drop(output);
}

void output_rewind(struct output *output)
{
    member_reset(output->member);
    output->note[0] = '\0';
}

void output_drop(struct output *output)
{
    member_reset(output->member);
    output->open = false;
}

void output_missing(struct output *output, enum status status, int errnum, const char *format, ...)
{
    char name[NAME_MAX_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(name, sizeof name, format, args);
    va_end(args);
    if (!output_lock(output))
        return;
    (void)store_missing(output->store, name, status, errnum, 0, NULL);
    output_unlock(output);
}
