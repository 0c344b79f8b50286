/*
 * fuzz_bundle.c - any bytes at all, loaded as a bundle, as a single file, and as what lies loose in
 * a folder.
 *
 * Seeds are tests/data/bundle: small bundles in every compression, and what is read besides.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load(const char *path)
{
    struct loaded loaded;
    struct err err;

    if (load_bundle(path, &loaded, &err))
        arena_free(&loaded.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/wirediff-fuzz-XXXXXX", path[sizeof folder + 8];
    int fd;

    if (mkdtemp(folder) == NULL)
        abort();
    (void)snprintf(path, sizeof path, "%s/monday", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    (void)close(fd);
    load(path);
    load(folder);
    (void)unlink(path);
    (void)rmdir(folder);
    return 0;
}
