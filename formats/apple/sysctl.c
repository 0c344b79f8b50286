/*
 * sysctl.c - sysctl -a, or some of its lines: what the kernel says of itself.
 *
 *     kern.osrelease: 23.5.0
 *     kern.boottime: { sec = 1718012345, usec = 148211 } Mon Jun 10 11:39:05 2024
 *     hw.memsize: 17179869184
 *     vm.swapusage: total = 3072.00M  used = 2513.50M  free = 558.50M  (encrypted)
 *
 * Values can be empty, negative or several lines long, and a name can come twice: the first value
 * that can be used counts. `sysctl -n vm.swapusage` has no name in front, and is known by its form.
 */
#include "formats/apple/figures.h"
#include "formats/apple/mac_os.h"
#include "formats/apple/machine.h"
#include "formats/apple/sysctl_names.h"
#include "formats/readers.h"

#define CLOCK_SET_S ((uint64_t)1000000000) /* a boot before September 2001: the clock was not set */
#define CPUS_MAX    ((uint64_t)1 << 16)
#define UUID_LEN    ((size_t)36)
#define SECOND_US   ((uint64_t)1000000)

struct sysctl {
    struct snapshot *snap;
    unsigned line;
    const char *version, *machine; /* kern.osproductversion, hw.machine */
    uint64_t page_bytes;           /* hw.pagesize; 0: not known */
    bool translated, arm;          /* sysctl itself ran under Rosetta; on Apple silicon */
};

/* False: not what that name's value is. */
typedef bool read_value_fn(struct sysctl *sysctl, struct str value);

static bool read_build(struct sysctl *sysctl, struct str value)
{
    mac_name_say(sysctl->snap, sysctl->line, &sysctl->snap->manifest.build, value);
    return true;
}

static bool read_version(struct sysctl *sysctl, struct str value)
{
    mac_name_say(sysctl->snap, sysctl->line, &sysctl->version, value);
    return true;
}

static bool read_machine(struct sysctl *sysctl, struct str value)
{
    mac_name_say(sysctl->snap, sysctl->line, &sysctl->machine, value);
    return true;
}

static bool read_model(struct sysctl *sysctl, struct str value)
{
    mac_name_say(sysctl->snap, sysctl->line, &sysctl->snap->manifest.model, value);
    return true;
}

static bool read_boot_id(struct sysctl *sysctl, struct str value)
{
    if (value.len != UUID_LEN)
        return false;
    mac_name_say(sysctl->snap, sysctl->line, &sysctl->snap->manifest.boot_id, value);
    return true;
}

static bool read_kernel_uuid(struct sysctl *sysctl, struct str value)
{
    if (value.len != UUID_LEN)
        return false;
    mac_name_say(sysctl->snap, sysctl->line, &sysctl->snap->manifest.kernel_uuid, value);
    return true;
}

static bool read_release(struct sysctl *sysctl, struct str value)
{
    return mac_darwin_of_release(sysctl->snap, value);
}

/* "Darwin Kernel Version 23.5.0: Wed May  1 20:12:58 PDT 2024; root:..." */
static bool read_kernel_version(struct sysctl *sysctl, struct str value)
{
    return str_skip(&value, "Darwin Kernel Version ") && mac_darwin_of_release(sysctl->snap, value);
}

static bool read_memory(struct sysctl *sysctl, struct str value)
{
    uint64_t bytes;

    return str_u64(value, 10, &bytes) && mac_memory_set(sysctl->snap, bytes);
}

static bool read_usable(struct sysctl *sysctl, struct str value)
{
    uint64_t bytes;

    if (!str_u64(value, 10, &bytes) || bytes == 0 || bytes > MACHINE_MAX || bytes % 4096 != 0)
        return false;
    mac_total_set(sysctl->snap, MAC_MEMSIZE_USABLE, (struct figure){bytes, 0, true});
    return true;
}

static bool read_cpus(struct sysctl *sysctl, struct str value)
{
    struct count *count = &sysctl->snap->manifest.cpu_count;
    uint64_t cpus;

    if (!str_u64(value, 10, &cpus) || cpus == 0 || cpus > CPUS_MAX)
        return false;
    if (!count->known)
        *count = (struct count){cpus, true};
    return true;
}

static bool read_page(struct sysctl *sysctl, struct str value)
{
    uint64_t bytes;

    if (!str_u64(value, 10, &bytes) || !mac_page_is_valid(bytes))
        return false;
    if (sysctl->page_bytes == 0)
        sysctl->page_bytes = bytes;
    return true;
}

static bool read_translated(struct sysctl *sysctl, struct str value)
{
    sysctl->translated = str_is(value, "1");
    return true;
}

static bool read_arm(struct sysctl *sysctl, struct str value)
{
    sysctl->arm = str_is(value, "1");
    return true;
}

/* 0: not set, the default holds. */
static bool read_gpu_limit(struct sysctl *sysctl, struct str value)
{
    struct figure figure = {.known = true};
    uint64_t mib;

    if (!str_u64(value, 10, &mib) || mib > MACHINE_MAX >> 20)
        return false;
    figure.bytes = mib << 20;
    if (mib != 0)
        mac_total_set(sysctl->snap, MAC_GPU_LIMIT, figure);
    return true;
}

