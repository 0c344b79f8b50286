/*
 * fuzz_mac_memory.c - any bytes at all, as mach_memory_info's answer: written, and read back.
 *
 * Three bytes come first: the release, and how the rest is divided into names, zones and entries.
 * Seeds are tests/fuzz/mac_memory.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/memory_info.h"
#include "tests/unit/kept_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str exactly(const uint8_t *data, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);

    if (copy == NULL)
        abort();
    if (len > 0)
        memcpy(copy, data, len);
    return (struct str){copy, len};
}

static void check(const struct kept *kept, format_read_fn *read, unsigned darwin)
{
    struct arena arena = {0};
    struct snapshot snap;

    for (size_t i = 0; i < kept->len; i++)
        if (((unsigned char)kept->text[i] < ' ' && kept->text[i] != '\n' &&
             kept->text[i] != '\t') ||
            kept->text[i] == 0x7f)
            abort();
    if (kept->status == STATUS_OK && !kept_read(kept, read, darwin, &arena, &snap))
        abort();
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t none[3];
    const uint8_t *head = size < 3 ? none : data, *body = size < 3 ? none : data + 3;
    size_t rest = size < 3 ? 0 : size - 3;
    size_t names = rest * head[1] / 256, zones = (rest - names) * head[2] / 256;
    unsigned darwin = 13 + head[0] % 16;
    struct memory_answer answer = {
        .names = exactly(body, names),
        .zones = exactly(body + names, zones),
        .entries = exactly(body + names + zones, rest - names - zones),
    };
    struct output *output = kept_output();

    memory_answer_write(&answer, darwin, head[0] >= 128, output);
    check(kept_member(output, "kernel_memory.tsv"), kernel_memory_read, darwin);
    check(kept_member(output, "zones.tsv"), zones_read, darwin);
    kept_output_free(output);
    free((char *)(uintptr_t)answer.names.at);
    free((char *)(uintptr_t)answer.zones.at);
    free((char *)(uintptr_t)answer.entries.at);
    return 0;
}
