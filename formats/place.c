/* place.c - see place.h. */
#include "formats/place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/durable.h"
#include "formats/str.h"

static bool taken(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

/* An id that sudo left in the environment. */
static bool sudo_id(const char *name, unsigned *id)
{
    const char *text = getenv(name);
    uint64_t number;

    if (text == NULL || !str_u64(str_of(text), 10, &number) || number >= UINT32_MAX)
        return false;
    *id = (unsigned)number;
    return true;
}

/* A file that stays with root is no reason to fail. */
static void give_to_sudo_user(int fd)
{
    unsigned uid, gid;

    if (geteuid() == 0 && sudo_id("SUDO_UID", &uid) && sudo_id("SUDO_GID", &gid) &&
        fchown(fd, uid, gid) != 0)
        return;
}

bool place_create(int *fd, const char *path, const char *partial, struct err *err)
{
    if (taken(path))
        return err_set(err,
                       "%s exists already, and a bundle is never overwritten: choose another "
                       "name, or move it away",
                       path);
    *fd = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (*fd < 0 && errno == EEXIST)
        return err_set(err,
                       "%s exists already: another capture is writing it, or one was cut off; "
                       "wait for it, or look at it and remove it",
                       partial);
    if (*fd < 0)
        return err_errno(err, "%s: cannot be created", partial);
    give_to_sudo_user(*fd);
    return true;
}

bool place_write(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t written = write(fd, at, len);

        if (written < 0 && errno == EAGAIN) { /* a pipe that someone set to non-blocking */
            struct pollfd ready = {.fd = fd, .events = POLLOUT};

            (void)poll(&ready, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            return false;
        } else if (written > 0) {
            at += written;
            len -= (size_t)written;
        }
    }
    return true;
}

/* So that the new name survives a power cut too; not every file system can. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = len == 0 ? strdup(".") : strndup(path, len);
    int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    free(folder);
    if (fd < 0)
        return;
    (void)durable_sync(fd);
    (void)close(fd);
}

static bool rename_without_links(const char *path, const char *partial)
{
    if (taken(path)) {
        errno = EEXIST;
        return false;
    }
    return rename(partial, path) == 0;
}

bool place_commit(int fd, const char *path, const char *partial, struct err *err)
{
    bool named;

    if (!durable_sync(fd) && errno != EINVAL && errno != ENOTSUP)
        return err_errno(err, "%s: cannot be synced to the disk", partial);
    named = link(partial, path) == 0;
    if (named)
        (void)unlink(partial);
    else if (errno != EEXIST)
        named = rename_without_links(path, partial);
    if (!named && errno == EEXIST)
        return err_set(err, "%s was made by someone else meanwhile: the bundle is left as %s", path,
                       partial);
    if (!named)
        return err_errno(err, "%s: cannot be renamed to %s", partial, path);
    sync_folder(path);
    return true;
}
