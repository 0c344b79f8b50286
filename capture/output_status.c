/* output_status.c - output_status_of() of output.h: alone, so that tests with an output of their own
 * have it too. */
#include "capture/output.h"

#include <errno.h>

enum status output_status_of(int errnum)
{
    switch (errnum) {
    case 0:
        return STATUS_OK;
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:
    case ENOSYS:
    case EOPNOTSUPP:
        return STATUS_ABSENT;
    case ESRCH:
        return STATUS_VANISHED;
    case EACCES:
    case EPERM:
        return STATUS_DENIED;
    case ETIMEDOUT:
        return STATUS_TIMED_OUT;
    default:
        return STATUS_FAILED;
    }
}
