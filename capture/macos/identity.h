/*
 * identity.h - what the kernel knows of who a process is, out of the bytes in which it says so.
 */
#ifndef CAPTURE_MACOS_IDENTITY_H
#define CAPTURE_MACOS_IDENTITY_H

#include <stdbool.h>

#include "formats/str.h"

/* The text of a blob as csops hands out signing id and team, of which len bytes were filled in;
 * it borrows. False: it is none, or not all of it is there. */
bool identity_of_blob(const void *bytes, size_t len, struct str *text);

/* The arguments of a process, the first one being its own name, each ending in NUL, out of what
 * KERN_PROCARGS2 answers: their number, the executable's path, the arguments, then the environment,
 * which is no argument. False: it cannot be told where they end. */
bool identity_arguments(const void *bytes, size_t len, struct str *arguments);

/* The name in a field of that size, which need not be terminated; it borrows. */
struct str identity_field(const char *field, size_t size);

#endif
