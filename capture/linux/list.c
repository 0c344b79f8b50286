/* list.c - the processes: the folders of /proc whose names are numbers. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/linux/groups.h"

#define PIDS_MAX ((size_t)4 << 20) /* PID_MAX_LIMIT of Linux */

static int by_number(const void *a, const void *b)
{
    int32_t first = *(const int32_t *)a, second = *(const int32_t *)b;

    return (first > second) - (first < second);
}

static bool pid_add(int32_t **pids, size_t *count, size_t *capacity, int32_t pid)
{
    if (*count == *capacity) {
        size_t more = *capacity == 0 ? 1024 : *capacity * 2;
        int32_t *all = more > PIDS_MAX ? NULL : realloc(*pids, more * sizeof *all);

        if (all == NULL)
            return false;
        *pids = all;
        *capacity = more;
    }
    (*pids)[(*count)++] = pid;
    return true;
}

/* With hidepid, whoever may not look into other users' processes does not see theirs either, and the
 * first one is root's. */
static bool sees_all(const struct host *host)
{
    char line[16];
    size_t len;

    return !host->live || host_read(host, "proc/1/stat", line, sizeof line, &len, NULL);
}

bool linux_list(struct host *host, int32_t **pids, size_t *count, bool *whole, struct err *err)
{
    int fd = host_open_folder(host, "proc");
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    size_t capacity = 0;
    uint64_t pid;
    bool done = true;

    *pids = NULL;
    *count = 0;
    *whole = sees_all(host);
    if (dir == NULL) {
        (void)err_errno(err, "proc");
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    while (done && (entry = readdir(dir)) != NULL)
        if (str_u64(str_of(entry->d_name), 10, &pid) && pid > 0 && pid <= INT32_MAX)
            done = pid_add(pids, count, &capacity, (int32_t)pid);
    (void)closedir(dir);
    if (!done) {
        free(*pids);
        *pids = NULL;
        return err_set(err, "proc: no memory for the list of processes");
    }
    if (*count > 1)
        qsort(*pids, *count, sizeof **pids, by_number);
    return true;
}
