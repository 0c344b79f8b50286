/*
 * fuzz_mac_kexts.c - any bytes at all, as the kernel's list of extensions: printed, and read back.
 *
 * The first byte is the release. Seeds are tests/fuzz/mac_kexts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/kext_plist.h"
#include "tests/unit/kept_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct kept *kept, unsigned darwin, size_t count)
{
    struct arena arena = {0};
    struct snapshot snap;

    for (size_t i = 0; i < kept->len; i++)
        if (((unsigned char)kept->text[i] < ' ' && kept->text[i] != '\n') || kept->text[i] == 0x7f)
            abort();
    /* Names that are no bundle id are none that it reads. */
    if (kept_read(kept, kextstat_read, darwin, &arena, &snap) && snap.extension_count > count)
        abort();
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct output *output = kept_output();
    unsigned darwin = size > 0 ? data[0] % 30 : 0;
    size_t len = size > 0 ? size - 1 : 0, count;
    char *exact = malloc(len > 0 ? len : 1);
    bool cut;

    if (exact == NULL)
        abort();
    if (len > 0)
        memcpy(exact, data + 1, len);
    output_begin(output, "kextstat.txt");
    count = kext_plist_write((struct str){exact, len}, darwin, output, &cut);
    output_end(output, STATUS_OK, 0);
    check(kept_member(output, "kextstat.txt"), darwin, count);
    free(exact);
    kept_output_free(output);
    return 0;
}
