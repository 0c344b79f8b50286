/*
 * panic_log.c - see panic_log.h.
 *
 *     BSD process name corresponding to current thread: WindowServer
 *     Mac OS version:
 *     14B25
 *     Kernel version:
 *     Darwin Kernel Version 14.0.0: Fri Sep 19 00:26:44 PDT 2014; ...
 *     System model name: MacBookPro10,2 (Mac-AFD8A9D944EA4843)
 *     System uptime in nanoseconds: 166325184375961
 *
 * and on Apple silicon
 *
 *     OS version: 23F79
 *     Kernel version: Darwin Kernel Version 23.5.0: ...
 *       Boot    : 0x6630a3f3 0x0004cf8d
 *       Calendar: 0x6634a3f3 0x0003d090
 *     Panicked task 0xfffffe1a2b3c4d50: 19190 pages, 36 threads: pid 94302: exampled
 *           Kernel Extensions in backtrace:
 *              org.example.driver.Wheel(1.0)[0E6B...]@0xfffffe0008a30000->0xfffffe0008a37fff
 *                 dependency: com.apple.iokit.IOUSBHostFamily(1.2)[...]@...
 *
 * A value can stand on the line behind its label.
 */
#include "formats/apple/panic_log.h"

#include "formats/apple/figures.h"
#include "formats/apple/mac_os.h"
#include "formats/apple/panic_table.h"

#define EXTENSIONS_MAX 64
#define LARGEST        "zone_map_exhaustion: Largest zone "
#define SECOND_NS      1000000000u

enum fact {
    NO_FACT,
    FACT_RELEASE,
    FACT_KERNEL,
    FACT_KERNEL_UUID,
    FACT_BOOT_ID,
    FACT_MODEL,
    FACT_UPTIME,
    FACT_BOOT_TIME,
    FACT_MOMENT,
    FACT_PROCESS,
    FACT_TASK
};

static const struct {
    const char *label;
    enum fact fact;
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

struct reading {
    struct snapshot *snap;
    struct report_zones *zones;
    struct panic *panic;
    struct panic_table table;
    enum fact pending; /* its value is on the next line */
    bool backtrace;    /* within the list of extensions */
};

/* ---- machine and process ---- */

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

static void say_process(struct reading *reading, unsigned n, struct str value)
{
    if (!str_is(str_trim(value), "Unknown"))
        mac_name_say(reading->snap, n, &reading->panic->process, value);
}

static void say_word(struct snapshot *snap, unsigned n, const char **name, struct str value)
{
    struct str word;

    if (str_word(&value, &word))
        mac_name_say(snap, n, name, word);
}

static void say(struct reading *reading, unsigned n, enum fact fact, struct str value)
{
    struct manifest *manifest = &reading->snap->manifest;
    struct str model;

    switch (fact) {
    case FACT_RELEASE:
        mac_os_say(reading->snap, n, value);
        break;
    case FACT_KERNEL:
        mac_kernel_say(reading->snap, value);
        break;
    case FACT_KERNEL_UUID:
        say_word(reading->snap, n, &manifest->kernel_uuid, value);
        break;
    case FACT_BOOT_ID:
        say_word(reading->snap, n, &manifest->boot_id, value);
        break;
    case FACT_MODEL:
        (void)str_cut(&value, '(', &model);
        mac_name_say(reading->snap, n, &manifest->model, model);
        break;
    case FACT_UPTIME:
        say_uptime(reading->snap, value);
        break;
    case FACT_BOOT_TIME:
        say_boot_time(reading->snap, value);
        break;
    case FACT_MOMENT:
        say_moment(reading->snap, value);
        break;
    case FACT_PROCESS:
    case FACT_TASK:
        say_process(reading, n, value);
        break;
    case NO_FACT:
        break;
    }
}

/* " 0xfffffe1a2b3c4d50: 19190 pages, 36 threads: pid 94302: exampled": the name. */
static bool cut_task(struct str *value)
{
    size_t at = str_find(*value, "pid ");
    struct str pid;

    if (at == SIZE_MAX)
        return false;
    *value = (struct str){value->at + at, value->len - at};
    return str_cut(value, ':', &pid);
}

/* Reads the line if it is a labelled value. */
static bool read_fact(struct reading *reading, unsigned n, struct str line)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        enum fact fact = labels[i].fact;
        struct str value = line, thread;

        if (!str_skip(&value, labels[i].label))
            continue;
        if (fact == FACT_TASK && !cut_task(&value))
            return false;
        if (fact == FACT_PROCESS && !str_cut(&value, ':', &thread)) /* " (0xffffff95...): name" */
            return false;
        value = str_trim(value);
        reading->pending = value.len == 0 ? fact : NO_FACT;
        say(reading, n, fact, value);
        return true;
    }
    return false;
}

