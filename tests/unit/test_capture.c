/* The engine on a system that misbehaves: tests/fake_backend.c. Each test is a process of its own,
 * so it may set its environment, and leave threads stuck. */
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "capture/capture.h"
#include "capture/clock.h"
#include "formats/sha256.h"

#define MEMBERS_MAX 512

static char folder[] = "/tmp/test_capture.XXXXXX";
static char out[256];

/* What was written, unpacked. */
static struct {
    char *names[MEMBERS_MAX]; /* without the top folder */
    char *texts[MEMBERS_MAX];
    size_t lens[MEMBERS_MAX];
    size_t count;
} bundle;

static void enter(void)
{
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(out, sizeof out, "%s/b.tar.gz", folder);
}

static void leave(void)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while ((entry = readdir(dir)) != NULL)
        if (*entry->d_name != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    (void)closedir(dir);
    cr_assert_eq(rmdir(folder), 0);
}

TestSuite(capture, .init = enter, .fini = leave, .timeout = 60);

static void unpack(const char *path)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    int result;

    bundle.count = 0;
    (void)archive_read_support_filter_gzip(archive);
    (void)archive_read_support_format_tar(archive);
    cr_assert_eq(archive_read_open_filename(archive, path, 10240), ARCHIVE_OK, "%s", path);
    for (;;) {
        size_t len;

        result = archive_read_next_header(archive, &entry);
        if (result != ARCHIVE_OK)
            break;
        len = (size_t)archive_entry_size(entry);
        cr_assert_lt(bundle.count, MEMBERS_MAX);
        bundle.names[bundle.count] = strdup(strchr(archive_entry_pathname(entry), '/') + 1);
        bundle.texts[bundle.count] = calloc(1, len + 1);
        bundle.lens[bundle.count] = len;
        cr_assert_eq(archive_read_data(archive, bundle.texts[bundle.count], len), (la_ssize_t)len);
        bundle.count++;
    }
    cr_assert_eq(result, ARCHIVE_EOF, "not readable to its end");
    archive_read_free(archive);
}

static size_t find(const char *name)
{
    size_t i = 0;

    while (i < bundle.count && strcmp(bundle.names[i], name) != 0)
        i++;
    return i;
}

static const char *text_of(const char *name)
{
    size_t i = find(name);

    cr_assert_lt(i, bundle.count, "%s is not there", name);
    return bundle.texts[i];
}

static bool there(const char *name)
{
    return find(name) < bundle.count;
}

/* How often `needle` occurs. */
static unsigned times(const char *text, const char *needle)
{
    unsigned n = 0;

    for (text = strstr(text, needle); text != NULL; text = strstr(text + 1, needle))
        n++;
    return n;
}

/* Every line agrees with its member, every member has its one line, and sources.tsv comes last. */
static void expect_consistent(void)
{
    struct str text, line, name, field;
    unsigned stored = 0;

    cr_assert_str_eq(bundle.names[0], "manifest.txt");
    cr_assert_str_eq(bundle.names[bundle.count - 1], "sources.tsv");
    for (size_t i = 0; i < bundle.count; i++)
        cr_assert_eq(find(bundle.names[i]), i, "%s is there twice", bundle.names[i]);
    text = str_of(text_of("sources.tsv"));
    cr_assert(str_line(&text, &line));
    while (str_line(&text, &line)) {
        uint64_t bytes, crc;
        char member[256];
        size_t i;

        (void)str_cut(&line, '\t', &name);
        (void)snprintf(member, sizeof member, "%.*s", (int)name.len, name.at);
        i = find(member);
        (void)str_cut(&line, '\t', &field);
        (void)str_cut(&line, '\t', &field);
        (void)str_cut(&line, '\t', &field);
        cr_assert_eq(i < bundle.count, !str_is(field, "-"), "%s", member);
        if (i == bundle.count)
            continue;
        stored++;
        cr_assert(str_u64(field, 10, &bytes));
        cr_assert_eq(bytes, bundle.lens[i], "%s", member);
        (void)str_cut(&line, '\t', &field);
        (void)str_cut(&line, '\t', &field);
        cr_assert(str_u64(field, 16, &crc));
        cr_assert_eq(crc, crc32(0, (const Bytef *)bundle.texts[i], (uInt)bundle.lens[i]));
    }
    cr_assert_eq(stored, bundle.count - 1, "members without a line");
}

static void expect_digest(const struct captured *captured)
{
    size_t i = find("sources.tsv");
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX];

    sha256((struct str){bundle.texts[i], bundle.lens[i]}, digest);
    sha256_hex(digest, hex);
    cr_assert_str_eq(captured->digest, hex);
}

