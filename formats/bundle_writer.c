/* bundle_writer.c - see bundle_writer.h. */
#include "formats/bundle_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/durable.h"
#include "formats/member.h"
#include "formats/place.h"
#include "formats/ustar.h"

struct bundle_writer {
    pthread_mutex_t lock;
    int fd;
    char *path; /* NULL: standard output */
    char *partial;
    char *top;
    int64_t taken_s;
    struct member *header; /* compresses header blocks */
    struct member *end;    /* the two blocks of zeros that end an archive, compressed */
    uint64_t end_bytes;
    uint64_t written_bytes; /* whole members only */
    bool failed;            /* for good; why is in err */
    struct err err;
};

static void writer_free(struct bundle_writer *writer)
{
    if (writer->path != NULL && writer->fd >= 0)
        (void)close(writer->fd);
    member_free(writer->header);
    member_free(writer->end);
    free(writer->path);
    free(writer->partial);
    free(writer->top);
    (void)pthread_mutex_destroy(&writer->lock);
    free(writer);
}

static bool make_end(struct bundle_writer *writer)
{
    static const char blocks[2 * USTAR_BLOCK_BYTES];

    writer->end = member_create();
    if (writer->end == NULL)
        return false;
    member_write(writer->end, blocks, sizeof blocks);
    member_finish(writer->end, USTAR_BLOCK_BYTES);
    for (const struct member_chunk *chunk = member_chunks(writer->end); chunk != NULL;
         chunk = chunk->next)
        writer->end_bytes += chunk->used;
    return member_whole(writer->end);
}

static struct bundle_writer *writer_create(const char *path, const char *top, int64_t taken_s)
{
    struct bundle_writer *writer = calloc(1, sizeof *writer);
    bool on_disk = strcmp(path, "-") != 0;

    if (writer == NULL)
        return NULL;
    writer->fd = on_disk ? -1 : STDOUT_FILENO;
    writer->taken_s = taken_s;
    writer->top = strdup(top);
    if (on_disk) {
        size_t size = strlen(path) + sizeof ".partial";

        writer->path = strdup(path);
        writer->partial = malloc(size);
        if (writer->partial != NULL)
            (void)snprintf(writer->partial, size, "%s.partial", path);
    }
    writer->header = member_create();
    if (pthread_mutex_init(&writer->lock, NULL) != 0 || writer->top == NULL ||
        (on_disk && (writer->path == NULL || writer->partial == NULL)) || writer->header == NULL ||
        !make_end(writer)) {
        writer_free(writer);
        return NULL;
    }
    return writer;
}

bool bundle_create(struct bundle_writer **out, const char *path, const char *top, int64_t taken_s,
                   struct err *err)
{
    char block[USTAR_BLOCK_BYTES];
    struct bundle_writer *writer;

    if (!ustar_header(block, top, "manifest.txt", 0, taken_s))
        return err_set(err, "%s: not a name for the top folder of a bundle", top);
    writer = writer_create(path, top, taken_s);
    if (writer == NULL)
        return err_set(err, "%s: out of memory", path);
    if (writer->path != NULL && !place_create(&writer->fd, path, writer->partial, err)) {
        writer_free(writer);
        return false;
    }
    *out = writer;
    return true;
}

static bool write_member(struct bundle_writer *writer, const struct member *member, uint64_t *bytes)
{
    for (const struct member_chunk *chunk = member_chunks(member); chunk != NULL;
         chunk = chunk->next) {
        if (!place_write(writer->fd, chunk->bytes, chunk->used))
            return false;
        *bytes += chunk->used;
    }
    return true;
}

/* Remembers why, and takes off what was written of the last member: what stays is readable. */
static bool fail(struct bundle_writer *writer)
{
    const char *where = writer->path == NULL ? "standard output" : writer->partial;

    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        (void)err_errno(&writer->err, "%s: there is no room for the bundle, choose another place",
                        where);
    else
        (void)err_errno(&writer->err, "%s: cannot be written", where);
    writer->failed = true;
    if (writer->path != NULL && ftruncate(writer->fd, (off_t)writer->written_bytes) == 0)
        (void)lseek(writer->fd, (off_t)writer->written_bytes, SEEK_SET);
    return false;
}

static bool append(struct bundle_writer *writer, const char *block, const struct member *content)
{
    uint64_t bytes = 0;

    if (writer->failed)
        return false;
    member_reset(writer->header);
    member_write(writer->header, block, USTAR_BLOCK_BYTES);
    member_finish(writer->header, USTAR_BLOCK_BYTES);
    if (!write_member(writer, writer->header, &bytes) || !write_member(writer, content, &bytes))
        return fail(writer);
    writer->written_bytes += bytes;
    return true;
}

bool bundle_add(struct bundle_writer *writer, const char *name, struct member *member,
                struct err *err)
{
    char block[USTAR_BLOCK_BYTES];
    bool ok;

    member_finish(member, USTAR_BLOCK_BYTES);
    if (!member_whole(member)) {
        ok = err_set(err, "%s: out of memory", name);
    } else if (!ustar_header(block, writer->top, name, member_size_bytes(member),
                             writer->taken_s)) {
        ok = err_set(err, "%s: its name or size does not fit into an archive", name);
    } else {
        (void)pthread_mutex_lock(&writer->lock);
        ok = append(writer, block, member);
        if (!ok)
            *err = writer->err;
        (void)pthread_mutex_unlock(&writer->lock);
    }
    member_reset(member);
    return ok;
}

bool bundle_failed(struct bundle_writer *writer)
{
    bool failed;

    (void)pthread_mutex_lock(&writer->lock);
    failed = writer->failed;
    (void)pthread_mutex_unlock(&writer->lock);
    return failed;
}

uint64_t bundle_size_bytes(struct bundle_writer *writer)
{
    uint64_t bytes;

    (void)pthread_mutex_lock(&writer->lock);
    bytes = writer->written_bytes + writer->end_bytes;
    (void)pthread_mutex_unlock(&writer->lock);
    return bytes;
}

/* Even after a failure: taking off the last member may have made room. */
static bool write_end(struct bundle_writer *writer)
{
    uint64_t bytes = 0;

    return write_member(writer, writer->end, &bytes) || fail(writer);
}

bool bundle_commit(struct bundle_writer *writer, struct err *err)
{
    bool ok = !writer->failed;

    ok = write_end(writer) && ok;
    if (!ok)
        *err = writer->err;
    else if (writer->path != NULL)
        ok = place_commit(writer->fd, writer->path, writer->partial, err);
    writer_free(writer);
    return ok;
}

void bundle_abandon(struct bundle_writer *writer)
{
    (void)write_end(writer);
    if (writer->path != NULL)
        (void)durable_sync(writer->fd);
    writer_free(writer);
}
