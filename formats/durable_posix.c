/* durable_posix.c - see durable.h. */
#include <unistd.h>

#include "formats/durable.h"

bool durable_sync(int fd)
{
    return fsync(fd) == 0;
}
