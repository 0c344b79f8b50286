/*
 * scenario.c - reads a scenario: README.md describes its form.
 */
#include "tests/macrun/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "formats/escape.h"
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

/* ---- values -------------------------------------------------------------------------------- */

void line_needs(const struct line *line, size_t fields, const char *form)
{
    if (line->field_count < fields)
        scenario_bad("expected %s", form);
}

struct str line_field(const struct line *line, size_t index)
{
    return index < line->field_count ? line->fields[index] : str_of("");
}

uint64_t scenario_number(struct str text)
{
    static const char units[] = "KMGT";
    const char *unit = text.len > 0 ? strchr(units, text.at[text.len - 1]) : NULL;
    struct str digits = text;
    uint64_t number;

    if (unit != NULL && *unit != '\0')
        digits.len--;
    if (!str_u64(digits, str_starts(digits, "0x") ? 16 : 10, &number))
        scenario_bad("expected a number, not '%.*s'", (int)text.len, text.at);
    return unit != NULL && *unit != '\0' ? number << (10 * (unsigned)(unit - units + 1)) : number;
}

int64_t scenario_signed(struct str text)
{
    bool negative = str_skip(&text, "-");
    int64_t number = (int64_t)scenario_number(text);

    return negative ? -number : number;
}

const char *scenario_name(struct str text)
{
    const char *name = unescape_name(&mac.arena, text);

    return name != NULL ? name : "";
}

const char *scenario_file(struct str text)
{
    if (text.len == 0 || *text.at == '/')
        return arena_intern(&mac.arena, text);
    return arena_print(&mac.arena, "%s/%.*s", mac.folder, (int)text.len, text.at);
}

size_t scenario_bytes(struct str text, uint8_t *bytes, size_t max)
{
    size_t count = 0;

    while (text.len > 0) {
        uint64_t byte;

        if (str_skip(&text, "-") || str_skip(&text, " "))
            continue;
        if (text.len < 2 || count == max || !str_u64((struct str){text.at, 2}, 16, &byte))
            scenario_bad("expected up to %zu bytes in hexadecimal", max);
        bytes[count++] = (uint8_t)byte;
        text.at += 2;
        text.len -= 2;
    }
    return count;
}

void scenario_all_bytes(struct str text, uint8_t *bytes, size_t count)
{
    if (scenario_bytes(text, bytes, count) != count)
        scenario_bad("expected %zu bytes in hexadecimal", count);
}

int scenario_code(struct str text)
{
    static const struct {
        const char *name;
        int value;
    } codes[] = {
#define X(name, value) {#name, value},
        DARWIN_ERRNOS(X) DARWIN_COMMON_ERRNOS(X)
#undef X
            {"KERN_INVALID_ADDRESS", DARWIN_KERN_INVALID_ADDRESS},
        {"KERN_INVALID_ARGUMENT", DARWIN_KERN_INVALID_ARGUMENT},
        {"KERN_FAILURE", DARWIN_KERN_FAILURE},
        {"KERN_RESOURCE_SHORTAGE", DARWIN_KERN_RESOURCE_SHORTAGE},
        {"KERN_NO_ACCESS", DARWIN_KERN_NO_ACCESS},
        {"KERN_ABORTED", DARWIN_KERN_ABORTED},
        {"KERN_INVALID_HOST", DARWIN_KERN_INVALID_HOST},
        {"KERN_NOT_SUPPORTED", DARWIN_KERN_NOT_SUPPORTED},
        {"MACH_SEND_INVALID_DEST", DARWIN_MACH_SEND_INVALID_DEST},
        {"MIG_BAD_ID", DARWIN_MIG_BAD_ID},
        {"stuck", FAULT_STUCK}};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (str_is(text, codes[i].name))
            return codes[i].value;
    return (int)scenario_signed(text);
}

bool scenario_pair(struct str field, struct str *key, struct str *value)
{
    bool pair = str_cut(&field, '=', key);

    *value = field;
    return pair;
}

