/* The archive, byte for byte where it matters: read back with libarchive and with zlib alone. */
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "formats/bundle_writer.h"

#define TAKEN_S 1790000000

static char folder[] = "/tmp/test_bundle_writer.XXXXXX";
static char path[256], partial[sizeof path + 16];

static void enter(void)
{
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/one.tar.gz", folder);
    (void)snprintf(partial, sizeof partial, "%s.partial", path);
}

static void leave(void)
{
    (void)unlink(path);
    (void)unlink(partial);
    cr_assert_eq(rmdir(folder), 0, "something was left behind in %s", folder);
}

TestSuite(bundle_writer, .init = enter, .fini = leave);

static struct bundle_writer *begin(void)
{
    struct bundle_writer *writer;
    struct err err;

    cr_assert(bundle_create(&writer, path, "top", TAKEN_S, &err), "%s", err.text);
    return writer;
}

static void add(struct bundle_writer *writer, struct member *member, const char *name)
{
    struct err err;

    cr_assert(bundle_add(writer, name, member, &err), "%s", err.text);
}

static void commit(struct bundle_writer *writer)
{
    struct err err;

    cr_assert(bundle_commit(writer, &err), "%s", err.text);
}

static bool exists(const char *file)
{
    return access(file, F_OK) == 0;
}

/* Reads the archive with libarchive; counts members; content of the one called `name` goes to *crc
 * and *size. False: the archive is damaged. */
static bool read_back(const char *file, const char *name, unsigned *members, uint64_t *size,
                      uint32_t *crc)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    static char bytes[65536];
    la_ssize_t len;
    int result;

    *members = 0;
    *size = UINT64_MAX;
    cr_assert_eq(archive_read_support_filter_gzip(archive), ARCHIVE_OK);
    cr_assert_eq(archive_read_support_format_tar(archive), ARCHIVE_OK);
    cr_assert_eq(archive_read_open_filename(archive, file, 10240), ARCHIVE_OK);
    for (;;) {
        result = archive_read_next_header(archive, &entry);
        if (result != ARCHIVE_OK)
            break;
        ++*members;
        cr_assert_eq(archive_entry_mtime(entry), TAKEN_S);
        cr_assert_eq(archive_entry_perm(entry), 0600);
        if (strcmp(archive_entry_pathname(entry), name) != 0)
            continue;
        *size = 0;
        *crc = 0;
        for (;;) {
            len = archive_read_data(archive, bytes, sizeof bytes);
            if (len <= 0)
                break;
            *crc = (uint32_t)crc32(*crc, (const Bytef *)bytes, (uInt)len);
            *size += (uint64_t)len;
        }
        cr_assert_eq(len, 0);
        cr_assert_eq(*size, (uint64_t)archive_entry_size(entry));
    }
    archive_read_free(archive);
    return result == ARCHIVE_EOF;
}

/* Length of the archive unpacked by zlib, which reads gzip members one after the other. */
static uint64_t unpacked_bytes(const char *file)
{
    gzFile in = gzopen(file, "rb");
    static char bytes[65536];
    uint64_t sum = 0;
    int len;

    cr_assert_not_null(in);
    for (;;) {
        len = gzread(in, bytes, sizeof bytes);
        if (len <= 0)
            break;
        sum += (uint64_t)len;
    }
    cr_assert_eq(len, 0);
    cr_assert_eq(gzclose(in), Z_OK);
    return sum;
}

Test(bundle_writer, members_of_every_size_around_a_block)
{
    static const size_t sizes[] = {0, 1, 511, 512, 513, 1024, 16383, 16384, 16385, 65536, 100000};
    static char text[100000];
    struct bundle_writer *writer = begin();
    struct member *member = member_create();
    uint64_t expected = 1024;
    char name[64];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i >> 3);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        member_write(member, text, sizes[i] / 3);
        member_write(member, text + sizes[i] / 3, sizes[i] - sizes[i] / 3);
        cr_assert_eq(member_size_bytes(member), sizes[i]);
        cr_assert_eq(member_crc32(member), crc32(0, (const Bytef *)text, (uInt)sizes[i]));
        (void)snprintf(name, sizeof name, "sub/%zu.txt", sizes[i]);
        add(writer, member, name);
        cr_assert_eq(member_size_bytes(member), 0);
        expected += 512 + (sizes[i] + 511) / 512 * 512;
    }
    member_free(member);
    cr_assert(exists(partial));
    cr_assert(!exists(path));
    commit(writer);
    cr_assert(!exists(partial));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned members;
        uint64_t size;
        uint32_t crc = 0;

        (void)snprintf(name, sizeof name, "top/sub/%zu.txt", sizes[i]);
        cr_assert(read_back(path, name, &members, &size, &crc));
        cr_assert_eq(members, sizeof sizes / sizeof *sizes);
        cr_assert_eq(size, sizes[i]);
        cr_assert_eq(crc, crc32(0, (const Bytef *)text, (uInt)sizes[i]));
    }
    cr_assert_eq(unpacked_bytes(path), expected);
}

