#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "tests/live/hold.h"

void hold_set_name(const char *name)
{
#ifdef __linux__
    prctl(PR_SET_NAME, name);
#else
    (void)name;
#endif
}

void hold_touch(void *at, size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    volatile char *bytes_at = at;

    for (size_t i = 0; i < bytes; i += page)
        bytes_at[i] = 1;
}

void *hold_map(size_t bytes, bool shared, struct err *err)
{
    int sharing = shared ? MAP_SHARED : MAP_PRIVATE;
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED) {
        err_errno(err, "cannot map %zu bytes", bytes);
        return NULL;
    }
    return at;
}

bool hold_anon(const struct hold *hold, struct err *err)
{
    size_t bytes = hold->amounts[0] * HOLD_MIB;
    void *at = hold_map(bytes, false, err);

    if (at == NULL)
        return false;
    hold_touch(at, bytes);
    return true;
}

bool hold_mlock(const struct hold *hold, struct err *err)
{
    size_t bytes = hold->amounts[0] * HOLD_MIB;
    void *at = hold_map(bytes, false, err);

    if (at == NULL)
        return false;
    if (mlock(at, bytes) != 0)
        return err_errno(err, "cannot lock %zu bytes (ulimit -l?)", bytes);
    return true;
}
