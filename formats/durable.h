/*
 * durable.h - that what was written survives a power cut, as far as a system can say so.
 *
 * One file per system, chosen by formats/CMakeLists.txt.
 */
#ifndef FORMATS_DURABLE_H
#define FORMATS_DURABLE_H

#include <stdbool.h>

/* Waits until the file is on the disk. False, with errno: it is not; EINVAL and ENOTSUP are those of
 * a pipe or a file system that cannot. */
bool durable_sync(int fd);

#endif
