/* kern.c - see kern.h. */
#include "capture/macos/kern.h"

static const struct {
    int code;
    const char *name;
    enum status status;
} codes[] = {
    {KERN_CODE_SUCCESS, "KERN_SUCCESS", STATUS_OK},
    {KERN_CODE_NO_ACCESS, "KERN_NO_ACCESS", STATUS_DENIED},
    {KERN_CODE_ABORTED, "KERN_ABORTED", STATUS_FAILED},
    {KERN_CODE_INVALID_HOST, "KERN_INVALID_HOST", STATUS_DENIED},
    {KERN_CODE_TERMINATED, "KERN_TERMINATED", STATUS_VANISHED},
    {KERN_CODE_NOT_SUPPORTED, "KERN_NOT_SUPPORTED", STATUS_ABSENT},
    {KERN_CODE_INVALID_SECURITY, "KERN_INVALID_SECURITY", STATUS_DENIED},
    {KERN_CODE_DENIED, "KERN_DENIED", STATUS_DENIED},
    {KERN_CODE_BAD_ID, "MIG_BAD_ID", STATUS_ABSENT},
    {KERN_CODE_SERVER_DIED, "MIG_SERVER_DIED", STATUS_VANISHED},
    {KERN_CODE_INVALID_DEST, "MACH_SEND_INVALID_DEST", STATUS_VANISHED},
};

const char *kern_name(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            return codes[i].name;
    return NULL;
}

enum status kern_status(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            return codes[i].status;
    return STATUS_FAILED;
}
