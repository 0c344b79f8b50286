/*
 * gunzip.h - the bytes of a file, unpacked when they are gzip and as they are otherwise. Private to
 * bundle_archive.c.
 *
 * A filter of libarchive keeps up to 64 KiB that it has unpacked to itself when damage follows, in
 * which whole members of a bundle may lie. Here everything in front of the damage is handed out,
 * and then the end is reached, with `damage` saying why so early.
 *
 *     gunzip_begin(&gunzip, fd)
 *     while ((n = gunzip_read(&gunzip, &bytes)) > 0) ...
 *     gunzip_end(&gunzip)
 */
#ifndef FORMATS_GUNZIP_H
#define FORMATS_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "formats/err.h"

#define GUNZIP_BLOCK_BYTES ((size_t)64 << 10)
#define GUNZIP_PAST_BYTES  8

struct gunzip {
    int fd;
    bool packed;       /* the file is gzip */
    bool between;      /* gzip members: one has ended, no other has begun */
    bool ended;        /* nothing more comes */
    bool trusted;      /* checksums are not looked at */
    uint64_t in_bytes; /* read from fd so far */
    struct err damage; /* why it ended early; empty: it did not */
    z_stream stream;   /* next_in and avail_in: what is read and not used, also of a plain file */
    /* What is read; in front of next_in there are always the bytes that were used last. */
    unsigned char in[GUNZIP_PAST_BYTES + GUNZIP_BLOCK_BYTES];
    unsigned char out[GUNZIP_BLOCK_BYTES];
};

/* Begins at a zeroed struct, and looks whether the file is gzip. False: out of memory. */
bool gunzip_begin(struct gunzip *gunzip, int fd);

/* From now on checks of what is unpacked only that it can be, and its length. A checksum takes as
 * long as unpacking what compresses well. */
void gunzip_trust(struct gunzip *gunzip);

/* The next bytes, valid until the next call, and how many; 0 at the end. */
size_t gunzip_read(struct gunzip *gunzip, const void **bytes);

void gunzip_end(struct gunzip *gunzip);

#endif
