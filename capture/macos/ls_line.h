/*
 * ls_line.h - a file as "ls -l" lists it.
 *
 *     -rw-------  1 root  wheel  1073741824 Mar  4 10:35 swapfile0
 */
#ifndef CAPTURE_MACOS_LS_LINE_H
#define CAPTURE_MACOS_LS_LINE_H

#include <sys/stat.h>

#include "capture/output.h"

/* Users and groups other than root's are numbers: their names are in a directory that may be on
 * another machine. now_s tells what is so old that its year counts more than its hour. */
void ls_line_put(struct output *output, const char *name, const struct stat *stat, int64_t now_s);

#endif
