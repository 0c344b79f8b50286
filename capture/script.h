/*
 * script.h - what a known interpreter runs.
 *
 * "python3" says nothing about whose memory it is, the script does. Of a process's arguments this
 * alone is ever kept: arguments hold passwords. So only the first argument that is no option
 * counts, and only when it looks like a path (or a module, or a Java class); code given with -c or
 * -e is never looked at.
 */
#ifndef CAPTURE_SCRIPT_H
#define CAPTURE_SCRIPT_H

#include "formats/arena.h"

/* Is this executable an interpreter that we know? */
bool script_is_interpreter(struct str path);

/* path: of the executable. cmdline: its arguments, the first one being its own name, each ending in
 * NUL. NULL when it is no known interpreter, or runs nothing that is known to be safe to tell. */
const char *script_of(struct str path, struct str cmdline, struct arena *arena);

#endif
