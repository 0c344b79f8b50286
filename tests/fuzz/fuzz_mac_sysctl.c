/*
 * fuzz_mac_sysctl.c - a kernel whose variables answer with any bytes at all: printed, and read back.
 *
 * Each question takes two bytes, an errno and a length, and so many bytes more; where there are no
 * more the list ends. Seeds are tests/fuzz/mac_sysctl.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/sysctl_walk.h"
#include "tests/unit/kept_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int answer(void *context, const int *mib, size_t count, void *value, size_t *len)
{
    struct str *rest = context;
    size_t want, got;
    int errnum;

    (void)mib;
    if (count < 1 || count > 14)
        abort();
    if (rest->len < 2)
        return ENOENT;
    errnum = (uint8_t)rest->at[0] < 16 ? rest->at[0] : 0;
    want = (uint8_t)rest->at[1];
    *rest = (struct str){rest->at + 2, rest->len - 2};
    got = want < rest->len ? want : rest->len;
    if (errnum != 0 || got > *len)
        return errnum != 0 ? errnum : ENOMEM;
    memcpy(value, rest->at, got);
    *len = got;
    *rest = (struct str){rest->at + got, rest->len - got};
    return 0;
}

/* Lines of "name: value", and no byte that does something. */
static void check(const struct kept *kept)
{
    struct str text = {kept->text, kept->len}, line;
    struct arena arena = {0};
    struct snapshot snap;

    while (str_line(&text, &line)) {
        if (str_find(line, ": ") == SIZE_MAX)
            abort();
        for (size_t i = 0; i < line.len; i++)
            if (((unsigned char)line.at[i] < ' ' && line.at[i] != '\t') || line.at[i] == 0x7f)
                abort();
    }
    (void)kept_read(kept, sysctl_read, 23, &arena, &snap);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct output *output = kept_output();
    struct str rest = {(const char *)data, size};

    sysctl_walk(answer, &rest, output);
    check(kept_member(output, "sysctl.txt"));
    kept_output_free(output);
    return 0;
}
