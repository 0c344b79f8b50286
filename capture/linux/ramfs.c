/* ramfs.c - see ramfs.h. */
#include "capture/linux/ramfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MOUNTS_MAX ((size_t)1 << 20) /* bytes of mountinfo */
#define FILES_MAX  1000000
#define DEPTH_MAX  64 /* one descriptor each */

/* The kernel writes blanks and newlines in a name as \040 and \012. */
static char *undo_octal(struct str name)
{
    char *out = malloc(name.len + 1);
    size_t used = 0;

    for (size_t i = 0; out != NULL && i < name.len; i++) {
        uint64_t a, b, c;

        if (name.at[i] == '\\' && name.len - i > 3 &&
            str_u64((struct str){name.at + i + 1, 1}, 8, &a) &&
            str_u64((struct str){name.at + i + 2, 1}, 8, &b) &&
            str_u64((struct str){name.at + i + 3, 1}, 8, &c)) {
            out[used++] = (char)(a * 64 + b * 8 + c);
            i += 3;
        } else {
            out[used++] = name.at[i];
        }
    }
    if (out != NULL)
        out[used] = '\0';
    return out;
}

/* "36 35 98:0 /root /point opts... - type source opts"; the point borrows from the line. */
static bool read_mount(struct str line, struct ramfs *ramfs, struct str *point)
{
    struct str word, major;

    for (int i = 0; i < 3; i++)
        if (!str_word(&line, &word))
            return false;
    if (!str_cut(&word, ':', &major) || !str_u64(major, 10, &ramfs->device_major) ||
        !str_u64(word, 10, &ramfs->device_minor))
        return false;
    if (!str_word(&line, &word) || !str_is(word, "/") || !str_word(&line, point))
        return false;
    while (str_word(&line, &word))
        if (str_is(word, "-"))
            return str_word(&line, &word) && str_is(word, "ramfs");
    return false;
}

static bool is_known(const struct ramfs *found, size_t count, const struct ramfs *one)
{
    for (size_t i = 0; i < count; i++)
        if (found[i].device_major == one->device_major &&
            found[i].device_minor == one->device_minor)
            return true;
    return false;
}

size_t ramfs_find(const struct host *host, struct ramfs found[RAMFS_MAX], bool *cut)
{
    char *bytes;
    size_t len, count = 0;
    struct str text, line, point;
    int errnum;

    *cut = false;
    if (!host_load(host, "proc/self/mountinfo", MOUNTS_MAX, &bytes, &len, &errnum))
        return 0;
    text = (struct str){bytes, len};
    while (!*cut && str_line(&text, &line)) {
        struct ramfs ramfs = {NULL, 0, 0};

        if (!read_mount(line, &ramfs, &point) || is_known(found, count, &ramfs))
            continue;
        *cut = count == RAMFS_MAX;
        ramfs.point = *cut ? NULL : undo_octal(point);
        if (ramfs.point != NULL)
            found[count++] = ramfs;
    }
    free(bytes);
    return count;
}

void ramfs_free(struct ramfs *found, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(found[i].point);
}

struct walk {
    dev_t device;
    uint64_t bytes;
    size_t files;
};

static bool walk_folder(struct walk *walk, int fd, unsigned depth);

/* Opens without following links, and goes down. What is gone by now holds nothing. */
static bool walk_below(struct walk *walk, int parent, const char *name, unsigned depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT;
    return walk_folder(walk, fd, depth + 1);
}

static bool walk_entry(struct walk *walk, int parent, const char *name, unsigned depth)
{
    struct stat stat;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
        fstatat(parent, name, &stat, AT_SYMLINK_NOFOLLOW) != 0 || stat.st_dev != walk->device)
        return true;
    if (++walk->files > FILES_MAX) {
        errno = E2BIG;
        return false;
    }
    if (S_ISDIR(stat.st_mode))
        return walk_below(walk, parent, name, depth);
    /* A file with several names is met once for each. */
    if (S_ISREG(stat.st_mode) && stat.st_nlink > 0)
        walk->bytes += (uint64_t)stat.st_blocks * 512 / stat.st_nlink;
    return true;
}

/* Closes fd. */
static bool walk_folder(struct walk *walk, int fd, unsigned depth)
{
    DIR *dir = depth < DEPTH_MAX ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    bool whole = true;
    int errnum;

    if (dir == NULL) {
        errnum = depth < DEPTH_MAX ? errno : E2BIG;
        (void)close(fd);
        errno = errnum;
        return false;
    }
    while (whole && (entry = readdir(dir)) != NULL)
        whole = walk_entry(walk, fd, entry->d_name, depth);
    errnum = errno;
    (void)closedir(dir);
    errno = errnum;
    return whole;
}

bool ramfs_bytes(const struct host *host, const struct ramfs *ramfs, uint64_t *bytes, int *errnum)
{
    const char *path = ramfs->point[0] == '/' ? ramfs->point + 1 : ramfs->point;
    struct walk walk = {.bytes = 0};
    struct stat stat;
    bool whole;
    int fd = host_open_folder(host, *path != '\0' ? path : ".");

    *errnum = errno;
    if (fd < 0)
        return false;
    walk.device = makedev((unsigned)ramfs->device_major, (unsigned)ramfs->device_minor);
    if (fstat(fd, &stat) != 0 || stat.st_dev != walk.device) {
        *errnum = ESTALE;
        (void)close(fd);
        return false;
    }
    whole = walk_folder(&walk, fd, 0);
    *errnum = errno;
    *bytes = walk.bytes;
    return whole;
}
