/*
 * scenario.c - reads a scenario: README.md describes its form.
 */
#include "tests/macrun/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/macrun/macrun.h"

static const char *file_name = "the built-in scenario";
static unsigned line_number;

static const char built_in[] = "macsim 1\n"
                               "[host]\n"
                               "os_version = 14.6.1\n"
                               "os_build = 23G93\n"
                               "darwin = 23.6.0\n"
                               "[vm]\n"
                               "wire_count = 500000\n"
                               "[memory]\n"
                               "tag\t1\t64M\n"
                               "counter\t2\t2048000000\n"
                               "[process]\n"
                               "pid = 1\n"
                               "name = launchd\n"
                               "path = /sbin/launchd\n"
                               "platform = 1\n";

void scenario_bad(const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    die("%s:%u: %s", file_name, line_number, text);
}

/* ---- lines and sections -------------------------------------------------------------------- */

static const struct section {
    const char *name;
    void (*read)(const struct line *line);
} sections[] = {
    {"host", read_host},        {"vm", read_vm},        {"memory", read_memory},
    {"zones", read_zone},       {"kexts", read_kext},   {"sysctl", read_sysctl},
    {"commands", read_command}, {"files", read_file},   {"ledgers", read_ledger_template},
    {"missing", read_missing},  {"faults", read_fault}, {"process", read_process}};

static const struct section *find_section(struct str name)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (str_is(name, sections[i].name))
            return &sections[i];
    scenario_bad("no such section: %.*s", (int)name.len, name.at);
}

static void split(struct line *line, struct str text)
{
    struct str rest = text;

    line->text = text;
    line->field_count = 0;
    if (str_cut(&rest, '=', &line->key)) {
        line->key = str_trim(line->key);
        line->value = str_trim(rest);
    } else {
        line->key = line->value = str_of("");
    }
    for (bool more = true; more;) {
        if (line->field_count == FIELDS_MAX)
            scenario_bad("more than %d fields", FIELDS_MAX);
        more = str_cut(&text, '\t', &line->fields[line->field_count++]);
    }
}

static void set_clock(void)
{
    uint64_t now = (uint64_t)time(NULL);

    mac.now_s = mac_number("now", now);
    mac.boot_time_s = mac_number("boottime", mac.now_s - mac_number("uptime", 3600));
}

/* What the other sections depend on. */
static void finish_host(void)
{
    struct str release = str_of(mac_setting("darwin", "23.6.0"));
    struct str part;

    (void)str_cut(&release, '.', &part);
    mac.darwin = (unsigned)scenario_number(part);
    (void)str_cut(&release, '.', &part);
    mac.darwin_minor = part.len > 0 ? (unsigned)scenario_number(part) : 0;
    mac.page_bytes = mac_number("page_size", 4096);
    mac.memory_bytes = mac_number("memsize", (uint64_t)16 << 30);
    mac.cpu_count = mac_number("ncpu", 8);
    mac.euid = (uint32_t)mac_number("euid", 0);
    mac.uid = (uint32_t)mac_number("uid", mac.euid);
    mac.gid = (uint32_t)mac_number("gid", mac.uid == 0 ? 0 : 20);
    set_clock();
}

/* On a Mac there is no instant without a page fault. */
static void finish_vm(void)
{
    struct drift *drift;

    for (size_t i = 0; i < mac.drift_count; i++)
        if (strcmp(mac.drifts[i].field, "faults") == 0)
            return;
    drift = arena_append(&mac.arena, &mac.drifts, &mac.drift_count, sizeof *drift);
    *drift = (struct drift){"faults", 37};
}

/* The others need what [host] says, or what it would say. */
static void enter(const struct section **section, const struct section *next)
{
    bool first = *section == NULL;

    if (next->read == read_host && !first)
        scenario_bad("[host] stands in front of all other sections");
    if (first ? next->read != read_host : (*section)->read == read_host)
        finish_host();
    *section = next;
}

static void read_line(struct str text, const struct section **section)
{
    static struct line line;
    struct str name;

    if (text.len == 0 || *text.at == '#')
        return;
    if (str_skip(&text, "[")) {
        (void)str_cut(&text, ']', &name);
        enter(section, find_section(name));
        if ((*section)->read == read_process)
            begin_process();
        return;
    }
    if (*section == NULL)
        scenario_bad("a line in front of all sections");
    split(&line, text);
    (*section)->read(&line);
}

static const char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? arena_intern(&mac.arena, (struct str){path, (size_t)(slash - path)})
                         : ".";
}

uint64_t mac_number(const char *key, uint64_t otherwise)
{
    const char *text = mac_setting(key, NULL);

    return text != NULL ? scenario_number(str_of(text)) : otherwise;
}

void scenario_load(const char *path, const char *program)
{
    struct str text = str_of(built_in);
    const struct section *section = NULL;
    struct str line;

    mac.folder = ".";
    mac.slack = 8;
    mac.rate_min = 2;
    mac.rate_max = 10;
    mac.rate_window_ms = 1000;
    if (path != NULL) {
        text = map_file(path);
        file_name = path;
        mac.folder = folder_of(path);
    }
    if (!str_line(&text, &line) || !str_is(line, "macsim 1"))
        die("%s: not a scenario", file_name);
    for (line_number = 2; str_line(&text, &line); line_number++)
        read_line(line, &section);
    if (section == NULL || section->read == read_host)
        finish_host();
    finish_vm();
    finish_processes(program);
    finish_sysctls();
}