/* ---- small sections ------------------------------------------------------------------------ */

static const char *text_of(struct str text)
{
    return arena_intern(&mac.arena, text);
}

/* Whether it is one of the words. */
static bool is_one_of(struct str text, const char *const words[])
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (str_is(text, words[i]))
            return true;
    return false;
}

/* What may be said of one key; NULL: anything. */
static const char *const *choices_of(struct str key)
{
    static const char *const cpus[] = {"x86_64", "arm64", NULL};
    static const char *const lists[] = {"list", "empty", "denied", NULL};
    static const char *const answers[] = {"auto",         "full",      "redacted", "zero",
                                          "invalid_host", "no_access", NULL};

    if (str_is(key, "cpu"))
        return cpus;
    if (str_is(key, "kext_request"))
        return lists;
    return str_is(key, "memory_info") ? answers : NULL;
}

static void read_host(const struct line *line)
{
    static const char *const numbers[] = {"boottime", "boottime_usec", "euid",     "gid",
                                          "memsize",  "ncpu",          "now",      "page_size",
                                          "uid",      "uptime",        "vm_pages", NULL};
    static const char *const texts[] = {
        "boot_uuid",   "cpu",          "darwin",      "hardware_uuid", "hostname", "kern_version",
        "kernel_uuid", "kext_request", "memory_info", "model",         "os_build", "os_version",
        NULL};
    const char *const *choices = choices_of(line->key);
    struct setting *setting;

    if (is_one_of(line->key, numbers))
        (void)scenario_number(line->value);
    else if (!is_one_of(line->key, texts) || (choices != NULL && !is_one_of(line->value, choices)))
        scenario_bad("[host] does not know %.*s", (int)line->text.len, line->text.at);
    setting = arena_append(&mac.arena, &mac.host, &mac.host_count, sizeof *setting);
    *setting = (struct setting){text_of(line->key), scenario_name(line->value)};
}

/* "field = pages", or "field = pages +each". */
static void read_vm(const struct line *line)
{
    struct str each = line->value;
    struct str pages;
    const char *field = text_of(line->key);

    (void)str_word(&each, &pages);
    if (strcmp(field, "rate_min") == 0)
        mac.rate_min = scenario_number(pages);
    else if (strcmp(field, "rate_max") == 0)
        mac.rate_max = scenario_number(pages);
    else if (strcmp(field, "rate_window_ms") == 0)
        mac.rate_window_ms = scenario_number(pages);
    else
        vm_statistics_add(field, scenario_signed(pages));
    each = str_trim(each);
    if (each.len > 0) {
        struct drift *drift =
            arena_append(&mac.arena, &mac.drifts, &mac.drift_count, sizeof *drift);

        (void)str_skip(&each, "+");
        *drift = (struct drift){field, scenario_signed(each)};
    }
}

static void read_status(struct command *command, struct str text)
{
    if (str_is(text, "hang"))
        command->manner = PLAY_HANGS;
    else if (str_is(text, "flood"))
        command->manner = PLAY_FLOODS;
    else if (str_is(text, "missing"))
        command->missing = true;
    else if (text.len > 0)
        command->status = (int)scenario_number(text);
}

static void read_command(const struct line *line)
{
    struct command *command;

    line_needs(line, 2, "PATH [ARGUMENT...], FILE, STATUS, DELAY_MS, STDERR_FILE");
    command = arena_append(&mac.arena, &mac.commands, &mac.command_count, sizeof *command);
    command->match = text_of(line->fields[0]);
    command->out = scenario_file(line->fields[1]);
    command->err = scenario_file(line_field(line, 4));
    read_status(command, line_field(line, 2));
    if (line_field(line, 3).len > 0)
        command->delay_ms = scenario_number(line_field(line, 3));
}

