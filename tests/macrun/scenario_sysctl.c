/* scenario_sysctl.c - the section [sysctl] of a scenario, and what follows from [host]. */
#include <stdio.h>
#include <string.h>

#include "tests/macrun/scenario.h"

#define READABLE ((uint32_t)DARWIN_CTLFLAG_RD | (uint32_t)DARWIN_CTLFLAG_LOCKED)

/* ---- reading ------------------------------------------------------------------------------- */

struct type {
    const char *name, *format;
    uint32_t type;
    size_t size;
};

static const struct type types[] = {{"int", "I", DARWIN_CTLTYPE_INT, 4},
                                    {"uint", "IU", DARWIN_CTLTYPE_INT, 4},
                                    {"long", "L", DARWIN_CTLTYPE_INT, 8},
                                    {"quad", "Q", DARWIN_CTLTYPE_QUAD, 8},
                                    {"uquad", "QU", DARWIN_CTLTYPE_QUAD, 8},
                                    {"string", "A", DARWIN_CTLTYPE_STRING, 0},
                                    {"opaque", "S", DARWIN_CTLTYPE_OPAQUE, 0},
                                    {"timeval", "S,timeval", DARWIN_CTLTYPE_OPAQUE, 16},
                                    {"quads", "Q", DARWIN_CTLTYPE_OPAQUE, 0},
                                    {"swap", "S,xsw_usage", DARWIN_CTLTYPE_OPAQUE, 32},
                                    {"loadavg", "S,loadavg", DARWIN_CTLTYPE_OPAQUE, 24},
                                    {"clock", "S,clockinfo", DARWIN_CTLTYPE_OPAQUE, 20},
                                    {"node", "N", DARWIN_CTLTYPE_NODE, 0}};

static const struct type *find_type(struct str name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(name, types[i].name))
            return &types[i];
    scenario_bad("no such type of a sysctl: %.*s", (int)name.len, name.at);
}

/* Numbers between blanks, each so many bytes wide. Returns the size of all. */
static size_t put_numbers(uint8_t *at, struct str text, size_t each)
{
    size_t size = 0;
    struct str word;

    for (; str_word(&text, &word); size += each) {
        int64_t number = scenario_signed(word);

        memcpy(at + size, &number, each);
    }
    return size;
}

static void put_loadavg(uint8_t *at, struct str text) /* thousandths */
{
    static const uint64_t scale = 1000;

    (void)put_numbers(at, text, sizeof(uint32_t));
    memcpy(at + 16, &scale, sizeof scale);
}

static void put_swap(uint8_t *at, struct str text) /* total, available, used */
{
    struct darwin_swap_usage usage = {.xsu_pagesize = USER_PAGE_BYTES, .xsu_encrypted = 1};

    memcpy(at, &usage, sizeof usage);
    (void)put_numbers(at, text, sizeof(uint64_t));
}

static void read_value(struct sysctl *sysctl, const struct type *type, struct str text)
{
    size_t room = 64 + 8 * text.len; /* more than any of them */

    sysctl->value = arena_alloc(&mac.arena, room);
    sysctl->value_bytes = type->size;
    if (type->type == DARWIN_CTLTYPE_STRING) {
        const char *name = scenario_name(text);

        sysctl->value_bytes = strlen(name) + 1;
        memcpy(sysctl->value, name, sysctl->value_bytes);
    } else if (strcmp(type->name, "opaque") == 0) {
        sysctl->value_bytes = scenario_bytes(text, sysctl->value, room);
    } else if (strcmp(type->name, "swap") == 0) {
        put_swap(sysctl->value, text);
    } else if (strcmp(type->name, "loadavg") == 0) {
        put_loadavg(sysctl->value, text);
    } else if (strcmp(type->name, "quads") == 0) {
        sysctl->value_bytes = put_numbers(sysctl->value, text, sizeof(uint64_t));
    } else if (type->type != DARWIN_CTLTYPE_NODE) {
        bool words = strcmp(type->name, "clock") == 0;

        (void)put_numbers(sysctl->value, text, words || type->size == 4 ? 4 : 8);
    }
}

