/*
 * store.h - the bundle being written, and all that its outputs share, under one lock.
 *
 * Each thread has an output of its own (output.h); what it ends goes through the store. An output
 * whose thread is stuck is abandoned: from then on nothing that it ends reaches the store. The
 * flag is set and looked at under the lock, so that the watchdog and a thread that wakes up late
 * cannot both speak for the same member.
 *
 * A full disk is remembered here, and everything after it is dropped.
 */
#ifndef CAPTURE_STORE_H
#define CAPTURE_STORE_H

#include <pthread.h>
#include <stdatomic.h>

#include "capture/output.h"
#include "capture/sources.h"

struct store {
    pthread_mutex_t lock;
    struct bundle_writer *writer; /* NULL until the bundle has a name */
    struct sources sources;
    bool failed; /* full or broken disk, or sealed: nothing more is stored; why is in err */
    struct err err;
};

/* NULL: out of memory. Borrows the writer that it is given later. */
struct store *store_create(void);
void store_free(struct store *store);

/* Writes sources.tsv, the last member, and says its digest. After it nothing is stored. */
bool store_seal(struct store *store, char digest[SHA256_HEX], struct err *err);

/* A line for what was not stored. False: that name has one already. The caller holds the lock. */
bool store_missing(struct store *store, const char *member, enum status status, int errnum,
                   uint64_t us, const char *note);

struct output *output_create(struct store *store); /* NULL: out of memory */
void output_free(struct output *output);

/* Takes the store's lock. False, and no lock: the output was abandoned. */
bool output_lock(struct output *output);
void output_unlock(struct output *output);

/* A member is begun and not ended. */
bool output_is_open(const struct output *output);

/* For the watchdog, which holds the lock. */
void output_abandon(struct output *output);

/* The thread is in here, not in the kernel: waiting for the lock, or for the disk. */
bool output_is_storing(const struct output *output);

/* Microseconds that it has spent so until now. */
uint64_t output_stored_us(const struct output *output);

#endif
