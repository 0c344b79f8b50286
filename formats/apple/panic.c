/*
 * panic.c - panic reports of an exhausted zone map: the text that the kernel leaves, and that text
 * within JSON ("panic-full-*.ips", "Kernel-*.panic").
 *
 *     {"bug_type":"210","timestamp":"2024-05-03 10:22:11.00 +0200","os_version":"macOS 14.5 (23F79)"}
 *     {"build":"macOS 14.5 (23F79)","product":"Mac14,9",...,"panicString":"panic(cpu 3 caller ...",...}
 *
 * What the kernel says of the zone is in panic_string.h, the rest of its text in panic_log.c. A log
 * with nothing but "zone_map_exhaustion: Largest zone ..." is about such a zone too, without a panic.
 */
#include <stdlib.h>

#include "formats/apple/figures.h"
#include "formats/apple/ips.h"
#include "formats/apple/mac_os.h"
#include "formats/apple/memory_status.h"
#include "formats/apple/panic_log.h"
#include "formats/apple/panic_string.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)8 << 10)
#define SHORT      10 /* lines of a message pasted alone, with what stood around it */

struct report {
    struct ips ips; /* body NULL: it is no JSON */
    char *copy;     /* of text, when log points into that */
    struct str log;
    struct panic_string why;
    bool panicked; /* why is filled in */
};

/* What a backslash and this letter stand for; 0: nothing here. */
static char escaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case '"':
    case '/':
    case '\\':
        return c;
    default:
        return '\0';
    }
}

/* The text with JSON's escapes resolved: people copy it out of a report as it is. */
static bool unescape(struct str text, struct report *report)
{
    size_t len = 0;

    if (str_find(text, "\\n") == SIZE_MAX)
        return false;
    report->copy = malloc(text.len);
    if (report->copy == NULL)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i], other = '\0';

        if (c == '\\' && i + 1 < text.len)
            other = escaped(text.at[i + 1]);
        if (other != '\0') {
            c = other;
            i++;
        }
        report->copy[len++] = c;
    }
    report->log = (struct str){report->copy, len};
    return true;
}

/* Of a computer with a security chip there are two kernels in one report; ours has its own key. */
static bool open_json(struct str text, struct report *report)
{
    static const char *const keys[] = {"macOSPanicString", "panicString"};
    size_t key_count = sizeof keys / sizeof *keys;
    struct err err;

    if (str_find(text, "anicString\"") == SIZE_MAX || !ips_open(text, &report->ips, &err))
        return false;
    if (ips_is_bridge(&report->ips))
        key_count = 1;
    for (size_t i = 0; i < key_count && !report->panicked; i++)
        if (ips_text(report->ips.body, keys[i], &report->log))
            report->panicked = panic_string_find(report->log, &report->why);
    return report->panicked;
}

/* Finds out whether text is about an exhausted zone map, and where that is said. */
static bool open_report(struct str text, struct report *report)
{
    *report = (struct report){.log = text};
    if (open_json(text, report))
        return true;
    if (report->ips.body != NULL && !report->ips.cut)
        return false;
    if (!unescape(text, report))
        report->log = text;
    report->panicked = panic_string_find(report->log, &report->why);
    return report->panicked || panic_log_has_largest(report->log);
}

static void close_report(struct report *report)
{
    ips_close(&report->ips);
    free(report->copy);
}

static bool is_panic(struct str text)
{
    return str_find(text, "panic(") != SIZE_MAX || str_find(text, "anicString\"") != SIZE_MAX;
}

/* Reads the log from the message on that it is about: others may stand in front of it. */
static void read_log(const struct report *report, struct report_zones *zones, struct panic *panic)
{
    struct str log = report->log;
    size_t at = report->why.at;
    unsigned line = 1;

    while (at > 0 && !str_starts((struct str){log.at + at, log.len - at}, "panic("))
        at--;
    for (size_t i = 0; i < at; i++)
        line += log.at[i] == '\n';
    panic_log_read((struct str){log.at + at, log.len - at}, line, zones, panic);
}

static void keep_panic(struct snapshot *snap, const struct report *report, struct panic *panic)
{
    if (!report->panicked)
        return;
    if (snap->panic.zone != NULL) {
        snapshot_note(snap, 0, "a second panic: the first one is kept");
        return;
    }
    panic->zone = arena_intern(snap->arena, str_of(report->why.zone));
    mac_name_say(snap, 0, &panic->allocating_zone, str_of(report->why.allocating_zone));
    snap->panic = *panic;
}

bool panic_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct report_zones zones;
    struct panic panic = {0};
    struct report report;

    if (!open_report(text, &report)) {
        close_report(&report);
        return is_panic(text) ? err_set(err, "a panic, but not of an exhausted zone map")
                              : err_set(err, "not a panic report: no panic message");
    }
    mac_snapshot(snap);
    ips_say_machine(&report.ips, snap);
    zones = report_zones_begin(snap);
    if (report.panicked)
        report_zones_add(&zones, 0, str_of(report.why.zone), report.why.size, report.why.count);
    read_log(&report, &zones, &panic);
    if (!ips_is_bridge(&report.ips))
        (void)memory_status_read(json_object_get(report.ips.body, "memoryStatus"), &zones);
    report_zones_end(&zones);
    keep_panic(snap, &report, &panic);
    close_report(&report);
    return true;
}

/* ---- recognising one ---- */

/* What stands around the message in a report, and does not in prose that quotes it. */
static bool is_mark(struct str line)
{
    static const char *const marks[] = {
        "Backtrace (CPU",  "Debugger message:", "Mac OS version:", "OS version:",
        "Kernel version:", "BSD process name ", "Panicked task",   "Kernel Extensions in",
        "Anonymous UUID:", "Interval Since",    "Zone Name",       "| Zone",
        "*** Panic Report"};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(line, marks[i]))
            return true;
    return false;
}

bool panic_is_like(struct str text)
{
    struct str type, line;
    bool message = false, mark = false;
    size_t lines = 0;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    if (ips_type(text, &type))
        return type.len > 0 ? str_is(type, "210") : str_find(text, "anicString\"") != SIZE_MAX;
    if (panic_log_has_largest(text) || str_starts(str_trim(text), "\"panicString\""))
        return true;
    while (str_line(&text, &line)) {
        line = str_trim(line);
        while (str_skip(&line, ">"))
            line = str_trim(line);
        mark = mark || is_mark(line) || (lines == 0 && str_starts(line, "panic("));
        message = message || str_starts(line, "panic(");
        lines += line.len > 0;
    }
    return message && (mark || lines <= SHORT);
}
