/*
 * sim_sysctl.c - the sysctl tree: by name, by number, and the walk over {0, 1} to {0, 5}.
 *
 * Numbers of the well-known ones are Apple's; the others get theirs as they come. Two entries are
 * calls rather than values: the arguments of a process, and the VM objects that a task owns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/macrun/macrun.h"
#include "tests/macrun/scenario.h"

#define READABLE  ((uint32_t)DARWIN_CTLFLAG_RD | (uint32_t)DARWIN_CTLFLAG_LOCKED)
#define TYPE_MASK 0xfU
#define OWNED     "vm.get_owned_vmobjects"

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

static struct sysctl *find_name(const char *name)
{
    for (size_t i = 0; i < mac.sysctl_count; i++)
        if (strcmp(mac.sysctls[i].name, name) == 0)
            return &mac.sysctls[i];
    return NULL;
}

/* NAME TYPE VALUE [masked] [rw] [ERRNO]; a later line takes an earlier one's place. */
void read_sysctl(const struct line *line)
{
    const struct type *type;
    struct sysctl *sysctl;
    const char *name;

    line_needs(line, 3, "NAME, TYPE, VALUE, masked, rw, an errno");
    name = arena_intern(&mac.arena, line->fields[0]);
    type = find_type(line->fields[1]);
    sysctl = find_name(name);
    if (sysctl == NULL)
        sysctl = arena_append(&mac.arena, &mac.sysctls, &mac.sysctl_count, sizeof *sysctl);
    *sysctl = (struct sysctl){.name = name, .format = type->format, .kind = READABLE | type->type};
    read_value(sysctl, type, line->fields[2]);
    for (size_t i = 3; i < line->field_count; i++) {
        if (str_is(line->fields[i], "masked"))
            sysctl->kind |= (uint32_t)DARWIN_CTLFLAG_MASKED;
        else if (str_is(line->fields[i], "rw"))
            sysctl->kind |= (uint32_t)DARWIN_CTLFLAG_WR;
        else if (line->fields[i].len > 0)
            sysctl->errnum = scenario_code(line->fields[i]);
    }
}

/* ---- what [host] says ---------------------------------------------------------------------- */

static void add(const char *name, const char *type, const char *value)
{
    struct line line = {.field_count = 3};

    if (find_name(name) != NULL)
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
    const char *version = arena_print(&mac.arena, "Darwin Kernel Version %s: root:xnu/RELEASE_%s",
                                      release, mac_setting("cpu", "x86_64"));
    const char *started = arena_print(&mac.arena, "%llu %s", (unsigned long long)mac.boot_time_s,
                                      mac_setting("boottime_usec", "0"));

    add("kern.ostype", "string", "Darwin");
    add("kern.osrelease", "string", release);
    add_text("kern.version", "kern_version", version);
    add_text("kern.osversion", "os_build", "23G93");
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
        add(OWNED, "opaque", "");
        find_name(OWNED)->kind |= (uint32_t)DARWIN_CTLFLAG_MASKED;
    }
}

