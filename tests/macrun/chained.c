/*
 * chained.c - the newer form of the linker's instructions (LC_DYLD_CHAINED_FIXUPS).
 *
 * A table says where the first pointer of each page is that has to be fixed. In a pointer's place
 * stands what it becomes, and how far away the next one of the page is.
 */
#include <string.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macho.h"
#include "tests/macrun/macrun.h"

#define POINTER       ((uint64_t)8)
#define NOTHING_HERE  0xffff /* a page without a pointer */
#define SEVERAL_START 0x8000 /* only where pointers have 32 bits */
#define STRIDE        4
#define STARTS_BYTES  22 /* of struct starts in the file */

enum pointer_format { POINTER_ADDRESS = 2, POINTER_OFFSET = 6 };
enum import_format { IMPORT = 1, IMPORT_ADDEND = 2, IMPORT_ADDEND64 = 3 };

struct chains {
    uint32_t version, starts_offset, imports_offset, symbols_offset, import_count, import_format,
        symbols_format;
};

struct starts { /* of one segment; behind it the first pointers' offsets in their pages */
    uint32_t size;
    uint16_t page_bytes, format;
    uint64_t segment_offset;
    uint32_t max_pointer;
    uint16_t page_count;
};

struct reader {
    const struct image *image;
    struct str text;
    struct chains chains;
    uintptr_t *imports; /* what they are bound to */
};

/* So many bytes at an offset of the text. */
static void read_at(struct str text, uint64_t offset, void *into, size_t size)
{
    if (offset > text.len || size > text.len - offset)
        die("chained fixups: cut short");
    memcpy(into, text.at + offset, size);
}

/* ---- imports ------------------------------------------------------------------------------- */

static const char *symbol_at(const struct reader *reader, uint64_t offset)
{
    struct str text = reader->text;
    uint64_t at = reader->chains.symbols_offset + offset;

    if (at >= text.len || memchr(text.at + at, '\0', text.len - at) == NULL)
        die("chained fixups: a symbol without an end");
    return text.at + at;
}

static const char *library_of(const struct reader *reader, uint64_t ordinal, uint64_t special)
{
    if (ordinal >= special)
        return "any";
    if (ordinal < 1 || ordinal > reader->image->library_count)
        die("chained fixups: library %llu of %zu", (unsigned long long)ordinal,
            reader->image->library_count);
    return reader->image->libraries[ordinal - 1];
}

/* What an import is bound to. The forms differ in the width of their fields. */
static uintptr_t bind_import(const struct reader *reader, uint64_t index)
{
    uint64_t at = reader->chains.imports_offset;
    uint64_t wide[2];
    uint32_t narrow[2] = {0, 0};
    uintptr_t value;

    if (reader->chains.import_format == IMPORT_ADDEND64) {
        read_at(reader->text, at + index * sizeof wide, wide, sizeof wide);
        value = resolve(symbol_at(reader, wide[0] >> 32),
                        library_of(reader, wide[0] & 0xffff, 0xfffd), (wide[0] >> 16 & 1) != 0);
        return value == 0 ? 0 : value + (uintptr_t)wide[1];
    }
    if (reader->chains.import_format == IMPORT)
        read_at(reader->text, at + index * sizeof narrow[0], narrow, sizeof narrow[0]);
    else
        read_at(reader->text, at + index * sizeof narrow, narrow, sizeof narrow);
    value = resolve(symbol_at(reader, narrow[0] >> 9), library_of(reader, narrow[0] & 0xff, 0xfd),
                    (narrow[0] >> 8 & 1) != 0);
    return value == 0 ? 0 : value + (uintptr_t)(int32_t)narrow[1];
}

static void bind_imports(struct reader *reader)
{
    uint32_t format = reader->chains.import_format;

    if (format < IMPORT || format > IMPORT_ADDEND64)
        die("chained fixups: unknown imports %u", format);
    if (reader->chains.import_count > reader->text.len / sizeof(uint32_t))
        die("chained fixups: cut short");
    reader->imports =
        arena_alloc(&mac.arena, (reader->chains.import_count + 1) * sizeof *reader->imports);
    for (uint32_t i = 0; i < reader->chains.import_count; i++)
        reader->imports[i] = bind_import(reader, i);
}

/* ---- pointers ------------------------------------------------------------------------------ */

static uintptr_t value_of(const struct reader *reader, uint64_t pointer, unsigned format)
{
    uint64_t ordinal = pointer & 0xffffff;
    uintptr_t target = (uintptr_t)(pointer & 0xfffffffff);
    uintptr_t top = (uintptr_t)(pointer >> 36 & 0xff) << 56;

    if (pointer >> 63 == 0)
        return (format == POINTER_OFFSET ? reader->image->low : reader->image->slide) + target +
               top;
    if (ordinal >= reader->chains.import_count)
        die("chained fixups: import %llu of %u", (unsigned long long)ordinal,
            reader->chains.import_count);
    if (reader->imports[ordinal] == 0)
        return 0;
    return reader->imports[ordinal] + (uintptr_t)(pointer >> 24 & 0xff);
}

static void follow(const struct reader *reader, const struct segment *segment, uint64_t at,
                   unsigned format)
{
    uint64_t pointer, next;

    do {
        void *slot = (void *)(segment->address + (uintptr_t)at);
        uintptr_t value;

        if (at > segment->size || segment->size - at < POINTER)
            die("chained fixups: outside of its segment");
        memcpy(&pointer, slot, sizeof pointer);
        next = (pointer >> 51 & 0xfff) * STRIDE;
        value = value_of(reader, pointer, format);
        memcpy(slot, &value, sizeof value);
        at += next;
    } while (next != 0);
}

static void fix_segment(const struct reader *reader, const struct segment *segment, uint64_t at)
{
    struct starts starts = {0};
    uint16_t first;

    read_at(reader->text, at, &starts, STARTS_BYTES);
    if (starts.format != POINTER_ADDRESS && starts.format != POINTER_OFFSET)
        die("chained fixups: unknown pointers %u", starts.format);
    for (uint64_t i = 0; i < starts.page_count; i++) {
        read_at(reader->text, at + STARTS_BYTES + i * sizeof first, &first, sizeof first);
        if (first == NOTHING_HERE)
            continue;
        if ((first & SEVERAL_START) != 0)
            die("chained fixups: a page of 32-bit pointers");
        follow(reader, segment, i * starts.page_bytes + first, starts.format);
    }
}

void chained_fix(const struct image *image, struct str text)
{
    struct reader reader = {.image = image, .text = text};
    uint64_t at;
    uint32_t count, offset;

    read_at(text, 0, &reader.chains, sizeof reader.chains);
    if (reader.chains.version != 0 || reader.chains.symbols_format != 0)
        die("chained fixups: of an unknown kind");
    bind_imports(&reader);
    at = reader.chains.starts_offset;
    read_at(text, at, &count, sizeof count);
    for (uint64_t i = 0; i < count; i++) {
        read_at(text, at + (i + 1) * sizeof offset, &offset, sizeof offset);
        if (offset == 0)
            continue;
        if (i >= image->segment_count)
            die("chained fixups: segment %llu", (unsigned long long)i);
        fix_segment(&reader, &image->segments[i], at + offset);
    }
}
