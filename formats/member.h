/*
 * member.h - the inside of struct member (bundle_writer.h): content on its way through zlib.
 *
 * What is written is held compressed, in chunks, so that a large member costs its compressed size
 * and no copying; a few chunks are kept for the next member. A member that is not whole ran out of
 * memory, and stays so until it is reset.
 */
#ifndef FORMATS_MEMBER_H
#define FORMATS_MEMBER_H

#include "formats/bundle_writer.h"

#define MEMBER_CHUNK_BYTES ((size_t)32 << 10)

struct member_chunk {
    struct member_chunk *next;
    size_t used;
    unsigned char bytes[MEMBER_CHUNK_BYTES];
};

/* Fills the content up with zeros to a multiple of unit bytes, which does not count as content, and
 * ends the gzip member. An empty one becomes no bytes at all. */
void member_finish(struct member *member, size_t unit);

/* The compressed content after member_finish, in order; NULL when there is none. Chunks may be
 * empty. */
const struct member_chunk *member_chunks(const struct member *member);

#endif
