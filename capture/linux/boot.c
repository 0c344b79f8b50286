/* boot.c - see boot.h. */
#include "capture/linux/boot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#define CONFIG_MAX     ((size_t)4 << 20)
#define OPTION         "CONFIG_VMAP_STACK=y\n"
#define VIRTIO         "sys/bus/virtio/devices"
#define VIRTIO_BALLOON "0x0005"
#define DEFLATE_ON_OOM 2 /* number of the feature's bit */

/* Whether a configuration, gzipped or not, has the option; false: it cannot be read. */
static bool config_read(const struct host *host, const char *path, bool *has)
{
    int fd = host_open(host, path);
    gzFile file = fd < 0 ? NULL : gzdopen(fd, "rb");
    char line[256];
    size_t total = 0;

    if (file == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    *has = false;
    while (!*has && total < CONFIG_MAX && gzgets(file, line, sizeof line) != NULL) {
        total += strlen(line);
        *has = strcmp(line, OPTION) == 0;
    }
    (void)gzclose(file);
    return total > 0;
}

static bool is_usual(const struct host *host)
{
    static const char *const usual[] = {"x86_64", "aarch64", "riscv64", "s390x"};
    char machine[128] = "";
    struct utsname system;

    /* proc/sys/kernel/arch is there since 6.1. */
    if (!host_line(host, "proc/sys/kernel/arch", machine, sizeof machine - 1) && host->live &&
        uname(&system) == 0)
        (void)snprintf(machine, sizeof machine, "%s", system.machine);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcmp(machine, usual[i]) == 0)
            return true;
    return false;
}

enum yes_no boot_vmap_stack(const struct host *host)
{
    char release[128], path[256];
    bool has;

    if (config_read(host, "proc/config.gz", &has))
        return has ? YES : NO;
    if (host_line(host, "proc/sys/kernel/osrelease", release, sizeof release) &&
        strchr(release, '/') == NULL) {
        (void)snprintf(path, sizeof path, "boot/config-%s", release);
        if (config_read(host, path, &has))
            return has ? YES : NO;
    }
    return is_usual(host) ? YES : UNSAID;
}

/* One virtio device; its features are a line of 0 and 1, bit 0 first. */
static void balloon_visit(struct host *host, const char *name, void *context)
{
    enum yes_no *found = context;
    char path[512], text[256];

    (void)snprintf(path, sizeof path, VIRTIO "/%s/device", name);
    if (!host_line(host, path, text, sizeof text) || strcmp(text, VIRTIO_BALLOON) != 0)
        return;
    (void)snprintf(path, sizeof path, VIRTIO "/%s/features", name);
    if (!host_line(host, path, text, sizeof text) || strlen(text) <= DEFLATE_ON_OOM)
        *found = UNSAID;
    else
        *found = text[DEFLATE_ON_OOM] == '1' ? YES : NO;
}

enum yes_no boot_balloon_deflate_on_oom(struct host *host)
{
    enum yes_no found = NO;
    bool cut;

    if (!host_each(host, VIRTIO, 1024, balloon_visit, &found, &cut) && errno != ENOENT)
        return UNSAID;
    return found;
}
