/* owned.c - see owned.h. */
#include "capture/macos/owned.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/darwin.h"

struct object {
    int32_t pid;
    uint32_t ledger_tag;
    uint64_t id, virtual_bytes, resident_bytes, wired_bytes;
};

struct owned {
    pthread_mutex_t lock;
    struct object *objects;
    size_t count, capacity;
    size_t asked; /* processes that were answered for */
    bool missed[STATUSES];
    bool cut, written;
};

struct owned *owned_create(void)
{
    struct owned *owned = calloc(1, sizeof *owned);

    if (owned != NULL)
        (void)pthread_mutex_init(&owned->lock, NULL);
    return owned;
}

void owned_free(struct owned *owned)
{
    if (owned == NULL)
        return;
    (void)pthread_mutex_destroy(&owned->lock);
    free(owned->objects);
    free(owned);
}

/* False: there is no room. */
static bool keep(struct owned *owned, const struct object *object)
{
    if (owned->count == owned->capacity) {
        size_t more = owned->capacity == 0 ? 1024 : owned->capacity * 2;
        struct object *all = more > OWNED_MAX ? NULL : realloc(owned->objects, more * sizeof *all);

        if (all == NULL)
            return false;
        owned->objects = all;
        owned->capacity = more;
    }
    owned->objects[owned->count++] = *object;
    return true;
}

static struct object object_of(int32_t pid, const char *bytes)
{
    struct darwin_owned_object answer;

    memcpy(&answer, bytes, sizeof answer);
    return (struct object){
        .pid = pid,
        .ledger_tag = (uint32_t)(answer.bits >> 1 & 7),
        .id = answer.object_id,
        .virtual_bytes = answer.virtual_size,
        .resident_bytes = answer.resident_size,
        .wired_bytes = answer.wired_size,
    };
}

void owned_add(struct owned *owned, int32_t pid, const void *bytes, size_t len)
{
    size_t room = 0;
    uint64_t count = 0;
    const char *at = bytes;

    if (len >= sizeof count) {
        memcpy(&count, bytes, sizeof count);
        at += sizeof count;
        room = (len - sizeof count) / sizeof(struct darwin_owned_object);
    }
    (void)pthread_mutex_lock(&owned->lock);
    if (!owned->written) {
        owned->asked++;
        owned->cut = owned->cut || count > room || (len > 0 && len < sizeof count);
        for (size_t i = 0; i < room && i < count; i++, at += sizeof(struct darwin_owned_object)) {
            struct object object = object_of(pid, at);

            if (!keep(owned, &object)) {
                owned->cut = true;
                break;
            }
        }
    }
    (void)pthread_mutex_unlock(&owned->lock);
}

void owned_missed(struct owned *owned, enum status status)
{
    (void)pthread_mutex_lock(&owned->lock);
    if (!owned->written)
        owned->missed[status] = true;
    (void)pthread_mutex_unlock(&owned->lock);
}

static int compare_objects(const void *a, const void *b)
{
    const struct object *left = a, *right = b;

    if (left->pid != right->pid)
        return left->pid < right->pid ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

/* Why nothing at all is known. */
static enum status why(const struct owned *owned)
{
    for (enum status status = STATUS_OK; status < STATUSES; status++)
        if (owned->missed[status])
            return status;
    return STATUS_DENIED; /* no task's port is to be had */
}

static bool is_whole(const struct owned *owned)
{
    for (size_t status = 0; status < STATUSES; status++)
        if (owned->missed[status])
            return false;
    return !owned->cut;
}

void owned_write(struct owned *owned, struct output *output)
{
    (void)pthread_mutex_lock(&owned->lock);
    owned->written = true;
    (void)pthread_mutex_unlock(&owned->lock);
    if (owned->asked == 0) {
        output_missing(output, why(owned), 0, "owned.tsv");
        return;
    }
    if (owned->count > 0)
        qsort(owned->objects, owned->count, sizeof *owned->objects, compare_objects);
    output_begin(output, "owned.tsv");
    output_printf(output, "pid\tobject_id\tledger_tag\tvirtual_bytes\tresident_bytes\t"
                          "wired_bytes\n");
    for (size_t i = 0; i < owned->count; i++) {
        const struct object *object = &owned->objects[i];

        output_printf(output,
                      "%" PRId32 "\t0x%" PRIx64 "\t%" PRIu32 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
                      "\n",
                      object->pid, object->id, object->ledger_tag, object->virtual_bytes,
                      object->resident_bytes, object->wired_bytes);
    }
    output_end(output, is_whole(owned) ? STATUS_OK : STATUS_TRUNCATED, 0);
}
