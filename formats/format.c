/* format.c - see format.h. */
#include "formats/format.h"

#include <string.h>

#include "formats/readers.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)

const struct format formats[] = {
    {"manifest", "manifest.txt", manifest_read, 1 * MIB, EVERY_PLATFORM, false, NULL},
    {"proc_meminfo", "proc/meminfo", proc_meminfo_read, 1 * MIB, ONLY_LINUX, false, NULL},
    {"proc_vmstat", "proc/vmstat", proc_vmstat_read, 1 * MIB, ONLY_LINUX, true, NULL},
    {"proc_zoneinfo", "proc/zoneinfo", proc_zoneinfo_read, 16 * MIB, ONLY_LINUX, true, NULL},
    {"dmesg", "dmesg.txt", dmesg_read, 1 * MIB, ONLY_LINUX, true, NULL},
    {"proc_slabinfo", "proc/slabinfo", proc_slabinfo_read, 16 * MIB, ONLY_LINUX, true, NULL},
    {"slab", "sys/kernel/slab.tsv", slab_read, 16 * MIB, ONLY_LINUX, false, NULL},
    {"proc_vmallocinfo", "proc/vmallocinfo", proc_vmallocinfo_read, 128 * MIB, ONLY_LINUX, true,
     NULL},
    {"proc_allocinfo", "proc/allocinfo", proc_allocinfo_read, 32 * MIB, ONLY_LINUX, false, NULL},
    {"proc_modules", "proc/modules", proc_modules_read, 4 * MIB, ONLY_LINUX, false, NULL},
    {"modules", "sys/module.tsv", modules_read, 4 * MIB, ONLY_LINUX, false, NULL},
    {"proc_sysvipc_shm", "proc/sysvipc/shm", proc_sysvipc_shm_read, 16 * MIB, ONLY_LINUX, false,
     NULL},
    {"proc_sockstat", "proc/net/sockstat", proc_sockstat_read, 64 * KIB, ONLY_LINUX, false, NULL},
    {"proc_loadavg", "proc/loadavg", proc_loadavg_read, 4 * KIB, ONLY_LINUX, false, NULL},
    {"fdinfo", "proc/fdinfo.txt", fdinfo_read, 128 * MIB, ONLY_LINUX, false, NULL},
    {"cgroups", "sys/fs/cgroup.txt", cgroups_read, 128 * MIB, ONLY_LINUX, false, NULL},
    {"devices", "sys/block.tsv", devices_read, 4 * MIB, ONLY_LINUX, false, NULL},
    {"vmmap", "vmmap/%d.txt", vmmap_read, 16 * MIB, EVERY_PLATFORM, false, NULL},
    {"vmmap", "vmmap/%d.%d.txt", vmmap_read, 16 * MIB, EVERY_PLATFORM, false, NULL},
    {"processes", "processes.tsv", processes_read, 128 * MIB, EVERY_PLATFORM, false, NULL},
    {"locked", "locked.tsv", locked_read, 128 * MIB, ONLY_LINUX, false, NULL},
    {"samples", "samples.tsv", samples_read, 4 * MIB, EVERY_PLATFORM, false, NULL},
    {"sources", "sources.tsv", sources_read, 128 * MIB, EVERY_PLATFORM, false, NULL},
    /* A Mac: our own bundles, Apple's, and loose files. */
    {"sw_vers", "sw_vers.txt", sw_vers_read, 64 * KIB, ONLY_MACOS, false, sw_vers_is_like},
    {"sysctl", "sysctl.txt", sysctl_read, 16 * MIB, ONLY_MACOS, false, sysctl_is_like},
    {"kernel_memory", "kernel_memory.tsv", kernel_memory_read, 16 * MIB, ONLY_MACOS, true, NULL},
    {"zones", "zones.tsv", zones_read, 16 * MIB, ONLY_MACOS, true, NULL},
    {"owned", "owned.tsv", owned_read, 64 * MIB, ONLY_MACOS, false, NULL},
    {"vm_stat", "vm_stat.txt", vm_stat_read, 1 * MIB, ONLY_MACOS, false, vm_stat_is_like},
    {"memory_pressure", "memory_pressure.txt", memory_pressure_read, 1 * MIB, ONLY_MACOS, false,
     memory_pressure_is_like},
    {"zprint", "zprint.txt", zprint_read, 16 * MIB, ONLY_MACOS, false, zprint_is_like},
    {"kextstat", "kextstat.txt", kextstat_read, 4 * MIB, ONLY_MACOS, false, kextstat_is_like},
    {"system_extensions", "systemextensions.txt", system_extensions_read, 1 * MIB, ONLY_MACOS,
     false, system_extensions_is_like},
    {"footprint", "footprint.txt", footprint_read, 16 * MIB, ONLY_MACOS, false, footprint_is_like},
    {"taskinfo", "taskinfo.txt", taskinfo_read, 16 * MIB, ONLY_MACOS, false, taskinfo_is_like},
    {"allmemory", "allmemory.txt", allmemory_read, 4 * MIB, ONLY_MACOS, true, allmemory_is_like},
    {"top", "top.txt", top_read, 16 * MIB, ONLY_MACOS, false, top_is_like},
    {"ps", "ps.txt", ps_read, 16 * MIB, ONLY_MACOS, false, ps_is_like},
    {"swap_files", "swapfiles.txt", swap_files_read, 1 * MIB, ONLY_MACOS, false,
     swap_files_is_like},
    {"jetsam", NULL, jetsam_read, 16 * MIB, ONLY_MACOS, false, jetsam_is_like},
    {"panic", NULL, panic_read, 16 * MIB, ONLY_MACOS, false, panic_is_like},
    {"apple_vmmap", NULL, apple_vmmap_read, 64 * MIB, ONLY_MACOS, false, apple_vmmap_is_like},
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

static bool is_of(const struct format *format, const char *platform)
{
    return format->platform == EVERY_PLATFORM || platform == NULL ||
           strcmp(platform, format->platform == ONLY_LINUX ? "linux" : "macos") == 0;
}

const struct format *format_find(struct str member, const char *platform, int32_t *number)
{
    for (size_t i = 0; i < format_count; i++)
        if (formats[i].member != NULL && is_of(&formats[i], platform) &&
            matches(formats[i].member, member, number))
            return &formats[i];
    *number = 0;
    return NULL;
}

const struct format *format_like(struct str text)
{
    for (size_t i = 0; i < format_count; i++)
        if (formats[i].is_like != NULL && formats[i].is_like(text))
            return &formats[i];
    return NULL;
}
