/*
 * escape.h - names on their way into our text members, and back.
 *
 * Names come from strangers: a process can be called anything but NUL and "/". In TSV members and
 * vmmap files a name is written so that it stays on one line, in one field, and is harmless in a
 * terminal, and so that it can be read back byte for byte: a backslash becomes "\\", tab "\t",
 * newline "\n", every other byte below 0x20, 0x7f and above "\xNN". An empty name and the name "-"
 * are written "\x" and "\x2d", since "-" alone means not known.
 *
 * (Making a name presentable, with its UTF-8 kept, is the reports' business: analyze/printable.h.)
 */
#ifndef FORMATS_ESCAPE_H
#define FORMATS_ESCAPE_H

#include <stddef.h>

#include "formats/arena.h"
#include "formats/str.h"

#define ESCAPE_MAX 4 /* bytes that one byte can become */

/* Writes the escaped name, NUL-terminated, into out, as much of it as fits whole into size;
 * returns its length. Room for ESCAPE_MAX * len + 3 always suffices. */
size_t escape_name(char *out, size_t size, struct str name);

/* The name that an escaped field stands for, interned; NULL for "-". What is not a valid escape
 * stands for itself. */
const char *unescape_name(struct arena *arena, struct str field);

#endif
