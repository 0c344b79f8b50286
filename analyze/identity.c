/* identity.c - see identity.h. */
#include "analyze/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HAS_UNIT = 1, HAS_PATH = 2, HAS_SIGNING = 4 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* How long the version is that starts here: numbers joined by dots, "3.11", "1.2.3"; or a whole
 * path component of digits; 0 when none. */
static size_t version_length(const char *path, size_t at)
{
    bool dotted = false;
    size_t i = at;

    if (!is_digit(path[at]) || (at > 0 && (is_digit(path[at - 1]) || path[at - 1] == '.')))
        return 0;
    for (; is_digit(path[i]) || (path[i] == '.' && is_digit(path[i + 1])); i++)
        dotted = dotted || path[i] == '.';
    if (dotted)
        return i - at;
    return at > 0 && path[at - 1] == '/' && (path[i] == '/' || path[i] == '\0') ? i - at : 0;
}

/* The text with a "*" for each part that `length` finds. */
static const char *without(const char *text, size_t (*length)(const char *text, size_t at),
                           struct arena *arena)
{
    size_t len = strlen(text), used = 0;
    char *out = arena_alloc(arena, len + 1);

    for (size_t i = 0; i < len;) {
        size_t skip = length(text, i);

        out[used++] = skip > 0 ? '*' : text[i];
        i += skip > 0 ? skip : 1;
    }
    return arena_intern(arena, (struct str){out, used});
}

const char *without_versions(const char *path, struct arena *arena)
{
    return without(path, version_length, arena);
}

/* A separator inside an id: a UUID has dashes, systemd turns them into underscores. */
static bool is_joint(const char *unit, size_t i)
{
    return (unit[i] == '-' || unit[i] == '_') && is_hex(unit[i + 1]);
}

/* How long the id is that starts here: 8 or more hex digits, joined or not, at least one of them a
 * digit (a container, a UUID, also after "pod"); or digits after "-" before ".scope". */
static size_t volatile_length(const char *unit, size_t at)
{
    size_t i = at, digits = 0, hex = 0;
    bool pod = at >= 3 && strncmp(unit + at - 3, "pod", 3) == 0;

    if (at > 0 && !pod && (is_alpha(unit[at - 1]) || is_digit(unit[at - 1])))
        return 0;
    for (; is_hex(unit[i]) || (i > at && is_joint(unit, i)); i++) {
        digits += is_digit(unit[i]);
        hex += is_hex(unit[i]);
    }
    if (hex >= 8 && digits > 0 && !is_alpha(unit[i]))
        return i - at;
    for (i = at; is_digit(unit[i]); i++)
        ;
    return i > at && at > 0 && unit[at - 1] == '-' && strncmp(unit + i, ".scope", 6) == 0 ? i - at
                                                                                          : 0;
}

const char *without_volatile(const char *unit, struct arena *arena)
{
    return without(unit, volatile_length, arena);
}

/* Kernel threads carry a processor and what they work on just now: "kworker/0:1-events". */
static const char *kernel_thread_name(const char *name, struct arena *arena)
{
    size_t len = strcspn(name, "0123456789");
    char out[64];

    if (name[len] == '\0')
        return name;
    (void)snprintf(out, sizeof out, "%.*sN", (int)(len < 60 ? len : 60), name);
    return arena_intern(arena, str_of(out));
}

struct named {
    const char *name; /* interned: equal names are equal pointers */
    struct side *side;
    size_t index;
};

static int compare_named(const void *a, const void *b)
{
    const struct named *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static unsigned known_of(const struct process *process)
{
    return (process->unit != NULL ? HAS_UNIT : 0u) | (process->path != NULL ? HAS_PATH : 0u) |
           (process->signing_id != NULL ? HAS_SIGNING : 0u);
}

/* Joins what there is: "unit=/system.slice/x.service exe=/usr/bin/x name=x". */
static const char *key_of(const struct process *process, const char *name, unsigned known,
                          struct arena *arena)
{
    const struct {
        const char *label, *value;
    } parts[] = {
        {"id=", known & HAS_SIGNING ? process->signing_id : NULL},
        {"team=", known & HAS_SIGNING ? process->team : NULL},
        {"unit=", known & HAS_UNIT ? without_volatile(process->unit, arena) : NULL},
        {"exe=", known & HAS_PATH ? without_versions(process->path, arena) : NULL},
        {"script=", known & HAS_PATH ? process->script : NULL}, /* told by the path */
        {"name=", name},
    };
    size_t size = 1, used = 0;
    char *key;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].value != NULL)
            size += strlen(parts[i].label) + strlen(parts[i].value) + 1;
    key = arena_alloc(arena, size);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].value != NULL)
            used += (size_t)snprintf(key + used, size - used, "%s%s%s", used > 0 ? " " : "",
                                     parts[i].label, parts[i].value);
    return arena_intern(arena, (struct str){key, used});
}

static size_t collect(struct named *all, size_t count, struct side *side, struct arena *arena)
{
    for (size_t i = 0; i < side->snap->process_count; i++) {
        const struct process *process = &side->snap->processes[i];
        const char *name = process->name != NULL ? process->name : "(no name)";

        if (process->kernel)
            name = kernel_thread_name(name, arena);
        else
            name = without_versions(name, arena);
        all[count++] = (struct named){arena_intern(arena, str_of(name)), side, i};
    }
    return count;
}

void identify_processes(struct side *before, struct side *after, struct arena *arena)
{
    size_t total = before->snap->process_count + (after != NULL ? after->snap->process_count : 0);
    struct named *all = arena_alloc(arena, total * sizeof *all);
    size_t count = collect(all, 0, before, arena), end;

    if (after != NULL)
        count = collect(all, count, after, arena);
    if (count > 0)
        qsort(all, count, sizeof *all, compare_named);
    for (size_t i = 0; i < count; i = end) {
        unsigned known = HAS_UNIT | HAS_PATH | HAS_SIGNING;

        for (end = i; end < count && all[end].name == all[i].name; end++) {
            const struct process *process = &all[end].side->snap->processes[all[end].index];

            if (process->status != STATUS_VANISHED)
                known &= known_of(process);
        }
        for (size_t j = i; j < end; j++) {
            const struct process *process = &all[j].side->snap->processes[all[j].index];

            all[j].side->process_keys[all[j].index] =
                key_of(process, all[j].name, known & known_of(process), arena);
        }
    }
}

struct owner owner_process(const struct side *side, size_t index, struct arena *arena)
{
    const struct process *process = &side->snap->processes[index];
    const char *name =
        process->name != NULL && *process->name != '\0' ? process->name : "(no name)";

    if (process->script != NULL) { /* an interpreter is known by what it runs */
        const char *slash = strrchr(process->script, '/');
        char *joined;
        const char *base = slash != NULL && slash[1] != '\0' ? slash + 1 : process->script;
        size_t size = strlen(name) + strlen(base) + 2;

        if (strcmp(base, name) != 0) {
            joined = arena_alloc(arena, size);
            (void)snprintf(joined, size, "%s %s", name, base);
            name = joined;
        }
    }
    return (struct owner){OWNER_PROCESS, side->process_keys[index], name, process->pid,
                          process->start};
}