/* ---- numbers ------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int number;
} known[] = {{"kern", DARWIN_CTL_KERN},
             {"vm", DARWIN_CTL_VM},
             {"vfs", DARWIN_CTL_VFS},
             {"net", DARWIN_CTL_NET},
             {"debug", DARWIN_CTL_DEBUG},
             {"hw", DARWIN_CTL_HW},
             {"machdep", DARWIN_CTL_MACHDEP},
             {"user", DARWIN_CTL_USER},
             {"kern.ostype", DARWIN_KERN_OSTYPE},
             {"kern.osrelease", DARWIN_KERN_OSRELEASE},
             {"kern.version", DARWIN_KERN_VERSION},
             {"kern.hostname", DARWIN_KERN_HOSTNAME},
             {"kern.boottime", DARWIN_KERN_BOOTTIME},
             {"kern.osversion", DARWIN_KERN_OSVERSION},
             {"hw.machine", DARWIN_HW_MACHINE},
             {"hw.model", DARWIN_HW_MODEL},
             {"hw.ncpu", DARWIN_HW_NCPU},
             {"hw.pagesize", DARWIN_HW_PAGESIZE},
             {"hw.memsize", DARWIN_HW_MEMSIZE},
             {"vm.swapusage", DARWIN_VM_SWAPUSAGE}};

struct prefix {
    struct str name;
    int number;
};

static int number_of(struct str prefix)
{
    static struct prefix *prefixes;
    static size_t prefix_count;
    struct prefix *added;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(prefix, known[i].name))
            return known[i].number;
    for (size_t i = 0; i < prefix_count; i++)
        if (str_equal(prefixes[i].name, prefix))
            return prefixes[i].number;
    added = arena_append(&mac.arena, &prefixes, &prefix_count, sizeof *added);
    *added = (struct prefix){prefix, 100 + (int)prefix_count};
    return added->number;
}

static void number(struct sysctl *sysctl)
{
    struct str rest = str_of(sysctl->name);
    struct str part;
    bool more = true;

    while (more && sysctl->oid_count < DARWIN_CTL_MAXNAME) {
        more = str_cut(&rest, '.', &part);
        part.len = (size_t)(part.at - sysctl->name) + part.len;
        part.at = sysctl->name;
        sysctl->oid[sysctl->oid_count++] = number_of(part);
    }
}

static int compare_oids(const int *a, size_t a_count, const int *b, size_t b_count)
{
    for (size_t i = 0; i < a_count && i < b_count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return a_count == b_count ? 0 : a_count < b_count ? -1 : 1;
}

static int by_oid(const void *a, const void *b)
{
    const struct sysctl *one = a, *other = b;

    return compare_oids(one->oid, one->oid_count, other->oid, other->oid_count);
}

void finish_sysctls(void)
{
    add_kernel();
    add_machine();
    for (size_t i = 0; i < mac.sysctl_count; i++)
        number(&mac.sysctls[i]);
    qsort(mac.sysctls, mac.sysctl_count, sizeof *mac.sysctls, by_oid);
}

static struct sysctl *find_oid(const int *oid, size_t count)
{
    for (size_t i = 0; i < mac.sysctl_count; i++)
        if (compare_oids(mac.sysctls[i].oid, mac.sysctls[i].oid_count, oid, count) == 0)
            return &mac.sysctls[i];
    return NULL;
}

/* The next one that is not a node; nodes are only on the way. */
static struct sysctl *find_next(const int *oid, size_t count)
{
    for (size_t i = 0; i < mac.sysctl_count; i++)
        if ((mac.sysctls[i].kind & TYPE_MASK) != DARWIN_CTLTYPE_NODE &&
            compare_oids(mac.sysctls[i].oid, mac.sysctls[i].oid_count, oid, count) > 0)
            return &mac.sysctls[i];
    return NULL;
}

/* ---- answers ------------------------------------------------------------------------------- */

/* As the kernel copies out: without a buffer the size, in a small one what fits, and ENOMEM. */
static int put(const void *value, size_t size, void *old, size_t *old_size)
{
    if (old_size == NULL)
        return 0;
    if (old == NULL) {
        *old_size = size;
        return 0;
    }
    if (*old_size < size) {
        memcpy(old, value, *old_size);
        return mac_fail(DARWIN_ENOMEM);
    }
    memcpy(old, value, size);
    *old_size = size;
    return 0;
}

/* The port's name goes in, the task's objects come out: as many as there is room for. */
static int put_owned(void *old, size_t *old_size, const void *new, size_t new_size)
{
    const size_t each = sizeof(struct darwin_owned_object);
    uint64_t entries, count = 0;
    const struct process *process;
    uint32_t port = 0;
    int pid;

    if (new == NULL || new_size != sizeof port || old_size == NULL)
        return mac_fail(DARWIN_EINVAL);
    memcpy(&port, new, sizeof port);
    pid = pid_of_port(port, PORT_READ_RIGHT);
    process = pid >= 0 ? mac_process(pid) : NULL;
    if (process == NULL)
        return mac_fail(DARWIN_ESRCH);
    entries = process->owned_count;
    if (old == NULL || *old_size == 0) {
        *old_size = sizeof entries + entries * each;
        return 0;
    }
    if (*old_size < sizeof entries + each)
        return mac_fail(DARWIN_ENOMEM);
    count = (*old_size - sizeof entries) / each;
    count = count < entries ? count : entries;
    memcpy(old, &count, sizeof count);
    if (count > 0)
        memcpy((char *)old + sizeof count, process->owned, count * each);
    *old_size = sizeof count + count * each;
    return 0;
}

/* argc, the path of the executable, NULs up to a multiple of eight, the arguments. */
static int put_arguments(int pid, void *old, size_t *old_size)
{
    const struct process *process = mac_process(pid);
    char buffer[4096] = {0};
    struct str rest, argument;
    size_t at = sizeof(int32_t);
    int32_t count = 0;

    if (process == NULL || !mac_may_read(process))
        return mac_fail(DARWIN_EINVAL);
    at += (size_t)snprintf(buffer + at, 1024, "%s", process->path) + 1;
    at = (at + 7) / 8 * 8;
    rest = str_of(process->args != NULL ? process->args : process->path);
    while (str_line(&rest, &argument) && at + argument.len < sizeof buffer) {
        memcpy(buffer + at, argument.at, argument.len);
        at += argument.len + 1;
        count++;
    }
    memcpy(buffer, &count, sizeof count);
    return put(buffer, at, old, old_size);
}

