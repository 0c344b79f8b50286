/*
 * sysctl_value.h - one variable of the kernel, as sysctl(8) prints it.
 */
#ifndef CAPTURE_MACOS_SYSCTL_VALUE_H
#define CAPTURE_MACOS_SYSCTL_VALUE_H

#include "capture/output.h"
#include "formats/str.h"

/* Whether a format ("A", "IU", "S,timeval") has a form in print. */
bool sysctl_is_printable(const char *format);

/* "NAME: VALUE" and a newline; of a text of several lines, each has the name. False: the value is not
 * what its format says, and nothing is printed. */
bool sysctl_put(struct output *output, const char *name, const char *format, struct str value);

#endif
