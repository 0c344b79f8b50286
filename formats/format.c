/* format.c - see format.h. */
#include "formats/format.h"

#include <string.h>

#include "formats/readers.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)

/* A member of bundles, and nothing else. */
#define MEMBER(called, path, max, of, waits)                                                      \
    {                                                                                             \
        .name = #called, .member = path, .read = called##_read, .bytes_max = max, .platform = of, \
        .needs_manifest = waits                                                                   \
    }

/* What a tool of Apple's prints: also a loose file. */
#define TOOL(called, path, max, waits, by, again)                                                 \
    {                                                                                             \
        .name = #called, .member = path, .read = called##_read, .bytes_max = max,                 \
        .platform = ONLY_MACOS, .needs_manifest = waits, .is_like = called##_is_like, .tool = by, \
        .repeats = again                                                                          \
    }

const struct format formats[] = {
    MEMBER(manifest, "manifest.txt", 1 * MIB, EVERY_PLATFORM, false),
    MEMBER(proc_meminfo, "proc/meminfo", 1 * MIB, ONLY_LINUX, false),
    MEMBER(proc_vmstat, "proc/vmstat", 1 * MIB, ONLY_LINUX, true),
    MEMBER(proc_zoneinfo, "proc/zoneinfo", 16 * MIB, ONLY_LINUX, true),
    MEMBER(dmesg, "dmesg.txt", 1 * MIB, ONLY_LINUX, true),
    MEMBER(proc_slabinfo, "proc/slabinfo", 16 * MIB, ONLY_LINUX, true),
    MEMBER(slab, "sys/kernel/slab.tsv", 16 * MIB, ONLY_LINUX, false),
    MEMBER(proc_vmallocinfo, "proc/vmallocinfo", 128 * MIB, ONLY_LINUX, true),
    MEMBER(proc_allocinfo, "proc/allocinfo", 32 * MIB, ONLY_LINUX, false),
    MEMBER(proc_modules, "proc/modules", 4 * MIB, ONLY_LINUX, false),
    MEMBER(modules, "sys/module.tsv", 4 * MIB, ONLY_LINUX, false),
    MEMBER(proc_sysvipc_shm, "proc/sysvipc/shm", 16 * MIB, ONLY_LINUX, false),
    MEMBER(proc_sockstat, "proc/net/sockstat", 64 * KIB, ONLY_LINUX, false),
    MEMBER(proc_loadavg, "proc/loadavg", 4 * KIB, ONLY_LINUX, false),
    MEMBER(fdinfo, "proc/fdinfo.txt", 128 * MIB, ONLY_LINUX, false),
    MEMBER(cgroups, "sys/fs/cgroup.txt", 128 * MIB, ONLY_LINUX, false),
    MEMBER(devices, "sys/block.tsv", 4 * MIB, ONLY_LINUX, false),
    MEMBER(vmmap, "vmmap/%d.txt", 16 * MIB, EVERY_PLATFORM, false),
    MEMBER(vmmap, "vmmap/%d.%d.txt", 16 * MIB, EVERY_PLATFORM, false),
    MEMBER(processes, "processes.tsv", 128 * MIB, EVERY_PLATFORM, false),
    MEMBER(locked, "locked.tsv", 128 * MIB, ONLY_LINUX, false),
    MEMBER(samples, "samples.tsv", 4 * MIB, EVERY_PLATFORM, false),
    MEMBER(sources, "sources.tsv", 128 * MIB, EVERY_PLATFORM, false),
    /* A Mac: our own bundles, Apple's, and loose files. */
    TOOL(sw_vers, "sw_vers.txt", 64 * KIB, false, "sw_vers", false),
    TOOL(sysctl, "sysctl.txt", 16 * MIB, false, "sysctl", true),
    MEMBER(kernel_memory, "kernel_memory.tsv", 16 * MIB, ONLY_MACOS, true),
    MEMBER(zones, "zones.tsv", 16 * MIB, ONLY_MACOS, true),
    MEMBER(owned, "owned.tsv", 64 * MIB, ONLY_MACOS, false),
    TOOL(vm_stat, "vm_stat.txt", 1 * MIB, false, "vm_stat", false),
    TOOL(memory_pressure, "memory_pressure.txt", 1 * MIB, false, "memory_pressure", false),
    TOOL(zprint, "zprint.txt", 16 * MIB, false, "zprint", false),
    TOOL(kextstat, "kextstat.txt", 4 * MIB, false, "kextstat", false),
    TOOL(system_extensions, "systemextensions.txt", 1 * MIB, false, "systemextensionsctl list",
         false),
    TOOL(footprint, "footprint.txt", 16 * MIB, false, "footprint", true),
    TOOL(taskinfo, "taskinfo.txt", 16 * MIB, false, "taskinfo", true),
    TOOL(allmemory, "allmemory.txt", 4 * MIB, true, "allmemory", false),
    TOOL(top, "top.txt", 16 * MIB, false, "top", false),
    TOOL(ps, "ps.txt", 16 * MIB, false, "ps", false),
    TOOL(swap_files, "swapfiles.txt", 1 * MIB, false, "ls -l /private/var/vm", false),
    TOOL(jetsam, NULL, 16 * MIB, false, "Jetsam report", false),
    TOOL(panic, NULL, 16 * MIB, false, "panic report", false),
    TOOL(apple_vmmap, NULL, 64 * MIB, false, "vmmap", true),
};

