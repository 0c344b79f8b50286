/*
 * fuzz_format.c - any bytes at all, read as one format.
 *
 * The input is copied to memory of exactly its size and without a NUL, since one spare byte hides
 * the commonest overread.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "formats/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct format *find_format(void)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(formats[i].name, FORMAT) == 0)
            return &formats[i];
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct format *format = find_format();
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena,
                            .member = FORMAT,
                            .pid = 713,
                            .manifest.page_bytes = {4096, true},
                            .manifest.darwin = {23, true}};
    struct err err;
    char *exact = malloc(size > 0 ? size : 1);

    if (exact == NULL)
        abort();
    memcpy(exact, data, size);
    (void)format->read((struct str){exact, size}, &snap, &err);
    free(exact);
    arena_free(&arena);
    return 0;
}
