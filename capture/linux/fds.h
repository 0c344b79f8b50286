/*
 * fds.h - the open files of one process: how many of which kind, and what the kernel says about
 * those that hold memory (/proc/PID/fdinfo).
 */
#ifndef CAPTURE_LINUX_FDS_H
#define CAPTURE_LINUX_FDS_H

#include "capture/linux/host.h"

/* Text that grows up to a bound. */
struct fds_text {
    char *bytes; /* malloc'ed; NULL when empty */
    size_t len, size;
    bool cut; /* the bound was reached; the text ends with "@ cut" */
};

/* Sets the counts and fds_status. Appends the blocks for proc/fdinfo.txt, "@ fd PID FD LINK" and
 * the kernel's lines, to *text, which the caller frees. */
void fds_read(const struct host *host, int32_t pid, struct fds_text *text, struct process *process);

#endif
