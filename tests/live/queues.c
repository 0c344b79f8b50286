#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/live/hold.h"

/* What one message on a stream socket carries in pages of its own, and nothing in slab. */
#define MESSAGE_BYTES ((size_t)32 << 10)

static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* Writes count chunks, or as many as fit; returns how many did. */
static size_t fill(int fd, size_t chunk_bytes, size_t count)
{
    static const char chunk[MESSAGE_BYTES];
    size_t written = 0;

    while (written < count && write(fd, chunk, chunk_bytes) == (ssize_t)chunk_bytes)
        written++;
    return written;
}

bool hold_pipes(const struct hold *hold, struct err *err)
{
    const size_t page = 4096;

    raise_file_limit();
    for (uint64_t i = 0; i < hold->amounts[0]; i++) {
        int ends[2];

        if (pipe2(ends, O_NONBLOCK) != 0)
            return err_errno(err, "pipe");
        if (fcntl(ends[1], F_SETPIPE_SZ, HOLD_MIB) < 0)
            return err_errno(err, "cannot widen pipe %llu", (unsigned long long)i + 1);
        if (fill(ends[1], page, HOLD_MIB / page) != HOLD_MIB / page)
            return err_errno(err, "cannot fill pipe %llu", (unsigned long long)i + 1);
    }
    return true;
}

bool hold_unix_queue(const struct hold *hold, struct err *err)
{
    size_t left = hold->amounts[0] * HOLD_MIB / MESSAGE_BYTES;
    int buffer_bytes = 512 << 20;

    raise_file_limit();
    while (left > 0) {
        int ends[2];
        size_t queued;

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
            return err_errno(err, "socketpair");
        /* Refused without the right to: then it takes more pairs. */
        setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &buffer_bytes, sizeof buffer_bytes);
        queued = fill(ends[0], MESSAGE_BYTES, left);
        if (queued == 0)
            return err_errno(err, "cannot queue a message");
        left -= queued;
    }
    return true;
}
