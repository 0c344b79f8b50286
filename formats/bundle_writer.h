/*
 * bundle_writer.h - writing a bundle, from several threads.
 *
 * The file is a gzipped ustar archive made of gzip members: each bundle member's header is a small
 * gzip member, its content another, so that content is compressed while it is formatted, by
 * whichever thread formats it, and its length need not be known before. Concatenated gzip members
 * are one valid gzip file (RFC 1952, section 2.2). The ustar header is written here and not by
 * libarchive, which cannot be handed content that is compressed already.
 *
 * A bundle is evidence: it is written to PATH.partial, synced, and gets its name only on commit;
 * an existing file is never overwritten, neither PATH nor PATH.partial. Mode 0600; under sudo it
 * is given to the invoking user. What dies leaves a readable PATH.partial.
 * PATH "-" is standard output. The caller ignores SIGPIPE and SIGXFSZ, so that a reader that left
 * and a limit on file sizes are errors and not its death.
 */
#ifndef FORMATS_BUNDLE_WRITER_H
#define FORMATS_BUNDLE_WRITER_H

#include <stdarg.h>
#include <stdint.h>

#include "formats/err.h"
#include "formats/snapshot.h"

struct bundle_writer;

/* Content of one member on its way through a compressor. One for each thread; reusable. */
struct member;

/* top is the name of the one top folder. taken_s, seconds since the epoch, becomes every member's
 * time. */
bool bundle_create(struct bundle_writer **out, const char *path, const char *top, int64_t taken_s,
                   struct err *err);

/* NULL: out of memory. */
struct member *member_create(void);
void member_free(struct member *member);

/* Content, piece by piece. Never fails: it is held compressed in memory; when there is not enough of
 * that, the member is no longer whole, and cannot be added. */
void member_write(struct member *member, const void *bytes, size_t len);
void member_printf(struct member *member, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void member_vprintf(struct member *member, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
bool member_whole(const struct member *member);
uint64_t member_size_bytes(const struct member *member);
uint32_t member_crc32(const struct member *member);

/* Forgets the content, to begin another one. */
void member_reset(struct member *member);

/* Appends the content to the bundle under this name, and resets it. Safe from several threads.
 * False: the disk is full or failed, and will be at every later call; or the member is not whole or
 * its name does not fit into the archive (formats/ustar.h), which spoils nothing else. */
bool bundle_add(struct bundle_writer *writer, const char *name, struct member *member,
                struct err *err);

/* The disk is full or failed. */
bool bundle_failed(struct bundle_writer *writer);

/* Length of the archive if it were to end here. */
uint64_t bundle_size_bytes(struct bundle_writer *writer);

/* Ends the archive, syncs it and gives it its name. The writer is gone after either call. False: what
 * could be written is left as PATH.partial. */
bool bundle_commit(struct bundle_writer *writer, struct err *err);

/* Ends the archive and leaves it as PATH.partial. */
void bundle_abandon(struct bundle_writer *writer);

#endif
