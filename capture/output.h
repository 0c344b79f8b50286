/*
 * output.h - where sources write: members of the bundle, and their lines in sources.tsv.
 *
 * Each thread has one struct output. A member is begun, written piece by piece, and ended with how
 * it went; the line in sources.tsv (status, errno, bytes, microseconds, CRC-32) follows from that.
 * Nothing here fails towards the source: a full disk is remembered, and capture.c stops.
 */
#ifndef CAPTURE_OUTPUT_H
#define CAPTURE_OUTPUT_H

#include "formats/snapshot.h"

struct output;

/* Begins a member; its clock starts. */
void output_begin(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void output_write(struct output *output, const void *bytes, size_t len);
void output_printf(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An escaped name (formats/escape.h); "-" for NULL. */
void output_name(struct output *output, const char *name);

/* A remark for the current member's line: what its status alone does not say. The last one counts,
 * as much of it as fits on a line. */
void output_note(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes written to the current member so far. */
uint64_t output_size_bytes(const struct output *output);

/* Ends the member. With any status but OK and TRUNCATED an empty member is not stored: only its
 * line in sources.tsv is. errnum is 0 or what errno said. */
void output_end(struct output *output, enum status status, int errnum);

/* Forgets what was written to the current member, which goes on, and so does its clock. */
void output_rewind(struct output *output);

/* Ends a member that the source does not have after all: nothing stored, no line written. */
void output_drop(struct output *output);

/* A line in sources.tsv for a member that could not even be begun. */
void output_missing(struct output *output, enum status status, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The status that an errno stands for: ENOENT ABSENT, ESRCH VANISHED, EACCES and EPERM DENIED. */
enum status output_status_of(int errnum);

#endif
