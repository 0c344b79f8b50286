/* shim_files.c - files: flags and structures differ, and the scenario may have files of its own. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

/* ---- flags --------------------------------------------------------------------------------- */

static const struct {
    int mac, host;
} open_flags[] = {{DARWIN_O_NONBLOCK, O_NONBLOCK},   {DARWIN_O_APPEND, O_APPEND},
                  {DARWIN_O_SYNC, O_SYNC},           {DARWIN_O_NOFOLLOW, O_NOFOLLOW},
                  {DARWIN_O_CREAT, O_CREAT},         {DARWIN_O_TRUNC, O_TRUNC},
                  {DARWIN_O_EXCL, O_EXCL},           {DARWIN_O_NOCTTY, O_NOCTTY},
                  {DARWIN_O_DIRECTORY, O_DIRECTORY}, {DARWIN_O_CLOEXEC, O_CLOEXEC}};

static int open_flags_to_host(int flags)
{
    int host = flags & O_ACCMODE;

    for (size_t i = 0; i < sizeof open_flags / sizeof *open_flags; i++)
        host |= (flags & open_flags[i].mac) != 0 ? open_flags[i].host : 0;
    return host;
}

static int status_flags_to_mac(int host)
{
    int flags = host & O_ACCMODE;

    flags |= (host & O_NONBLOCK) != 0 ? DARWIN_O_NONBLOCK : 0;
    flags |= (host & O_APPEND) != 0 ? DARWIN_O_APPEND : 0;
    return flags;
}

/* ---- opening, writing ---------------------------------------------------------------------- */

static int mac_open(const char *path, int flags, ...)
{
    unsigned mode = 0;
    va_list args;

    va_start(args, flags);
    if ((flags & DARWIN_O_CREAT) != 0)
        mode = va_arg(args, unsigned);
    va_end(args);
    return open(mac_path(path), open_flags_to_host(flags), mode);
}

static FILE *mac_fopen(const char *path, const char *mode)
{
    return fopen(mac_path(path), mode);
}

static ssize_t mac_write(int fd, const void *bytes, size_t size)
{
    int fault = fd > STDERR_FILENO ? mac_fault("write", -1) : 0;

    return fault != 0 ? mac_fail(fault) : write(fd, bytes, size);
}

static int mac_fsync(int fd)
{
    int fault = mac_fault("fsync", -1);

    return fault != 0 ? mac_fail(fault) : fsync(fd);
}

static int mac_link(const char *from, const char *to)
{
    int fault = mac_fault("link", -1);

    return fault != 0 ? mac_fail(fault) : link(from, to);
}

static int mac_rename(const char *from, const char *to)
{
    int fault = mac_fault("rename", -1);

    return fault != 0 ? mac_fail(fault) : rename(from, to);
}

static int mac_fcntl(int fd, int command, ...)
{
    va_list args;
    int argument, fault, flags;

    va_start(args, command);
    argument = va_arg(args, int);
    va_end(args);
    switch (command) {
    case DARWIN_F_GETFD:
        return fcntl(fd, F_GETFD);
    case DARWIN_F_SETFD:
        return fcntl(fd, F_SETFD, argument);
    case DARWIN_F_GETFL:
        flags = fcntl(fd, F_GETFL);
        return flags < 0 ? flags : status_flags_to_mac(flags);
    case DARWIN_F_SETFL:
        return fcntl(fd, F_SETFL, open_flags_to_host(argument));
    case DARWIN_F_FULLFSYNC:
        fault = mac_fault("F_FULLFSYNC", -1);
        return fault != 0 ? mac_fail(fault) : fsync(fd);
    default:
        return mac_fail(DARWIN_EINVAL);
    }
}

/* ---- stat ---------------------------------------------------------------------------------- */

static struct darwin_timespec time_to_mac(struct timespec time)
{
    return (struct darwin_timespec){time.tv_sec, time.tv_nsec};
}

static int put_stat(int result, const struct stat *host, struct darwin_stat *status)
{
    if (result != 0)
        return result;
    *status = (struct darwin_stat){
        .st_dev = (int32_t)host->st_dev,
        .st_mode = (uint16_t)host->st_mode,
        .st_nlink = (uint16_t)host->st_nlink,
        .st_ino = host->st_ino,
        .st_uid = host->st_uid,
        .st_gid = host->st_gid,
        .st_rdev = (int32_t)host->st_rdev,
        .st_atimespec = time_to_mac(host->st_atim),
        .st_mtimespec = time_to_mac(host->st_mtim),
        .st_ctimespec = time_to_mac(host->st_ctim),
        .st_birthtimespec = time_to_mac(host->st_ctim),
        .st_size = host->st_size,
        .st_blocks = host->st_blocks,
        .st_blksize = (int32_t)host->st_blksize,
    };
    return 0;
}

static int mac_stat(const char *path, struct darwin_stat *status)
{
    struct stat host;

    return put_stat(stat(mac_path(path), &host), &host, status);
}

static int mac_lstat(const char *path, struct darwin_stat *status)
{
    struct stat host;

    return put_stat(lstat(mac_path(path), &host), &host, status);
}

static int mac_fstatat(int folder, const char *path, struct darwin_stat *status, int flags)
{
    struct stat host;
    int host_flags = (flags & DARWIN_AT_SYMLINK_NOFOLLOW) != 0 ? AT_SYMLINK_NOFOLLOW : 0;
    int host_folder = folder == DARWIN_AT_FDCWD ? AT_FDCWD : folder;

    return put_stat(fstatat(host_folder, mac_path(path), &host, host_flags), &host, status);
}

const struct shim shims_files[] = {SHIM(open),  SHIM(fopen),   SHIM(write), SHIM(fsync),
                                   SHIM(link),  SHIM(rename),  SHIM(fcntl), SHIM(stat),
                                   SHIM(lstat), SHIM(fstatat), SHIM_END};
