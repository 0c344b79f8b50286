/*
 * load.h - one bundle to one snapshot.
 */
#ifndef FORMATS_LOAD_H
#define FORMATS_LOAD_H

#include "formats/bundle.h"

#define DIGEST_HEX 65 /* SHA-256 in hex, and the NUL */

struct loaded {
    struct arena arena; /* everything below lives here; arena_free ends it */
    struct snapshot snapshot;
    const char *path;        /* as it was given; borrowed */
    char digest[DIGEST_HEX]; /* SHA-256 of sources.tsv; "" when the bundle has none */
    const char *damage;      /* what is wrong with the archive, or NULL */
    bool complete;           /* sources.tsv is there, and every member it calls ok is intact */
};

/* Reads the bundle at path into *loaded, which is zeroed first. False: it cannot be opened, or is
 * not a bundle; *loaded then needs no end. Two loads may run in two threads. */
bool load_bundle(const char *path, struct loaded *loaded, struct err *err);

#endif
