/* region.c - see region.h. */
#include "capture/linux/region.h"

#define GUARD_MAX ((uint64_t)64 << 10) /* bytes; more is address space kept for later */

static const struct {
    const char *prefix, *type;
} names[] = {
    {"[heap]", "heap"},
    {"[stack", "stack"},
    {"[vdso]", "vdso"},
    {"[vvar", "vvar"},
    {"[vsyscall]", "vsyscall"},
    {"[anon:", "anon"},
    {"[anon_shmem:", "shm"},
    {"[", "special"},
    {"/secretmem", "secretmem"},
    {"/SYSV", "shm"},
    {"/dev/shm/", "shm"},
    {"/dev/zero", "shm"},
    {"/memfd:", "memfd"},
    {"/dmabuf:", "dmabuf"},
    {"anon_inode:[perf_event]", "perf_ring"},
    {"anon_inode:[io_uring]", "io_uring"},
    {"anon_inode:bpf", "bpf_map"},
    {"anon_inode:", "anon_inode"},
    {"socket:", "socket"},
};

bool region_is_hugetlb(const struct smaps_region *region)
{
    return smaps_flag(region, "ht") || region->bytes[SMAPS_SHARED_HUGETLB] > 0 ||
           region->bytes[SMAPS_PRIVATE_HUGETLB] > 0;
}

struct str region_name(const struct smaps_region *region)
{
    struct str name = region->path;

    if (str_ends(name, " (deleted)"))
        name.len -= sizeof " (deleted)" - 1;
    return name;
}

static const char *named_type(const struct smaps_region *region)
{
    const char *protection = region->protection;

    if (region_is_hugetlb(region))
        return "hugetlb";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_starts(region->path, names[i].prefix))
            return names[i].type;
    if (smaps_flag(region, "pf") || smaps_flag(region, "io"))
        return "device";
    if (protection[3] == 's')
        return "file";
    if (protection[2] == 'x')
        return "text";
    if (protection[1] == 'w')
        return "data";
    return protection[0] == 'r' ? "rodata" : "file";
}

static const char *anonymous_type(const struct smaps_region *region,
                                  const struct region_below *below)
{
    bool adjacent = below->end == region->start;

    if (region_is_hugetlb(region))
        return "hugetlb";
    if (region->protection[0] == '-' && region->protection[1] == '-')
        return region->end - region->start <= GUARD_MAX ? "guard" : "reserved";
    if (region->protection[1] != 'w')
        return "anon";
    if (adjacent && below->guard)
        return "thread_stack";
    return adjacent && below->data ? "bss" : "anon";
}

const char *region_type(const struct smaps_region *region, struct region_below *below)
{
    bool named = region->path.len > 0;
    const char *type = named ? named_type(region) : anonymous_type(region, below);
    struct str word = str_of(type);

    below->end = region->end;
    below->guard = str_is(word, "guard");
    below->data = str_is(word, "data");
    return type;
}