Test(bundle_writer, size_and_mode)
{
    struct bundle_writer *writer = begin();
    struct member *member = member_create();
    uint64_t bytes;
    struct stat status;

    member_printf(member, "%s\n", "format: 1");
    add(writer, member, "manifest.txt");
    bytes = bundle_size_bytes(writer);
    member_free(member);
    commit(writer);
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_eq((uint64_t)status.st_size, bytes);
    cr_assert_eq(status.st_mode & 07777, 0600);
}

Test(bundle_writer, incompressible_8_mib)
{
    struct bundle_writer *writer = begin();
    struct member *member = member_create();
    static uint32_t noise[2048];
    uint64_t state = 1, size;
    uint32_t crc, crc_read = 0;
    unsigned members;

    for (int i = 0; i < 1024; i++) {
        for (size_t k = 0; k < 2048; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            noise[k] = (uint32_t)(state >> 32);
        }
        member_write(member, noise, sizeof noise);
    }
    crc = member_crc32(member);
    add(writer, member, "noise");
    member_printf(member, "after");
    add(writer, member, "after");
    member_free(member);
    commit(writer);
    cr_assert(read_back(path, "top/noise", &members, &size, &crc_read));
    cr_assert_eq(size, 8 << 20);
    cr_assert_eq(crc_read, crc);
}

Test(bundle_writer, one_call_longer_than_the_buffers)
{
    struct bundle_writer *writer = begin();
    struct member *member = member_create();
    char *text = malloc(300001);
    uint64_t size;
    uint32_t crc = 0;
    unsigned members;

    memset(text, 'y', 300000);
    text[300000] = '\0';
    member_printf(member, "%s", text);
    member_printf(member, "%s", "");
    member_write(member, text, 300000);
    add(writer, member, "long");
    free(text);
    member_free(member);
    commit(writer);
    cr_assert(read_back(path, "top/long", &members, &size, &crc));
    cr_assert_eq(size, 600000);
}

Test(bundle_writer, long_names)
{
    struct bundle_writer *writer = begin();
    struct member *member = member_create();
    char fits[256], too_long[256], in_top[300];
    struct err err;
    uint64_t size;
    uint32_t crc;
    unsigned members;

    memset(fits, 'n', sizeof fits);
    fits[151] = '/'; /* "top/" and 151 bytes make the prefix, 100 the name */
    fits[252] = '\0';
    memset(too_long, 'n', sizeof too_long);
    too_long[151] = '/';
    too_long[253] = '\0';
    add(writer, member, fits);
    cr_assert(!bundle_add(writer, too_long, member, &err));
    cr_assert(!bundle_add(writer, "/absolute", member, &err));
    cr_assert(!bundle_add(writer, "up/../..", member, &err));
    cr_assert(!bundle_add(writer, "", member, &err));
    add(writer, member, "and on it goes");
    member_free(member);
    commit(writer);
    (void)snprintf(in_top, sizeof in_top, "top/%s", fits);
    cr_assert(read_back(path, in_top, &members, &size, &crc));
    cr_assert_eq(size, 0);
    cr_assert_eq(members, 2);
}

Test(bundle_writer, abandoned_stays_partial_and_readable)
{
    struct bundle_writer *writer = begin();
    struct member *member = member_create();
    uint64_t size;
    uint32_t crc;
    unsigned members;

    member_printf(member, "kept");
    add(writer, member, "kept");
    member_free(member);
    bundle_abandon(writer);
    cr_assert(!exists(path));
    cr_assert(read_back(partial, "top/kept", &members, &size, &crc));
    cr_assert_eq(size, 4);
}

static void touch(const char *file)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL, 0600);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, "mine", 4), 4);
    (void)close(fd);
}

static void expect_mine(const char *file)
{
    struct stat status;

    cr_assert_eq(stat(file, &status), 0);
    cr_assert_eq(status.st_size, 4);
}

