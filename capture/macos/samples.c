/*
 * samples.c - vm_stat's counters, several times: vm_stat.txt is one of them, and the others show how
 * much they moved.
 *
 * The kernel answers programs that are not Apple's in earnest a few times a second, twice at the
 * least and all of them together; then it repeats its last answer and says nothing about it. So we
 * ask half a second after the last time, and an answer in which no counter moved, not even that of
 * page faults, is no sample but told apart as stale.
 *
 * What the error bar needs is the way from the first sample to the last, and one close to the kernel's
 * own account in between, which is read right after the samples before. More of them would make the
 * capture longer, and with it the way. Used by one thread.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"
#include "capture/macos/kern.h"

#define GAP_US       520000 /* two in a second, and some time to be late */
#define READINGS_MAX 16

struct reading {
    char phase[16];
    uint64_t t_us; /* since the epoch */
    bool stale;
    uint64_t wired_bytes; /* when it is not */
};

struct samples {
    struct reading readings[READINGS_MAX];
    size_t count;
    size_t kept; /* which one vm_stat.txt is; READINGS_MAX: none */
    struct vm_counters kept_counters;
    struct vm_counters last; /* the last answer */
    uint64_t asked_us;       /* when that was; 0: never */
    int error;               /* the last one's, a kern_return_t */
    bool between;            /* the moment for a sample of that phase was there */
};

bool samples_open(struct host *host)
{
    host->samples = calloc(1, sizeof *host->samples);
    if (host->samples != NULL)
        host->samples->kept = READINGS_MAX;
    return host->samples != NULL;
}

void samples_close(struct host *host)
{
    free(host->samples);
    host->samples = NULL;
}

/* What is to be waited before the kernel is asked again. */
static uint64_t early_us(const struct samples *samples)
{
    uint64_t waited_us = clock_now_us() - samples->asked_us;

    return samples->asked_us == 0 || waited_us >= GAP_US ? 0 : GAP_US - waited_us;
}

/* Asks, half a second after the last time. False: no answer. */
static bool ask(struct samples *samples, struct vm_counters *counters, bool *stale)
{
    bool first = samples->asked_us == 0;

    clock_sleep_ms((unsigned)(early_us(samples) + 999) / 1000);
    samples->error = call_vm_counters(counters);
    samples->asked_us = clock_now_us();
    if (samples->error != 0)
        return false;
    *stale =
        !first && memcmp(&counters->counts, &samples->last.counts, sizeof counters->counts) == 0;
    samples->last = *counters;
    return true;
}

/* Between, one is enough, and none is waited for: the samples after are not far. */
static bool is_wanted(struct samples *samples, const char *phase)
{
    bool again = samples->between;

    if (samples->count == READINGS_MAX)
        return false;
    if (strcmp(phase, "between") != 0)
        return true;
    samples->between = true;
    return !again && early_us(samples) == 0;
}

/* A phase with a sample that is none is waited for once more. */
static bool has_sample(const struct samples *samples, const char *phase)
{
    for (size_t i = 0; i < samples->count; i++)
        if (strcmp(samples->readings[i].phase, phase) == 0 && !samples->readings[i].stale)
            return true;
    return strcmp(phase, "between") == 0;
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
    struct reading *reading = &samples->readings[samples->count];
    struct vm_counters counters;
    bool stale = false;

    (void)err; /* vm_stat.txt says it: what else there is may be worth having */
    if (!is_wanted(samples, phase) || !ask(samples, &counters, &stale) ||
        (stale && !has_sample(samples, phase) && !ask(samples, &counters, &stale)))
        return true;
    *reading = (struct reading){
        .t_us = (uint64_t)clock_epoch_us(),
        .stale = stale,
        .wired_bytes = counters.counts.wire_count * host->page_bytes,
    };
    (void)snprintf(reading->phase, sizeof reading->phase, "%s", phase);
    if (!stale && strcmp(phase, "before") == 0)
        keep(samples, &counters);
    samples->count++;
    return true;
}

void mac_headline(struct host *host, struct output *output)
{
    const struct samples *samples = host->samples;
    char fate[KERN_FATE];

    if (samples->kept < READINGS_MAX) {
        vm_stat_write(&samples->kept_counters, host->page_bytes, output);
        return;
    }
    output_begin(output, "vm_stat.txt");
    output_note(output, "host_statistics64 %s", kern_fate(samples->error, fate));
    output_end(output, samples->error == 0 ? STATUS_FAILED : kern_status(samples->error), 0);
}

/* What capturing took: the wired memory that came with it, our own memory, and time. */
static void cost(const struct samples *samples, struct output *output, uint64_t cost_us,
                 uint64_t cost_bytes)
{
    const struct reading *after = NULL;

    for (size_t i = 0; i < samples->count; i++)
        if (!samples->readings[i].stale && strcmp(samples->readings[i].phase, "after") == 0)
            after = &samples->readings[i];
    output_printf(output, "cost\t-\t-\t-\t");
    if (after != NULL && samples->kept < READINGS_MAX)
        output_printf(output, "%" PRId64,
                      (int64_t)(after->wired_bytes - samples->readings[samples->kept].wired_bytes));
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
        const struct reading *reading = &samples->readings[i];

        output_printf(output, "%s\t%" PRIu64 "\t%d\t%d\t", reading->phase, reading->t_us,
                      i == samples->kept, reading->stale);
        if (reading->stale)
            output_printf(output, "-\t-\t-\n");
        else
            output_printf(output, "%" PRIu64 "\t-\t-\n", reading->wired_bytes);
    }
    cost(samples, output, cost_us, cost_bytes);
    output_end(output, STATUS_OK, 0);
}
