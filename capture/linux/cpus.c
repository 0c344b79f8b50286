/* cpus.c - see cpus.h. */
#include "capture/linux/cpus.h"

/* A list like "0-3,8,10-11": how many there are in it, and the greatest. */
static bool list_read(const struct host *host, const char *path, uint64_t *count, uint64_t *last)
{
    char line[4096];
    struct str text, part;

    if (!host_line(host, path, line, sizeof line))
        return false;
    *count = *last = 0;
    for (text = str_of(line); text.len > 0;) {
        uint64_t first;
        struct str from;
        bool range;

        (void)str_cut(&text, ',', &part);
        range = str_cut(&part, '-', &from);
        if (!str_u64(from, 10, &first) || !str_u64(range ? part : from, 10, last) ||
            *last < first || *last > UINT32_MAX)
            return false;
        *count += *last - first + 1;
    }
    return true;
}

bool cpus_possible(const struct host *host, uint64_t *count)
{
    uint64_t number, last;

    if (!list_read(host, "sys/devices/system/cpu/possible", &number, &last))
        return false;
    *count = last + 1;
    return true;
}

bool cpus_online(const struct host *host, uint64_t *count)
{
    uint64_t last;

    return list_read(host, "sys/devices/system/cpu/online", count, &last);
}
