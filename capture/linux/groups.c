/* groups.c - the groups of raw files; see groups.h. */
#include "capture/linux/groups.h"

#include <stdlib.h>

#define STAT_MAX ((size_t)8 << 20)

/* Raw copies; each list ends with NULL. */
static void copy_all(struct host *host, struct output *output, const char *const *paths)
{
    for (size_t i = 0; paths[i] != NULL; i++)
        host_copy(host, output, paths[i]);
}

void group_slab(struct host *host, struct output *output)
{
    host_copy(host, output, "proc/slabinfo");
    slab_write(host, output);
}

void group_vmalloc(struct host *host, struct output *output)
{
    host_copy(host, output, "proc/vmallocinfo");
}

void group_modules(struct host *host, struct output *output)
{
    host_copy(host, output, "proc/modules");
    modules_write(host, output);
}

void group_shm(struct host *host, struct output *output)
{
    host_copy(host, output, "proc/sysvipc/shm");
}

/* proc/stat: the processors' total and the boot time; the rest is long and of no use here. */
static void stat_write(struct host *host, struct output *output)
{
    char *bytes;
    size_t len;
    int errnum;
    struct str text, line;

    output_begin(output, "proc/stat");
    if (!host_load(host, "proc/stat", STAT_MAX, &bytes, &len, &errnum)) {
        output_end(output, output_status_of(errnum), errnum);
        return;
    }
    text = (struct str){bytes, len};
    while (str_line(&text, &line))
        if (str_starts(line, "cpu ") || str_starts(line, "btime ")) {
            output_write(output, line.at, line.len);
            output_write(output, "\n", 1);
        }
    free(bytes);
    output_end(output, STATUS_OK, 0);
}

void group_system_files(struct host *host, struct output *output)
{
    static const char *const paths[] = {
        "proc/net/sockstat",
        "proc/net/packet",
        "proc/buddyinfo",
        "proc/iomem",
        "proc/swaps",
        "proc/mounts",
        "proc/cmdline",
        "proc/version",
        "proc/uptime",
        "proc/loadavg",
        NULL,
    };

    copy_all(host, output, paths);
    stat_write(host, output);
}

void group_allocinfo(struct host *host, struct output *output)
{
    host_copy(host, output, "proc/allocinfo");
}

void group_devices(struct host *host, struct output *output)
{
    devices_write(host, output);
    host_copy(host, output, "sys/kernel/debug/dma_buf/bufinfo");
}

void group_swap(struct host *host, struct output *output)
{
    host_copy(host, output, "proc/pressure/memory");
    swap_write(host, output);
}

void group_full(struct host *host, struct output *output)
{
    static const char *const paths[] = {
        "sys/kernel/debug/page_owner_stacks/show_stacks",
        "proc/pagetypeinfo",
        "proc/net/unix",
        "proc/net/tcp",
        "proc/net/tcp6",
        "proc/net/udp",
        NULL,
    };

    if (host->options.full)
        copy_all(host, output, paths);
}
