/*
 * fuzz_mac_regions.c - the map of a process as a hostile kernel could tell it: walked over both ways,
 * written, and read back.
 *
 * The first byte says how: its lowest bit, whether all pages are looked at. Then come the answers,
 * one after the other, whatever was asked: a code, which fields are as before, and the fields. When
 * there are none left, the map is over. Seeds are tests/fuzz/mac_regions.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/kern.h"
#include "capture/macos/vmmap_member.h"
#include "tests/unit/kept_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct kernel {
    const uint8_t *data;
    size_t size;
    uint64_t end; /* of the last region that was answered */
};

static bool take(struct kernel *kernel, void *bytes, size_t len)
{
    memset(bytes, 0, len);
    if (kernel->size < len)
        return false;
    memcpy(bytes, kernel->data, len);
    kernel->data += len;
    kernel->size -= len;
    return true;
}

/* Mostly behind the last one, so that walks go on. */
static bool take_place(struct kernel *kernel, uint64_t *address, uint64_t *size)
{
    uint8_t kind;
    uint16_t gap, pages;

    if (!take(kernel, &kind, 1))
        return false;
    if (kind == 255)
        return take(kernel, address, sizeof *address) && take(kernel, size, sizeof *size);
    if (!take(kernel, &gap, sizeof gap) || !take(kernel, &pages, sizeof pages))
        return false;
    *address = kind == 254 ? kernel->end - gap : kernel->end + gap;
    *size = (uint64_t)pages << kind % 32;
    kernel->end = *address + *size;
    return true;
}

static int recurse(void *context, uint64_t *address, uint64_t *size, uint32_t *depth, void *info,
                   uint32_t *count)
{
    struct kernel *kernel = context;
    uint8_t code, words;

    if (*count != DARWIN_REGION_SHORT_COUNT && *count != DARWIN_REGION_COUNT)
        abort();
    if (!take(kernel, &code, 1) || !take_place(kernel, address, size))
        return KERN_CODE_INVALID_ADDRESS;
    if (code >= 250)
        return code - 200;
    (void)take(kernel, info, *count * sizeof(uint32_t));
    (void)take(kernel, &words, 1);
    if (code >= 128 && *count == DARWIN_REGION_COUNT)
        *count = words % 24;
    *depth = code % 4;
    return KERN_CODE_SUCCESS;
}

static int info(void *context, int flavor, uint64_t address, void *bytes, uint32_t size)
{
    struct kernel *kernel = context;
    struct darwin_proc_region region;
    uint8_t code;

    (void)address;
    if (!take(kernel, &code, 1) || code >= 250)
        return -(int)(code % 40);
    (void)take(kernel, &region, sizeof region);
    if (!take_place(kernel, &region.address, &region.size))
        return -EINVAL;
    memset(bytes, code, size);
    memcpy(bytes, &region, sizeof region);
    if (flavor == DARWIN_PIDREGIONPATHINFO2)
        (void)take(kernel, (char *)bytes + size - 1024, code);
    return code == 249 ? (int)size - 1 : (int)size;
}

/* Apple's reader may find nothing that it believes. */
static void check(const struct kept *kept, enum status status)
{
    struct arena arena = {0};
    struct snapshot snap;

    for (size_t i = 0; i < kept->len; i++)
        if ((kept->text[i] < ' ' && kept->text[i] != '\n') || kept->text[i] > 0x7e)
            abort();
    if (kept->status != status ||
        (kept->len > 0 && !kept_read(kept, vmmap_read, 23, &arena, &snap)))
        abort();
    if (kept->len > 0)
        (void)kept_read(kept, apple_vmmap_read, 23, &arena, &snap);
    arena_free(&arena);
}

static void walk(const uint8_t *data, size_t size, bool full,
                 enum status (*regions)(const struct region_walk *))
{
    static const struct process process = {.pid = 713, .name = "lockerd"};
    struct kernel kernel = {data, size, 0x100000000};
    struct region_calls calls = {&kernel, recurse, info};
    struct output *output = kept_output();
    struct vmmap_member *member = vmmap_member_create(output, &process);
    struct region_walk walk = {&calls, 16384, full, vmmap_member_add, member};
    enum status status;

    if (member == NULL)
        abort();
    status = regions(&walk);
    vmmap_member_end(member, status, 0);
    if (kept_count(output) > 0)
        check(kept_member(output, "vmmap/713.txt"), status);
    kept_output_free(output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool full = size > 0 && (data[0] & 1) != 0;

    if (size == 0)
        return 0;
    walk(data + 1, size - 1, full, regions_of_task);
    walk(data + 1, size - 1, full, regions_of_pid);
    return 0;
}
