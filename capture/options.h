/*
 * options.h - the command line of wirecap.
 */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H

#include "capture/capture.h"

struct options {
    struct capture capture;
    bool quiet;
    bool help; /* print the usage and do nothing else */
    bool version;
    int32_t *pids, *raw_pids; /* what capture.options borrows */
};

extern const char options_usage[];

/* False: the command line makes no sense, and *err says why. *options ends with options_end()
 * either way. argv is borrowed. */
bool options_read(struct options *options, int argc, char **argv, struct err *err);
void options_end(struct options *options);

#endif
