/* host.c - see host.h. */
#include "capture/linux/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536

/* Links in a recorded root stay in it, also absolute ones and those that climb. */
static int open_inside(int root, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT};
    int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);

    if (fd < 0 && errno == ENOSYS) /* before Linux 5.6: then no links */
        return openat(root, path, flags | O_NOFOLLOW);
    return fd;
}

static int open_as(const struct host *host, const char *path, int flags)
{
    flags |= O_CLOEXEC;
    return host->live ? openat(host->root, path, flags) : open_inside(host->root, path, flags);
}

int host_open(const struct host *host, const char *path)
{
    return open_as(host, path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
}

int host_open_folder(const struct host *host, const char *path)
{
    return open_as(host, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

int64_t host_fill(int fd, char *buffer, size_t size)
{
    size_t len = 0;

    while (len < size) {
        ssize_t got = read(fd, buffer + len, size - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    return (int64_t)len;
}

static void close_keeping_errno(int fd)
{
    int errnum = errno;

    (void)close(fd);
    errno = errnum;
}

bool host_read(const struct host *host, const char *path, char *buffer, size_t size, size_t *len,
               int *errnum)
{
    int fd = host_open(host, path);
    int64_t filled = fd < 0 ? -1 : host_fill(fd, buffer, size);

    if (fd >= 0)
        close_keeping_errno(fd);
    if (filled < 0) {
        if (errnum != NULL)
            *errnum = errno;
        return false;
    }
    *len = (size_t)filled;
    return true;
}

bool host_line(const struct host *host, const char *path, char *line, size_t size)
{
    size_t len;
    struct str text, first;

    if (!host_read(host, path, line, size, &len, NULL))
        return false;
    text = (struct str){line, len};
    if (!str_line(&text, &first) || (first.len == size && text.len == 0))
        return false;
    first = str_trim(first);
    memmove(line, first.at, first.len);
    line[first.len] = '\0';
    return first.len > 0;
}

bool host_load(const struct host *host, const char *path, size_t max, char **bytes, size_t *len,
               int *errnum)
{
    size_t size = CHUNK < max ? CHUNK : max;
    char *all = malloc(size);
    int fd = host_open(host, path);
    int64_t filled = 0;

    *len = 0;
    while (fd >= 0 && all != NULL) {
        char *more;

        filled = host_fill(fd, all + *len, size - *len);
        if (filled < 0)
            break;
        *len += (size_t)filled;
        if (*len < size || size == max)
            break;
        size = size > max / 2 ? max : size * 2;
        more = realloc(all, size);
        if (more == NULL)
            filled = -1;
        else
            all = more;
        if (filled < 0)
            break;
    }
    *errnum = errno;
    if (fd >= 0)
        (void)close(fd);
    if (fd < 0 || all == NULL || filled < 0) {
        free(all);
        *bytes = NULL;
        return false;
    }
    *bytes = all;
    return true;
}

bool host_link(const struct host *host, const char *path, char *target, size_t size)
{
    int fd = host->live ? host->root : open_as(host, path, O_PATH | O_NOFOLLOW);
    ssize_t len = fd < 0 ? -1 : readlinkat(fd, host->live ? path : "", target, size);

    if (fd >= 0 && !host->live)
        (void)close(fd);
    if (len < 0 || (size_t)len >= size)
        return false;
    target[len] = '\0';
    return true;
}

bool host_stat(const struct host *host, const char *path, bool follow, struct stat *stat)
{
    bool done;
    int fd;

    if (host->live)
        return fstatat(host->root, path, stat, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0;
    fd = open_as(host, path, follow ? O_PATH : O_PATH | O_NOFOLLOW);
    done = fd >= 0 && fstat(fd, stat) == 0;
    if (fd >= 0)
        (void)close(fd);
    return done;
}

/* Everything up to the end or a limit. */
static enum status copy(int fd, struct output *output)
{
    uint64_t start_us = host_now_us();
    char chunk[CHUNK];

    for (;;) {
        int64_t len = host_fill(fd, chunk, sizeof chunk);

        if (len < 0)
            return output_status_of(errno);
        output_write(output, chunk, (size_t)len);
        if ((size_t)len < sizeof chunk)
            return STATUS_OK;
        if (output_size_bytes(output) >= HOST_COPY_MAX)
            return STATUS_TRUNCATED;
        if (host_now_us() - start_us > HOST_COPY_US)
            return STATUS_TIMED_OUT;
    }
}

void host_copy(struct host *host, struct output *output, const char *path)
{
    enum status status;
    int fd, errnum = 0;

    output_begin(output, "%s", path);
    fd = host_open(host, path);
    if (fd < 0) {
        errnum = errno;
        output_end(output, output_status_of(errnum), errnum);
        return;
    }
    errno = 0;
    status = copy(fd, output);
    if (status != STATUS_OK && status != STATUS_TRUNCATED && status != STATUS_TIMED_OUT)
        errnum = errno;
    (void)close(fd);
    output_end(output, status, errnum);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder; false, with errno. */
static bool names_read(DIR *dir, char ***names, size_t *count, bool *cut)
{
    size_t capacity = 0;
    const struct dirent *entry;

    for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (*count == HOST_NAMES_MAX) {
            *cut = true;
            return true;
        }
        if (*count == capacity) {
            char **more = realloc(*names, (capacity + 64) * 2 * sizeof *more);

            if (more == NULL)
                return false;
            *names = more;
            capacity = (capacity + 64) * 2;
        }
        (*names)[*count] = strdup(entry->d_name);
        if ((*names)[*count] == NULL)
            return false;
        (*count)++;
    }
    return errno == 0;
}

bool host_each(struct host *host, const char *path, size_t max, host_visit_fn *visit, void *context,
               bool *cut)
{
    int fd = host_open_folder(host, path);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    char **names = NULL;
    size_t count = 0;
    bool done;
    int errnum;

    *cut = false;
    if (dir == NULL) {
        if (fd >= 0)
            close_keeping_errno(fd);
        return false;
    }
    done = names_read(dir, &names, &count, cut);
    errnum = errno;
    (void)closedir(dir);
    if (count > 1)
        qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        if (i < max)
            visit(host, names[i], context);
        else
            *cut = true;
        free(names[i]);
    }
    free(names);
    errno = errnum;
    return done;
}

uint64_t host_now_us(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}
