/*
 * fuzz_mac_owned.c - any bytes at all, as what vm.get_owned_vmobjects answers about two processes:
 * written, and read back.
 *
 * The first byte says how the rest is divided. Seeds are tests/fuzz/mac_owned.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/owned.h"
#include "tests/unit/kept_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add(struct owned *owned, int32_t pid, const uint8_t *data, size_t len)
{
    char *exact = malloc(len > 0 ? len : 1);

    if (exact == NULL)
        abort();
    if (len > 0)
        memcpy(exact, data, len);
    owned_add(owned, pid, exact, len);
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct output *output = kept_output();
    struct owned *owned = owned_create();
    struct arena arena = {0};
    struct snapshot snap;
    const struct kept *kept;
    size_t first = size > 0 ? (size - 1) * data[0] / 255 : 0;

    if (owned == NULL)
        abort();
    if (size > 0) {
        add(owned, 714, data + 1, first);
        add(owned, 713, data + 1 + first, size - 1 - first);
    }
    owned_write(owned, output);
    kept = kept_member(output, "owned.tsv");
    if (kept->len > 0 && !kept_read(kept, owned_read, 23, &arena, &snap))
        abort();
    arena_free(&arena);
    owned_free(owned);
    kept_output_free(output);
    return 0;
}
