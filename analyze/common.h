/*
 * common.h - common ground: what two snapshots both know.
 *
 * Two snapshots are compared on the coarser partition of the two, which is decided before anybody
 * is charged. An account that only one side counts is part of the residual on both. An account is
 * split among owners only where both sides read that split, by the same method. A process that
 * one side listed but could not read is charged on neither. So no row is new or gone because
 * of how a capture was made.
 *
 * Accounts and splits are bits; each platform's accounting says what its bits mean.
 */
#ifndef ANALYZE_COMMON_H
#define ANALYZE_COMMON_H

#include "analyze/linux_facts.h"
#include "formats/load.h"

/* What can be unreadable about one process. */
enum aspect {
    ASPECT_STATUS,
    ASPECT_REGIONS,
    ASPECT_FDS,
    ASPECT_WIRED,  /* the kernel's own figure of its locked memory */
    ASPECT_TABLES, /* of its page tables */
    ASPECT_OWNED,  /* the VM objects that it owns */
    ASPECTS
};

/* What a snapshot can tell by itself. */
struct ground {
    uint64_t accounts; /* counted */
    uint64_t splits;   /* read for all owners, or with the unread ones named */
};

/* One of the two snapshots, and what is known about its processes in this comparison. */
struct mac_side;

struct side {
    const struct loaded *loaded;
    const struct snapshot *snap;   /* of loaded */
    const char **process_keys;     /* identity of each process: identity.h */
    bool *unread[ASPECTS];         /* each process: not to be charged here, on either side */
    const struct process **by_pid; /* sorted by pid */
    const struct shm_segment **shm_by_id;
    const struct zone_alias **aliases_by_name;
    const struct side *other;       /* of the two; NULL: it stands alone */
    struct linux_facts linux_facts; /* that both sides agree on */
    const struct mac_side *mac;     /* what a Mac's accounts need: mac_side.h */
    bool alone;                     /* taken by itself: side_alone */
    struct ground own;
};

/* The process of that pid, or NULL. */
const struct process *side_process(const struct side *side, int32_t pid);

/* The segment of that id, the merge group of that slab cache; or NULL. */
const struct shm_segment *side_shm_segment(const struct side *side, uint64_t id);
const char *side_zone_alias(const struct side *side, const char *zone);

/* Prepares both sides: lookup by pid, identities, which processes either side could not read.
 * after may be NULL: then before stands alone. */
void sides_prepare(struct side *before, struct side *after, bool same_boot, struct arena *arena);

/* As sides_prepare found it, for the side alone: what it could not read itself. For telling what
 * the comparison sets aside. */
void side_alone(const struct side *side, struct side *alone, struct arena *arena);

struct ground ground_common(struct ground before, struct ground after);

/* The line of sources.tsv about this member, or NULL. */
const struct source *side_source(const struct side *side, const char *member);

/* Read completely, and in the bundle as it was read. */
bool source_is_whole(const struct source *source);

/* That member was read completely and is in the bundle, unchanged. Without a sources.tsv: false. */
bool side_has(const struct side *side, const char *member);

/* A part of that member is known to be missing: who is not in it need not be gone. Without a
 * sources.tsv: false. */
bool side_lost(const struct side *side, const char *member);

#endif
