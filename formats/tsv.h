/*
 * tsv.h - reading tables: tab-separated, the first line names the columns.
 *
 * Columns are found by name, so that a reader works with tables that have more, fewer or other
 * columns than it knows. "-" is not known. A last line that does not end in a newline was cut: it
 * is not used, and noted.
 */
#ifndef FORMATS_TSV_H
#define FORMATS_TSV_H

#include "formats/snapshot.h"

#define TSV_COLUMNS_MAX 64

struct tsv {
    struct snapshot *snap; /* gets the notes */
    struct str text;       /* what is left to read */
    struct str names[TSV_COLUMNS_MAX];
    struct str fields[TSV_COLUMNS_MAX]; /* of the current line */
    size_t name_count, field_count;
    unsigned line; /* of the current line, counted from 1 */
};

/* Reads the header line. False: there is none, or it lacks the column `must`. */
bool tsv_open(struct tsv *tsv, struct str text, struct snapshot *snap, const char *must);

/* Goes to the next line that is not empty; false at the end. */
bool tsv_next(struct tsv *tsv);

/* The field of that column; empty when the table or this line has none. */
struct str tsv_field(const struct tsv *tsv, const char *column);

/* Typed fields. A missing column or "-" is not known; so is, with a note, a field that is not
 * what it should be. Names are unescaped and cut at NAME_BYTES_MAX. */
struct amount tsv_amount(const struct tsv *tsv, const char *column);
struct amount tsv_machine_amount(const struct tsv *tsv, const char *column); /* up to MACHINE_MAX */
struct count tsv_count(const struct tsv *tsv, const char *column);
enum yes_no tsv_yes_no(const struct tsv *tsv, const char *column); /* yes, no, 1, 0 */
const char *tsv_name(const struct tsv *tsv, const char *column);

/* Whether there is a field, and it is not "-". */
bool tsv_says(const struct tsv *tsv, const char *column);

/* A note about the current line. */
void tsv_note(const struct tsv *tsv, const char *what);

#endif
