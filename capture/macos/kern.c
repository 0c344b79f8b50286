/* kern.c - see kern.h. */
#include "capture/macos/kern.h"

#include <stdio.h>

static const struct {
    const char *name;
    int code;
    enum status status;
} codes[] = {
    {"KERN_SUCCESS", KERN_CODE_SUCCESS, STATUS_OK},
    {"KERN_INVALID_ADDRESS", KERN_CODE_INVALID_ADDRESS, STATUS_FAILED},
    {"KERN_INVALID_ARGUMENT", KERN_CODE_INVALID_ARGUMENT, STATUS_FAILED},
    {"KERN_FAILURE", KERN_CODE_FAILURE, STATUS_FAILED},
    {"KERN_RESOURCE_SHORTAGE", KERN_CODE_RESOURCE_SHORTAGE, STATUS_FAILED},
    {"KERN_NO_ACCESS", KERN_CODE_NO_ACCESS, STATUS_DENIED},
    {"KERN_ABORTED", KERN_CODE_ABORTED, STATUS_FAILED},
    {"KERN_INVALID_HOST", KERN_CODE_INVALID_HOST, STATUS_DENIED},
    {"KERN_TERMINATED", KERN_CODE_TERMINATED, STATUS_VANISHED},
    {"KERN_NOT_SUPPORTED", KERN_CODE_NOT_SUPPORTED, STATUS_ABSENT},
    {"KERN_INVALID_SECURITY", KERN_CODE_INVALID_SECURITY, STATUS_DENIED},
    {"KERN_DENIED", KERN_CODE_DENIED, STATUS_DENIED},
    {"MIG_BAD_ID", KERN_CODE_BAD_ID, STATUS_ABSENT},
    {"MIG_SERVER_DIED", KERN_CODE_SERVER_DIED, STATUS_VANISHED},
    {"MACH_SEND_INVALID_DEST", KERN_CODE_INVALID_DEST, STATUS_VANISHED},
};

const char *kern_fate(int code, char text[KERN_FATE])
{
    const char *name = NULL;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            name = codes[i].name;
    (void)snprintf(text, KERN_FATE, "answered %d%s%s", code, name == NULL ? "" : ", ",
                   name == NULL ? "" : name);
    return text;
}

enum status kern_status(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            return codes[i].status;
    return STATUS_FAILED;
}
