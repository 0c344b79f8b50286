/*
 * processes.h - writing processes.tsv: one line a process.
 *
 * The columns are one table in processes.c, which drives this writer and the reader alike, so
 * that the two cannot disagree. What is not known is written "-", names are escaped
 * (formats/escape.h) and cut at NAME_BYTES_MAX.
 */
#ifndef FORMATS_PROCESSES_H
#define FORMATS_PROCESSES_H

#include "formats/snapshot.h"

#define PROCESSES_LINE_MAX ((size_t)128 << 10) /* room for any line */

/* The first line, which names the columns; with its "\n" and a NUL. Returns its length. size is
 * at least PROCESSES_LINE_MAX, here and below. */
size_t processes_format_header(char *line, size_t size);

/* The line of one process, with its "\n" and a NUL. Returns its length. */
size_t processes_format(const struct process *process, char *line, size_t size);

#endif