const size_t format_count = sizeof formats / sizeof *formats;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes the run of characters that a "%d" or "%s" stands for. */
static bool take_part(struct str *member, char kind, struct str *part)
{
    size_t len = 0;

    while (len < member->len && member->at[len] != '/' &&
           (kind == 's' || is_digit(member->at[len])))
        len++;
    *part = (struct str){member->at, len};
    *member = (struct str){member->at + len, member->len - len};
    return len > 0;
}

static bool matches(const char *pattern, struct str member, int32_t *number)
{
    bool numbered = false;

    *number = 0;
    for (; *pattern != '\0'; pattern++) {
        struct str part;
        uint64_t n;

        if (*pattern != '%') {
            if (member.len == 0 || *member.at != *pattern)
                return false;
            member = (struct str){member.at + 1, member.len - 1};
            continue;
        }
        pattern++;
        if (!take_part(&member, *pattern, &part))
            return false;
        if (*pattern != 'd')
            continue;
        if (!str_u64(part, 10, &n) || n > INT32_MAX)
            return false;
        if (!numbered)
            *number = (int32_t)n;
        numbered = true;
    }
    return member.len == 0;
}

bool format_is_of(const struct format *format, const char *platform)
{
    return format->platform == EVERY_PLATFORM || platform == NULL ||
           strcmp(platform, format->platform == ONLY_LINUX ? "linux" : "macos") == 0;
}

const struct format *format_find(struct str member, const char *platform, int32_t *number)
{
    for (size_t i = 0; i < format_count; i++)
        if (formats[i].member != NULL && format_is_of(&formats[i], platform) &&
            matches(formats[i].member, member, number))
            return &formats[i];
    *number = 0;
    return NULL;
}

bool format_has_folder(struct str folder)
{
    for (size_t i = 0; i < format_count; i++) {
        struct str member = str_of(formats[i].member == NULL ? "" : formats[i].member);

        member.len = member.len < folder.len ? member.len : folder.len;
        if (str_equal(member, folder))
            return true;
    }
    return false;
}

struct str format_text(struct str content)
{
    (void)str_skip(&content, "\xef\xbb\xbf");
    return content;
}

const struct format *format_like(struct str text)
{
    text = format_text(text);
    for (size_t i = 0; i < format_count; i++)
        if (formats[i].is_like != NULL && formats[i].is_like(text))
            return &formats[i];
    return NULL;
}
