/*
 * vm_stat_columns.h - vm_stat's table: a line of column names, then a line for each moment.
 */
#ifndef FORMATS_APPLE_VM_STAT_COLUMNS_H
#define FORMATS_APPLE_VM_STAT_COLUMNS_H

#include "formats/snapshot.h"

struct vm_columns {
    struct snapshot *snap;
    uint64_t page_bytes;      /* 0: not known */
    size_t count;             /* 0: no line of names yet */
    size_t wired, compressor; /* which they are; SIZE_MAX: there is none */
    bool samples;             /* the rows are the snapshot's samples */
    size_t row_count;
};

/* Whether it is a line of column names; takes note of where they are. */
bool vm_columns_names(struct vm_columns *columns, struct str line);

/* A line below them; cut: the text ends within it. False: it is no row, or cannot be used. */
bool vm_columns_row(struct vm_columns *columns, struct str line, bool cut);

#endif