static struct capture capture_of(const char *path)
{
    return (struct capture){.options = {.root = "/", .regions = true},
                            .out = path,
                            .thread_count = 2,
                            .time_box_ms = 100};
}

static struct captured run(const struct capture *capture)
{
    struct captured captured;
    struct err err;
    struct stat status;

    cr_assert(capture_run(capture, &captured, &err), "%s", err.text);
    unpack(captured.path);
    expect_consistent();
    expect_digest(&captured);
    cr_assert_eq(stat(captured.path, &status), 0);
    cr_assert_eq((uint64_t)status.st_size, captured.bytes);
    return captured;
}

static void set(const char *name, const char *value)
{
    cr_assert_eq(setenv(name, value, 1), 0);
}

Test(capture, all_is_well)
{
    struct capture capture = capture_of(out);
    struct captured captured;
    const char *manifest, *rows;

    capture.options.label = "before\nthe upgrade";
    captured = run(&capture);
    manifest = text_of("manifest.txt");
    cr_assert_eq(strncmp(manifest, "format: 1\ntool: wirecap ", 24), 0);
    cr_assert_not_null(strstr(manifest, "\nlabel: before\\nthe upgrade\n"), "%s", manifest);
    cr_assert_not_null(strstr(manifest, "\nplatform: linux\n"));
    cr_assert_eq(strncmp(text_of("samples.tsv"), "before\t6\nbetween\t2\nafter\t5\n", 27), 0);
    rows = text_of("processes.tsv");
    cr_assert_eq(times(rows, "\n"), 21);
    cr_assert_eq(strncmp(rows, "pid\tppid\t", 9), 0);
    cr_assert(there("vmmap/20.txt"));
    cr_assert(!there("vmmap/2.txt"));
    cr_assert_eq(captured.process_count, 20);
    cr_assert_eq(captured.counts[STATUS_DENIED], 1);
    cr_assert_eq(captured.counts[STATUS_ABSENT], 1);
    cr_assert_eq(captured.counts[STATUS_TIMED_OUT], 0);
    cr_assert_eq(captured.stuck, 0);
    cr_assert(!captured.privileged);
    cr_assert_str_eq(captured.path, out);
    /* As fast as their subjects move: the order is part of the format. */
    cr_assert_lt(find("proc/meminfo"), find("proc/slabinfo"));
    cr_assert_lt(find("sysctl.txt"), find("vmmap/1.txt"));
    cr_assert_lt(find("vmmap/20.txt"), find("processes.tsv"));
    cr_assert_lt(find("processes.tsv"), find("locked.tsv"));
    cr_assert_eq(find("samples.tsv") + 2, bundle.count);
}

Test(capture, a_stuck_process_is_left_behind)
{
    struct capture capture = capture_of(out);
    struct captured captured;

    set("FAKE_STUCK", "1");
    captured = run(&capture);
    cr_assert_eq(captured.stuck, 1);
    cr_assert_eq(captured.counts[STATUS_TIMED_OUT], 1);
    cr_assert(!there("vmmap/3.txt"));
    cr_assert(there("vmmap/4.txt"));
    cr_assert_eq(times(text_of("sources.tsv"), "\nvmmap/3.txt\ttimed out\t110\t-\t"), 1);
    cr_assert_eq(times(text_of("processes.tsv"), "\n"), 21);
    cr_assert_eq(times(text_of("processes.tsv"), "\n3\t"), 1);
    /* Its status needs nothing of what it is stuck in: it is the same process as in another bundle. */
    cr_assert_eq(times(text_of("processes.tsv"), "\n3\t0\t300\t"), 1);
    cr_assert_eq(times(text_of("processes.tsv"), "\tstatus only\tok\ttimed out\ttimed out\t"), 1);
    cr_assert_lt(captured.seconds, 10);
}

Test(capture, a_process_whose_status_is_stuck_too)
{
    struct capture capture = capture_of(out);
    struct captured captured;

    set("FAKE_STUCK", "2");
    set("FAKE_STUCK_LIGHT", "1");
    captured = run(&capture);
    cr_assert_eq(captured.stuck, 4);
    cr_assert_eq(captured.counts[STATUS_TIMED_OUT], 2);
    cr_assert_eq(times(text_of("processes.tsv"), "\n"), 21);
    cr_assert_eq(times(text_of("processes.tsv"), "\n3\t0\t-\t"), 1);
    cr_assert_eq(times(text_of("processes.tsv"), "timed out\ttimed out\ttimed out"), 2);
}