/* NAME TYPE VALUE [masked] [ERRNO]; a later line takes an earlier one's place. */
void read_sysctl(const struct line *line)
{
    const struct type *type;
    struct sysctl *sysctl;
    const char *name;

    line_needs(line, 3, "NAME, TYPE, VALUE, masked, an errno");
    name = arena_intern(&mac.arena, line->fields[0]);
    type = find_type(line->fields[1]);
    sysctl = sysctl_named(line->fields[0]);
    if (sysctl == NULL)
        sysctl = arena_append(&mac.arena, &mac.sysctls, &mac.sysctl_count, sizeof *sysctl);
    *sysctl = (struct sysctl){.name = name, .format = type->format, .kind = READABLE | type->type};
    read_value(sysctl, type, line->fields[2]);
    for (size_t i = 3; i < line->field_count; i++) {
        if (str_is(line->fields[i], "masked"))
            sysctl->kind |= (uint32_t)DARWIN_CTLFLAG_MASKED;
        else if (line->fields[i].len > 0)
            sysctl->errnum = scenario_code(line->fields[i]);
    }
}

/* ---- what [host] says ---------------------------------------------------------------------- */

static void add(const char *name, const char *type, const char *value)
{
    struct line line = {.field_count = 3};

    if (sysctl_named(str_of(name)) != NULL)
        return;
    line.fields[0] = str_of(name);
    line.fields[1] = str_of(type);
    line.fields[2] = str_of(value);
    read_sysctl(&line);
}

static void add_number(const char *name, const char *type, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    add(name, type, text);
}

static void add_text(const char *name, const char *key, const char *otherwise)
{
    add(name, "string", mac_setting(key, otherwise));
}

static void add_kernel(void)
{
    const char *release = mac_setting("darwin", "23.6.0");
    const char *compat = mac_setting("os_version_compat", NULL);
    const char *version = arena_print(&mac.arena, "Darwin Kernel Version %s: root:xnu/RELEASE_%s",
                                      release, mac_setting("cpu", "x86_64"));
    const char *started = arena_print(&mac.arena, "%llu %s", (unsigned long long)mac.boot_time_s,
                                      mac_setting("boottime_usec", "0"));

    add("kern.ostype", "string", "Darwin");
    add("kern.osrelease", "string", release);
    add_text("kern.version", "kern_version", version);
    add_text("kern.osversion", "os_build", "23G93");
    if (compat != NULL) {
        add("kern.osproductversion", "string", compat);
        add("kern.osproductversioncompat", "string", compat);
    }
    add_text("kern.osproductversion", "os_version", "14.6.1");
    add_text("kern.hostname", "hostname", "sample.local");
    add("kern.boottime", "timeval", started);
    add_text("kern.bootsessionuuid", "boot_uuid", "00000000-0000-4000-8000-000000000001");
    add_text("kern.uuid", "kernel_uuid", "11111111-2222-3333-4444-555555555555");
    add_number("kern.stack_size", "int", 16384);
    add_number("kern.argmax", "int", 1048576);
}

static void add_machine(void)
{
    add("hw.machine", "string", "x86_64");
    add_text("hw.model", "model", "MacBookPro16,1");
    add_number("hw.ncpu", "int", mac.cpu_count);
    add_number("hw.logicalcpu", "int", mac.cpu_count);
    add_number("hw.pagesize", "quad", USER_PAGE_BYTES);
    add_number("hw.memsize", "uquad", mac.memory_bytes);
    add_number("vm.pagesize", "int", USER_PAGE_BYTES);
    add_number("vm.pages", "uint", mac_number("vm_pages", mac.memory_bytes / mac.page_bytes));
    add_number("vm.page_free_count", "uint", mac.vm.free_count);
    add("vm.swapusage", "swap", "0 0 0");
    if (strcmp(mac_setting("cpu", "x86_64"), "arm64") == 0) {
        add_number("sysctl.proc_translated", "int", 1);
        add_number("hw.optional.arm64", "int", 1);
    }
    if (mac.darwin >= 19) {
        add(SYSCTL_OWNED, "opaque", "");
        sysctl_named(str_of(SYSCTL_OWNED))->kind |= (uint32_t)DARWIN_CTLFLAG_MASKED;
    }
}

void finish_sysctls(void)
{
    add_kernel();
    add_machine();
    sysctls_number();
}
