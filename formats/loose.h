/*
 * loose.h - files that somebody kept under a name of his own: their content alone tells what they
 * are. Private to load.c.
 */
#ifndef FORMATS_LOOSE_H
#define FORMATS_LOOSE_H

#include "formats/err.h"
#include "formats/format.h"

/* What can be read, for messages to people. */
#define LOOSE_READABLE                                                                             \
    "bundles of wirecap, sysdiagnose archives of Apple's, and what these print: vm_stat, zprint, " \
    "kextstat, kmutil showloaded, systemextensionsctl list, vmmap, footprint, taskinfo, "          \
    "allmemory, "                                                                                  \
    "top -l, ps, sysctl, sw_vers, memory_pressure, ls -l /private/var/vm; panic and Jetsam "       \
    "reports"

/* How many bytes of a loose file are wanted, once these are read. No more than they are: it is the
 * output of no tool. */
uint64_t loose_want(struct str so_far);

/* Whether it begins as an archive or a compressed file does. */
bool loose_is_packed(struct str content);

/* Why this file, of no known format, is of no use; returns false. */
bool loose_refuse(struct str content, struct err *err);

/* Names of which there may be very many, so that they get a note each only when they are few. */
#define TALLY_MAX 8

struct tally {
    const char *names[TALLY_MAX]; /* the first ones */
    size_t count;
};

/* Counts one more. */
void tally_add(struct tally *tally, struct snapshot *snap, const char *name);

/* Says of all of them what they are. */
void tally_note(const struct tally *tally, struct snapshot *snap, const char *what);

#endif
