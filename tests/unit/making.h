/*
 * making.h - bundles for tests: archives of any kind, honest or not, and folders.
 *
 * Everything lies in one temporary folder, which making_end removes. What cannot be made fails
 * the test.
 */
#ifndef TESTS_UNIT_MAKING_H
#define TESTS_UNIT_MAKING_H

#include <stddef.h>
#include <stdint.h>

enum making_kind { MAKING_FILE, MAKING_FOLDER, MAKING_SYMLINK, MAKING_HARDLINK, MAKING_FIFO };

struct making_member {
    const char *name;
    const char *content; /* of a link: where it leads */
    enum making_kind kind;
    size_t zero_bytes; /* instead of content */
};

/* The temporary folder; the same one until making_end. */
const char *making_dir(void);

/* A path in it, good until the next call but seven. */
const char *making_path(const char *name);

/* Writes an archive of that name, and returns its path. format is "ustar", "pax" or "gnutar",
 * filter "none", "gzip", "xz" or "zstd". */
const char *making_archive(const char *name, const char *format, const char *filter,
                           const struct making_member *members, size_t count);

/* Writes a text, compressed as an archive would be; returns its path. */
const char *making_packed(const char *name, const char *filter, const char *text);

/* Writes a file in the temporary folder, and the folders in front of it; returns its path. */
const char *making_file(const char *name, const void *bytes, size_t len);

void making_end(void);

#endif
