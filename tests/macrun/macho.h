/*
 * macho.h - loads one x86_64 executable of macOS.
 *
 * Its segments are mapped with one slide, its pointers rebased, its imports bound through
 * resolve.c, lazy ones too. What nobody needs here is refused, not half supported: other
 * architectures, universal files, libraries, initialisers.
 */
#ifndef TESTS_MACRUN_MACHO_H
#define TESTS_MACRUN_MACHO_H

#include <stddef.h>
#include <stdint.h>

#include "formats/str.h"

#define SEGMENTS_MAX  16
#define LIBRARIES_MAX 32

struct segment {
    uintptr_t address; /* where it is */
    uint64_t size;
    int protection; /* once everything is bound */
};

struct range {
    uintptr_t address;
    uint64_t size;
};

struct image {
    struct str file;
    uintptr_t slide, low, high, entry;
    struct segment segments[SEGMENTS_MAX]; /* as fixups number them; of size 0: not mapped */
    size_t segment_count;
    const char *libraries[LIBRARIES_MAX];
    size_t library_count;
    struct str symbols, strings;
    struct range thread_descriptors, thread_initial; /* of thread-local variables */
};

void image_load(const char *path);
int image_start(int argc, char **argv, char **environment);

/* The function that an address is in, or NULL. */
const char *image_symbol(uintptr_t address, uintptr_t *offset);

/* fixups.c: the two kinds of instructions of the linker; chained.c: their newer form. */
void fixups_rebase(const struct image *image, struct str instructions);
void fixups_bind(const struct image *image, struct str instructions, bool lazy);
void chained_fix(const struct image *image, struct str text);

/* thread_locals.c: once pointers are fixed. */
void thread_locals_load(const struct image *image);

#endif
