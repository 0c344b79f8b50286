/*
 * dmesg.c - what only the kernel's log says: how large the first chunk of per-CPU memory is.
 *
 * It counts in Percpu but lies outside MemTotal. Where the log may not be read, or the boot has
 * been pushed out of it, the symbols around the kernel's per-CPU variables give the size.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <unistd.h>

#include "capture/linux/cpus.h"
#include "capture/linux/samples.h"

#define LOG_MAX      ((size_t)16 << 20)
#define KEEP_MAX     16384 /* bytes of dmesg.txt */
#define KALLSYMS_US  1000000
#define KALLSYMS_END "__per_cpu_end"

enum { READ_ALL = 3, BUFFER_SIZE = 10 }; /* syslog(2) */

static const char *const wanted[] = {"percpu: Embedded", "setup_percpu:", "Memory:"};

static void keep(struct samples *samples, struct str line)
{
    if (samples->dmesg_len + line.len + 1 > KEEP_MAX)
        return;
    memcpy(samples->dmesg + samples->dmesg_len, line.at, line.len);
    samples->dmesg[samples->dmesg_len + line.len] = '\n';
    samples->dmesg_len += line.len + 1;
}

static bool log_live(char **bytes, size_t *len, int *errnum)
{
    int size = klogctl(BUFFER_SIZE, NULL, 0), got = -1;

    *bytes = NULL;
    if (size > 0 && (size_t)size <= LOG_MAX)
        *bytes = malloc((size_t)size);
    if (*bytes != NULL)
        got = klogctl(READ_ALL, *bytes, size);
    *errnum = errno;
    if (got < 0) {
        free(*bytes);
        return false;
    }
    *len = (size_t)got;
    return true;
}

static bool log_read(const struct host *host, char **bytes, size_t *len, int *errnum)
{
    if (host->live)
        return log_live(bytes, len, errnum);
    return host_load(host, "dmesg", LOG_MAX, bytes, len, errnum);
}

/* "0000000000034000 A __per_cpu_end" as "__per_cpu_end 0000000000034000" */
static bool symbol(struct samples *samples, struct str line)
{
    struct str address, type, name;
    char text[128];
    int len;

    if (!str_word(&line, &address) || !str_word(&line, &type) || !str_word(&line, &name) ||
        (!str_is(name, "__per_cpu_start") && !str_is(name, KALLSYMS_END)))
        return false;
    len = snprintf(text, sizeof text, "%.*s %.*s", (int)name.len, name.at, (int)address.len,
                   address.at);
    keep(samples, (struct str){text, (size_t)len});
    return true;
}

/* The symbols are many megabytes and sorted by address on most systems: stops at the second. */
static void symbols(const struct host *host, struct samples *samples)
{
    uint64_t start_us = host_now_us();
    int fd = host_open(host, "proc/kallsyms");
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    char line[512];
    int found = 0;

    if (file == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    while (found < 2 && fgets(line, sizeof line, file) != NULL &&
           host_now_us() - start_us < KALLSYMS_US) {
        struct str rest = str_of(line), text;

        if (str_line(&rest, &text) && symbol(samples, text))
            found++;
    }
    (void)fclose(file);
}

/* The first line of each kind is the kernel's own at boot. */
static void log_keep(struct samples *samples, struct str log, bool *embedded)
{
    bool kept[sizeof wanted / sizeof *wanted] = {false};
    struct str line;

    while (str_line(&log, &line))
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (!kept[i] && str_find(line, wanted[i]) != SIZE_MAX) {
                keep(samples, line);
                kept[i] = true;
                break;
            }
    *embedded = kept[0];
}

void dmesg_load(struct host *host, struct samples *samples)
{
    char *log = NULL;
    size_t len = 0;
    bool embedded = false;
    char possible[32];
    uint64_t count;

    samples->dmesg = malloc(KEEP_MAX);
    if (samples->dmesg == NULL)
        return;
    if (log_read(host, &log, &len, &samples->dmesg_errnum)) {
        samples->dmesg_errnum = 0;
        log_keep(samples, (struct str){log, len}, &embedded);
        free(log);
    }
    if (cpus_possible(host, &count)) {
        int possible_len = snprintf(possible, sizeof possible, "possible_cpus: %" PRIu64, count);

        keep(samples, (struct str){possible, (size_t)possible_len});
    }
    if (!embedded)
        symbols(host, samples);
}
