/*
 * identity.h - who is who in two captures.
 *
 * Identity is by meaning, never by pid, address or load order, so that it survives a reboot.
 * A process is the tuple (signing id and team, unit without volatile parts, executable path
 * without version parts, script for interpreters, name). Of processes that share a name, only
 * those components count that all of them have on both sides: a capture that could not read
 * executables is still matched with one that could, by what is left. (DESIGN 2.3)
 */
#ifndef ANALYZE_IDENTITY_H
#define ANALYZE_IDENTITY_H

#include "analyze/charges.h"
#include "analyze/common.h"

/* Fills process_keys of both sides; after may be NULL. */
void identify_processes(struct side *before, struct side *after, struct arena *arena);

/* The owner that the process at this index is. */
struct owner owner_process(const struct side *side, size_t index, struct arena *arena);

/* A path without what changes at an upgrade: "/opt/app-1.2.3/bin/app" is "/opt/app-*\/bin/app";
 * "python3.11" is "python*", "/snap/x/4173/" is "/snap/x/\*\/". */
const char *without_versions(const char *path, struct arena *arena);

/* A control group path without what changes from start to start: "session-12.scope" is
 * "session-*.scope", "/docker/4f5e..." is "/docker/\*". */
const char *without_volatile(const char *unit, struct arena *arena);

#endif
