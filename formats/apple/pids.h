/*
 * pids.h - one record for each process, whichever of ps, top, taskinfo, footprint and allmemory
 * speaks of it first. They were taken seconds apart: what one of them said is not overwritten by
 * the next. They spell names differently (cut, without a path, as the program calls itself), so a
 * pid under two names is one process, under the first of them.
 */
#ifndef FORMATS_APPLE_PIDS_H
#define FORMATS_APPLE_PIDS_H

#include "formats/groups.h"
#include "formats/snapshot.h"

struct pids {
    struct snapshot *snap;
    struct groups groups; /* of the pids, in the order of their first records */
    size_t *records;      /* the index of each one's record */
    size_t record_count;
};

/* Begins with those that the snapshot has already. */
struct pids pids_begin(struct snapshot *snap);

/* The record of that pid, added when there is none: listed, its regions and files not tried. NULL:
 * there are too many. Good until the next one is added. */
struct process *pids_get(struct pids *pids, int32_t pid);

void pids_end(struct pids *pids);

/* What a tool says of said->pid: added to its record, where that is not known already. A name that
 * another tool had cut gives way to the whole one. False: there are too many processes. */
bool pids_say(struct pids *pids, const struct process *said);

#endif
