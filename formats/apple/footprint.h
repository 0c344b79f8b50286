/*
 * footprint.h - the tables of footprint: a line for each category of memory.
 *
 *       Dirty  (Swapped)      Clean  Reclaimable    (Wired)    Regions    Category
 *         ---        ---        ---          ---        ---        ---    ---
 *      512 KB       0 B        0 B          0 B        0 B         12    MALLOC_SMALL
 *
 * A size is "832 KB", "851968 B", or a number without a unit: pages.
 */
#ifndef FORMATS_APPLE_FOOTPRINT_H
#define FORMATS_APPLE_FOOTPRINT_H

#include "formats/apple/region_types.h"

#define FOOTPRINT_COLUMNS_MAX 12

struct footprint_columns {
    int kinds[FOOTPRINT_COLUMNS_MAX];
    size_t count; /* in front of the category */
};

/* Takes a size off *text. page_bytes 0: not known, and pages are not either. False: it is none. */
bool footprint_size(struct str *text, uint64_t page_bytes, struct figure *figure);

/* Reads the line of column names. */
bool footprint_header(struct str line, struct footprint_columns *columns);

/* Reads the line of a category; its name is the type. */
bool footprint_row(const struct footprint_columns *columns, uint64_t page_bytes, struct str line,
                   struct region_line *category);

#endif
