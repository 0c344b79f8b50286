/*
 * fixups.c - the linker's instructions for pointers (LC_DYLD_INFO).
 *
 * Each byte is an operation in its upper half and a small operand in its lower one; larger operands
 * follow as LEB128 numbers. Some operations set where, what and how; the others do it, several
 * times perhaps.
 */
#include <string.h>

#include "tests/macrun/macho.h"
#include "tests/macrun/macrun.h"

#define POINTER 8

enum {
    REBASE_DONE = 0x00,
    REBASE_SET_TYPE = 0x10,
    REBASE_SET_PLACE = 0x20,
    REBASE_ADD = 0x30,
    REBASE_ADD_SCALED = 0x40,
    REBASE_TIMES = 0x50,
    REBASE_ULEB_TIMES = 0x60,
    REBASE_AND_ADD = 0x70,
    REBASE_TIMES_SKIPPING = 0x80,
    BIND_DONE = 0x00,
    BIND_SET_LIBRARY = 0x10,
    BIND_SET_LIBRARY_ULEB = 0x20,
    BIND_SET_LIBRARY_SPECIAL = 0x30,
    BIND_SET_SYMBOL = 0x40,
    BIND_SET_TYPE = 0x50,
    BIND_SET_ADDEND = 0x60,
    BIND_SET_PLACE = 0x70,
    BIND_ADD = 0x80,
    BIND_DO = 0x90,
    BIND_DO_AND_ADD = 0xa0,
    BIND_DO_AND_ADD_SCALED = 0xb0,
    BIND_DO_TIMES_SKIPPING = 0xc0,
    WEAK_IMPORT = 1,
};

/* What the instructions have set so far. */
struct fixup {
    const struct image *image;
    struct str text; /* what is left of them */
    size_t segment;
    uint64_t offset;
    const char *symbol, *library;
    bool weak;
    int64_t addend;
};

static uint8_t take_byte(struct fixup *fixup)
{
    if (fixup->text.len == 0)
        die("fixups: cut short");
    fixup->text.len--;
    return (uint8_t)*fixup->text.at++;
}

/* *bits: how many were read, for the sign. */
static uint64_t take_leb(struct fixup *fixup, unsigned *bits)
{
    uint64_t value = 0;
    uint8_t byte = 0x80;

    for (*bits = 0; (byte & 0x80) != 0; *bits += 7) {
        byte = take_byte(fixup);
        if (*bits < 64)
            value |= (uint64_t)(byte & 0x7f) << *bits;
    }
    return value;
}

static uint64_t take_number(struct fixup *fixup)
{
    unsigned bits;

    return take_leb(fixup, &bits);
}

static int64_t take_signed(struct fixup *fixup)
{
    unsigned bits;
    uint64_t value = take_leb(fixup, &bits);

    if (bits < 64 && (value >> (bits - 1) & 1) != 0)
        value |= UINT64_MAX << bits;
    return (int64_t)value;
}

static const char *take_text(struct fixup *fixup)
{
    const char *text = fixup->text.at;

    while (take_byte(fixup) != '\0')
        continue;
    return text;
}

static void set_place(struct fixup *fixup, size_t segment)
{
    fixup->segment = segment;
    fixup->offset = take_number(fixup);
}

/* No segment has room for more. */
static void check_times(const struct fixup *fixup, uint64_t times)
{
    const struct image *image = fixup->image;

    if (fixup->segment >= image->segment_count ||
        times > image->segments[fixup->segment].size / POINTER)
        die("fixups: outside of segment %zu", fixup->segment);
}

/* The pointer at hand; the next one is `skip` bytes behind it. */
static void *take_slot(struct fixup *fixup, uint64_t skip)
{
    const struct image *image = fixup->image;
    uint64_t offset = fixup->offset;

    if (fixup->segment >= image->segment_count || offset > UINT64_MAX - POINTER ||
        offset + POINTER > image->segments[fixup->segment].size)
        die("fixups: outside of segment %zu", fixup->segment);
    fixup->offset += POINTER + skip;
    return (void *)(image->segments[fixup->segment].address + (uintptr_t)offset);
}

/* ---- rebasing ------------------------------------------------------------------------------ */

