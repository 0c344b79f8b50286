/*
 * sysctl_names.h - lines of sysctl: "hw.ncpu: 8", "hw.ncpu = 8".
 */
#ifndef FORMATS_APPLE_SYSCTL_NAMES_H
#define FORMATS_APPLE_SYSCTL_NAMES_H

#include <stdbool.h>

#include "formats/str.h"

/* False: no line with a name; then it is more of a value that has several lines. */
bool sysctl_split(struct str line, struct str *name, struct str *value);

/* "total = 3072.00M  used = 1422.75M  free = 1649.25M  (encrypted)": what `sysctl -n` leaves. */
bool sysctl_is_swap(struct str line);

/* Whether the text has names that only a Mac's kernel has, and is not another kernel's. */
bool sysctl_has_names(struct str text);

#endif
