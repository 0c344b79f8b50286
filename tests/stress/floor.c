/*
 * floor - reads archives through libarchive into nothing: what wirediff cannot be faster than.
 *
 * usage: floor ARCHIVE...
 *
 * Every byte of every entry is unpacked and none is looked at. Each archive has a thread of its
 * own, as in wirediff. Prints how many entries and bytes there were.
 */
#include <archive.h>
#include <archive_entry.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#define ARCHIVES_MAX 8
#define BLOCK_BYTES  ((size_t)64 << 10)

struct pass {
    const char *path;
    unsigned long long entries, bytes;
    bool ok;
    pthread_t thread;
};

/* To the end of the entry: ARCHIVE_EOF, or what is wrong. */
static int read_entry(struct archive *archive, struct pass *pass)
{
    const void *block;
    la_int64_t offset;
    size_t len;
    int result;

    while ((result = archive_read_data_block(archive, &block, &len, &offset)) == ARCHIVE_OK)
        pass->bytes += len;
    pass->entries++;
    return result;
}

static void *read_away(void *context)
{
    struct pass *pass = context;
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    int result = ARCHIVE_EOF;

    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    if (archive_read_open_filename(archive, pass->path, BLOCK_BYTES) == ARCHIVE_OK)
        while (result == ARCHIVE_EOF &&
               (result = archive_read_next_header(archive, &entry)) == ARCHIVE_OK)
            result = read_entry(archive, pass);
    pass->ok = result == ARCHIVE_EOF && pass->entries > 0;
    if (!pass->ok)
        (void)fprintf(stderr, "floor: %s: %s\n", pass->path, archive_error_string(archive));
    archive_read_free(archive);
    return NULL;
}

int main(int argc, char **argv)
{
    struct pass passes[ARCHIVES_MAX] = {{0}};
    int count = argc - 1 < ARCHIVES_MAX ? argc - 1 : ARCHIVES_MAX;
    bool ok = count > 0;

    for (int i = 0; i < count; i++) {
        passes[i].path = argv[i + 1];
        if (pthread_create(&passes[i].thread, NULL, read_away, &passes[i]) != 0)
            return 2;
    }
    for (int i = 0; i < count; i++) {
        (void)pthread_join(passes[i].thread, NULL);
        (void)printf("%s: %llu entries, %llu bytes\n", passes[i].path, passes[i].entries,
                     passes[i].bytes);
        ok = ok && passes[i].ok;
    }
    return ok ? 0 : 2;
}
