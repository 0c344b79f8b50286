/* swap.c - swapfiles.txt: the files that memory is swapped out to, as "ls -l" lists them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"
#include "capture/macos/ls_line.h"

#define FILES_MAX   1024
#define BLOCK_BYTES 512 /* what ls counts in "total" */

struct file {
    char name[256];
    struct stat stat;
};

/* "/System/Volumes/VM/swapfile": where this release keeps them. It used to be /private/var/vm. */
static const char *folder_of(char *prefix, size_t size)
{
    char *slash;

    if (!call_sysctl_text("vm.swapfileprefix", prefix, size) || *prefix != '/')
        return "/private/var/vm";
    slash = strrchr(prefix, '/');
    if (slash == prefix)
        return "/private/var/vm";
    *slash = '\0';
    return prefix;
}

static int by_name(const void *a, const void *b)
{
    const struct file *left = a, *right = b;

    return strcmp(left->name, right->name);
}

/* Reads at most FILES_MAX of them; 0, or an errno. */
static int files_read(DIR *dir, struct file *files, size_t *count, bool *cut)
{
    const struct dirent *entry;

    for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
        struct file *file = &files[*count];

        if (*entry->d_name == '.')
            continue;
        if (*count == FILES_MAX) {
            *cut = true;
            return 0;
        }
        if ((size_t)snprintf(file->name, sizeof file->name, "%s", entry->d_name) <
                sizeof file->name &&
            fstatat(dirfd(dir), file->name, &file->stat, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(file->stat.st_mode))
            (*count)++;
    }
    return errno;
}

static void files_put(struct output *output, struct file *files, size_t count)
{
    int64_t now_s = clock_epoch_us() / 1000000;
    uint64_t blocks = 0;

    if (count > 0)
        qsort(files, count, sizeof *files, by_name);
    for (size_t i = 0; i < count; i++)
        blocks += (uint64_t)files[i].stat.st_blocks;
    output_printf(output, "total %" PRIu64 "\n", blocks);
    for (size_t i = 0; i < count; i++)
        ls_line_put(output, files[i].name, &files[i].stat, now_s);
}

/* 0, or an errno. */
static int folder_put(struct output *output, const char *folder, bool *cut)
{
    struct file *files;
    size_t count = 0;
    DIR *dir = opendir(folder);
    int errnum;

    if (dir == NULL)
        return errno;
    files = calloc(FILES_MAX + 1, sizeof *files);
    errnum = files == NULL ? ENOMEM : files_read(dir, files, &count, cut);
    (void)closedir(dir);
    if (errnum == 0)
        files_put(output, files, count);
    free(files);
    return errnum;
}

void swap_write(struct host *host, struct output *output)
{
    char prefix[1024];
    const char *folder = folder_of(prefix, sizeof prefix);
    bool cut = false;
    int errnum;

    (void)host;
    output_begin(output, "swapfiles.txt");
    errnum = folder_put(output, folder, &cut);
    if (errnum != 0)
        output_note(output, "%s cannot be listed", folder);
    output_end(output, cut ? STATUS_TRUNCATED : output_status_of(errnum), errnum);
}