/* The word behind "total = ". */
static bool read_after(struct str text, const char *key, struct figure *figure)
{
    size_t at = str_find(text, key);
    struct str word;

    if (at == SIZE_MAX)
        return false;
    text = (struct str){text.at + at, text.len - at};
    str_skip(&text, key);
    text = str_trim(text);
    if (!str_skip(&text, "="))
        return false;
    return str_word(&text, &word) && figure_read(word, figure) && figure->resolution_bytes > 0;
}

/* "total = 3072.00M  used = 2513.50M  free = 558.50M  (encrypted)" */
static bool read_swap(struct sysctl *sysctl, struct str value)
{
    struct figure total, used;

    if (!read_after(value, "total", &total) || !read_after(value, "used", &used))
        return false;
    mac_total_set(sysctl->snap, MAC_SWAP_TOTAL, total);
    mac_total_set(sysctl->snap, MAC_SWAP_USED, used);
    return true;
}

/* "{ sec = 1718012345, usec = 148211 } Mon Jun 10 11:39:05 2024" */
static bool read_boot_time(struct sysctl *sysctl, struct str value)
{
    struct manifest *manifest = &sysctl->snap->manifest;
    struct str digits;
    uint64_t boot_s;

    str_skip(&value, "{");
    value = str_trim(value);
    if (!str_skip(&value, "sec = ") || !str_cut(&value, ',', &digits) ||
        !str_u64(digits, 10, &boot_s) || boot_s > INT64_MAX / SECOND_US)
        return false;
    if (boot_s < CLOCK_SET_S) {
        snapshot_note(sysctl->snap, sysctl->line,
                      "booted when the clock was not set: not known when that was");
        return true;
    }
    if (!manifest->boot_time_s.known)
        manifest->boot_time_s = (struct count){boot_s, true};
    return true;
}

static const struct {
    const char *name;
    read_value_fn *read;
    bool whole; /* a value that is cut off does not read as one */
} values[] = {
    {"kern.osversion", read_build, false},
    {"kern.osproductversion", read_version, false},
    {"kern.osrelease", read_release, true},
    {"kern.version", read_kernel_version, true},
    {"kern.boottime", read_boot_time, true},
    {"kern.bootsessionuuid", read_boot_id, true},
    {"kern.uuid", read_kernel_uuid, true},
    {"hw.machine", read_machine, false},
    {"hw.model", read_model, false},
    {"hw.ncpu", read_cpus, false},
    {"hw.memsize", read_memory, true},
    {"hw.memsize_usable", read_usable, true},
    {"hw.pagesize", read_page, true},
    {"hw.optional.arm64", read_arm, true},
    {"sysctl.proc_translated", read_translated, true},
    {"iogpu.wired_limit_mb", read_gpu_limit, false},
    {"vm.swapusage", read_swap, true},
};

/* cut: the text ends in this line, maybe within its value. */
static void read_line(struct sysctl *sysctl, struct str line, bool cut)
{
    struct str name, value;

    if (sysctl_is_swap(line)) {
        name = str_of("vm.swapusage");
        value = line;
    } else if (!sysctl_split(line, &name, &value)) {
        return;
    }
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (!str_is(name, values[i].name) || value.len == 0)
            continue;
        if (cut && !values[i].whole)
            snapshot_note(sysctl->snap, sysctl->line, "the text ends here: value not used");
        else if (!values[i].read(sysctl, value))
            snapshot_note(sysctl->snap, sysctl->line, "unreadable value: taken as not known");
        return;
    }
}

/* A user's page: that of a Mac's kernel too, unless sysctl ran as if on Intel. */
static void settle_page(const struct sysctl *sysctl)
{
    bool intel = sysctl->page_bytes == 4096 && sysctl->arm;

    if (sysctl->page_bytes != 0 && !sysctl->translated && !intel)
        mac_page_set(sysctl->snap, sysctl->page_bytes);
}

/* hw.machine: "arm64", "x86_64"; an iPhone's is its model, "iPhone15,2". */
static void settle_os(const struct sysctl *sysctl)
{
    struct manifest *manifest = &sysctl->snap->manifest;
    struct str machine = str_of(sysctl->machine != NULL ? sysctl->machine : "");
    bool phone = str_starts(machine, "iP");

    if (manifest->os != NULL || sysctl->version == NULL || str_starts(machine, "Watch") ||
        str_starts(machine, "AppleTV") || str_starts(machine, "Reality"))
        return;
    manifest->os =
        arena_print(sysctl->snap->arena, "%s %s", phone ? "iPhone OS" : "macOS", sysctl->version);
}

bool sysctl_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct sysctl sysctl = {.snap = snap};
    struct str line;

    if (!sysctl_has_names(text))
        return err_set(err, "not the output of a Mac's sysctl: no line like \"hw.ncpu: 8\"");
    mac_snapshot(snap);
    while (str_line(&text, &line)) {
        bool unended = text.len == 0 && text.at == line.at + line.len;

        sysctl.line++;
        /* A text of one line was taken as a whole. */
        read_line(&sysctl, line, unended && sysctl.line > 1);
    }
    settle_page(&sysctl);
    settle_os(&sysctl);
    return true;
}
