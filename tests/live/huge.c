#include <sys/mman.h>
#include <unistd.h>

#include "tests/live/hold.h"

bool hold_hugetlb_private(const struct hold *hold, struct err *err)
{
    size_t bytes = hold->amounts[0] * HOLD_MIB;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB;
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);

    if (at == MAP_FAILED)
        return err_errno(err, "MAP_HUGETLB");
    hold_touch(at, bytes);
    return true;
}

/* One file of huge pages, and its size. */
struct huge_file {
    int fd;
    size_t bytes;
};

static bool map_huge_file(unsigned number, void *context, struct err *err)
{
    const struct huge_file *file = context;
    void *at = mmap(NULL, file->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0);

    (void)number;
    if (at == MAP_FAILED)
        return err_errno(err, "mmap of huge pages");
    hold_touch(at, file->bytes);
    return true;
}

bool hold_hugetlb_shared(const struct hold *hold, struct err *err)
{
    struct huge_file file = {.bytes = hold->amounts[0] * HOLD_MIB};

    file.fd = memfd_create("wirehold-huge", MFD_HUGETLB);
    if (file.fd < 0)
        return err_errno(err, "memfd_create with MFD_HUGETLB");
    if (ftruncate(file.fd, (off_t)file.bytes) != 0)
        return err_errno(err, "ftruncate");
    return hold_in_children(hold, (unsigned)hold->amounts[1], map_huge_file, &file, err);
}
