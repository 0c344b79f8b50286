/*
 * place.h - the file that a bundle is written to: PATH.partial first, PATH when it is done.
 *
 * Neither is ever overwritten. The file is readable by its owner alone (mode 0600); under sudo
 * it is given to the user who called sudo.
 */
#ifndef FORMATS_PLACE_H
#define FORMATS_PLACE_H

#include <stddef.h>

#include "formats/err.h"

/* Creates partial for writing. False: it exists, path exists, or it cannot be created. */
bool place_create(int *fd, const char *path, const char *partial, struct err *err);

/* Writes everything, whatever it takes; false, with errno: it did not work. */
bool place_write(int fd, const void *bytes, size_t len);

/* Syncs the file and renames partial to path, with no gap in which an existing file could be
 * lost, where the file system has hard links. False: it stays partial. */
bool place_commit(int fd, const char *path, const char *partial, struct err *err);

#endif
