/*
 * vmmap.h - the two tables of Apple's vmmap: its regions, one a line, and their summary.
 */
#ifndef FORMATS_APPLE_VMMAP_H
#define FORMATS_APPLE_VMMAP_H

#include "formats/apple/pids.h"
#include "formats/apple/region_types.h"

#define VMMAP_COLUMNS_MAX 16

enum vmmap_column {
    VMMAP_OTHER = REGION_SIZES, /* a size that is not kept */
    VMMAP_COUNT,                /* of regions */
    VMMAP_NO_COLUMN
};

/* The size columns of a table, from its header. None: there was no header. */
struct vmmap_columns {
    int kinds[VMMAP_COLUMNS_MAX]; /* enum region_size, or enum vmmap_column */
    size_t count;
    bool pages; /* in pages, and not in bytes */
};

/* The column of that name: enum region_size, or enum vmmap_column. */
int vmmap_column_named(struct str name);

/* Takes the next word off *text; brackets and slashes are blanks: "[ 16K/ 8K]". */
bool vmmap_token(struct str *text, struct str *token);

/* A zeroed page size is not known. */
struct figure vmmap_of_pages(struct figure pages, uint64_t page_bytes);

/* ---- above them: vmmap_preamble.c ---- */

/* Names point into the text. */
struct vmmap_preamble {
    bool is_vmmap; /* a vmmap printed it, and no other tool that begins so */
    bool has_pid;
    int32_t pid;
    struct str name, path, os, moment;
    struct figure footprint;
    uint64_t page_bytes; /* 0: not said */
    bool translated;     /* Rosetta runs it: its pages are not the kernel's */
};

/* False: a line that says nothing of these. */
bool vmmap_preamble_read(struct vmmap_preamble *preamble, struct str line);

/* "Virtual Memory Map of process 4242 (harbour)" */
bool vmmap_preamble_map_of(struct vmmap_preamble *preamble, struct str line);

/* "==== Writable regions for process 4242" */
void vmmap_preamble_section(struct vmmap_preamble *preamble, struct str line);

/* Adds what is known of the process to its record. */
void vmmap_keep_process(struct pids *pids, const struct vmmap_preamble *preamble,
                        const struct region_types *types, struct count region_count);

/* And of its machine. */
void vmmap_keep_machine(struct snapshot *snap, const struct vmmap_preamble *preamble);

/* "vmmap[99]: [fatal] ...", an error message. */
bool vmmap_failure(struct str line);

/* ---- regions: vmmap_rows.c ---- */

struct vmmap_rows {
    struct vmmap_columns columns;
    uint64_t page_bytes; /* as the text says it; 0: it did not */
    bool pages;          /* sizes are in pages: -pages */
};

/* "REGION TYPE  START - END  [ VSIZE ..." */
bool vmmap_rows_header(struct str line, struct vmmap_columns *columns);

enum vmmap_row { VMMAP_NO_ROW, VMMAP_ROW, VMMAP_ROW_WITHOUT_SIZES };

/* Reads the line of a region. Without sizes: it has others than the header names, and only its
 * addresses are read. */
enum vmmap_row vmmap_rows_read(struct vmmap_rows *rows, struct str line,
                               struct region_line *region);

/* Whether vmmap printed this line, and nothing else did. */
bool vmmap_rows_like(struct str line);

/* ---- the summary: vmmap_summary.c ---- */

/* "===========  =======", or nothing at all. */
bool vmmap_rule(struct str line);

/* "VIRTUAL RESIDENT ...", the line above the header. */
bool vmmap_summary_names(struct str line);

/* "REGION TYPE   SIZE  SIZE ... COUNT (non-coalesced)". names: the line above, or empty. */
bool vmmap_summary_header(struct str names, struct str line, struct vmmap_columns *columns);

/* Reads the line of a type. */
bool vmmap_summary_read(const struct vmmap_columns *columns, uint64_t page_bytes, struct str line,
                        struct region_line *region);

#endif
