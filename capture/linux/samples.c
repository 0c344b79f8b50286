/* samples.c - see samples.h. */
#include "capture/linux/samples.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SAMPLE_FILE_MAX ((size_t)16 << 20) /* zoneinfo grows with processors and nodes */
#define ROWS_MAX        1000

/* Reading this moves what the processors count for themselves into the counters. */
#define FLUSH "proc/sys/vm/stat_refresh"

static const char *const paths[SAMPLE_FILES] = {
    [SAMPLE_MEMINFO] = "proc/meminfo",
    [SAMPLE_VMSTAT] = "proc/vmstat",
    [SAMPLE_ZONEINFO] = "proc/zoneinfo",
};

const char *sample_path(enum sample_file file)
{
    return paths[file];
}

bool samples_open(struct host *host)
{
    host->samples = calloc(1, sizeof *host->samples);
    if (host->samples == NULL)
        return false;
    dmesg_load(host, host->samples);
    (void)linux_dmesg((struct str){host->samples->dmesg, host->samples->dmesg_len},
                      host->page_bytes, &host->samples->boot);
    return true;
}

static void raw_free(struct sample_raw *sample)
{
    for (size_t i = 0; i < SAMPLE_FILES; i++)
        free(sample->texts[i].bytes);
    *sample = (struct sample_raw){0};
}

void samples_close(struct host *host)
{
    if (host->samples == NULL)
        return;
    raw_free(&host->samples->best);
    free(host->samples->dmesg);
    free(host->samples->rows);
    free(host->samples);
    host->samples = NULL;
}

static void raw_read(const struct host *host, struct sample_raw *sample)
{
    struct str texts[SAMPLE_FILES];

    for (size_t i = 0; i < SAMPLE_FILES; i++) {
        struct sample_text *text = &sample->texts[i];

        (void)host_load(host, paths[i], SAMPLE_FILE_MAX, &text->bytes, &text->len, &text->errnum);
        texts[i] = (struct str){text->bytes, text->bytes == NULL ? 0 : text->len};
    }
    sample->raw = host->samples->boot;
    (void)linux_meminfo(texts[SAMPLE_MEMINFO], &sample->raw);
    (void)linux_vmstat(texts[SAMPLE_VMSTAT], host->page_bytes, &sample->raw);
    (void)linux_zoneinfo(texts[SAMPLE_ZONEINFO], host->page_bytes, &sample->raw);
    sample->terms =
        linux_terms_of(&sample->raw, host->vmap_stack == YES, host->balloon_deflate_on_oom == YES);
}

/* Pages on their way out of the allocator only ever add to the residual. */
static bool is_better(const struct linux_terms *terms, const struct linux_terms *best)
{
    if (terms->known != best->known)
        return terms->known;
    return terms->known && terms->residual_bytes < best->residual_bytes;
}

static bool row_add(struct samples *samples, const char *phase, const struct linux_terms *terms)
{
    struct timespec now = {0};
    struct sample_row *rows, *row;

    rows = realloc(samples->rows, (samples->row_count + 1) * sizeof *rows);
    if (rows == NULL)
        return false;
    samples->rows = rows;
    row = &rows[samples->row_count];
    *row = (struct sample_row){.terms = *terms};
    (void)snprintf(row->phase, sizeof row->phase, "%s", phase);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    row->t_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    if (samples->kept == samples->row_count)
        samples->kept++;
    samples->row_count++;
    return true;
}

bool linux_sample(struct host *host, const char *phase, struct err *err)
{
    struct samples *samples = host->samples;
    struct sample_raw sample = {0};
    char ignored[64];
    size_t len;

    if (samples->row_count >= ROWS_MAX)
        return err_set(err, "more than %d samples", ROWS_MAX);
    if (host->live && host->euid == 0)
        (void)host_read(host, FLUSH, ignored, sizeof ignored, &len, NULL);
    raw_read(host, &sample);
    if (!row_add(samples, phase, &sample.terms)) {
        raw_free(&sample);
        return err_errno(err, "samples");
    }
    if (sample.texts[SAMPLE_MEMINFO].bytes == NULL) {
        errno = sample.texts[SAMPLE_MEMINFO].errnum;
        raw_free(&sample);
        return err_errno(err, "%s", paths[SAMPLE_MEMINFO]);
    }
    if (strcmp(phase, "before") == 0 &&
        (samples->kept == samples->row_count || is_better(&sample.terms, &samples->best.terms))) {
        raw_free(&samples->best);
        samples->best = sample;
        samples->kept = samples->row_count - 1;
        return true;
    }
    raw_free(&sample);
    return true;
}

