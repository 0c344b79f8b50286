/*
 * fuzz_mac_identity.c - any bytes at all, as what the kernel answers of who a process is: a blob of
 * csops, the arguments, a field.
 *
 * Each is copied to memory of exactly its size. Seeds are tests/fuzz/mac_identity.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/identity.h"
#include "capture/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Looks at all of it, which must lie within what was given. */
static void look(struct str text, const char *bytes, size_t size)
{
    volatile char last;

    if (text.len > size || text.at < bytes || text.at + text.len > bytes + size)
        abort();
    for (size_t i = 0; i < text.len; i++)
        last = text.at[i];
    (void)last;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct str text, shell = str_of("/bin/sh");
    char *bytes = malloc(size > 0 ? size : 1);

    if (bytes == NULL)
        abort();
    if (size > 0)
        memcpy(bytes, data, size);
    if (identity_of_blob(bytes, size, &text)) {
        look(text, bytes, size);
        if (text.len == 0 || memchr(text.at, '\0', text.len) != NULL)
            abort();
    }
    if (identity_arguments(bytes, size, &text)) {
        look(text, bytes, size);
        (void)script_of(shell, text, &arena);
    }
    look(identity_field(bytes, size), bytes, size);
    arena_free(&arena);
    free(bytes);
    return 0;
}
