/*
 * fake_backend.c - a system that behaves as badly as it is told to, by the environment.
 *
 * The engine of wirecap runs on it as it does on the real one. Numbers:
 *   FAKE_PROCESSES  how many there are: 1 to that                           (20)
 *   FAKE_BYTES      of each vmmap member, about                             (1000)
 *   FAKE_NOISE      1: they do not compress
 *   FAKE_STUCK      so many processes are stuck, from the third one on      (0)
 *   FAKE_STUCK_LIGHT 1: ...even when nothing but their status is read
 *   FAKE_STUCK_MS   ...for so long                                          (an hour)
 *   FAKE_STUCK_GROUP 1: the second group is stuck as well
 *   FAKE_SLOW_MS    every process takes so long                             (0)
 *   FAKE_LINGER_MS  ...and so long after its member was stored              (0)
 *   FAKE_TWICE      1: processes are listed, and members written, twice
 *   FAKE_UNENDED    1: processes forget to end their member
 *   FAKE_NO_SAMPLE  1: the counters cannot be read
 *   FAKE_PRIVILEGED 1: as root would be
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/backend.h"
#include "capture/clock.h"

struct host {
    struct capture_options options;
    uint64_t processes, bytes, noise, stuck, stuck_light, stuck_ms, stuck_group, slow_ms, linger_ms,
        twice, unended, no_sample, privileged;
    unsigned samples[3]; /* before, between, after */
};

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    uint64_t number;

    return text != NULL && str_u64(str_of(text), 10, &number) ? number : otherwise;
}

static bool fake_open(struct host **out, const struct capture_options *options, struct err *err)
{
    struct host *host = calloc(1, sizeof *host);

    if (host == NULL)
        return err_set(err, "out of memory");
    *host = (struct host){
        .options = *options,
        .processes = setting("FAKE_PROCESSES", 20),
        .bytes = setting("FAKE_BYTES", 1000),
        .noise = setting("FAKE_NOISE", 0),
        .stuck = setting("FAKE_STUCK", 0),
        .stuck_light = setting("FAKE_STUCK_LIGHT", 0),
        .stuck_ms = setting("FAKE_STUCK_MS", 3600000),
        .stuck_group = setting("FAKE_STUCK_GROUP", 0),
        .slow_ms = setting("FAKE_SLOW_MS", 0),
        .linger_ms = setting("FAKE_LINGER_MS", 0),
        .twice = setting("FAKE_TWICE", 0),
        .unended = setting("FAKE_UNENDED", 0),
        .no_sample = setting("FAKE_NO_SAMPLE", 0),
        .privileged = setting("FAKE_PRIVILEGED", 0),
    };
    *out = host;
    return true;
}

static void fake_manifest(struct host *host, struct output *output, struct arena *arena,
                          struct manifest *manifest)
{
    manifest->model = arena_intern(arena, str_of("Standard PC (Q35 + ICH9, 2009)"));
    manifest->build = arena_intern(arena, str_of("6.1.0-13-amd64 #1 SMP Debian"));
    manifest->privileged = host->privileged != 0 ? YES : NO;
    output_printf(output, "model: %s\nbuild: %s\nprivileged: %s\n", manifest->model,
                  manifest->build, host->privileged != 0 ? "yes" : "no");
}

static bool fake_sample(struct host *host, const char *phase, struct err *err)
{
    if (host->no_sample != 0)
        return err_set(err, "proc/meminfo: cannot be read");
    host->samples[strcmp(phase, "before") == 0 ? 0 : strcmp(phase, "between") == 0 ? 1 : 2]++;
    return true;
}

static void put(struct output *output, const char *name, const char *text)
{
    output_begin(output, "%s", name);
    output_printf(output, "%s", text);
    output_end(output, STATUS_OK, 0);
}

static void fake_headline(struct host *host, struct output *output)
{
    (void)host;
    put(output, "proc/meminfo", "MemTotal: 1024 kB\n");
}

static void slabinfo(struct host *host, struct output *output)
{
    put(output, "proc/slabinfo", "slabinfo - version: 2.1\n");
    if (host->twice != 0)
        put(output, "proc/slabinfo", "again\n");
}

