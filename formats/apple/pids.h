/*
 * pids.h - one record for each process, whichever of ps, top, taskinfo, footprint and allmemory
 * speaks of it first. They were taken seconds apart: what one of them said is not overwritten by the
 * next, and a pid under two names is two processes, of which the first is kept.
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

/* What a tool said of a process: kept unless it is known already. */
void keep_amount(struct amount *kept, struct amount said);
void keep_count(struct count *kept, uint64_t said);

/* The same of its name (interned, or NULL); only one that a tool had cut gives way to the whole. */
void keep_name(const char **kept, const char *said);

#endif
