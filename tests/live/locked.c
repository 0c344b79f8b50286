#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/live/hold.h"

/* Memory that several processes map, and who of them locks it. */
struct sharing {
    void *at;
    size_t bytes;
    bool all_lock; /* else only number 1 */
};

static bool map_and_maybe_lock(unsigned number, void *context, struct err *err)
{
    const struct sharing *sharing = context;

    hold_touch(sharing->at, sharing->bytes);
    if ((sharing->all_lock || number == 1) && mlock(sharing->at, sharing->bytes) != 0)
        return err_errno(err, "cannot lock %zu bytes", sharing->bytes);
    return true;
}

static bool share(const struct hold *hold, bool all_lock, struct err *err)
{
    struct sharing sharing = {.bytes = hold->amounts[0] * HOLD_MIB, .all_lock = all_lock};
    bool held;

    sharing.at = hold_map(sharing.bytes, true, err);
    if (sharing.at == NULL)
        return false;
    held = hold_in_children(hold, (unsigned)hold->amounts[1], map_and_maybe_lock, &sharing, err);
    munmap(sharing.at, sharing.bytes);
    return held;
}

bool hold_mlock_shared(const struct hold *hold, struct err *err)
{
    return share(hold, false, err);
}

bool hold_mlock_shared_all(const struct hold *hold, struct err *err)
{
    return share(hold, true, err);
}

bool hold_mlock_onfault(const struct hold *hold, struct err *err)
{
    size_t bytes = hold->amounts[0] * HOLD_MIB, touched = hold->amounts[1] * HOLD_MIB;
    char *at;

    if (touched > bytes)
        return err_set(err, "more to touch than there is");
    at = hold_map(bytes, false, err);
    if (at == NULL)
        return false;
    /* A huge page would lock more than was touched. */
    madvise(at, bytes, MADV_NOHUGEPAGE);
    if (mlock2(at, bytes, MLOCK_ONFAULT) != 0)
        return err_errno(err, "mlock2");
    hold_touch(at, touched);
    return true;
}

/* Locked before it is touched: pages that were there before stay on the pageable lists. The
 * segment is marked for removal at once, so that it goes with the process, however that ends. */
bool hold_shm_lock(const struct hold *hold, struct err *err)
{
    size_t bytes = hold->amounts[0] * HOLD_MIB;
    int id = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    void *at;

    if (id < 0)
        return err_errno(err, "shmget");
    at = shmat(id, NULL, 0);
    shmctl(id, IPC_RMID, NULL);
    if (at == (void *)-1)
        return err_errno(err, "shmat");
    if (shmctl(id, SHM_LOCK, NULL) != 0)
        return err_errno(err, "SHM_LOCK");
    hold_touch(at, bytes);
    return true;
}

bool hold_secret(const struct hold *hold, struct err *err)
{
#ifdef SYS_memfd_secret
    size_t bytes = hold->amounts[0] * HOLD_MIB;
    int fd = (int)syscall(SYS_memfd_secret, 0);
    void *at;

    if (fd < 0)
        return err_errno(err, "memfd_secret");
    if (ftruncate(fd, (off_t)bytes) != 0)
        return err_errno(err, "memfd_secret: ftruncate");
    at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        return err_errno(err, "memfd_secret: mmap");
    hold_touch(at, bytes);
    return true;
#else
    (void)hold;
    return err_set(err, "memfd_secret: not known to these headers");
#endif
}
