/* making.c - see making.h. */
#include "tests/unit/making.h"

#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATHS 8

static char dir[256];

const char *making_dir(void)
{
    if (dir[0] == '\0') {
        (void)snprintf(dir, sizeof dir, "/tmp/wirediff-test-XXXXXX");
        cr_assert_not_null(mkdtemp(dir));
    }
    return dir;
}

const char *making_path(const char *name)
{
    static char paths[PATHS][2048];
    static unsigned next;
    char *path = paths[next++ % PATHS];

    (void)snprintf(path, sizeof paths[0], "%s/%s", making_dir(), name);
    return path;
}

static const unsigned types[] = {
    [MAKING_FILE] = AE_IFREG,     [MAKING_FOLDER] = AE_IFDIR, [MAKING_SYMLINK] = AE_IFLNK,
    [MAKING_HARDLINK] = AE_IFREG, [MAKING_FIFO] = AE_IFIFO,
};

static void write_zeros(struct archive *archive, size_t bytes)
{
    static const char zeros[1 << 20];

    while (bytes > 0) {
        size_t n = bytes < sizeof zeros ? bytes : sizeof zeros;

        cr_assert_eq(archive_write_data(archive, zeros, n), (la_ssize_t)n);
        bytes -= n;
    }
}

static void write_member(struct archive *archive, const struct making_member *member)
{
    struct archive_entry *entry = archive_entry_new();
    size_t len = member->kind == MAKING_FILE && member->content ? strlen(member->content) : 0;

    archive_entry_set_pathname(entry, member->name);
    archive_entry_set_filetype(entry, types[member->kind]);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)(len + member->zero_bytes));
    if (member->kind == MAKING_SYMLINK)
        archive_entry_set_symlink(entry, member->content);
    if (member->kind == MAKING_HARDLINK)
        archive_entry_set_hardlink(entry, member->content);
    cr_assert_geq(archive_write_header(archive, entry), ARCHIVE_WARN, "%s: %s", member->name,
                  archive_error_string(archive));
    if (len > 0)
        cr_assert_eq(archive_write_data(archive, member->content, len), (la_ssize_t)len);
    write_zeros(archive, member->zero_bytes);
    archive_entry_free(entry);
}

static struct archive *open_archive(const char *path, const char *format, const char *filter)
{
    struct archive *archive = archive_write_new();

    cr_assert_eq(archive_write_set_format_by_name(archive, format), ARCHIVE_OK);
    if (strcmp(filter, "none") != 0)
        cr_assert_eq(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
    cr_assert_eq(archive_write_open_filename(archive, path), ARCHIVE_OK);
    return archive;
}

static void close_archive(struct archive *archive)
{
    cr_assert_eq(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
}

const char *making_archive(const char *name, const char *format, const char *filter,
                           const struct making_member *members, size_t count)
{
    const char *path = making_path(name);
    struct archive *archive = open_archive(path, format, filter);

    for (size_t i = 0; i < count; i++)
        write_member(archive, &members[i]);
    close_archive(archive);
    return path;
}

const char *making_packed(const char *name, const char *filter, const char *text)
{
    const struct making_member member = {name, text, MAKING_FILE, 0};
    const char *path = making_path(name);
    struct archive *archive = open_archive(path, "raw", filter);

    write_member(archive, &member);
    close_archive(archive);
    return path;
}

const char *making_file(const char *name, const void *bytes, size_t len)
{
    const char *path = making_path(name);
    char folder[2048];
    FILE *file;

    (void)snprintf(folder, sizeof folder, "%s", path);
    for (char *at = folder + strlen(making_dir()) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(folder, 0755);
        *at = '/';
    }
    file = fopen(path, "wb");
    cr_assert_not_null(file, "%s", path);
    if (len > 0)
        cr_assert_eq(fwrite(bytes, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
    return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void making_end(void)
{
    if (dir[0] != '\0')
        (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    dir[0] = '\0';
}
