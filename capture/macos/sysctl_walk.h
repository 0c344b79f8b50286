/*
 * sysctl_walk.h - sysctl.txt: every variable of the kernel, as `sysctl -a` prints it.
 *
 * The tree is walked by the numbers of its nodes, through a function that stands for sysctl(3). What
 * the kernel marks as masked, and `sysctl -a` hides, is not even read: some of it does something when
 * it is. Nor is what has no form that anybody prints.
 */
#ifndef CAPTURE_MACOS_SYSCTL_WALK_H
#define CAPTURE_MACOS_SYSCTL_WALK_H

#include "capture/output.h"

/* Reads: 0, with *len bytes in value; or an errno. *len comes in as the room there is; with value
 * NULL it goes out as the room to have. */
typedef int sysctl_call_fn(void *context, const int *mib, size_t count, void *value, size_t *len);

void sysctl_walk(sysctl_call_fn *call, void *context, struct output *output);

#endif
