/*
 * loading.h - one load on its way: what load.c, loading_want.c and loading_read.c have in common.
 * Private to them; everyone else reads load.h.
 */
#ifndef FORMATS_LOADING_H
#define FORMATS_LOADING_H

#include "formats/format.h"
#include "formats/inventory.h"
#include "formats/load.h"
#include "formats/loose.h"

/* A member that came too early: it needs the manifest, or it will be known at the end only whose
 * bundle this is. */
struct waiting {
    const struct format *format;
    const char *member;
    int32_t pid;
    struct str content;
    bool cut;
    bool loose; /* recognised by its content: not in a bundle of ours */
};

struct load {
    struct loaded *loaded;
    const char *top; /* name of the top folder */
    struct inventory inventory;
    struct waiting *waiting;
    size_t waiting_count;
    size_t waiting_bytes;   /* of loose ones */
    bool *taken;            /* for each format: some file of it was read */
    bool known;             /* at least one member has a format of ours */
    bool linux_seen;        /* one of them lies in proc/ or sys/ */
    bool manifest;          /* manifest.txt is one of them */
    struct tally strangers; /* loose files of no format */
    struct tally packed;    /* files that have to be unpacked first */
    struct tally left_out;  /* links and devices */
    struct err why;         /* a single file is of no use; empty: it is */
};

/* Files that somebody put together; of an archive it is not certain before its end. */
bool loading_is_collection(const struct load *load);

/* Whether a member may be recognised by its content. Hidden ones are no outputs. */
bool loading_is_candidate(const struct load *load, const char *member);

/* The format that the member's name tells, and the number in that. */
const struct format *loading_format(const struct load *load, const char *member, int32_t *pid);

/* How many bytes of a member are wanted: bundle_visitor's. */
uint64_t loading_want(struct load *load, const char *member, struct str so_far);

/* Takes note of a file of no format. */
void loading_pass_over(struct load *load, const char *member, struct str content);

/* Reads a member, or puts it off; what is wrong with it becomes a note, or load->why. */
void loading_read(struct load *load, const struct waiting *member);

/* Reads those that were put off: for the manifest, or until it is known whose bundle this is. */
void loading_read_waiting(struct load *load, bool needs_manifest);

#endif