/* ---- extensions ---- */

/* "org.example.driver.Wheel(1.0)[0E6B...]@...": its bundle id. */
static bool read_extension(struct str line, struct str *bundle_id)
{
    if (!str_cut(&line, '(', bundle_id) || bundle_id->len == 0 ||
        str_find(*bundle_id, ".") == SIZE_MAX || str_find(*bundle_id, " ") != SIZE_MAX ||
        str_find(*bundle_id, "\t") != SIZE_MAX)
        return false;
    return str_find(line, ")") != SIZE_MAX;
}

static void add_extension(struct reading *reading, unsigned n, struct str bundle_id)
{
    struct panic *panic = reading->panic;
    const char *name = snapshot_name(reading->snap, n, bundle_id);
    size_t count = panic->extension_count;
    const char **added;

    for (size_t i = 0; i < count; i++)
        if (panic->extensions[i] == name)
            return;
    if (count >= EXTENSIONS_MAX)
        return;
    added = arena_append(reading->snap->arena, &panic->extensions, &count, sizeof *added);
    *added = name;
    panic->extension_count = count;
}

/* ---- lines ---- */

/* "zone_map_exhaustion: Largest zone kalloc.512, size 5229490176" */
static bool read_largest(struct str line, struct str *name, struct figure *size)
{
    size_t at = str_find(line, LARGEST);

    if (at == SIZE_MAX)
        return false;
    line = (struct str){line.at + at, line.len - at};
    if (!str_skip(&line, LARGEST) || !str_cut(&line, ',', name) || name->len == 0)
        return false;
    line = str_trim(line);
    return str_skip(&line, "size ") && figure_read(line, size);
}

bool panic_log_has_largest(struct str log)
{
    struct str line, name;
    struct figure size;

    while (str_line(&log, &line))
        if (read_largest(line, &name, &size))
            return true;
    return false;
}

/* Without indent, and the marks with which mail quotes. */
static struct str trim_quotes(struct str line)
{
    line = str_trim(line);
    while (str_skip(&line, ">"))
        line = str_trim(line);
    return line;
}

static void read_line(struct reading *reading, unsigned n, struct str line)
{
    char name[PANIC_NAME_MAX];
    struct figure size;
    struct str text;

    if (reading->table.open &&
        panic_table_row(&reading->table, line, name, &size) == PANIC_ROW_ZONE) {
        report_zones_add(reading->zones, n, str_of(name), size, (struct count){0});
        return;
    }
    if (line.len == 0)
        return;
    if (read_fact(reading, n, line))
        return;
    if (reading->pending != NO_FACT) {
        say(reading, n, reading->pending, line);
        reading->pending = NO_FACT;
        return;
    }
    if (!reading->table.open && panic_table_open(&reading->table, line))
        return;
    if (str_starts(line, "Kernel Extensions in backtrace"))
        reading->backtrace = true;
    else if (str_starts(line, "loaded kexts") || str_starts(line, "last "))
        reading->backtrace = false;
    else if (reading->backtrace && read_extension(line, &text))
        add_extension(reading, n, text);
    else if (read_largest(line, &text, &size))
        report_zones_add(reading->zones, n, text, size, (struct count){0});
}

void panic_log_read(struct str log, unsigned line, struct report_zones *zones, struct panic *panic)
{
    struct reading reading = {.snap = zones->snap, .zones = zones, .panic = panic};
    struct str text;

    for (unsigned n = line; str_line(&log, &text); n++) {
        text = trim_quotes(text);
        if (n > line && str_starts(text, "panic(")) {
            snapshot_note(zones->snap, n, "another panic: not read");
            return;
        }
        read_line(&reading, n, text);
    }
}
