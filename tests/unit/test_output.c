/* Members and their lines in sources.tsv. */
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/clock.h"
#include "capture/store.h"

static char folder[] = "/tmp/test_output.XXXXXX";
static char path[256];
static struct store *store;
static struct output *output;

static void enter(void)
{
    struct bundle_writer *writer;
    struct err err;

    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/b.tar.gz", folder);
    store = store_create();
    output = output_create(store);
    cr_assert(bundle_create(&writer, path, "top", 0, &err), "%s", err.text);
    store->writer = writer;
}

static void leave(void)
{
    (void)unlink(path);
    cr_assert_eq(rmdir(folder), 0);
}

TestSuite(output, .init = enter, .fini = leave);

static void finish(char digest[SHA256_HEX])
{
    struct err err;

    cr_assert(store_seal(store, digest, &err), "%s", err.text);
    cr_assert(bundle_commit(store->writer, &err), "%s", err.text);
    output_free(output);
    store_free(store);
}

/* Content of a member, NUL-terminated; its length in *len; NULL: no such member. */
static char *content(const char *name, size_t *len)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    char *bytes = NULL;

    (void)archive_read_support_filter_gzip(archive);
    (void)archive_read_support_format_tar(archive);
    cr_assert_eq(archive_read_open_filename(archive, path, 10240), ARCHIVE_OK);
    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        if (strcmp(archive_entry_pathname(entry) + strlen("top/"), name) != 0)
            continue;
        cr_assert_null(bytes, "%s is there twice", name);
        *len = (size_t)archive_entry_size(entry);
        bytes = calloc(1, *len + 1);
        cr_assert_eq(archive_read_data(archive, bytes, *len), (la_ssize_t)*len);
    }
    archive_read_free(archive);
    return bytes;
}

/* sources.tsv with its microseconds replaced by "us": they differ from run to run. */
static char *sources_without_times(void)
{
    size_t len;
    char *text = content("sources.tsv", &len);
    char *result = calloc(2, len + 1); /* a time may be shorter than "us" */
    struct str rest = {text, len}, line, field;
    size_t used = 0;

    cr_assert_not_null(text);
    while (str_line(&rest, &line)) {
        for (unsigned column = 0; column < 7; column++) {
            (void)str_cut(&line, '\t', &field);
            if (column == 4)
                field = str_of("us");
            memcpy(result + used, field.at, field.len);
            used += field.len;
            result[used++] = column == 6 ? '\n' : '\t';
        }
    }
    free(text);
    return result;
}

static void one(const char *name, const char *text, enum status status, int errnum)
{
    output_begin(output, "%s", name);
    output_write(output, text, strlen(text));
    output_end(output, status, errnum);
}

Test(output, a_line_for_each_way_it_can_go)
{
    char digest[SHA256_HEX], hex[SHA256_HEX];
    uint8_t bytes[SHA256_BYTES];
    char *text;
    size_t len;

    one("ok", "123456789", STATUS_OK, 0);
    one("empty", "", STATUS_OK, 0);
    one("cut", "1", STATUS_TRUNCATED, 0);
    one("cut/empty", "", STATUS_TRUNCATED, 0);
    one("denied", "", STATUS_DENIED, EACCES);
    one("half", "half", STATUS_VANISHED, ESRCH);
    output_begin(output, "dropped");
    output_printf(output, "%d", 1);
    output_drop(output);
    output_missing(output, STATUS_ABSENT, ENOENT, "no/%s", "where");
    finish(digest);

    text = sources_without_times();
    cr_assert_str_eq(text, "member\tstatus\terrno\tbytes\tus\tcrc32\tnote\n"
                           "ok\tok\t0\t9\tus\tcbf43926\t-\n"
                           "empty\tok\t0\t0\tus\t00000000\t-\n"
                           "cut\ttruncated\t0\t1\tus\t83dcefb7\t-\n"
                           "cut/empty\ttruncated\t0\t0\tus\t00000000\t-\n"
                           "denied\tdenied\t13\t-\tus\t-\t-\n"
                           "half\tvanished\t3\t4\tus\tfb5a4121\t-\n"
                           "no/where\tabsent\t2\t-\tus\t-\t-\n");
    free(text);
    cr_assert_null(content("denied", &len));
    cr_assert_null(content("dropped", &len));
    text = content("half", &len);
    cr_assert_str_eq(text, "half");
    free(text);
    text = content("empty", &len);
    cr_assert_not_null(text);
    free(text);
    text = content("sources.tsv", &len);
    sha256((struct str){text, len}, bytes);
    sha256_hex(bytes, hex);
    cr_assert_str_eq(hex, digest);
    free(text);
}

/* A note is of one member, and does not break the line. */
Test(output, a_note_for_one_member)
{
    char digest[SHA256_HEX];
    char *text;

    output_begin(output, "noted");
    output_note(output, "all\tof\n%d", 1);
    output_end(output, STATUS_DENIED, 0);
    one("plain", "", STATUS_DENIED, EACCES);
    finish(digest);

    text = sources_without_times();
    cr_assert_str_eq(text, "member\tstatus\terrno\tbytes\tus\tcrc32\tnote\n"
                           "noted\tdenied\t0\t-\tus\t-\tall?of?1\n"
                           "plain\tdenied\t13\t-\tus\t-\t-\n");
    free(text);
}

