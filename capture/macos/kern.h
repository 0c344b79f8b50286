/*
 * kern.h - what Mach's calls return when they fail.
 */
#ifndef CAPTURE_MACOS_KERN_H
#define CAPTURE_MACOS_KERN_H

#include "formats/snapshot.h"

/* osfmk/mach/kern_return.h, osfmk/mach/mig_errors.h and osfmk/mach/message.h */
enum {
    KERN_CODE_SUCCESS = 0,
    KERN_CODE_INVALID_ADDRESS = 1, /* of a region: there are no more */
    KERN_CODE_INVALID_ARGUMENT = 4,
    KERN_CODE_FAILURE = 5,
    KERN_CODE_RESOURCE_SHORTAGE = 6,
    KERN_CODE_NO_ACCESS = 8,
    KERN_CODE_ABORTED = 14,
    KERN_CODE_INVALID_HOST = 22,
    KERN_CODE_TERMINATED = 37,
    KERN_CODE_NOT_SUPPORTED = 46,
    KERN_CODE_INVALID_SECURITY = 52,
    KERN_CODE_DENIED = 53,
    KERN_CODE_BAD_ID = -303,            /* MIG_BAD_ID: this kernel has no such call */
    KERN_CODE_SERVER_DIED = -308,       /* MIG_SERVER_DIED */
    KERN_CODE_INVALID_DEST = 0x10000003 /* MACH_SEND_INVALID_DEST: the port is dead */
};

/* "answered 8, KERN_NO_ACCESS", or without a name when it is none of the above: what to say in a note
 * of a call that failed. Returns text. */
#define KERN_FATE 48
const char *kern_fate(int code, char text[KERN_FATE]);

/* What a code says of a source. */
enum status kern_status(int code);

#endif
