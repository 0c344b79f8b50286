/*
 * columns.h - the tables of ps and top: a line of column names, then a line for each process.
 *
 *     PID    COMMAND          %CPU #TH  MEM   STATE
 *     4711*  Paper Mill       0.3  12/1 34M+  sleeping
 *
 * Columns differ by release and by options, so they are found by name. One of them, the command,
 * may hold blanks: what stands before it is counted from the left and what stands behind it from
 * the right, unless all fields of a line begin below the names of their columns.
 */
#ifndef FORMATS_APPLE_COLUMNS_H
#define FORMATS_APPLE_COLUMNS_H

#include "formats/str.h"

#define COLUMNS_MAX 64

struct columns {
    size_t count;
    size_t command;                 /* the one that may hold blanks; `count`: there is none */
    struct str names[COLUMNS_MAX];  /* point into the header */
    size_t starts[COLUMNS_MAX];     /* where each name stands in the header */
    struct str fields[COLUMNS_MAX]; /* of the current line */
};

/* False: not a line of column names with a PID among them. */
bool columns_open(struct columns *columns, struct str header);

bool columns_have(const struct columns *columns, const char *name);

/* Takes a line apart. False: it has too few fields, or was cut. */
bool columns_split(struct columns *columns, struct str line);

/* The field of that column in the current line; empty when there is no such column. */
struct str columns_field(const struct columns *columns, const char *name);

#endif
