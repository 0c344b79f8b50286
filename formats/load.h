/*
 * load.h - one bundle, or other evidence, to one snapshot.
 *
 * What is read follows from what it is (bundle.h). In a bundle of ours and in a sysdiagnose the
 * names of members tell their formats; in a sysdiagnose those at its top alone, for what lies
 * deeper is of earlier moments. In any other folder or archive a file with a name that is not known
 * is recognised by its content, as a single file is. Where two are of one format the first by name
 * counts, since they may be of two moments.
 */
#ifndef FORMATS_LOAD_H
#define FORMATS_LOAD_H

#include "formats/bundle.h"

#define DIGEST_HEX 65 /* SHA-256 in hex, and the NUL */

struct loaded {
    struct arena arena; /* everything below lives here; arena_free ends it */
    struct snapshot snapshot;
    enum bundle_kind kind;   /* BUNDLE_ARCHIVE and BUNDLE_FOLDER: loose files */
    const char *path;        /* as it was given; borrowed */
    char digest[DIGEST_HEX]; /* SHA-256 of sources.tsv; "" when there is none */
    const char *damage;      /* what is wrong with the archive, or NULL */
    const char *unread;      /* a tool whose output follows another's in one file, or NULL */
    bool complete;           /* a bundle of ours: sources.tsv is there, and every member it calls ok
                                is intact; of others, which have no list: no damage was seen */
};

/* Reads the evidence at path into *loaded, which is zeroed first. False: it cannot be opened, or
 * nothing in it can be read; *loaded then needs no end. Two loads may run in two threads. */
bool load_bundle(const char *path, struct loaded *loaded, struct err *err);

#endif
