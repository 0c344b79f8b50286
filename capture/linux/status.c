/* status.c - see status.h. */
#include "capture/linux/status.h"

#include <string.h>

#define KERNEL_THREAD 0x00200000 /* PF_KTHREAD of linux/sched.h */

/* Fields of stat after the name, counted as in proc(5). */
enum { STAT_STATE = 3, STAT_PPID = 4, STAT_FLAGS = 9, STAT_THREADS = 20, STAT_START = 22 };

static void set_field(struct process *process, unsigned field, uint64_t number)
{
    if (field == STAT_PPID && number <= INT32_MAX)
        process->ppid = (int32_t)number;
    else if (field == STAT_FLAGS)
        process->kernel = (number & KERNEL_THREAD) != 0;
    else if (field == STAT_THREADS)
        process->thread_count = (struct count){number, true};
    else if (field == STAT_START)
        process->start = (struct count){number, true};
}

bool status_stat(struct str text, struct arena *arena, struct process *process)
{
    const char *open = text.len > 0 ? memchr(text.at, '(', text.len) : NULL;
    const char *close = text.len > 0 ? memrchr(text.at, ')', text.len) : NULL;
    struct str rest, word;
    uint64_t number;

    if (open == NULL || close == NULL || close < open)
        return false;
    process->name = arena_intern(arena, (struct str){open + 1, (size_t)(close - open - 1)});
    rest = (struct str){close + 1, text.len - (size_t)(close + 1 - text.at)};
    for (unsigned field = STAT_STATE; field <= STAT_START && str_word(&rest, &word); field++)
        if (str_u64(word, 10, &number))
            set_field(process, field, number);
    return process->start.known;
}

static struct amount kilobytes(struct str value)
{
    struct str number;
    uint64_t bytes;

    if (!str_word(&value, &number) || !str_bytes(number, 1024, &bytes) ||
        !str_is(str_trim(value), "kB"))
        return (struct amount){0, false};
    return amount_of(bytes);
}

/* The effective one, the second of four. */
static struct count user(struct str value)
{
    struct str real, effective;
    uint64_t uid;

    if (str_word(&value, &real) && str_word(&value, &effective) && str_u64(effective, 10, &uid))
        return (struct count){uid, true};
    return (struct count){0, false};
}

void status_status(struct str text, struct process *process)
{
    const struct {
        const char *key;
        struct amount *amount;
    } amounts[] = {
        {"VmLck", &process->locked},   {"VmPin", &process->pinned},
        {"VmRSS", &process->resident}, {"VmPTE", &process->page_tables},
        {"VmSwap", &process->swapped}, {"HugetlbPages", &process->hugetlb},
    };
    struct str line, key;

    while (str_line(&text, &line)) {
        if (!str_cut(&line, ':', &key))
            continue;
        if (str_is(key, "Uid"))
            process->uid = user(line);
        for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
            if (str_is(key, amounts[i].key))
                *amounts[i].amount = kilobytes(line);
    }
}

/* Lines "ID:CONTROLLERS:PATH". On a hybrid system the unified hierarchy exists and everything is
 * in its root, so "/" yields to systemd's own. */
void status_cgroup(struct str text, struct arena *arena, struct process *process)
{
    struct str line, id, controllers;
    struct str unified = {NULL, 0}, systemd = {NULL, 0};

    while (str_line(&text, &line)) {
        if (!str_cut(&line, ':', &id) || !str_cut(&line, ':', &controllers))
            continue;
        if (str_is(id, "0") && controllers.len == 0)
            unified = line;
        else if (str_is(controllers, "name=systemd"))
            systemd = line;
    }
    if (systemd.len > 0 && (unified.len == 0 || str_is(unified, "/")))
        unified = systemd;
    if (unified.len > 0)
        process->unit = arena_intern(arena, unified);
}
