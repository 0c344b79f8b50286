/*
 * samples.h - the headline's terms, sampled several times, and the raw text of the best sample.
 *
 * Free pages on their way to the hypervisor are in no counter for a tenth of a second at a time,
 * so one look can be 128 MiB off. Of the samples taken before everything else the one with the
 * smallest residual is kept; the others show how much the terms moved. Used by one thread.
 */
#ifndef CAPTURE_LINUX_SAMPLES_H
#define CAPTURE_LINUX_SAMPLES_H

#include "capture/linux/host.h"
#include "formats/linux_terms.h"

enum sample_file { SAMPLE_MEMINFO, SAMPLE_VMSTAT, SAMPLE_ZONEINFO, SAMPLE_FILES };

struct sample_text {
    char *bytes; /* NULL: could not be read, for this reason: */
    size_t len;
    int errnum;
};

/* What was read at one moment. */
struct sample_raw {
    struct sample_text texts[SAMPLE_FILES];
    struct linux_raw raw;
    struct linux_terms terms;
};

struct sample_row {
    char phase[16];
    uint64_t t_us; /* since the epoch */
    struct linux_terms terms;
};

struct samples {
    struct linux_raw boot; /* what dmesg says: known before the first sample */
    char *dmesg;           /* dmesg.txt: what the boot facts come from */
    size_t dmesg_len;
    int dmesg_errnum; /* why the kernel's log could not be read, or 0 */
    struct sample_row *rows;
    size_t row_count;
    size_t kept; /* its row; row_count when there is none */
    struct sample_raw best;
};

/* Reads the boot facts; false when there is no memory. */
bool samples_open(struct host *host);
void samples_close(struct host *host);

/* dmesg.c: reads the kernel's log, as far as it is about memory, into samples->dmesg. */
void dmesg_load(struct host *host, struct samples *samples);

/* Entries of the back end. */
bool linux_sample(struct host *host, const char *phase, struct err *err);
void linux_samples(struct host *host, struct output *output, uint64_t cost_us, uint64_t cost_bytes);
void linux_headline(struct host *host, struct output *output);

/* vm_stat.c: the sample in vm_stat's layout. */
void vm_stat_write(const struct host *host, const struct sample_raw *sample, struct output *output);

const char *sample_path(enum sample_file file);

#endif
