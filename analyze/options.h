/*
 * options.h - the command line of wirediff.
 */
#ifndef ANALYZE_OPTIONS_H
#define ANALYZE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/err.h"

enum report_format { FORMAT_TEXT, FORMAT_JSON };
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
    const char *before, *after; /* paths; one of them may be "-" */
    const char *out;            /* -o, or NULL for standard output */
    enum report_format format;
    enum color color;
    bool all;                /* every row */
    size_t top;              /* rows before folding */
    int64_t min_bytes;       /* smaller changes are folded */
    int64_t fail_over_bytes; /* exit 1 when wired grew more; -1: never */
    bool help, version;
};

/* False: the command line makes no sense; *err says why. */
bool options_parse(struct options *options, int argc, char **argv, struct err *err);

/* "512K", "1.5G", "4MiB", "1048576": bytes. False: not a size. */
bool options_size(const char *text, int64_t *bytes);

extern const char options_usage[];

#endif
