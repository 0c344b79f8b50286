/*
 * samples.c - vm_stat's counters, several times: vm_stat.txt is one of them, and the others show how
 * much they moved.
 *
 * The kernel answers a program that is not Apple's in earnest at most a few times a second, twice at
 * the least, and all such programs together; then it repeats its last answer and says nothing about
 * it. So we ask half a second after the last time, and an answer in which no counter moved, not even
 * that of page faults, is no sample: it is asked for once more, and then told apart as stale. Used
 * by one thread.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"
#include "capture/macos/kern.h"

#define GAP_US    520000 /* two in a second, and some time to be late */
#define PHASE_MAX 3      /* samples of one phase: more would take longer than they tell */
#define ROWS_MAX  64

struct row {
    char phase[16];
    uint64_t t_us; /* since the epoch */
    bool stale;
    uint64_t wired_bytes; /* when it is not */
};

struct samples {
    struct row rows[ROWS_MAX];
    size_t count;
    size_t kept; /* its row; ROWS_MAX when there is none */
    struct vm_counters kept_counters;
    struct vm_counters last; /* the last answer */
    uint64_t asked_us;       /* when that was; 0: never */
};

bool samples_open(struct host *host)
{
    host->samples = calloc(1, sizeof *host->samples);
    if (host->samples != NULL)
        host->samples->kept = ROWS_MAX;
    return host->samples != NULL;
}

void samples_close(struct host *host)
{
    free(host->samples);
    host->samples = NULL;
}

/* Asks, half a second after the last time. Returns a kern_return_t. */
static int ask(struct samples *samples, struct vm_counters *counters, bool *stale)
{
    uint64_t waited_us = clock_now_us() - samples->asked_us;
    int error;

    if (samples->asked_us != 0 && waited_us < GAP_US)
        clock_sleep_ms((unsigned)(GAP_US - waited_us + 999) / 1000);
    error = call_vm_counters(counters);
    *stale = error == 0 && samples->asked_us != 0 &&
             memcmp(&counters->counts, &samples->last.counts, sizeof counters->counts) == 0;
    samples->asked_us = clock_now_us();
    if (error == 0)
        samples->last = *counters;
    return error;
}

static size_t count_of(const struct samples *samples, const char *phase)
{
    size_t count = 0;

    for (size_t i = 0; i < samples->count; i++)
        count += strcmp(samples->rows[i].phase, phase) == 0;
    return count;
}

/* The last one before everything else is the nearest to what is read next. */
static void keep(struct samples *samples, const struct vm_counters *counters)
{
    samples->kept = samples->count;
    samples->kept_counters = *counters;
}

bool mac_sample(struct host *host, const char *phase, struct err *err)
{
    struct samples *samples = host->samples;
    struct row *row = &samples->rows[samples->count];
    struct vm_counters counters;
    bool stale;
    int error;

    if (samples->count == ROWS_MAX || count_of(samples, phase) >= PHASE_MAX)
        return true;
    error = ask(samples, &counters, &stale);
    if (stale)
        error = ask(samples, &counters, &stale);
    if (error != 0)
        return err_set(err, "host_statistics64: the kernel answered %d%s%s", error,
                       kern_name(error) == NULL ? "" : ", ",
                       kern_name(error) == NULL ? "" : kern_name(error));
    *row = (struct row){
        .t_us = (uint64_t)clock_epoch_us(),
        .stale = stale,
        .wired_bytes = counters.counts.wire_count * host->page_bytes,
    };
    (void)snprintf(row->phase, sizeof row->phase, "%s", phase);
    if (!stale && strcmp(phase, "before") == 0)
        keep(samples, &counters);
    samples->count++;
    return true;
}

void mac_headline(struct host *host, struct output *output)
{
    if (host->samples->kept < ROWS_MAX)
        vm_stat_write(&host->samples->kept_counters, host->page_bytes, output);
    else
        output_missing(output, STATUS_FAILED, 0, "vm_stat.txt");
}

/* What capturing took: the wired memory that came with it, our own memory, and time. */
static void cost(const struct samples *samples, struct output *output, uint64_t cost_us,
                 uint64_t cost_bytes)
{
    const struct row *after = NULL;

    for (size_t i = 0; i < samples->count; i++)
        if (!samples->rows[i].stale && strcmp(samples->rows[i].phase, "after") == 0)
            after = &samples->rows[i];
    output_printf(output, "cost\t-\t-\t-\t");
    if (after != NULL && samples->kept < ROWS_MAX)
        output_printf(output, "%" PRId64,
                      (int64_t)(after->wired_bytes - samples->rows[samples->kept].wired_bytes));
    else
        output_printf(output, "-");
    output_printf(output, "\t%" PRIu64 "\t%" PRIu64 "\n", cost_bytes, cost_us);
}

void mac_samples(struct host *host, struct output *output, uint64_t cost_us, uint64_t cost_bytes)
{
    const struct samples *samples = host->samples;

    output_begin(output, "samples.tsv");
    output_printf(output, "phase\tt_us\tkept\tstale\twired_bytes\tpeak_bytes\tcpu_us\n");
    for (size_t i = 0; i < samples->count; i++) {
        const struct row *row = &samples->rows[i];

        output_printf(output, "%s\t%" PRIu64 "\t%d\t%d\t", row->phase, row->t_us,
                      i == samples->kept, row->stale);
        if (row->stale)
            output_printf(output, "-\t-\t-\n");
        else
            output_printf(output, "%" PRIu64 "\t-\t-\n", row->wired_bytes);
    }
    cost(samples, output, cost_us, cost_bytes);
    output_end(output, STATUS_OK, 0);
}