static void rebase(struct fixup *fixup, uint64_t times, uint64_t skip)
{
    check_times(fixup, times);
    for (; times > 0; times--) {
        void *slot = take_slot(fixup, skip);
        uintptr_t value;

        memcpy(&value, slot, sizeof value);
        value += fixup->image->slide;
        memcpy(slot, &value, sizeof value);
    }
}

void fixups_rebase(const struct image *image, struct str instructions)
{
    struct fixup fixup = {.image = image, .text = instructions};

    while (fixup.text.len > 0) {
        uint8_t byte = take_byte(&fixup);
        uint8_t operand = byte & 0x0f;
        uint64_t times;

        switch (byte & 0xf0) {
        case REBASE_DONE:
            return;
        case REBASE_SET_TYPE: /* there are only pointers */
            break;
        case REBASE_SET_PLACE:
            set_place(&fixup, operand);
            break;
        case REBASE_ADD:
            fixup.offset += take_number(&fixup);
            break;
        case REBASE_ADD_SCALED:
            fixup.offset += (uint64_t)operand * POINTER;
            break;
        case REBASE_TIMES:
            rebase(&fixup, operand, 0);
            break;
        case REBASE_ULEB_TIMES:
            rebase(&fixup, take_number(&fixup), 0);
            break;
        case REBASE_AND_ADD:
            rebase(&fixup, 1, take_number(&fixup));
            break;
        case REBASE_TIMES_SKIPPING:
            times = take_number(&fixup);
            rebase(&fixup, times, take_number(&fixup));
            break;
        default:
            die("fixups: unknown operation %#x", byte);
        }
    }
}

/* ---- binding ------------------------------------------------------------------------------- */

static void set_library(struct fixup *fixup, uint64_t ordinal)
{
    if (ordinal < 1 || ordinal > fixup->image->library_count)
        die("fixups: library %llu of %zu", (unsigned long long)ordinal,
            fixup->image->library_count);
    fixup->library = fixup->image->libraries[ordinal - 1];
}

static void set_symbol(struct fixup *fixup, uint8_t flags)
{
    fixup->symbol = take_text(fixup);
    fixup->weak = (flags & WEAK_IMPORT) != 0;
}

static void bind(struct fixup *fixup, uint64_t times, uint64_t skip)
{
    uintptr_t value;

    if (fixup->symbol == NULL)
        die("fixups: a bind without a symbol");
    check_times(fixup, times);
    value = resolve(fixup->symbol, fixup->library, fixup->weak);
    if (value != 0)
        value += (uintptr_t)fixup->addend;
    for (; times > 0; times--)
        memcpy(take_slot(fixup, skip), &value, sizeof value);
}

void fixups_bind(const struct image *image, struct str instructions, bool lazy)
{
    struct fixup fixup = {.image = image, .text = instructions, .library = "flat"};

    while (fixup.text.len > 0) {
        uint8_t byte = take_byte(&fixup);
        uint8_t operand = byte & 0x0f;
        uint64_t times;

        switch (byte & 0xf0) {
        case BIND_DONE:
            if (!lazy) /* there it only separates */
                return;
            break;
        case BIND_SET_LIBRARY:
            set_library(&fixup, operand);
            break;
        case BIND_SET_LIBRARY_ULEB:
            set_library(&fixup, take_number(&fixup));
            break;
        case BIND_SET_LIBRARY_SPECIAL:
            fixup.library = "any";
            break;
        case BIND_SET_SYMBOL:
            set_symbol(&fixup, operand);
            break;
        case BIND_SET_TYPE: /* there are only pointers */
            break;
        case BIND_SET_ADDEND:
            fixup.addend = take_signed(&fixup);
            break;
        case BIND_SET_PLACE:
            set_place(&fixup, operand);
            break;
        case BIND_ADD:
            fixup.offset += take_number(&fixup);
            break;
        case BIND_DO:
            bind(&fixup, 1, 0);
            break;
        case BIND_DO_AND_ADD:
            bind(&fixup, 1, take_number(&fixup));
            break;
        case BIND_DO_AND_ADD_SCALED:
            bind(&fixup, 1, (uint64_t)operand * POINTER);
            break;
        case BIND_DO_TIMES_SKIPPING:
            times = take_number(&fixup);
            bind(&fixup, times, take_number(&fixup));
            break;
        default:
            die("fixups: unknown operation %#x", byte);
        }
    }
}