static void number(struct output *output, bool known, int64_t bytes)
{
    if (known)
        output_printf(output, "\t%" PRId64, bytes);
    else
        output_write(output, "\t-", 2);
}

static void header(struct output *output)
{
    output_printf(output, "phase\tt_us\tkept\twired_bytes\tresidual_bytes");
    for (size_t i = 0; i < LINUX_ACCOUNTS; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "%s", linux_account_name((enum linux_account)i));
        for (char *c = name; *c != '\0'; c++)
            if (*c == ' ')
                *c = '_';
        output_printf(output, "\t%s_bytes", name);
    }
    output_printf(output, "\tpeak_bytes\tcpu_us\n");
}

/* What capturing took: the wired memory that came with it, our own memory, and time. */
static void cost(const struct samples *samples, struct output *output, uint64_t cost_us,
                 uint64_t cost_bytes)
{
    const struct linux_terms *before = NULL, *after = NULL;

    if (samples->kept < samples->row_count)
        before = &samples->rows[samples->kept].terms;
    for (size_t i = 0; i < samples->row_count; i++)
        if (strcmp(samples->rows[i].phase, "after") == 0 &&
            (after == NULL || is_better(&samples->rows[i].terms, after)))
            after = &samples->rows[i].terms;
    output_printf(output, "cost\t-\t-");
    if (before != NULL && after != NULL)
        number(output, before->known && after->known, after->wired_bytes - before->wired_bytes);
    else
        number(output, false, 0);
    for (size_t i = 0; i <= LINUX_ACCOUNTS; i++)
        number(output, false, 0);
    output_printf(output, "\t%" PRIu64 "\t%" PRIu64 "\n", cost_bytes, cost_us);
}

void linux_samples(struct host *host, struct output *output, uint64_t cost_us, uint64_t cost_bytes)
{
    const struct samples *samples = host->samples;

    output_begin(output, "samples.tsv");
    header(output);
    for (size_t i = 0; i < samples->row_count; i++) {
        const struct sample_row *row = &samples->rows[i];

        output_printf(output, "%s\t%" PRIu64 "\t%d", row->phase, row->t_us, i == samples->kept);
        number(output, row->terms.known, row->terms.wired_bytes);
        number(output, row->terms.known, row->terms.residual_bytes);
        for (size_t j = 0; j < LINUX_ACCOUNTS; j++)
            number(output, row->terms.accounts[j].known, (int64_t)row->terms.accounts[j].bytes);
        output_printf(output, "\t-\t-\n");
    }
    cost(samples, output, cost_us, cost_bytes);
    output_end(output, STATUS_OK, 0);
}

void linux_headline(struct host *host, struct output *output)
{
    const struct sample_raw *best = &host->samples->best;

    for (size_t i = 0; i < SAMPLE_FILES; i++) {
        const struct sample_text *text = &best->texts[i];

        if (text->bytes == NULL) {
            output_missing(output, output_status_of(text->errnum), text->errnum, "%s", paths[i]);
            continue;
        }
        output_begin(output, "%s", paths[i]);
        output_write(output, text->bytes, text->len);
        output_end(output, text->len < SAMPLE_FILE_MAX ? STATUS_OK : STATUS_TRUNCATED, 0);
    }
    vm_stat_write(host, best, output);
    output_begin(output, "dmesg.txt");
    output_write(output, host->samples->dmesg, host->samples->dmesg_len);
    output_end(output,
               host->samples->dmesg_errnum == 0 ? STATUS_OK
                                                : output_status_of(host->samples->dmesg_errnum),
               host->samples->dmesg_errnum);
}