/* Two threads: 3 and 4 are stuck, then 5 and 6, perhaps 7, which began before 6 was given up; and
 * then nobody reads regions any more. */
Test(capture, after_four_the_rest_is_read_lightly)
{
    struct capture capture = capture_of(out);
    struct captured captured;
    size_t given_up;

    set("FAKE_STUCK", "18");
    captured = run(&capture);
    given_up = captured.counts[STATUS_TIMED_OUT];
    cr_assert_eq(captured.stuck, given_up);
    cr_assert_geq(given_up, 4);
    cr_assert_leq(given_up, 5);
    cr_assert_eq(times(text_of("processes.tsv"), "\n"), 21);
    cr_assert_eq(times(text_of("processes.tsv"), "\tstatus only\t"), 18);
}

/* More stuck at once than are replaced: it ends all the same, with a row for everyone. */
Test(capture, all_of_many_threads_stuck)
{
    struct capture capture = capture_of(out);
    struct captured captured;

    set("FAKE_STUCK", "18");
    capture.thread_count = 8;
    captured = run(&capture);
    cr_assert_geq(captured.stuck, 8);
    cr_assert_eq(times(text_of("processes.tsv"), "\n"), 21);
}

/* It wakes up while others are still being read, and must not speak for its process again. */
Test(capture, waking_up_late_changes_nothing)
{
    struct capture capture = capture_of(out);
    struct captured captured;

    set("FAKE_STUCK", "1");
    set("FAKE_STUCK_MS", "300");
    set("FAKE_SLOW_MS", "60");
    captured = run(&capture);
    cr_assert_gt(captured.seconds, 0.9, "it has not had the time to wake up");
    cr_assert_eq(captured.stuck, 0, "it is still there");
    cr_assert_eq(captured.counts[STATUS_TIMED_OUT], 1);
    cr_assert(!there("vmmap/3.txt"));
    cr_assert_eq(times(text_of("sources.tsv"), "\nvmmap/3.txt\t"), 1);
    cr_assert_eq(times(text_of("processes.tsv"), "\n3\t"), 1);
    cr_assert_eq(times(text_of("processes.tsv"), "\n"), 21);
}

Test(capture, a_stuck_group_is_left_behind)
{
    struct capture capture = capture_of(out);
    struct captured captured;

    set("FAKE_STUCK_GROUP", "1");
    capture.time_box_ms = 50;
    captured = run(&capture);
    cr_assert_eq(captured.stuck, 1);
    cr_assert_eq(times(text_of("sources.tsv"), "\nbuffers\ttimed out\t"), 1);
    cr_assert(there("sysctl.txt"));
    cr_assert(there("vmmap/20.txt"));
}

Test(capture, nothing_is_stored_twice)
{
    struct capture capture = capture_of(out);
    struct captured captured;

    set("FAKE_TWICE", "1");
    captured = run(&capture); /* which looks for doubles */
    cr_assert_eq(captured.process_count, 20);
    cr_assert_eq(times(text_of("processes.tsv"), "\n"), 21);
    cr_assert_eq(strncmp(text_of("proc/slabinfo"), "slabinfo", 8), 0);
}

/* Who is not in the list need not be gone: the list says that it is not whole. */
Test(capture, others_are_hidden_from_us)
{
    struct capture capture = capture_of(out);

    set("FAKE_HIDDEN", "1");
    (void)run(&capture);
    cr_assert_eq(times(text_of("sources.tsv"), "\nprocesses.tsv\ttruncated\t13\t"), 1);
}

Test(capture, a_member_that_nobody_ends)
{
    struct capture capture = capture_of(out);

    set("FAKE_UNENDED", "1");
    cr_assert_eq(run(&capture).counts[STATUS_FAILED], 19);
}

Test(capture, a_process_that_is_not_there)
{
    static const int32_t pids[] = {7, 4711};
    struct capture capture = capture_of(out);

    capture.options.pids = pids;
    capture.options.pid_count = 2;
    cr_assert_eq(run(&capture).counts[STATUS_VANISHED], 1);
    cr_assert_eq(times(text_of("sources.tsv"), "\nvmmap/4711.txt\tvanished\t3\t"), 1);
}

Test(capture, a_folder_gets_a_name_that_says_what_it_is)
{
    struct capture capture = capture_of(folder);
    struct captured captured = run(&capture);
    const char *name = strrchr(captured.path, '/') + 1;

    cr_assert_eq(strncmp(name, "wirecap_20", 10), 0, "%s", name);
    cr_assert_not_null(strstr(name, "+0000_Linux_Standard-PC--Q35-+-ICH9,-2009_6.1.0-13-amd64.tar"
                                    ".gz"),
                       "%s", name);
}

