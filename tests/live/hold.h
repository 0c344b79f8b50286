/*
 * hold.h - ways of taking an exact amount of wired memory.
 *
 * A method takes the memory and returns; it is held until the process ends. Methods are rows of
 * one table (methods.c); each takes as many amounts from the command line as it says.
 */
#ifndef TESTS_LIVE_HOLD_H
#define TESTS_LIVE_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/err.h"

#define HOLD_MIB         ((size_t)1 << 20)
#define HOLD_AMOUNTS_MAX 2

/* What the command line asked for. */
struct hold {
    const char *name; /* of the process */
    uint64_t amounts[HOLD_AMOUNTS_MAX];
};

/* Takes the memory; what it is made of stays until the process ends. */
typedef bool hold_take(const struct hold *hold, struct err *err);

struct hold_method {
    const char *name;
    const char *amounts; /* for the usage: "MIB N" */
    size_t amount_count;
    hold_take *take;
};

/* The methods of this system; ends with a row whose name is NULL. */
extern const struct hold_method hold_methods[];

/* What each of several processes does; number counts from 1. */
typedef bool hold_child(unsigned number, void *context, struct err *err);

/* Starts count processes, one after the other, named NAME1, NAME2, ...; each calls child and then
 * stays until this process ends. False: one of them failed. */
bool hold_in_children(const struct hold *hold, unsigned count, hold_child *child, void *context,
                      struct err *err);

/* Gives the calling process a name. */
void hold_set_name(const char *name);

/* Writes to every page. */
void hold_touch(void *at, size_t bytes);

/* Fresh memory, not yet touched; NULL, *err filled. */
void *hold_map(size_t bytes, bool shared, struct err *err);

/* memory.c */
hold_take hold_anon, hold_mlock;
/* locked.c */
hold_take hold_mlock_shared, hold_mlock_shared_all, hold_mlock_onfault, hold_shm_lock, hold_secret;
/* huge.c */
hold_take hold_hugetlb_private, hold_hugetlb_shared;
/* kernel.c */
hold_take hold_tmpfs, hold_threads, hold_page_tables, hold_dentries;
/* bpf.c */
hold_take hold_bpf_array, hold_bpf_ringbuf;
/* queues.c */
hold_take hold_pipes, hold_unix_queue;

#endif
