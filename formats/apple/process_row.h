/*
 * process_row.h - a line of a table of processes (columns.h), as what it says of one process.
 */
#ifndef FORMATS_APPLE_PROCESS_ROW_H
#define FORMATS_APPLE_PROCESS_ROW_H

#include "formats/apple/columns.h"
#include "formats/snapshot.h"

enum process_column_kind {
    PROCESS_PID,    /* "4711", "4711*" */
    PROCESS_COUNT,  /* "12", "60+", "12/1": the first of two is meant */
    PROCESS_UID,    /* "501", "-2" */
    PROCESS_FIGURE, /* "4208K", "34M+" */
    PROCESS_KIB     /* "4208" */
};

struct process_column {
    const char *name;
    enum process_column_kind kind;
    size_t offset; /* in struct process */
};

/* Puts the fields of the current line into *said, which is zeroed at first. "N/A", "-" and what is
 * negative are not known. False: the line has no pid, or a field is not what it should be. */
bool process_row(const struct columns *columns, const struct process_column *wanted, size_t count,
                 struct process *said);

#endif
