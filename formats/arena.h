/*
 * arena.h - memory that is freed all at once, and interned names.
 *
 * A loaded bundle has one arena; everything that it yields lives there until arena_free. A
 * zeroed struct arena is a valid empty one. Memory comes zeroed and allocation never fails: past
 * ARENA_MAX, or out of memory, it prints one line and exits with 2. Inputs are bounded in
 * front of it, by the bundle reader.
 *
 * An arena is used by one thread at a time.
 */
#ifndef FORMATS_ARENA_H
#define FORMATS_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "formats/str.h"

#define ARENA_MAX ((size_t)2 << 30) /* bytes in one arena */

struct arena {
    struct arena_block *blocks;
    size_t used_bytes; /* handed out, all blocks */
    const char **names;
    size_t name_count;
    size_t name_capacity;
    uint64_t seed; /* of the names' hash */
};

void *arena_alloc(struct arena *arena, size_t bytes);

/* Makes room for one more element at the end of an array that grows by doubling. *array is the
 * array (NULL when empty), *count its length; returns the new, zeroed element. The array may
 * move, so elements are addressed by index while it grows. */
void *arena_append(struct arena *arena, void *array, size_t *count, size_t element_bytes);

/* The one copy of this name, NUL-terminated: within an arena, equal names are equal pointers.
 * Bytes are kept as they are (names are evidence); a NUL ends the name. Between arenas compare
 * with strcmp, on the way out escape (escape.h). */
const char *arena_intern(struct arena *arena, struct str name);

/* Text as printf makes it, as long as it needs to be. */
const char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void arena_free(struct arena *arena);

#endif
