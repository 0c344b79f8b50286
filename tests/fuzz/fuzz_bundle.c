/*
 * fuzz_bundle.c - any bytes at all, loaded as a bundle.
 *
 * Seeds are tests/data/bundle: small bundles in every compression.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/wirediff-fuzz-XXXXXX";
    struct loaded loaded;
    struct err err;
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    (void)close(fd);
    if (load_bundle(path, &loaded, &err))
        arena_free(&loaded.arena);
    (void)unlink(path);
    return 0;
}
