/* crew.c - see crew.h. */
#include "capture/crew.h"

#include <limits.h>
#include <stdlib.h>

#include "capture/clock.h"

#define STACK_BYTES ((size_t)256 << 10)
#define WORKERS_MAX (CREW_THREADS_MAX + CREW_ABANDONED_MAX)
#define LOOK_MS     5 /* between two looks of the watchdog */
#define PROGRESS_US 100000
#define GRACE_US    500000 /* for the jobs at hand when the user interrupts */

/* All fields but thread and output: under the store's lock. Once abandoned it belongs to its own
 * thread, which frees it if it ever wakes up. */
struct worker {
    struct crew *crew;
    struct output *output;
    pthread_t thread;
    bool busy; /* at `job` since then */
    size_t job;
    uint64_t since_us;
    uint64_t stored_us; /* of the output, when the job began */
    bool ended;         /* as good as joined */
};

struct crew {
    struct store *store;
    const volatile sig_atomic_t *interrupted;
    unsigned abandoned_count; /* of all tasks */
    unsigned back_count;      /* of those: woke up, and went */
    /* The task at hand, under the store's lock: */
    const struct crew_task *task;
    size_t next; /* job */
    size_t done;
    bool stop;
    struct worker *workers[WORKERS_MAX]; /* NULL: abandoned */
    size_t worker_count;
};

struct crew *crew_create(struct store *store, const volatile sig_atomic_t *interrupted)
{
    struct crew *crew = calloc(1, sizeof *crew);

    if (crew == NULL)
        return NULL;
    crew->store = store;
    crew->interrupted = interrupted;
    return crew;
}

void crew_free(struct crew *crew)
{
    free(crew);
}

unsigned crew_stuck(struct crew *crew)
{
    unsigned stuck;

    (void)pthread_mutex_lock(&crew->store->lock);
    stuck = crew->abandoned_count - crew->back_count;
    (void)pthread_mutex_unlock(&crew->store->lock);
    return stuck;
}

/* Takes the next job; false: there is none for this worker. Under the lock. */
static bool take(struct worker *worker)
{
    struct crew *crew = worker->crew;

    if (crew->stop || crew->store->failed || crew->next >= crew->task->count)
        return false;
    worker->job = crew->next++;
    worker->busy = true;
    worker->since_us = clock_now_us();
    worker->stored_us = output_stored_us(worker->output);
    return true;
}

static void worker_free(struct worker *worker)
{
    output_free(worker->output);
    free(worker);
}

/* The end of an abandoned worker. The last of them is what the shared state waits for. */
static void leave(struct worker *worker)
{
    struct crew *crew = worker->crew;
    struct store *store = crew->store;

    worker_free(worker);
    (void)pthread_mutex_lock(&store->lock);
    crew->back_count++;
    (void)pthread_mutex_unlock(&store->lock);
}

/* Thread. Returns the worker, for the caller to free; NULL: it was abandoned, and is gone. */
static void *work(void *argument)
{
    struct worker *worker = argument;
    struct output *output = worker->output;
    struct arena arena = {0};

    (void)output_lock(output);
    while (take(worker)) {
        struct crew_task task = *worker->crew->task;
        size_t job = worker->job;
        bool light = worker->crew->abandoned_count >= CREW_ABANDONED_MAX;

        output_unlock(output);
        task.run(task.context, job, light, output, &arena);
        if (output_is_open(output))
            output_end(output, STATUS_FAILED, 0);
        arena_free(&arena);
        if (!output_lock(output)) {
            leave(worker);
            return NULL;
        }
        worker->busy = false;
        worker->crew->done++;
    }
    worker->ended = true;
    output_unlock(output);
    return worker;
}

/* Signals are for the main thread. */
static bool start_thread(struct worker *worker)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    bool ok;

    if (pthread_attr_init(&attributes) != 0)
        return false;
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    ok = pthread_create(&worker->thread, &attributes, work, worker) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return ok;
}

static struct worker *worker_create(struct crew *crew)
{
    struct worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL)
        return NULL;
    worker->crew = crew;
    worker->output = output_create(crew->store);
    if (worker->output == NULL) {
        free(worker);
        return NULL;
    }
    return worker;
}