static int put_value(struct sysctl *sysctl, void *old, size_t *old_size, const void *new,
                     size_t new_size)
{
    char api[160];
    int errnum = sysctl->errnum;

    (void)snprintf(api, sizeof api, "sysctl:%s", sysctl->name);
    if (errnum == 0)
        errnum = mac_fault(api, -1);
    if (errnum == 0 && (sysctl->kind & TYPE_MASK) == DARWIN_CTLTYPE_NODE)
        errnum = DARWIN_EISDIR;
    if (errnum != 0)
        return mac_fail(errnum);
    if (strcmp(sysctl->name, OWNED) == 0)
        return put_owned(old, old_size, new, new_size);
    if (new != NULL && ((sysctl->kind & (uint32_t)DARWIN_CTLFLAG_WR) == 0 || mac.euid != 0))
        return mac_fail(DARWIN_EPERM);
    if (new != NULL && new_size != sysctl->value_bytes)
        return mac_fail(DARWIN_EINVAL);
    errnum = put(sysctl->value, sysctl->value_bytes, old, old_size);
    if (errnum == 0 && new != NULL)
        memcpy(sysctl->value, new, new_size);
    return errnum;
}

/* ---- the calls ----------------------------------------------------------------------------- */

/* What {0, question, oid...} asks about the tree. */
static int put_about(int question, const int *oid, size_t count, void *old, size_t *old_size)
{
    const struct sysctl *sysctl =
        question == DARWIN_CTL_NEXT ? find_next(oid, count) : find_oid(oid, count);
    char format[64];
    size_t len;

    if (sysctl == NULL)
        return mac_fail(DARWIN_ENOENT);
    switch (question) {
    case DARWIN_CTL_NAME:
        return put(sysctl->name, strlen(sysctl->name) + 1, old, old_size);
    case DARWIN_CTL_NEXT:
        return put(sysctl->oid, sysctl->oid_count * sizeof *sysctl->oid, old, old_size);
    case DARWIN_CTL_FORMAT:
        memcpy(format, &sysctl->kind, sizeof sysctl->kind);
        len = (size_t)snprintf(format + sizeof sysctl->kind, sizeof format - sizeof sysctl->kind,
                               "%s", sysctl->format);
        return put(format, sizeof sysctl->kind + len + 1, old, old_size);
    case DARWIN_CTL_DESCRIPTION:
        return put("", 1, old, old_size);
    default:
        return mac_fail(DARWIN_ENOENT);
    }
}

static int put_oid(const char *name, size_t len, void *old, size_t *old_size)
{
    const struct sysctl *sysctl = NULL;

    for (size_t i = 0; i < mac.sysctl_count && sysctl == NULL; i++)
        if (str_is((struct str){name, strnlen(name, len)}, mac.sysctls[i].name))
            sysctl = &mac.sysctls[i];
    if (sysctl == NULL)
        return mac_fail(DARWIN_ENOENT);
    return put(sysctl->oid, sysctl->oid_count * sizeof *sysctl->oid, old, old_size);
}

static int mac_sysctl(const int *oid, unsigned count, void *old, size_t *old_size, const void *new,
                      size_t new_size)
{
    struct sysctl *sysctl;

    if (count < 2 || count > DARWIN_CTL_MAXNAME + 2)
        return mac_fail(DARWIN_EINVAL);
    if (count == 3 && oid[0] == DARWIN_CTL_KERN && oid[1] == DARWIN_KERN_PROCARGS2)
        return put_arguments(oid[2], old, old_size);
    if (oid[0] == 0 && oid[1] == DARWIN_CTL_OID)
        return put_oid(new, new_size, old, old_size);
    if (oid[0] == 0)
        return put_about(oid[1], oid + 2, count - 2, old, old_size);
    sysctl = find_oid(oid, count);
    return sysctl != NULL ? put_value(sysctl, old, old_size, new, new_size)
                          : mac_fail(DARWIN_ENOENT);
}

static int mac_sysctlbyname(const char *name, void *old, size_t *old_size, const void *new,
                            size_t new_size)
{
    struct sysctl *sysctl = find_name(name);

    return sysctl != NULL ? put_value(sysctl, old, old_size, new, new_size)
                          : mac_fail(DARWIN_ENOENT);
}

static int mac_sysctlnametomib(const char *name, int *oid, size_t *count)
{
    size_t size = *count * sizeof *oid;

    if (put_oid(name, strlen(name), oid, &size) != 0)
        return -1;
    *count = size / sizeof *oid;
    return 0;
}

const struct shim shims_sysctl[] = {SHIM(sysctl), SHIM(sysctlbyname), SHIM(sysctlnametomib),
                                    SHIM_END};