static void hang(unsigned ms)
{
    uint64_t until_us = clock_now_us() + (uint64_t)ms * 1000;

    while (clock_now_us() < until_us)
        clock_sleep_ms(10);
}

static void buffers(struct host *host, struct output *output)
{
    output_begin(output, "sys/kernel/debug/buffers");
    if (host->stuck_group != 0)
        hang((unsigned)host->stuck_ms);
    output_end(output, STATUS_DENIED, EACCES);
}

static void sysctl(struct host *host, struct output *output)
{
    (void)host;
    put(output, "sysctl.txt", "");
    output_missing(output, STATUS_ABSENT, ENOENT, "proc/%s", "allocinfo");
}

static const struct source_group groups[] = {
    {"slabinfo", slabinfo},
    {"buffers", buffers},
    {"sysctl", sysctl},
};

static bool fake_list(struct host *host, int32_t **pids, size_t *count, bool *whole,
                      struct err *err)
{
    size_t times = host->twice != 0 ? 2 : 1;

    *pids = malloc((size_t)host->processes * times * sizeof **pids + 1);
    if (*pids == NULL)
        return err_set(err, "out of memory");
    *count = (size_t)host->processes * times;
    *whole = getenv("FAKE_HIDDEN") == NULL;
    for (size_t i = 0; i < *count; i++)
        (*pids)[i] = (int32_t)(*count - i - 1) / (int32_t)times + 1;
    return true;
}

static void write_regions(const struct host *host, int32_t pid, struct output *output)
{
    uint64_t state = (uint64_t)pid;

    while (output_size_bytes(output) < host->bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        if (host->noise != 0)
            output_write(output, (const char *)&state + 4, 4);
        else
            output_printf(output, "%08llx-%08llx [ %3dK %3dK] rw-/rwx SM=PRV /usr/lib/lib%d.so\n",
                          (unsigned long long)(state >> 32), (unsigned long long)(state >> 40),
                          (int)(state >> 50 & 511), (int)(state >> 56), pid);
    }
}

static void fake_process(struct host *host, int32_t pid, bool light, struct output *output,
                         struct arena *arena, struct process *process)
{
    bool stuck = pid >= 3 && (uint64_t)pid < 3 + host->stuck;

    process->name = arena_intern(arena, str_of("a\tname"));
    process->start = (struct count){(uint64_t)pid * 100, true};
    process->method = light ? "status only" : "smaps";
    if (light)
        process->regions_status = process->fds_status = STATUS_TIMED_OUT;
    if (light && stuck && host->stuck_light != 0)
        hang((unsigned)host->stuck_ms);
    if (pid == 2)
        process->kernel = true;
    if (pid == 2 || light)
        return;
    if (host->slow_ms > 0)
        hang((unsigned)host->slow_ms);
    output_begin(output, "vmmap/%d.txt", pid);
    write_regions(host, pid, output);
    if (stuck)
        hang((unsigned)host->stuck_ms);
    if (host->unended == 0)
        output_end(output, STATUS_OK, 0);
    if (host->linger_ms > 0)
        hang((unsigned)host->linger_ms);
}

static void fake_join(struct host *host, struct output *output)
{
    (void)host;
    put(output, "locked.tsv", "kind\tpid\n");
}

static void fake_samples(struct host *host, struct output *output, uint64_t cost_us,
                         uint64_t cost_bytes)
{
    output_begin(output, "samples.tsv");
    output_printf(output, "before\t%u\nbetween\t%u\nafter\t%u\ncost\t%llu\t%llu\n",
                  host->samples[0], host->samples[1], host->samples[2], (unsigned long long)cost_us,
                  (unsigned long long)cost_bytes);
    output_end(output, STATUS_OK, 0);
}

static void fake_close(struct host *host)
{
    free(host);
}

const struct backend backend = {
    .platform = "linux",
    .rss_unit = 1024,
    .open = fake_open,
    .manifest = fake_manifest,
    .sample = fake_sample,
    .samples_before = 6,
    .samples_after = 5,
    .sample_pause_ms = 75,
    .headline = fake_headline,
    .groups = groups,
    .group_count = sizeof groups / sizeof *groups,
    .list = fake_list,
    .process = fake_process,
    .join = fake_join,
    .join_member = "locked.tsv",
    .samples = fake_samples,
    .close = fake_close,
};
