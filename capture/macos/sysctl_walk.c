/* sysctl_walk.c - see sysctl_walk.h. */
#include "capture/macos/sysctl_walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/macos/sysctl_value.h"

#define VALUE_MAX     ((size_t)64 << 10) /* of one variable */
#define MEMBER_MAX    ((uint64_t)8 << 20)
#define VARIABLES_MAX 65536
#define WALK_US       3000000
#define NAME_BYTES    512
#define FORMAT_BYTES  64

/* bsd/sys/sysctl.h and bsd/kern/kern_newsysctl.c */
enum { MIB_MAX = 12, CTL_TYPE = 0xf, TYPE_NODE = 1 };
enum { ASK_NAME = 1, ASK_NEXT = 2, ASK_FORMAT = 4 };
#define FLAG_READ   0x80000000u
#define FLAG_MASKED 0x04000000u

struct walk {
    sysctl_call_fn *call;
    void *context;
    struct output *output;
    char *value; /* of VALUE_MAX bytes */
};

struct mib {
    int at[MIB_MAX];
    size_t count;
};

/* What the kernel says about a variable, under {0, QUESTION, MIB...}. */
static int ask(const struct walk *walk, int question, const struct mib *mib, void *answer,
               size_t *len)
{
    int about[2 + MIB_MAX] = {0, question};

    memcpy(about + 2, mib->at, mib->count * sizeof *mib->at);
    return walk->call(walk->context, about, 2 + mib->count, answer, len);
}

static int compare(const struct mib *a, const struct mib *b)
{
    size_t count = a->count < b->count ? a->count : b->count;

    for (size_t i = 0; i < count; i++)
        if (a->at[i] != b->at[i])
            return a->at[i] < b->at[i] ? -1 : 1;
    return (a->count > b->count) - (a->count < b->count);
}

/* The variable behind *mib: 0, or an errno. The order is the kernel's promise: without it the walk
 * would not end. */
static int go_on(const struct walk *walk, struct mib *mib)
{
    struct mib next;
    size_t len = sizeof next.at;
    int errnum = ask(walk, ASK_NEXT, mib, next.at, &len);

    if (errnum != 0)
        return errnum;
    next.count = len / sizeof *next.at;
    if (next.count == 0 || next.count > MIB_MAX || compare(&next, mib) <= 0)
        return EILSEQ;
    *mib = next;
    return 0;
}

/* A text of the kernel's, NUL-terminated whatever it answered. False: there is none. */
static bool ask_text(const struct walk *walk, int question, const struct mib *mib, char *text,
                     size_t size, size_t *len)
{
    *len = size - 1;
    if (ask(walk, question, mib, text, len) != 0 || *len >= size)
        return false;
    text[*len] = '\0';
    return true;
}

/* Whether it may be read, and how it is printed. */
static bool is_wanted(const struct walk *walk, const struct mib *mib, char format[FORMAT_BYTES])
{
    char answer[sizeof(uint32_t) + FORMAT_BYTES];
    uint32_t kind;
    size_t len;

    if (!ask_text(walk, ASK_FORMAT, mib, answer, sizeof answer, &len) || len < sizeof kind)
        return false;
    memcpy(&kind, answer, sizeof kind);
    memcpy(format, answer + sizeof kind, FORMAT_BYTES);
    return (kind & FLAG_READ) != 0 && (kind & FLAG_MASKED) == 0 && (kind & CTL_TYPE) != TYPE_NODE &&
           sysctl_is_printable(format);
}

/* Names come from extensions, too. */
static bool is_name(const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || *c == ':')
            return false;
    return *name != '\0';
}

/* What cannot be read is left out, as by sysctl(8). */
static void variable_put(const struct walk *walk, const struct mib *mib)
{
    char name[NAME_BYTES], format[FORMAT_BYTES];
    size_t len;

    if (!is_wanted(walk, mib, format) || !ask_text(walk, ASK_NAME, mib, name, sizeof name, &len) ||
        !is_name(name))
        return;
    len = VALUE_MAX;
    if (walk->call(walk->context, mib->at, mib->count, walk->value, &len) != 0 || len > VALUE_MAX)
        return;
    (void)sysctl_put(walk->output, name, format, (struct str){walk->value, len});
}

/* ENOENT: the end of the tree. */
static int walk_all(const struct walk *walk, bool *cut)
{
    struct mib mib = {{1}, 1};
    uint64_t begun_us = clock_now_us();
    int errnum;

    for (size_t i = 0; (errnum = go_on(walk, &mib)) == 0; i++) {
        variable_put(walk, &mib);
        if (i >= VARIABLES_MAX || output_size_bytes(walk->output) > MEMBER_MAX ||
            clock_now_us() - begun_us > WALK_US) {
            *cut = true;
            return 0;
        }
    }
    return errnum;
}

void sysctl_walk(sysctl_call_fn *call, void *context, struct output *output)
{
    struct walk walk = {call, context, output, malloc(VALUE_MAX)};
    bool cut = false, any;
    int errnum = ENOMEM;

    output_begin(output, "sysctl.txt");
    if (walk.value != NULL)
        errnum = walk_all(&walk, &cut);
    free(walk.value);
    any = output_size_bytes(output) > 0;
    if (cut)
        output_note(output, "too many variables, or too slow ones: the rest is left out");
    else if (errnum == EILSEQ)
        output_note(output, "the kernel's list of variables leads back to where it came from");
    else if (errnum != ENOENT)
        output_note(output, "the kernel's list of variables breaks off");
    if (!cut && errnum == ENOENT && any)
        output_end(output, STATUS_OK, 0);
    else if (cut || any)
        output_end(output, STATUS_TRUNCATED, errnum);
    else
        output_end(output, output_status_of(errnum), errnum);
}