Test(capture, without_counters_there_is_no_bundle)
{
    struct capture capture = capture_of(out);
    struct captured captured;
    struct err err;

    set("FAKE_NO_SAMPLE", "1");
    cr_assert(!capture_run(&capture, &captured, &err));
    cr_assert_not_null(strstr(err.text, "proc/meminfo: cannot be read; what was read"), "%s",
                       err.text);
    cr_assert_neq(access(out, F_OK), 0);
}

Test(capture, a_place_that_cannot_be)
{
    static const char *const places[] = {"/nonexistent/b.tar.gz", "/nonexistent/",
                                         "/proc/b.tar.gz"};
    struct captured captured;
    struct err err;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct capture capture = capture_of(places[i]);

        cr_assert(!capture_run(&capture, &captured, &err));
        cr_assert_not_null(strstr(err.text, places[i]), "%s", err.text);
        cr_assert_str_eq(captured.path, "");
    }
}

static volatile sig_atomic_t interrupted;

static void interrupt_soon(int number)
{
    (void)number;
    interrupted = 1;
}

/* Interrupts it after so many milliseconds; it is partial then, and whole as far as it goes. */
static void interrupt_after(unsigned ms)
{
    struct sigaction action = {.sa_handler = interrupt_soon};
    struct capture capture = capture_of(out);
    struct captured captured;
    struct err err;
    uint64_t begun_us = clock_now_us();

    capture.options.interrupted = &interrupted;
    capture.time_box_ms = 0;
    cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
    (void)ualarm(ms * 1000, 0);
    cr_assert(!capture_run(&capture, &captured, &err));
    cr_assert_lt(clock_now_us() - begun_us, (ms + 1500) * 1000);
    cr_assert_eq(strncmp(err.text, "interrupted; ", 13), 0, "%s", err.text);
    cr_assert_not_null(strstr(err.text, captured.path), "%s", err.text);
    cr_assert_neq(access(out, F_OK), 0);
    unpack(captured.path);
    expect_consistent();
    expect_digest(&captured);
}

Test(capture, interrupted_among_the_samples)
{
    interrupt_after(100);
    cr_assert_eq(bundle.count, 2);
}

Test(capture, interrupted_among_the_processes)
{
    set("FAKE_SLOW_MS", "100");
    interrupt_after(700);
    cr_assert(there("vmmap/1.txt"));
    cr_assert(!there("vmmap/20.txt"));
    cr_assert_eq(times(text_of("sources.tsv"), "\nprocesses.tsv\ttruncated\t"), 1);
}

Test(capture, interrupted_while_one_is_stuck)
{
    set("FAKE_STUCK", "1");
    interrupt_after(700);
    cr_assert_eq(times(text_of("sources.tsv"), "\nvmmap/3.txt\ttimed out\t"), 1);
    cr_assert_not_null(strstr(text_of("sources.tsv"), "\tinterrupted\n"));
}

/* As a slow line would: a member takes longer than the time box. */
static void *read_slowly(void *argument)
{
    const int *end = argument;
    static char bytes[65536];

    while (read(*end, bytes, sizeof bytes) > 0)
        clock_sleep_ms(50);
    return NULL;
}

/* Waiting for the reader is not being stuck in the kernel: nobody is given up for it. */
Test(capture, a_slow_reader_costs_nobody_its_time)
{
    struct capture capture = capture_of("-");
    struct captured captured;
    struct err err;
    pthread_t reader;
    int ends[2], stdout_before = dup(STDOUT_FILENO);

    set("FAKE_NOISE", "1");
    set("FAKE_BYTES", "200000");
    set("FAKE_LINGER_MS", "20");
    capture.thread_count = 16; /* each waits for the others before it: for longer than its box */
    capture.time_box_ms = 1000;
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    cr_assert_eq(close(ends[1]), 0);
    cr_assert_eq(pthread_create(&reader, NULL, read_slowly, &ends[0]), 0);
    cr_assert(capture_run(&capture, &captured, &err), "%s", err.text);
    cr_assert_eq(dup2(stdout_before, STDOUT_FILENO), STDOUT_FILENO);
    cr_assert_eq(pthread_join(reader, NULL), 0);
    cr_assert_eq(captured.counts[STATUS_TIMED_OUT], 0);
    cr_assert_eq(captured.stuck, 0);
    cr_assert_geq(captured.bytes, 19 * 200000);
}
