/*
 * blocks.h - reading members made of many small files: a line "@ ..." says which, and what
 * follows up to the next one is its text as the kernel printed it.
 *
 *     @ cgroup 2 4711 /system.slice/ssh.service
 *     anon 4096
 *     kernel 81920
 */
#ifndef FORMATS_BLOCKS_H
#define FORMATS_BLOCKS_H

#include "formats/str.h"

struct blocks {
    struct str text; /* what is left to read */
    struct str head; /* the current block's line, without "@ " */
    struct str body;
    unsigned line;      /* of head, counted from 1 */
    unsigned next_line; /* of text */
};

/* False: the text does not begin with a block; an empty one has none, and is fine. */
bool blocks_open(struct blocks *blocks, struct str text);

/* Goes to the next block; false at the end. */
bool blocks_next(struct blocks *blocks);

#endif