/* One more worker, if the system lets us have it. Under the lock. */
static bool hire(struct crew *crew)
{
    struct worker *worker;

    if (crew->worker_count == WORKERS_MAX)
        return false;
    worker = worker_create(crew);
    if (worker == NULL)
        return false;
    if (!start_thread(worker)) {
        worker_free(worker);
        return false;
    }
    crew->workers[crew->worker_count++] = worker;
    return true;
}

/* The job is given up, and so is its worker, whose memory stays with it. Under the lock. */
static void abandon(struct crew *crew, struct worker *worker, uint64_t now_us)
{
    output_abandon(worker->output);
    (void)pthread_detach(worker->thread);
    crew->task->timed_out(crew->task->context, worker->job, now_us - worker->since_us);
    crew->done++;
    if (crew->abandoned_count++ < CREW_ABANDONED_MAX && !crew->stop)
        (void)hire(crew);
}

static bool overdue(const struct worker *worker, uint64_t now_us, uint64_t box_us)
{
    uint64_t waited_us = output_stored_us(worker->output) - worker->stored_us;

    return worker->busy && !output_is_storing(worker->output) &&
           now_us - worker->since_us > box_us + waited_us;
}

/* Abandons who is stuck; returns how many are still at work. Under the lock. */
static size_t look(struct crew *crew, uint64_t box_us)
{
    uint64_t now_us = clock_now_us();
    size_t working = 0;

    for (size_t i = 0; i < crew->worker_count; i++) { /* grows while it goes */
        struct worker *worker = crew->workers[i];

        if (worker == NULL || worker->ended)
            continue;
        if (overdue(worker, now_us, box_us)) {
            crew->workers[i] = NULL;
            abandon(crew, worker, now_us);
        } else {
            working++;
        }
    }
    return working;
}

/* Watches until no worker is left. Under the lock, which it lets go of while it sleeps. */
static void watch(struct crew *crew)
{
    const struct crew_task *task = crew->task;
    uint64_t box_us = (uint64_t)task->time_box_ms * 1000;
    uint64_t shown_us = clock_now_us();
    uint64_t stopped_us = 0;

    while (look(crew, box_us) > 0) {
        size_t done = crew->done;
        uint64_t now_us;

        (void)pthread_mutex_unlock(&crew->store->lock);
        clock_sleep_ms(LOOK_MS);
        now_us = clock_now_us();
        if (task->progress != NULL && now_us - shown_us >= PROGRESS_US) {
            shown_us = now_us;
            task->progress(task->context, done);
        }
        (void)pthread_mutex_lock(&crew->store->lock);
        if (!crew->stop && crew->interrupted != NULL && *crew->interrupted != 0) {
            crew->stop = true;
            stopped_us = now_us;
        }
        if (crew->stop && now_us - stopped_us > GRACE_US)
            box_us = 0;
    }
}

/* The abandoned ones are in the list no more. */
static void dismiss(struct crew *crew)
{
    for (size_t i = 0; i < crew->worker_count; i++) {
        struct worker *worker = crew->workers[i];

        if (worker == NULL)
            continue;
        (void)pthread_join(worker->thread, NULL);
        worker_free(worker);
    }
    crew->worker_count = 0;
}

/* A system that gives us no thread at all: without a watchdog, then. */
static void run_alone(struct crew *crew)
{
    struct worker *worker = worker_create(crew);

    if (worker == NULL)
        return;
    if (work(worker) != NULL)
        worker_free(worker);
}

void crew_run(struct crew *crew, const struct crew_task *task)
{
    unsigned threads =
        task->thread_count < CREW_THREADS_MAX ? task->thread_count : CREW_THREADS_MAX;
    bool alone;

    (void)pthread_mutex_lock(&crew->store->lock);
    crew->task = task;
    crew->next = 0;
    crew->done = 0;
    crew->stop = crew->interrupted != NULL && *crew->interrupted != 0;
    for (unsigned i = 0; i < threads && i < task->count && hire(crew); i++)
        continue;
    alone = crew->worker_count == 0;
    watch(crew);
    (void)pthread_mutex_unlock(&crew->store->lock);
    dismiss(crew);
    if (alone && task->count > 0)
        run_alone(crew);

    /* What nobody is left to do. */
    (void)pthread_mutex_lock(&crew->store->lock);
    while (!crew->stop && !crew->store->failed && crew->next < task->count)
        task->timed_out(task->context, crew->next++, 0);
    crew->task = NULL;
    (void)pthread_mutex_unlock(&crew->store->lock);
}
