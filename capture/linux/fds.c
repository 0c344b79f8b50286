/* fds.c - see fds.h. */
#include "capture/linux/fds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/escape.h"

#define INFO_MAX   ((size_t)64 << 10) /* bytes of one descriptor's text */
#define TEXT_MAX   ((size_t)1 << 20)  /* bytes of one process's blocks */
#define LINK_MAX   1024               /* of a link: enough to tell the kinds apart */
#define HEADER_MAX (64 + ESCAPE_MAX * LINK_MAX + 3)
#define BLOCK_MAX  (HEADER_MAX + INFO_MAX + 1 + 2 * (sizeof "@ cut\n" - 1))

/* Makes room for `bytes` more; false at the bound. */
static bool make_room(struct fds_text *text, size_t bytes)
{
    size_t size = text->size > 0 ? text->size : 4096;
    char *more;

    while (size - text->len < bytes)
        size *= 2;
    if (size > TEXT_MAX)
        return false;
    if (size == text->size)
        return true;
    more = realloc(text->bytes, size);
    if (more == NULL)
        return false;
    text->bytes = more;
    text->size = size;
    return true;
}

/* Behind a block that make_room let in there is always room for this line. */
static void append_cut(struct fds_text *text)
{
    static const char cut[] = "@ cut\n";

    memcpy(text->bytes + text->len, cut, sizeof cut - 1);
    text->len += sizeof cut - 1;
}

static void append_header(struct fds_text *text, int32_t pid, const char *fd, const char *link)
{
    char *at = text->bytes + text->len;
    size_t used = (size_t)snprintf(at, HEADER_MAX, "@ fd %" PRId32 " %.20s ", pid, fd);

    used += escape_name(at + used, ESCAPE_MAX * LINK_MAX + 3, str_of(link));
    at[used++] = '\n';
    text->len += used;
}

static int open_info(const struct host *host, int32_t pid, const char *fd)
{
    char path[64];

    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/fdinfo/%.20s", pid, fd);
    return host_open(host, path);
}

/* "@" begins a block of ours; a driver may print a name of the user's choice with newlines. */
static void defuse(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '@' && (i == 0 || text[i - 1] == '\n'))
            text[i] = '?';
}

static void read_info(const struct host *host, int32_t pid, const char *name, const char *link,
                      struct fds_text *text)
{
    int64_t len;
    int fd;

    if (text->cut)
        return;
    if (!make_room(text, BLOCK_MAX)) {
        text->cut = true;
        if (text->len > 0)
            append_cut(text);
        return;
    }
    fd = open_info(host, pid, name);
    if (fd < 0)
        return;
    append_header(text, pid, name, link);
    len = host_fill(fd, text->bytes + text->len, INFO_MAX);
    (void)close(fd);
    if (len > 0) {
        defuse(text->bytes + text->len, (size_t)len);
        text->len += (size_t)len;
    }
    if (text->bytes[text->len - 1] != '\n')
        text->bytes[text->len++] = '\n';
    if (len < 0 || (size_t)len == INFO_MAX)
        append_cut(text);
}

static bool holds_memory(struct str link)
{
    return str_is(link, "anon_inode:bpf-map") || str_is(link, "anon_inode:[io_uring]") ||
           str_starts(link, "/dmabuf:") || str_starts(link, "/dev/dri/");
}

static void count_link(struct str link, struct process *process)
{
    if (str_starts(link, "pipe:["))
        process->pipe_count.n++;
    else if (str_starts(link, "socket:["))
        process->socket_count.n++;
    else if (str_is(link, "anon_inode:[io_uring]"))
        process->ring_count.n++;
}

static void read_links(const struct host *host, int32_t pid, DIR *dir, struct fds_text *text,
                       struct process *process)
{
    const struct dirent *entry;

    while ((entry = readdir(dir)) != NULL) {
        char link[LINK_MAX + 1];
        ssize_t len;

        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        process->fd_count.n++;
        len = readlinkat(dirfd(dir), entry->d_name, link, LINK_MAX);
        if (len <= 0)
            continue;
        link[len] = '\0';
        count_link(str_of(link), process);
        if (holds_memory(str_of(link)))
            read_info(host, pid, entry->d_name, link, text);
    }
}

void fds_read(const struct host *host, int32_t pid, struct fds_text *text, struct process *process)
{
    struct count *counts[] = {&process->fd_count, &process->pipe_count, &process->socket_count,
                              &process->ring_count};
    char path[64];
    DIR *dir;
    int fd;

    (void)snprintf(path, sizeof path, "proc/%" PRId32 "/fd", pid);
    fd = host_open(host, path);
    dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        process->fds_status = errno == ENOENT ? STATUS_VANISHED : output_status_of(errno);
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        *counts[i] = (struct count){0, true};
    read_links(host, pid, dir, text, process);
    (void)closedir(dir);
    process->fds_status = STATUS_OK;
}
