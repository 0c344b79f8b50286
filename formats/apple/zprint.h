/*
 * zprint.h - the inside of the reader of zprint: what its tables share. One file for each:
 *
 *     zprint.c          which table a line belongs to
 *     zprint_columns.c  a line of the zone table: columns of all releases
 *     zprint_crowded.c  the same where columns touch
 *     zprint_zones.c    the zone table, and the form that zprint -C prints
 *     zprint_row.c      a line of the table of wired memory
 *     zprint_wired.c    that table, and views of zones
 *     zprint_words.c    words and figures
 */
#ifndef FORMATS_APPLE_ZPRINT_H
#define FORMATS_APPLE_ZPRINT_H

#include "formats/apple/zone_table.h"
#include "formats/groups.h"
#include "formats/snapshot.h"

/* ---- words ---- */

/* "1108480" */
bool zprint_is_number(struct str word);

/* "17320K"; a number with a unit. */
bool zprint_is_size(struct str word);

/* Where a figure ends that touches the next one, and shows it: "4920K107392", "----107392". */
size_t zprint_figure_end(struct str word);

/* Which of these words it is, or SIZE_MAX. words ends with NULL. */
size_t zprint_word_among(struct str word, const char *const *words);

/* zprint prints where it found a symbol in front of a line of its own: " (kern.c:12)symbol 41 8K".
 * What is left without that; the columns count from there. */
struct str zprint_without_stray(struct str line);

/* ---- zone table ---- */

enum zprint_column {
    ZPRINT_ELEMENT,
    ZPRINT_SIZE,
    ZPRINT_MAX_SIZE,
    ZPRINT_ELEMENTS, /* how many elements fit into the size */
    ZPRINT_MAX_ELEMENTS,
    ZPRINT_INUSE,
    ZPRINT_ALLOC_SIZE
};

#define ZPRINT_COLUMNS_MAX 16

struct zprint_columns {
    enum zprint_column kinds[ZPRINT_COLUMNS_MAX];
    size_t ends[ZPRINT_COLUMNS_MAX]; /* where the columns end, as the header has it */
    size_t count;
};

struct zprint_zone {
    struct str name;
    uint64_t element_bytes, elements, max_elements, inuse;
    struct figure size, max_size;
    bool wrapped; /* zprint printed another size than the zone has */
};

#define ZPRINT_WORDS_MAX 40 /* of a line; what is behind is never used */

struct zprint_words {
    struct str list[ZPRINT_WORDS_MAX];
    size_t count;
};

enum zprint_found {
    ZPRINT_NOT_THIS, /* another sort of line */
    ZPRINT_UNUSABLE, /* a line of this sort, but its figures cannot be */
    ZPRINT_FOUND
};

/* The line "zone name  size  size ..." above a zone table. */
bool zprint_zone_header(struct str line, struct zprint_columns *columns);

/* One zone. columns: of the header above; NULL: there was none. */
enum zprint_found zprint_zone_row(struct str line, const struct zprint_columns *columns,
                                  struct zprint_zone *row);

/* The same of a line that is apart already, its figures from words[first] on. plain: sizes are
 * bytes, without a unit. */
enum zprint_found zprint_zone_at(const struct zprint_words *words, size_t first,
                                 const struct zprint_columns *columns, bool plain,
                                 struct zprint_zone *row);

/* Whether the sizes are those of so many elements, and no more of them are in use. */
bool zprint_zone_agrees(const struct zprint_zone *row);

/* A zone of which columns touch. Takes words apart. */
bool zprint_crowded_row(struct str line, struct zprint_words *words,
                        const struct zprint_columns *columns, struct zprint_zone *row);

/* "	cur_size:    17320K bytes (1108480 elements)": a line of zprint -C. */
bool zprint_is_block_line(struct str line);

/* ---- wired table ---- */

struct zprint_row {
    struct str name;
    struct count kmod, tag;
    struct figure size;
    bool telling; /* nothing but zprint prints such a line */
};

enum zprint_found zprint_wired_row(struct str line, struct zprint_row *row);

/* What the line is by its name. */
enum kernel_memory_kind zprint_row_kind(const struct zprint_row *row);

/* "data.kalloc.1024[vfs.namei]", "size.1024": a part of the zones. */
bool zprint_is_view(struct str name);

/* ---- one text ---- */

enum zprint_section {
    ZPRINT_NOWHERE, /* no header yet */
    ZPRINT_IN_ZONES,
    ZPRINT_IN_WIRED,
    ZPRINT_IN_SECOND_WIRED, /* printed again, later */
    ZPRINT_IN_MAPS,
    ZPRINT_IN_VIEWS
};

struct zprint {
    struct snapshot *snap;
    unsigned line;
    bool cut; /* the line does not end: it is the last one */
    enum zprint_section section;

    struct zprint_columns columns; /* of the latest header; count 0: none */
    struct zone_table zones;
    struct zprint_zone block; /* of zprint -C, while it is read */
    unsigned block_line;      /* where it began; 0: there is none */
    unsigned block_fields;    /* what of it was read: bits of enum zprint_column */

    size_t wired_headers;
    size_t wired_end;        /* where lines of the wired table end; 0: not known */
    bool untagged;           /* the wired table has no column of tags */
    bool others;             /* another member has the kernel's book */
    bool full;               /* RECORDS_MAX was reached */
    struct groups wired;     /* lines of it by kind, name, number and tag */
    size_t wired_count;      /* lines that hold memory */
    struct figure all_zones; /* the roll-up "zones" */
};

/* Reads a line of the zone table, of zprint -C, of the wired table or of the views; false: it is
 * none. */
bool zprint_zone_line(struct zprint *zprint, struct str line);
bool zprint_block_line(struct zprint *zprint, struct str line);
bool zprint_wired_line(struct zprint *zprint, struct str line);

/* The end of what zprint -C says of a zone. */
void zprint_block_end(struct zprint *zprint);

#endif
