/*
 * shim_threads.c - what threads share: on a Mac these begin with a signature, and the host's object
 * hangs off the word behind it, made when it is first used. One that is all zero is not
 * initialised, there and here.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

enum {
    MUTEX_STATIC = 0x32aaaba7, /* as the static initialisers have it */
    CONDITION_STATIC = 0x3cb0b1bb,
    ONCE_STATIC = 0x30b1bcba,
    LIVE = 0x4c495645, /* ours */
};

/* The beginning of a Mac's object. */
struct object {
    long signature;
    void *host;
};

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

/* NULL: it is not initialised. An object of the host that is all zero is a fresh one. */
static void *host_of(struct object *object, long fresh, size_t size)
{
    void *host = NULL;

    (void)pthread_mutex_lock(&making);
    if (object->signature == fresh) {
        object->host = calloc(1, size);
        object->signature = LIVE;
    }
    if (object->signature == LIVE)
        host = object->host;
    (void)pthread_mutex_unlock(&making);
    return host;
}

static pthread_mutex_t *mutex_of(struct object *object)
{
    return host_of(object, MUTEX_STATIC, sizeof(pthread_mutex_t));
}

static pthread_cond_t *condition_of(struct object *object)
{
    return host_of(object, CONDITION_STATIC, sizeof(pthread_cond_t));
}

static int destroy(struct object *object)
{
    if (object->signature == LIVE)
        free(object->host);
    *object = (struct object){0, NULL};
    return 0;
}

/* ---- mutexes ------------------------------------------------------------------------------- */

/* Attributes are not used, and so refused. */
static int mac_pthread_mutex_init(struct object *mutex, const void *attributes)
{
    *mutex = (struct object){MUTEX_STATIC, NULL};
    return attributes == NULL && mutex_of(mutex) != NULL ? 0 : DARWIN_EINVAL;
}

static int mac_pthread_mutex_lock(struct object *mutex)
{
    pthread_mutex_t *host = mutex_of(mutex);

    return host != NULL ? errno_to_mac(pthread_mutex_lock(host)) : DARWIN_EINVAL;
}

static int mac_pthread_mutex_trylock(struct object *mutex)
{
    pthread_mutex_t *host = mutex_of(mutex);

    return host != NULL ? errno_to_mac(pthread_mutex_trylock(host)) : DARWIN_EINVAL;
}

static int mac_pthread_mutex_unlock(struct object *mutex)
{
    pthread_mutex_t *host = mutex_of(mutex);

    return host != NULL ? errno_to_mac(pthread_mutex_unlock(host)) : DARWIN_EINVAL;
}

/* ---- conditions ---------------------------------------------------------------------------- */

static int mac_pthread_cond_init(struct object *condition, const void *attributes)
{
    *condition = (struct object){CONDITION_STATIC, NULL};
    return attributes == NULL && condition_of(condition) != NULL ? 0 : DARWIN_EINVAL;
}

static int mac_pthread_cond_signal(struct object *condition)
{
    pthread_cond_t *host = condition_of(condition);

    return host != NULL ? errno_to_mac(pthread_cond_signal(host)) : DARWIN_EINVAL;
}

static int mac_pthread_cond_broadcast(struct object *condition)
{
    pthread_cond_t *host = condition_of(condition);

    return host != NULL ? errno_to_mac(pthread_cond_broadcast(host)) : DARWIN_EINVAL;
}

static int mac_pthread_cond_wait(struct object *condition, struct object *mutex)
{
    pthread_cond_t *host = condition_of(condition);
    pthread_mutex_t *host_mutex = mutex_of(mutex);

    if (host == NULL || host_mutex == NULL)
        return DARWIN_EINVAL;
    return errno_to_mac(pthread_cond_wait(host, host_mutex));
}

/* The program's clock is not the host's: what is left to wait is the same on both. */
static int mac_pthread_cond_timedwait(struct object *condition, struct object *mutex,
                                      const struct timespec *until)
{
    pthread_cond_t *host = condition_of(condition);
    pthread_mutex_t *host_mutex = mutex_of(mutex);
    int64_t left_ns = until->tv_sec * 1000000000 + until->tv_nsec - (int64_t)mac_epoch_ns();
    struct timespec host_until;
    int64_t at_ns;

    if (host == NULL || host_mutex == NULL)
        return DARWIN_EINVAL;
    (void)clock_gettime(CLOCK_REALTIME, &host_until);
    at_ns = host_until.tv_sec * 1000000000 + host_until.tv_nsec + (left_ns > 0 ? left_ns : 0);
    host_until = (struct timespec){at_ns / 1000000000, at_ns % 1000000000};
    return errno_to_mac(pthread_cond_timedwait(host, host_mutex, &host_until));
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

static int mac_pthread_once(struct object *once, void (*run)(void))
{
    /* Its host object fits into the word; the signature stays. */
    if (once->signature != ONCE_STATIC)
        return DARWIN_EINVAL;
    return errno_to_mac(pthread_once((pthread_once_t *)(void *)&once->host, run));
}

const struct shim shims_threads[] = {SHIM(pthread_mutex_init),
                                     SHIM_AS(pthread_mutex_destroy, destroy),
                                     SHIM(pthread_mutex_lock),
                                     SHIM(pthread_mutex_trylock),
                                     SHIM(pthread_mutex_unlock),
                                     SHIM(pthread_cond_init),
                                     SHIM_AS(pthread_cond_destroy, destroy),
                                     SHIM(pthread_cond_signal),
                                     SHIM(pthread_cond_broadcast),
                                     SHIM(pthread_cond_wait),
                                     SHIM(pthread_cond_timedwait),
                                     SHIM(pthread_create),
                                     SHIM(pthread_join),
                                     SHIM(pthread_once),
                                     SHIM_END};