static void read_file(const struct line *line)
{
    struct setting *file = arena_append(&mac.arena, &mac.files, &mac.file_count, sizeof *file);

    *file = (struct setting){text_of(line->key), scenario_file(line->value)};
}

static void read_ledger(const struct line *line)
{
    struct ledger_template *ledger;

    line_needs(line, 3, "NAME, GROUP, UNITS");
    ledger = arena_append(&mac.arena, &mac.ledgers, &mac.ledger_count, sizeof *ledger);
    *ledger = (struct ledger_template){text_of(line->fields[0]), text_of(line->fields[1]),
                                       text_of(line->fields[2])};
}

static void read_missing(const struct line *line)
{
    const char **name = arena_append(&mac.arena, &mac.missing, &mac.missing_count, sizeof *name);

    *name = text_of(str_trim(line->text));
}

/* Functions that may fail as a scenario says: "proc_pidinfo.3" for one flavor, "sysctl:NAME". */
static void check_api(struct str name)
{
    static const char *const flavored[] = {"csops", "proc_pidinfo", NULL};
    static const char *const names[] = {"csops",
                                        "F_FULLFSYNC",
                                        "fsync",
                                        "gethostuuid",
                                        "host_statistics64",
                                        "kext_request",
                                        "ledger",
                                        "link",
                                        "mach_memory_info",
                                        "mach_vm_region_recurse",
                                        "open",
                                        "poll",
                                        "posix_spawn",
                                        "proc_listpids",
                                        "proc_pid_rusage",
                                        "proc_pidinfo",
                                        "rename",
                                        "task_for_pid",
                                        "task_inspect_for_pid",
                                        "task_read_for_pid",
                                        "write",
                                        NULL};
    struct str rest = name;
    struct str first;

    if (is_one_of(name, names) || str_starts(name, "sysctl:"))
        return;
    if (!str_cut(&rest, '.', &first) || !is_one_of(first, flavored))
        scenario_bad("no such function to fail: %.*s", (int)name.len, name.at);
}

static uint64_t read_cost_ns(struct str text)
{
    static const struct {
        const char *suffix;
        uint64_t ns;
    } units[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_ends(text, units[i].suffix)) {
            text.len -= strlen(units[i].suffix);
            return scenario_number(text) * units[i].ns;
        }
    scenario_bad("expected a time in us, ms or s");
}

/* "api[@pid][#from[-to]] = code", or "= +TIME" of virtual time. */
static void read_fault(const struct line *line)
{
    struct str from = line->key;
    struct str value = line->value;
    struct str api, pid, to;
    bool counted = str_cut(&from, '#', &pid);
    uint64_t first = 1, last = UINT64_MAX;
    int number = -1;

    if (str_cut(&pid, '@', &api))
        number = (int)scenario_number(pid);
    if (counted) {
        bool range = str_cut(&from, '-', &to);

        first = last = scenario_number(to);
        if (range)
            last = from.len > 0 ? scenario_number(from) : UINT64_MAX;
    }
    check_api(api);
    if (str_skip(&value, "+"))
        mac_add_fault(text_of(api), number, first, last, 0, read_cost_ns(value));
    else
        mac_add_fault(text_of(api), number, first, last, scenario_code(value), 0);
}

/* ---- lines and sections -------------------------------------------------------------------- */

static const struct section {
    const char *name;
    void (*read)(const struct line *line);
} sections[] = {{"host", read_host},        {"vm", read_vm},        {"memory", read_memory},
                {"zones", read_zone},       {"kexts", read_kext},   {"sysctl", read_sysctl},
                {"commands", read_command}, {"files", read_file},   {"ledgers", read_ledger},
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

static struct str map_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    void *at;

    if (fd < 0 || fstat(fd, &status) != 0 || status.st_size == 0)
        die("%s: cannot be read", path);
    at = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    (void)close(fd);
    if (at == MAP_FAILED)
        die("%s: %s", path, strerror(errno));
    return (struct str){at, (size_t)status.st_size};
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
