/*
 * panic_facts.c - see panic_facts.h.
 *
 *     BSD process name corresponding to current thread: WindowServer
 *     Mac OS version:
 *     14C109
 *     Kernel version:
 *     Darwin Kernel Version 14.1.0: Tue Jan  6 11:22:33 PST 2015; ...
 *     System model name: MacBookPro11,9 (Mac-00112233445566AA)
 *     System uptime in nanoseconds: 271828182845904
 *
 * and on Apple silicon
 *
 *     OS version: 23F79
 *     Kernel version: Darwin Kernel Version 23.5.0: ...
 *       Boot    : 0x6630a3f3 0x0004cf8d
 *       Calendar: 0x6634a3f3 0x0003d090
 *     Panicked task 0xfffffe1a2b3c4d50: 20480 pages, 24 threads: pid 4711: exampled
 *
 * A value can stand on the line behind its label.
 */
#include "formats/apple/panic_facts.h"

#include "formats/apple/mac_os.h"

#define SECOND_NS 1000000000u

static const struct {
    const char *label;
    enum panic_fact fact;
} labels[] = {
    {"Mac OS version:", FACT_RELEASE},
    {"OS version:", FACT_RELEASE},
    {"Kernel version:", FACT_KERNEL},
    {"Kernel UUID:", FACT_KERNEL_UUID},
    {"Boot session UUID:", FACT_BOOT_ID},
    {"System model name:", FACT_MODEL},
    {"System uptime in nanoseconds:", FACT_UPTIME},
    {"Boot    :", FACT_BOOT_TIME},
    {"Boot :", FACT_BOOT_TIME}, /* squeezed */
    {"Calendar:", FACT_MOMENT},
    {"BSD process name corresponding to current thread", FACT_PROCESS},
    {"Process name corresponding to current thread", FACT_PROCESS},
    {"Panicked task", FACT_TASK},
};

/* "0x6634a3f3 0x0003d090": seconds and microseconds since the epoch. */
static bool read_moment(struct str value, uint64_t *s, uint64_t *us)
{
    struct str seconds, rest;

    return str_word(&value, &seconds) && str_word(&value, &rest) && str_u64(seconds, 16, s) &&
           str_u64(rest, 16, us) && *s > 0 && *s <= UINT32_MAX && *us < 1000000;
}

static void say_boot_time(struct snapshot *snap, struct str value)
{
    uint64_t s, us;

    if (read_moment(value, &s, &us) && !snap->manifest.boot_time_s.known)
        snap->manifest.boot_time_s = (struct count){s, true};
}

static void say_moment(struct snapshot *snap, struct str value)
{
    uint64_t s, us;

    if (read_moment(value, &s, &us) && !snap->manifest.taken_us.known)
        snap->manifest.taken_us = (struct count){s * 1000000 + us, true};
}

static void say_uptime(struct snapshot *snap, struct str value)
{
    struct str word;
    uint64_t ns;

    if (str_word(&value, &word) && str_u64(word, 10, &ns) && !snap->manifest.uptime_s.known)
        snap->manifest.uptime_s = (struct count){ns / SECOND_NS, true};
}

static void say_process(struct panic_facts *facts, unsigned n, struct str value)
{
    if (!str_is(str_trim(value), "Unknown"))
        mac_name_say(facts->snap, n, &facts->panic->process, value);
}

static void say_word(struct snapshot *snap, unsigned n, const char **name, struct str value)
{
    struct str word;

    if (str_word(&value, &word))
        mac_name_say(snap, n, name, word);
}

static void say(struct panic_facts *facts, unsigned n, enum panic_fact fact, struct str value)
{
    struct manifest *manifest = &facts->snap->manifest;
    struct str model;

    switch (fact) {
    case FACT_RELEASE:
        mac_os_say(facts->snap, n, value);
        break;
    case FACT_KERNEL:
        mac_kernel_say(facts->snap, value);
        break;
    case FACT_KERNEL_UUID:
        say_word(facts->snap, n, &manifest->kernel_uuid, value);
        break;
    case FACT_BOOT_ID:
        say_word(facts->snap, n, &manifest->boot_id, value);
        break;
    case FACT_MODEL:
        (void)str_cut(&value, '(', &model);
        mac_name_say(facts->snap, n, &manifest->model, model);
        break;
    case FACT_UPTIME:
        say_uptime(facts->snap, value);
        break;
    case FACT_BOOT_TIME:
        say_boot_time(facts->snap, value);
        break;
    case FACT_MOMENT:
        say_moment(facts->snap, value);
        break;
    case FACT_PROCESS:
    case FACT_TASK:
        say_process(facts, n, value);
        break;
    case NO_FACT:
        break;
    }
}

/* " 0xfffffe1a2b3c4d50: 20480 pages, 24 threads: pid 4711: exampled": the name. */
static bool cut_task(struct str *value)
{
    size_t at = str_find(*value, "pid ");
    struct str pid;

    if (at == SIZE_MAX)
        return false;
    *value = (struct str){value->at + at, value->len - at};
    return str_cut(value, ':', &pid);
}

static bool read_labelled(struct panic_facts *facts, unsigned n, struct str line)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        enum panic_fact fact = labels[i].fact;
        struct str value = line, thread;

        if (!str_skip(&value, labels[i].label))
            continue;
        if (fact == FACT_TASK && !cut_task(&value))
            return false;
        if (fact == FACT_PROCESS && !str_cut(&value, ':', &thread)) /* " (0xffffff95...): name" */
            return false;
        value = str_trim(value);
        facts->pending = value.len == 0 ? fact : NO_FACT;
        say(facts, n, fact, value);
        return true;
    }
    return false;
}

bool panic_facts_read(struct panic_facts *facts, unsigned line, struct str text)
{
    enum panic_fact pending = facts->pending;

    if (read_labelled(facts, line, text))
        return true;
    facts->pending = NO_FACT;
    say(facts, line, pending, text);
    return pending != NO_FACT;
}
