/*
 * shim_threads.c - threads and mutexes. On a Mac a mutex begins with a signature, and the host's
 * hangs off the word behind it, made when it is first used. One that is all zero is not
 * initialised, there and here.
 */
#include <pthread.h>
#include <stdlib.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

enum {
    MUTEX_STATIC = 0x32aaaba7, /* as the static initialiser has it */
    MUTEX_LIVE = 0x4c495645,   /* ours */
};

/* The beginning of a Mac's. */
struct mutex {
    long signature;
    pthread_mutex_t *host;
};

/* ---- mutexes ------------------------------------------------------------------------------- */

/* NULL: it is not initialised. A mutex of the host that is all zero is a fresh one. */
static pthread_mutex_t *host_of(struct mutex *mutex)
{
    static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_t *host = NULL;

    (void)pthread_mutex_lock(&making);
    if (mutex->signature == MUTEX_STATIC) {
        mutex->host = calloc(1, sizeof *mutex->host);
        mutex->signature = MUTEX_LIVE;
    }
    if (mutex->signature == MUTEX_LIVE)
        host = mutex->host;
    (void)pthread_mutex_unlock(&making);
    return host;
}

/* Attributes are not used, and so refused. */
static int mac_pthread_mutex_init(struct mutex *mutex, const void *attributes)
{
    *mutex = (struct mutex){MUTEX_STATIC, NULL};
    return attributes == NULL && host_of(mutex) != NULL ? 0 : DARWIN_EINVAL;
}

static int mac_pthread_mutex_lock(struct mutex *mutex)
{
    pthread_mutex_t *host = host_of(mutex);

    return host != NULL ? errno_to_mac(pthread_mutex_lock(host)) : DARWIN_EINVAL;
}

static int mac_pthread_mutex_unlock(struct mutex *mutex)
{
    pthread_mutex_t *host = host_of(mutex);

    return host != NULL ? errno_to_mac(pthread_mutex_unlock(host)) : DARWIN_EINVAL;
}

static int mac_pthread_mutex_destroy(struct mutex *mutex)
{
    if (mutex->signature == MUTEX_LIVE)
        free(mutex->host);
    *mutex = (struct mutex){0, NULL};
    return 0;
}

/* ---- threads ------------------------------------------------------------------------------- */

struct start {
    void *(*run)(void *);
    void *argument;
};

static void *run_thread(void *argument)
{
    struct start start = *(struct start *)argument;
    void *result;

    free(argument);
    thread_locals_begin();
    result = start.run(start.argument);
    thread_locals_end();
    return result;
}

static int mac_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                              void *(*run)(void *), void *argument)
{
    struct start *start = malloc(sizeof *start);
    int errnum;

    if (start == NULL)
        return DARWIN_EAGAIN;
    *start = (struct start){run, argument};
    errnum = pthread_create(thread, attributes, run_thread, start);
    if (errnum != 0)
        free(start);
    return errno_to_mac(errnum);
}

static int mac_pthread_join(pthread_t thread, void **result)
{
    return errno_to_mac(pthread_join(thread, result));
}

const struct shim shims_threads[] = {SHIM(pthread_mutex_init),
                                     SHIM(pthread_mutex_destroy),
                                     SHIM(pthread_mutex_lock),
                                     SHIM(pthread_mutex_unlock),
                                     SHIM(pthread_create),
                                     SHIM(pthread_join),
                                     SHIM_END};
