/*
 * sysctl.c - sysctl.txt: what proc/sys says, as sysctl(8) prints it: "vm.swappiness: 60".
 *
 * Nothing is written, and nothing read whose reading does something or tells a secret. As in
 * sysctl(8), a dot in a name becomes a slash: net.ipv4.conf.eth0/100.forwarding.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/linux/groups.h"

#define SYSCTL     "proc/sys"
#define DEPTH_MAX  12
#define VALUE_MAX  4096
#define MEMBER_MAX ((uint64_t)8 << 20)
#define TIME_US    3000000

static const char *const skipped[] = {
    "stat_refresh", /* its reading does work */
    "uuid",         /* another one each time */
    "stable_secret",
    "tcp_fastopen_key",
};

struct walk {
    struct output *output;
    const char *folder;
    uint64_t start_us;
    unsigned depth;
    bool cut;
};

/* "proc/sys/vm/swappiness" as "vm.swappiness" */
static void name_put(struct output *output, const char *path)
{
    for (const char *c = path + sizeof SYSCTL; *c != '\0'; c++) {
        char put = *c;

        if (put == '/')
            put = '.';
        else if (put == '.')
            put = '/';
        else if (put <= ' ' || put > '~')
            put = '?';
        output_write(output, &put, 1);
    }
}

static void value_put(const struct host *host, struct output *output, const char *path)
{
    char value[VALUE_MAX];
    size_t len;
    struct str text, line = {value, 0};

    if (!host_read(host, path, value, sizeof value, &len, NULL))
        return;
    for (size_t i = 0; i < len; i++)
        if ((value[i] < ' ' && value[i] != '\t' && value[i] != '\n') || value[i] == 0x7f)
            value[i] = '?';
    text = (struct str){value, len};
    while (str_line(&text, &line)) {
        name_put(output, path);
        output_write(output, ": ", 2);
        output_write(output, line.at, line.len);
        output_write(output, "\n", 1);
    }
}

static void visit(struct host *host, const char *name, void *context)
{
    struct walk *walk = context;
    char path[1024];
    struct stat status;
    int len = snprintf(path, sizeof path, "%s/%s", walk->folder, name);

    for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++)
        if (strcmp(name, skipped[i]) == 0)
            return;
    if (walk->cut || output_size_bytes(walk->output) > MEMBER_MAX ||
        host_now_us() - walk->start_us > TIME_US || len < 0 || (size_t)len >= sizeof path) {
        walk->cut = true;
        return;
    }
    if (!host_stat(host, path, false, &status))
        return;
    if (S_ISDIR(status.st_mode) && walk->depth < DEPTH_MAX) {
        struct walk below = *walk;
        bool cut;

        below.folder = path;
        below.depth++;
        (void)host_each(host, path, HOST_NAMES_MAX, visit, &below, &cut);
        walk->cut |= below.cut || cut;
    } else if (S_ISREG(status.st_mode) && (status.st_mode & 0444) != 0) {
        value_put(host, walk->output, path);
    }
}

void sysctl_write(struct host *host, struct output *output)
{
    struct walk walk = {output, SYSCTL, host_now_us(), 0, false};
    bool cut;
    int errnum;

    output_begin(output, "sysctl.txt");
    if (!host_each(host, SYSCTL, HOST_NAMES_MAX, visit, &walk, &cut)) {
        errnum = errno;
        output_end(output, output_status_of(errnum), errnum);
        return;
    }
    output_end(output, walk.cut || cut ? STATUS_TRUNCATED : STATUS_OK, 0);
}
