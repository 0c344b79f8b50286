/* format.c - see format.h. */
#include "formats/format.h"

#include "formats/readers.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)

const struct format formats[] = {
    {"manifest", "manifest.txt", manifest_read, 1 * MIB, false},
    {"proc_meminfo", "proc/meminfo", proc_meminfo_read, 1 * MIB, false},
    {"proc_vmstat", "proc/vmstat", proc_vmstat_read, 1 * MIB, true},
    {"proc_zoneinfo", "proc/zoneinfo", proc_zoneinfo_read, 16 * MIB, true},
    {"dmesg", "dmesg.txt", dmesg_read, 1 * MIB, true},
    {"proc_slabinfo", "proc/slabinfo", proc_slabinfo_read, 16 * MIB, true},
    {"slab", "sys/kernel/slab.tsv", slab_read, 16 * MIB, false},
    {"proc_vmallocinfo", "proc/vmallocinfo", proc_vmallocinfo_read, 128 * MIB,
     .counts_pages = true},
    {"proc_allocinfo", "proc/allocinfo", proc_allocinfo_read, 32 * MIB, false},
    {"proc_modules", "proc/modules", proc_modules_read, 4 * MIB, false},
    {"modules", "sys/module.tsv", modules_read, 4 * MIB, false},
    {"proc_sysvipc_shm", "proc/sysvipc/shm", proc_sysvipc_shm_read, 16 * MIB, false},
    {"proc_sockstat", "proc/net/sockstat", proc_sockstat_read, 64 * KIB, false},
    {"proc_loadavg", "proc/loadavg", proc_loadavg_read, 4 * KIB, false},
    {"fdinfo", "proc/fdinfo.txt", fdinfo_read, 128 * MIB, false},
    {"cgroups", "sys/fs/cgroup.txt", cgroups_read, 128 * MIB, false},
    {"devices", "sys/block.tsv", devices_read, 4 * MIB, false},
    {"vmmap", "vmmap/%d.txt", vmmap_read, 16 * MIB, false},
    {"vmmap", "vmmap/%d.%d.txt", vmmap_read, 16 * MIB, false},
    {"processes", "processes.tsv", processes_read, 128 * MIB, false},
    {"locked", "locked.tsv", locked_read, 128 * MIB, false},
    {"samples", "samples.tsv", samples_read, 4 * MIB, false},
    {"sources", "sources.tsv", sources_read, 128 * MIB, false},
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

const struct format *format_find(struct str member, int32_t *number)
{
    for (size_t i = 0; i < format_count; i++)
        if (matches(formats[i].member, member, number))
            return &formats[i];
    *number = 0;
    return NULL;
}
