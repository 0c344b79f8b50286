/* gunzip.c - see gunzip.h. */
#include "formats/gunzip.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FORMAT_GZIP (16 + MAX_WBITS) /* of inflateInit2 */

/* Reads on behind what is not used yet. False: no more. */
static bool fill(struct gunzip *gunzip)
{
    z_stream *stream = &gunzip->stream;
    unsigned char *first = gunzip->in + GUNZIP_PAST_BYTES;
    ssize_t got;

    if (stream->avail_in == 0 && stream->next_in != first) {
        memmove(gunzip->in, stream->next_in - GUNZIP_PAST_BYTES, GUNZIP_PAST_BYTES);
        stream->next_in = first;
    }
    do {
        got = read(gunzip->fd, stream->next_in + stream->avail_in,
                   GUNZIP_BLOCK_BYTES - stream->avail_in);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        err_errno(&gunzip->damage, "cannot be read on");
    if (got <= 0)
        return false;
    stream->avail_in += (uInt)got;
    gunzip->in_bytes += (uint64_t)got;
    return true;
}

bool gunzip_begin(struct gunzip *gunzip, int fd)
{
    const z_stream *stream = &gunzip->stream;

    gunzip->fd = fd;
    gunzip->stream.next_in = gunzip->in + GUNZIP_PAST_BYTES;
    if (inflateInit2(&gunzip->stream, FORMAT_GZIP) != Z_OK)
        return false;
    while (stream->avail_in < 2 && fill(gunzip))
        continue;
    gunzip->packed =
        stream->avail_in >= 2 && stream->next_in[0] == 0x1f && stream->next_in[1] == 0x8b;
    return true;
}

void gunzip_trust(struct gunzip *gunzip)
{
    gunzip->trusted = true;
    if (gunzip->packed)
        (void)inflateValidate(&gunzip->stream, 0);
}

static size_t read_plain(struct gunzip *gunzip, const void **bytes)
{
    z_stream *stream = &gunzip->stream;
    size_t n;

    if (stream->avail_in == 0 && (gunzip->damage.text[0] != '\0' || !fill(gunzip)))
        return 0;
    *bytes = stream->next_in;
    n = stream->avail_in;
    stream->next_in += n;
    stream->avail_in = 0;
    return n;
}

/* A gzip member ends with the length of what is in it, modulo 2^32; zlib looks at it together with
 * the checksum. */
static bool is_as_long_as_it_says(const struct gunzip *gunzip)
{
    const unsigned char *end = gunzip->stream.next_in;
    uint32_t length =
        end[-4] | (uint32_t)end[-3] << 8 | (uint32_t)end[-2] << 16 | (uint32_t)end[-1] << 24;

    return !gunzip->trusted || length == (uint32_t)gunzip->stream.total_out;
}

/* Unpacks until the output is full, or the input used up. False: this was the end. */
static bool unpack_some(struct gunzip *gunzip)
{
    z_stream *stream = &gunzip->stream;
    int result;

    if (stream->avail_in == 0 && !fill(gunzip)) {
        if (!gunzip->between && gunzip->damage.text[0] == '\0')
            err_set(&gunzip->damage, "the compressed data is cut");
        return false;
    }
    if (gunzip->between && *stream->next_in == '\0') { /* padding, as tapes have it */
        stream->next_in++;
        stream->avail_in--;
        return true;
    }
    if (gunzip->between)
        (void)inflateReset(stream);
    result = inflate(stream, Z_NO_FLUSH);
    gunzip->between = result == Z_STREAM_END;
    if (gunzip->between && !is_as_long_as_it_says(gunzip))
        return err_set(&gunzip->damage, "the compressed data is damaged: incorrect length");
    if (gunzip->between || result == Z_OK || result == Z_BUF_ERROR)
        return true;
    err_set(&gunzip->damage, "the compressed data is damaged: %s",
            stream->msg == NULL ? "zlib does not say why" : stream->msg);
    return false;
}

size_t gunzip_read(struct gunzip *gunzip, const void **bytes)
{
    z_stream *stream = &gunzip->stream;

    if (!gunzip->packed)
        return read_plain(gunzip, bytes);
    stream->next_out = gunzip->out;
    stream->avail_out = GUNZIP_BLOCK_BYTES;
    while (!gunzip->ended && stream->avail_out > 0)
        gunzip->ended = !unpack_some(gunzip);
    *bytes = gunzip->out;
    return GUNZIP_BLOCK_BYTES - stream->avail_out;
}

void gunzip_end(struct gunzip *gunzip)
{
    (void)inflateEnd(&gunzip->stream);
}
