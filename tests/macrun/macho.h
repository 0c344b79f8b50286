/*
 * macho.h - loads one x86_64 executable of macOS.
 *
 * Its segments are mapped with one slide, its pointers rebased, its imports bound through
 * resolve.h, lazy ones too. What the linkers that make wirecap do not make is refused, not half
 * supported: other architectures, universal files, libraries, chained fixups, initialisers,
 * thread-local variables.
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

struct image {
    struct str file;
    uintptr_t slide, low, high, entry;
    struct segment segments[SEGMENTS_MAX]; /* as fixups number them; of size 0: not mapped */
    size_t segment_count;
    const char *libraries[LIBRARIES_MAX];
    size_t library_count;
    struct str symbols, strings;
};

void image_load(const char *path);
int image_start(int argc, char **argv, char **environment);

/* The function that an address is in, or NULL. */
const char *image_symbol(uintptr_t address, uintptr_t *offset);

/* fixups.c: the two kinds of instructions of the linker. */
void fixups_rebase(const struct image *image, struct str instructions);
void fixups_bind(const struct image *image, struct str instructions, bool lazy);

#endif
