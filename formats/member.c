/* member.c - see member.h. */
#define ZLIB_CONST /* input that is const */
#include "formats/member.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PENDING_BYTES ((size_t)16 << 10) /* gathered before each call of deflate */
#define CHUNKS_KEPT   2                  /* for the next member, when this one is reset */
#define MEMORY_LEVEL  7                  /* of zlib: 192 KiB for each thread */
#define PIECE_MAX     ((size_t)1 << 30)  /* zlib counts in unsigned int */

struct member {
    z_stream stream;
    struct member_chunk *first; /* the chain of chunks, always at least one */
    struct member_chunk *last;  /* the one being filled; those behind it are spare */
    uint64_t size_bytes;
    uint32_t crc32; /* without what is pending */
    bool whole;
    size_t pending_bytes;
    char pending[PENDING_BYTES];
};

static struct member_chunk *chunk_create(void)
{
    struct member_chunk *chunk = malloc(sizeof *chunk);

    if (chunk != NULL) {
        chunk->next = NULL;
        chunk->used = 0;
    }
    return chunk;
}

static void chunks_free(struct member_chunk *chunk)
{
    while (chunk != NULL) {
        struct member_chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
}

struct member *member_create(void)
{
    struct member *member = calloc(1, sizeof *member);

    if (member == NULL)
        return NULL;
    member->first = chunk_create();
    if (member->first == NULL || deflateInit2(&member->stream, 1, Z_DEFLATED, 16 + MAX_WBITS,
                                              MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        chunks_free(member->first);
        free(member);
        return NULL;
    }
    member_reset(member);
    return member;
}

void member_free(struct member *member)
{
    if (member == NULL)
        return;
    (void)deflateEnd(&member->stream);
    chunks_free(member->first);
    free(member);
}

void member_reset(struct member *member)
{
    struct member_chunk *kept = member->first;

    for (int i = 1; i < CHUNKS_KEPT && kept->next != NULL; i++)
        kept = kept->next;
    chunks_free(kept->next);
    kept->next = NULL;
    for (struct member_chunk *chunk = member->first; chunk != NULL; chunk = chunk->next)
        chunk->used = 0;
    member->last = member->first;
    member->size_bytes = 0;
    member->crc32 = 0;
    member->whole = true;
    member->pending_bytes = 0;
    (void)deflateReset(&member->stream);
}

/* Room for at least one byte in the last chunk; false: out of memory. */
static bool make_room(struct member *member)
{
    if (member->last->used < MEMBER_CHUNK_BYTES)
        return true;
    if (member->last->next == NULL)
        member->last->next = chunk_create();
    if (member->last->next == NULL)
        return false;
    member->last = member->last->next;
    return true;
}

static void compress_piece(struct member *member, const void *bytes, size_t len, int flush)
{
    z_stream *stream = &member->stream;
    int result;

    stream->next_in = bytes;
    stream->avail_in = (uInt)len;
    do {
        struct member_chunk *chunk;

        if (!make_room(member)) {
            member->whole = false;
            return;
        }
        chunk = member->last;
        stream->next_out = chunk->bytes + chunk->used;
        stream->avail_out = (uInt)(MEMBER_CHUNK_BYTES - chunk->used);
        result = deflate(stream, flush);
        chunk->used = MEMBER_CHUNK_BYTES - stream->avail_out;
    } while (stream->avail_out == 0 || (flush == Z_FINISH && result == Z_OK));
}

static void compress_content(struct member *member, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0 && member->whole) {
        size_t piece = len < PIECE_MAX ? len : PIECE_MAX;

        member->crc32 = (uint32_t)crc32(member->crc32, (const Bytef *)at, (uInt)piece);
        compress_piece(member, at, piece, Z_NO_FLUSH);
        at += piece;
        len -= piece;
    }
}

static void compress_pending(struct member *member)
{
    size_t len = member->pending_bytes;

    member->pending_bytes = 0;
    compress_content(member, member->pending, len);
}

void member_write(struct member *member, const void *bytes, size_t len)
{
    member->size_bytes += len;
    if (len > PENDING_BYTES - member->pending_bytes)
        compress_pending(member);
    if (len > PENDING_BYTES) {
        compress_content(member, bytes, len);
    } else if (len > 0) {
        memcpy(member->pending + member->pending_bytes, bytes, len);
        member->pending_bytes += len;
    }
}

void member_vprintf(struct member *member, const char *format, va_list args)
{
    size_t room = PENDING_BYTES - member->pending_bytes;
    char *long_text = NULL;
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(member->pending + member->pending_bytes, room, format, args);
    if (len >= 0 && (size_t)len < room) {
        member->pending_bytes += (size_t)len;
        member->size_bytes += (size_t)len;
    } else if (len >= 0) {
        long_text = malloc((size_t)len + 1);
        if (long_text == NULL)
            member->whole = false;
        else
            member_write(member, long_text,
                         (size_t)vsnprintf(long_text, (size_t)len + 1, format, again));
    } else {
        member->whole = false;
    }
    va_end(again);
    free(long_text);
}

void member_printf(struct member *member, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    member_vprintf(member, format, args);
    va_end(args);
}

uint64_t member_size_bytes(const struct member *member)
{
    return member->size_bytes;
}

uint32_t member_crc32(const struct member *member)
{
    return (uint32_t)crc32(member->crc32, (const Bytef *)member->pending,
                           (uInt)member->pending_bytes);
}

bool member_whole(const struct member *member)
{
    return member->whole;
}

void member_finish(struct member *member, size_t unit)
{
    static const char zeros[1024];
    size_t padding = (size_t)(-member->size_bytes & (unit - 1));

    if (member->size_bytes == 0)
        return;
    compress_pending(member);
    if (member->whole)
        compress_piece(member, zeros, padding, Z_FINISH);
}

const struct member_chunk *member_chunks(const struct member *member)
{
    return member->size_bytes > 0 ? member->first : NULL;
}
