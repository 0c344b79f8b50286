/*
 * sysctl_tree.c - the sysctls by name and by number. Numbers of the well-known ones are Apple's; the
 * others get theirs as they come.
 */
#include <stdlib.h>

#include "tests/macrun/mac.h"

struct sysctl *sysctl_named(struct str name)
{
    for (size_t i = 0; i < mac.sysctl_count; i++)
        if (str_is(name, mac.sysctls[i].name))
            return &mac.sysctls[i];
    return NULL;
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

void sysctls_number(void)
{
    for (size_t i = 0; i < mac.sysctl_count; i++)
        number(&mac.sysctls[i]);
    qsort(mac.sysctls, mac.sysctl_count, sizeof *mac.sysctls, by_oid);
}

/* ---- looking up ---------------------------------------------------------------------------- */

/* The first one at or behind it. */
static size_t lower_bound(const int *oid, size_t count)
{
    size_t low = 0, high = mac.sysctl_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct sysctl *sysctl = &mac.sysctls[middle];

        if (compare_oids(sysctl->oid, sysctl->oid_count, oid, count) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(size_t index, const int *oid, size_t count)
{
    const struct sysctl *sysctl = &mac.sysctls[index];

    return index < mac.sysctl_count &&
           compare_oids(sysctl->oid, sysctl->oid_count, oid, count) == 0;
}

struct sysctl *sysctl_at(const int *oid, size_t count)
{
    size_t found = lower_bound(oid, count);

    return is_at(found, oid, count) ? &mac.sysctls[found] : NULL;
}

struct sysctl *sysctl_behind(const int *oid, size_t count)
{
    size_t next = lower_bound(oid, count);

    while (next < mac.sysctl_count &&
           ((mac.sysctls[next].kind & SYSCTL_TYPE_MASK) == DARWIN_CTLTYPE_NODE ||
            is_at(next, oid, count)))
        next++;
    return next < mac.sysctl_count ? &mac.sysctls[next] : NULL;
}
