/*
 * owned.h - the VM objects that processes own, mapped or not: owned.tsv.
 *
 *     pid	object_id	ledger_tag	virtual_bytes	resident_bytes	wired_bytes
 *     713	0x91f3a5c20d7e4b68	4	33554432	33554432	33554432
 *
 * It is the only place where the kernel says how much of an object is wired. What processes own is
 * handed in while they are read, by several threads, and written when all of them were.
 */
#ifndef CAPTURE_MACOS_OWNED_H
#define CAPTURE_MACOS_OWNED_H

#include "capture/output.h"

#define OWNED_MAX 65536 /* objects that are kept, of all processes */

struct owned;

struct owned *owned_create(void); /* NULL: out of memory */
void owned_free(struct owned *owned);

/* What the kernel answered about one process: a number of entries and the entries, len bytes. What
 * has come after owned_write() is dropped: its reader had been given up. */
void owned_add(struct owned *owned, int32_t pid, const void *bytes, size_t len);

/* The kernel did not answer. status: why. */
void owned_missed(struct owned *owned, enum status status);

/* Writes owned.tsv. It is OK when every process of whose task we had a port was answered for: which
 * ones those are, their method in processes.tsv says. */
void owned_write(struct owned *owned, struct output *output);

#endif
