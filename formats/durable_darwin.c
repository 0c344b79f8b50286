/* durable_darwin.c - see durable.h. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "formats/durable.h"

/* macOS's fsync() ends when the drive has the bytes, in its cache too. */
bool durable_sync(int fd)
{
    if (fcntl(fd, F_FULLFSYNC) == 0)
        return true;
    return errno != EIO && errno != ENOSPC && fsync(fd) == 0; /* a file system without it */
}