/* What was written before is in no size, no sum and no note; the time counts. */
Test(output, begun_again)
{
    char digest[SHA256_HEX];
    char *text;
    size_t len;

    output_begin(output, "again");
    output_printf(output, "of no use");
    output_note(output, "of no use");
    output_rewind(output);
    cr_assert(output_is_open(output));
    cr_assert_eq(output_size_bytes(output), 0);
    output_printf(output, "of use");
    output_end(output, STATUS_OK, 0);
    finish(digest);
    text = content("again", &len);
    cr_assert_eq(len, 6);
    cr_assert_str_eq(text, "of use");
    free(text);
    text = sources_without_times();
    cr_assert_not_null(strstr(text, "again\tok\t0\t6\tus\t"), "%s", text);
    cr_assert_not_null(strstr(text, "\t-\n"), "%s", text);
    free(text);
}

Test(output, names_and_sizes)
{
    char digest[SHA256_HEX];
    char *long_name = malloc(5001), *text;
    size_t len;

    memset(long_name, '\t', 5000);
    long_name[5000] = '\0';
    output_begin(output, "names");
    cr_assert_eq(output_size_bytes(output), 0);
    output_name(output, NULL);
    output_printf(output, " ");
    output_name(output, "a\nb");
    output_printf(output, " ");
    output_name(output, "-");
    cr_assert_eq(output_size_bytes(output), 11);
    output_name(output, long_name);
    cr_assert_eq(output_size_bytes(output), 11 + 10000);
    output_end(output, STATUS_OK, 0);
    cr_assert_eq(output_size_bytes(output), 0);
    finish(digest);
    text = content("names", &len);
    cr_assert_eq(strncmp(text, "- a\\nb \\x2d\\t", 13), 0, "%s", text);
    free(text);
    free(long_name);
}

Test(output, a_name_is_stored_once)
{
    char digest[SHA256_HEX], name[32];
    char *text;
    size_t len;

    one("twice", "first", STATUS_OK, 0);
    one("twice", "second", STATUS_OK, 0);
    output_missing(output, STATUS_FAILED, EIO, "twice");
    for (int i = 0; i < 5000; i++) { /* the table of names grows */
        (void)snprintf(name, sizeof name, "n/%d", i);
        one(name, "", STATUS_DENIED, EPERM);
        one(name, "", STATUS_DENIED, EPERM);
    }
    cr_assert_eq(store->sources.counts[STATUS_DENIED], 5000);
    cr_assert_eq(store->sources.counts[STATUS_FAILED], 0);
    finish(digest);
    text = content("twice", &len);
    cr_assert_str_eq(text, "first");
    free(text);
}

Test(output, what_is_not_ended_or_cannot_be_named)
{
    char digest[SHA256_HEX], name[300];
    char *text;
    size_t len;

    output_end(output, STATUS_OK, 0); /* nothing is open: no harm */
    output_begin(output, "forgotten");
    output_printf(output, "kept");
    memset(name, 'n', sizeof name);
    name[200] = '\0';
    one(name, "does not fit into a tar header", STATUS_OK, 0);
    one("fits", "again", STATUS_OK, 0);
    cr_assert_eq(store->sources.counts[STATUS_FAILED], 2);
    cr_assert_eq(store->sources.counts[STATUS_OK], 1);
    finish(digest);
    text = content("forgotten", &len);
    cr_assert_str_eq(text, "kept");
    free(text);
}

Test(output, an_abandoned_one_stores_nothing)
{
    char digest[SHA256_HEX];
    struct output *stuck = output_create(store);
    char *text;
    size_t len;

    output_begin(stuck, "late");
    output_printf(stuck, "too late");
    cr_assert(output_lock(output));
    output_abandon(stuck);
    store_missing(store, "other", STATUS_TIMED_OUT, ETIMEDOUT, 1, "stuck");
    output_unlock(output);
    output_end(stuck, STATUS_OK, 0);
    output_missing(stuck, STATUS_FAILED, 0, "missing");
    cr_assert(!output_lock(stuck));
    cr_assert(output_lock(output), "the lock is free");
    output_unlock(output);
    cr_assert_eq(store->sources.counts[STATUS_OK], 0);
    cr_assert_eq(store->sources.counts[STATUS_FAILED], 0);
    output_free(stuck);
    finish(digest);
    cr_assert_null(content("late", &len));
    text = sources_without_times();
    cr_assert_not_null(strstr(text, "other\ttimed out\t110\t-\tus\t-\tstuck\n"), "%s", text);
    free(text);
}

Test(output, errno_to_status)
{
    char digest[SHA256_HEX];

    cr_assert_eq(output_status_of(0), STATUS_OK);
    cr_assert_eq(output_status_of(ENOENT), STATUS_ABSENT);
    cr_assert_eq(output_status_of(ESRCH), STATUS_VANISHED);
    cr_assert_eq(output_status_of(EACCES), STATUS_DENIED);
    cr_assert_eq(output_status_of(EPERM), STATUS_DENIED);
    cr_assert_eq(output_status_of(EIO), STATUS_FAILED);
    finish(digest);
}

Test(output, time_in_the_store_is_counted_apart)
{
    char digest[SHA256_HEX];

    cr_assert(!output_is_storing(output));
    cr_assert(output_lock(output));
    cr_assert(output_is_storing(output));
    clock_sleep_ms(30);
    output_unlock(output);
    cr_assert(!output_is_storing(output));
    cr_assert_geq(output_stored_us(output), 25000);
    finish(digest);
}
