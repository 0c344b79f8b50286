/* scenario_sections.c - the sections of a scenario that are short: README.md describes them. */
#include <string.h>

#include "tests/macrun/scenario.h"

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

void read_host(const struct line *line)
{
    static const char *const numbers[] = {"boottime", "boottime_usec", "euid",     "gid",
                                          "memsize",  "ncpu",          "now",      "page_size",
                                          "uid",      "uptime",        "vm_pages", NULL};
    static const char *const texts[] = {"boot_uuid",
                                        "cpu",
                                        "darwin",
                                        "hardware_uuid",
                                        "hostname",
                                        "kern_version",
                                        "kernel_uuid",
                                        "kext_request",
                                        "memory_info",
                                        "model",
                                        "os_build",
                                        "os_version",
                                        "os_version_compat",
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
void read_vm(const struct line *line)
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

void read_command(const struct line *line)
{
    struct command *command;

    line_needs(line, 2, "PATH [ARGUMENT...], FILE, STATUS, STDERR_FILE");
    command = arena_append(&mac.arena, &mac.commands, &mac.command_count, sizeof *command);
    command->match = text_of(line->fields[0]);
    command->out = scenario_file(line->fields[1]);
    command->err = scenario_file(line_field(line, 3));
    read_status(command, line_field(line, 2));
}

void read_file(const struct line *line)
{
    struct setting *file = arena_append(&mac.arena, &mac.files, &mac.file_count, sizeof *file);

    *file = (struct setting){text_of(line->key), scenario_file(line->value)};
}

void read_ledger_template(const struct line *line)
{
    struct ledger_template *ledger;

    line_needs(line, 3, "NAME, GROUP, UNITS");
    ledger = arena_append(&mac.arena, &mac.ledgers, &mac.ledger_count, sizeof *ledger);
    *ledger = (struct ledger_template){text_of(line->fields[0]), text_of(line->fields[1]),
                                       text_of(line->fields[2])};
}

void read_missing(const struct line *line)
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
                                        "posix_spawn",
                                        "proc_listpids",
                                        "proc_pid_rusage",
                                        "proc_pidinfo",
                                        "rename",
                                        "task_for_pid",
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
void read_fault(const struct line *line)
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
