#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/live/hold.h"

bool hold_tmpfs(const struct hold *hold, struct err *err)
{
    size_t bytes = hold->amounts[0] * HOLD_MIB;
    int fd = memfd_create("wirehold", 0);

    if (fd < 0)
        return err_errno(err, "memfd_create");
    /* Allocates the pages, and maps none of them. */
    if (posix_fallocate(fd, 0, (off_t)bytes) != 0)
        return err_set(err, "cannot allocate %zu bytes of a memfd", bytes);
    return true;
}

static void *stay(void *unused)
{
    for (;;)
        pause();
    return unused;
}

bool hold_threads(const struct hold *hold, struct err *err)
{
    const size_t stack_bytes = (size_t)64 << 10;
    pthread_attr_t attributes;

    if (pthread_attr_init(&attributes) != 0 ||
        pthread_attr_setstacksize(&attributes, stack_bytes) != 0)
        return err_set(err, "cannot set the size of a thread's stack");
    for (uint64_t i = 0; i < hold->amounts[0]; i++) {
        pthread_t thread;

        if (pthread_create(&thread, &attributes, stay, NULL) != 0)
            return err_set(err, "cannot start thread %llu", (unsigned long long)i + 1);
    }
    pthread_attr_destroy(&attributes);
    return true;
}

/* Reading one byte in each stretch that one page of page tables covers takes that page, and no
 * other memory: what is read is the zero page. */
bool hold_page_tables(const struct hold *hold, struct err *err)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t stretch = page / sizeof(uint64_t) * page;
    size_t count = hold->amounts[0] * HOLD_MIB / page;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *at = mmap(NULL, count * stretch, PROT_READ, flags, -1, 0);
    volatile const char *bytes = at;

    if (at == MAP_FAILED)
        return err_errno(err, "cannot map %zu bytes", count * stretch);
    madvise(at, count * stretch, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < count; i++)
        (void)bytes[i * stretch];
    return true;
}

/* The kernel remembers each name that it did not find. */
bool hold_dentries(const struct hold *hold, struct err *err)
{
    for (uint64_t i = 0; i < hold->amounts[0]; i++) {
        char path[64];
        struct stat status;

        snprintf(path, sizeof path, "/no-%x-%llx", (unsigned)getpid(), (unsigned long long)i);
        if (stat(path, &status) == 0)
            return err_set(err, "%s exists", path);
    }
    return true;
}