Test(bundle_writer, never_overwrites)
{
    struct bundle_writer *writer;
    struct err err;

    touch(path);
    cr_assert(!bundle_create(&writer, path, "top", TAKEN_S, &err));
    cr_assert_not_null(strstr(err.text, "exists already"), "%s", err.text);
    cr_assert(!exists(partial));
    cr_assert_eq(rename(path, partial), 0);
    cr_assert(!bundle_create(&writer, path, "top", TAKEN_S, &err));
    cr_assert_not_null(strstr(err.text, ".partial exists already"), "%s", err.text);
    expect_mine(partial);
    cr_assert_eq(unlink(partial), 0);

    writer = begin();
    touch(path); /* while it is being written */
    cr_assert(!bundle_commit(writer, &err));
    cr_assert_not_null(strstr(err.text, "is left as"), "%s", err.text);
    expect_mine(path);
    cr_assert(exists(partial));
}

Test(bundle_writer, a_link_in_the_way_is_not_followed)
{
    struct bundle_writer *writer;
    struct err err;
    char victim[300];

    (void)snprintf(victim, sizeof victim, "%s/victim", folder);
    cr_assert_eq(symlink(victim, partial), 0);
    cr_assert(!bundle_create(&writer, path, "top", TAKEN_S, &err));
    cr_assert(!exists(victim));
    cr_assert_eq(unlink(partial), 0);
    cr_assert_eq(symlink(victim, path), 0); /* dangling */
    cr_assert(!bundle_create(&writer, path, "top", TAKEN_S, &err));
}

/* In a child, since the limit is for the whole process. Exit status 0: all as it should be. */
static int fill_the_disk(void)
{
    struct rlimit limit = {.rlim_cur = 200000, .rlim_max = 200000};
    struct bundle_writer *writer;
    struct member *member = member_create();
    struct err err, again;
    uint64_t state = 1;
    unsigned added = 0;
    bool ok = true;

    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
        !bundle_create(&writer, path, "top", TAKEN_S, &err))
        return 10;
    while (ok && added < 100) {
        char name[32];

        (void)snprintf(name, sizeof name, "%u", added);
        for (int i = 0; i < 10000; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            member_write(member, (char *)&state + 4, 4);
        }
        ok = bundle_add(writer, name, member, &err);
        added += ok;
    }
    member_printf(member, "tiny");
    if (ok || added != 4 || bundle_add(writer, "tiny", member, &again) ||
        strcmp(err.text, again.text) != 0 || strstr(err.text, "no room") == NULL)
        return 11;
    if (bundle_commit(writer, &err))
        return 12;
    member_free(member);
    return exists(path) ? 13 : 0;
}

Test(bundle_writer, a_full_disk_is_remembered_and_leaves_whole_members)
{
    pid_t child = fork();
    uint64_t size;
    uint32_t crc;
    unsigned members;
    int status;

    cr_assert_geq(child, 0);
    if (child == 0)
        _exit(fill_the_disk());
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    cr_assert_eq(WEXITSTATUS(status), 0, "step %d", WEXITSTATUS(status));
    cr_assert(read_back(partial, "top/3", &members, &size, &crc), "not readable to its end");
    cr_assert_eq(members, 4);
    cr_assert_eq(size, 40000);
}

static int write_to_a_closed_pipe(void)
{
    struct bundle_writer *writer;
    struct member *member = member_create();
    struct err err;
    int ends[2];

    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || pipe(ends) != 0 || dup2(ends[1], 1) != 1 ||
        close(ends[0]) != 0 || !bundle_create(&writer, "-", "top", TAKEN_S, &err))
        return 10;
    member_printf(member, "nobody reads this");
    if (bundle_add(writer, "one", member, &err) || strstr(err.text, "standard output") == NULL)
        return 11;
    member_free(member);
    return bundle_commit(writer, &err) ? 12 : 0;
}

Test(bundle_writer, a_reader_that_left_is_an_error)
{
    pid_t child = fork();
    int status;

    if (child == 0)
        _exit(write_to_a_closed_pipe());
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    cr_assert_eq(WEXITSTATUS(status), 0, "step %d", WEXITSTATUS(status));
}

static void *add_many(void *argument)
{
    struct bundle_writer *writer = argument;
    struct member *member = member_create();
    char name[64];

    for (int i = 0; i < 200; i++) {
        (void)snprintf(name, sizeof name, "%p/%d", (void *)&writer, i);
        for (int k = 0; k < 300; k++)
            member_printf(member, "%d %d\n", i, k);
        add(writer, member, name);
    }
    member_free(member);
    return NULL;
}

Test(bundle_writer, four_threads)
{
    struct bundle_writer *writer = begin();
    pthread_t threads[4];
    uint64_t size;
    uint32_t crc;
    unsigned members;

    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, add_many, writer), 0);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
    commit(writer);
    cr_assert(read_back(path, "", &members, &size, &crc));
    cr_assert_eq(members, 800);
}
