/* store.c - see store.h. */
#include "capture/store.h"

#include <stdlib.h>

struct store *store_create(void)
{
    struct store *store = calloc(1, sizeof *store);

    if (store == NULL || !sources_init(&store->sources)) {
        free(store);
        return NULL;
    }
    (void)pthread_mutex_init(&store->lock, NULL);
    return store;
}

void store_free(struct store *store)
{
    if (store == NULL)
        return;
    sources_end(&store->sources);
    (void)pthread_mutex_destroy(&store->lock);
    free(store);
}

bool store_missing(struct store *store, const char *member, enum status status, int errnum,
                   uint64_t us, const char *note)
{
    struct source_line line = {
        .member = member,
        .status = status,
        .errnum = errnum,
        .us = us,
        .note = note,
    };

    if (store->failed)
        return true;
    if (!sources_claim(&store->sources, member))
        return false;
    sources_add(&store->sources, &line);
    return true;
}

bool store_seal(struct store *store, char digest[SHA256_HEX], struct err *err)
{
    uint8_t bytes[SHA256_BYTES];
    bool ok;

    (void)pthread_mutex_lock(&store->lock);
    if (store->failed)
        *err = store->err;
    ok = !store->failed && bundle_add(store->writer, "sources.tsv", store->sources.lines, err);
    store->failed = true; /* nothing may come after it */
    (void)pthread_mutex_unlock(&store->lock);
    sha256_final(&store->sources.sha, bytes);
    sha256_hex(bytes, digest);
    return ok;
}
