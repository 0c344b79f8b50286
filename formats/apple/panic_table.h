/*
 * panic_table.h - the largest zones in a panic report.
 *
 *     Zone Name            Cur Size   Free Size          up to 10.15, in bytes
 *     kalloc.512           3865051136      24576
 *     Kernel Stacks          14729216
 *
 *     Zone Name            Cur Size   Free Size          newer: the heap has 8 columns of its own
 *     data.   kalloc.512        19G         0B
 *             VM map entries   412M        64K
 *
 *     | Zone | Size | Free |                             as people paste it
 *     |------|------|------|
 *     | `data.kalloc.512` | **19 GB** | **0 B** |
 */
#ifndef FORMATS_APPLE_PANIC_TABLE_H
#define FORMATS_APPLE_PANIC_TABLE_H

#include "formats/apple/panic_string.h"

struct panic_table {
    bool open; /* its header was read, and it has not ended */
    bool frees;
    bool bars; /* of Markdown: columns by their number */
    size_t zone_column, size_column;
};

/* Whether the line is the header of one. */
bool panic_table_open(struct panic_table *table, struct str line);

enum panic_row { PANIC_ROW_ZONE, PANIC_ROW_OTHER, PANIC_ROW_END };

/* What a line of an open table is. PANIC_ROW_END: none of it, and it is closed. */
enum panic_row panic_table_row(struct panic_table *table, struct str line,
                               char name[PANIC_NAME_MAX], struct figure *size);

#endif
