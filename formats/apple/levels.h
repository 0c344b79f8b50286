/*
 * levels.h - counts under their labels, as vm_stat and memory_pressure print them:
 *
 *     Pages wired down:                        122011.
 *     Pages wired down: 122011
 *
 * Label and number can be a paste's: any blanks between them, a time or a quote in front, several
 * of them on one line because the line ends were lost.
 */
#ifndef FORMATS_APPLE_LEVELS_H
#define FORMATS_APPLE_LEVELS_H

#include <stdbool.h>

#include "formats/str.h"

struct level {
    struct str label; /* without quotes; can have something in front of it */
    uint64_t number;
    bool dotted; /* the number ends in a full stop, as vm_stat's do */
    bool last;   /* nothing stands behind it */
};

/* Takes the next label with a number off the front of *line; false when there is none left. */
bool level_next(struct str *line, struct level *level);

/* Whether the label is, or ends with, this one. */
bool level_is(const struct level *level, const char *label);

#endif
