/*
 * cgroups.c - sys/fs/cgroup.txt: what the memory charged to each control group consists of.
 *
 *     @ cgroup 2 1234 /system.slice/nginx.service
 *     anon 4096
 *     ...
 *     memory.current 123456
 *
 * Its inode names a group in kpagecgroup. Paths are as in /proc/PID/cgroup.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/linux/groups.h"

#define DEPTH_MAX  32
#define GROUPS_MAX 50000
#define TIME_US    5000000
#define MOUNTS_MAX ((size_t)1 << 20)
#define STAT_MAX   16384

/* What is read of a group beside memory.stat. */
static const struct {
    unsigned version;
    const char *file;
} extras[] = {{1, "memory.kmem.usage_in_bytes"}, {2, "memory.current"}};

struct walk {
    struct output *output;
    const char *folder;
    size_t mount_len; /* of the folder: what is before the group's own path */
    unsigned version, depth;
    size_t *group_count;
    uint64_t start_us;
    bool *cut;
};

static bool path_in(char path[HOST_PATH_MAX], const char *folder, const char *name)
{
    int len = snprintf(path, HOST_PATH_MAX, "%s/%s", folder, name);

    return len > 0 && len < HOST_PATH_MAX;
}

/* The group that walk->folder is; nothing without a memory.stat. */
static void group_write(struct host *host, const struct walk *walk)
{
    char path[HOST_PATH_MAX], text[STAT_MAX];
    const char *own = walk->folder + walk->mount_len;
    struct stat status;
    size_t len;

    if (!path_in(path, walk->folder, "memory.stat") ||
        !host_read(host, path, text, sizeof text, &len, NULL) || len == 0 ||
        !host_stat(host, walk->folder, false, &status))
        return;
    (*walk->group_count)++;
    output_printf(walk->output, "@ cgroup %u %" PRIu64 " ", walk->version, (uint64_t)status.st_ino);
    output_name(walk->output, *own == '\0' ? "/" : own);
    output_printf(walk->output, "\n");
    output_write(walk->output, text, len);
    if (text[len - 1] != '\n')
        output_write(walk->output, "\n", 1);
    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
        char line[64];
        uint64_t bytes;

        if (extras[i].version == walk->version && path_in(path, walk->folder, extras[i].file) &&
            host_line(host, path, line, sizeof line) && str_bytes(str_of(line), 1, &bytes))
            output_printf(walk->output, "%s %" PRIu64 "\n", extras[i].file, bytes);
    }
}

static void visit(struct host *host, const char *name, void *context)
{
    const struct walk *walk = context;
    struct walk below = *walk;
    char path[HOST_PATH_MAX];
    struct stat status;
    bool cut = false;

    if (*walk->cut || !path_in(path, walk->folder, name) ||
        !host_stat(host, path, false, &status) || !S_ISDIR(status.st_mode))
        return;
    if (walk->depth == DEPTH_MAX || *walk->group_count >= GROUPS_MAX ||
        host_now_us() - walk->start_us > TIME_US) {
        *walk->cut = true;
        return;
    }
    below.folder = path;
    below.depth++;
    group_write(host, &below);
    (void)host_each(host, path, HOST_NAMES_MAX, visit, &below, &cut);
    *walk->cut |= cut;
}

/* All groups of one mounted hierarchy. */
static void hierarchy_write(struct host *host, struct output *output, const char *folder,
                            unsigned version, bool *cut)
{
    size_t group_count = 0;
    struct walk walk = {output, folder,       strlen(folder), version,
                        0,      &group_count, host_now_us(),  cut};
    bool more = false;

    group_write(host, &walk);
    (void)host_each(host, folder, HOST_NAMES_MAX, visit, &walk, &more);
    *cut |= more;
}

static bool has_option(struct str options, const char *wanted)
{
    struct str option;

    while (options.len > 0) {
        (void)str_cut(&options, ',', &option);
        if (str_is(option, wanted))
            return true;
    }
    return false;
}

/* "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0": its folder and version; 0: it is something
 * else, or stands where an escaped name says. */
static unsigned mount_read(struct str line, char folder[HOST_PATH_MAX])
{
    struct str words[4];
    unsigned version = 0;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        (void)str_word(&line, &words[i]);
    if (str_is(words[2], "cgroup2"))
        version = 2;
    else if (str_is(words[2], "cgroup") && has_option(words[3], "memory"))
        version = 1;
    if (!str_skip(&words[1], "/") || str_find(words[1], "\\") != SIZE_MAX)
        return 0;
    (void)snprintf(folder, HOST_PATH_MAX, "%.*s", (int)words[1].len, words[1].at);
    return version;
}

/* The first mount of each version is the system's own; containers may see more of the same. */
void cgroups_write(struct host *host, struct output *output)
{
    bool seen[3] = {false}, cut = false;
    char folder[HOST_PATH_MAX], *mounts;
    size_t len;
    int errnum;
    struct str text, line;

    output_begin(output, "sys/fs/cgroup.txt");
    if (!host_load(host, "proc/mounts", MOUNTS_MAX, &mounts, &len, &errnum)) {
        output_end(output, output_status_of(errnum), errnum);
        return;
    }
    text = (struct str){mounts, len};
    while (str_line(&text, &line)) {
        unsigned version = mount_read(line, folder);

        if (version == 0 || seen[version])
            continue;
        seen[version] = true;
        hierarchy_write(host, output, folder, version, &cut);
    }
    free(mounts);
    if (!seen[1] && !seen[2])
        output_end(output, STATUS_ABSENT, 0);
    else
        output_end(output, cut ? STATUS_TRUNCATED : STATUS_OK, 0);
}
