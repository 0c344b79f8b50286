/* macho.c - see macho.h. */
#include "tests/macrun/macho.h"

#include <string.h>
#include <sys/mman.h>

#include "tests/macrun/macrun.h"

/* Far above where sanitizers keep their shadow, and where no library is. */
#define SLIDE ((uintptr_t)0x200005a5a000)
#define PAGE  ((uint64_t)4096)

#define SEGMENT_MAX \
    ((uint64_t)256 << 20) /* of memory, which a few bytes of the file could ask for */

#define MAGIC_64 0xfeedfacf

enum {
    CPU_X86_64 = 0x01000007,
    EXECUTE = 2,
    REQUIRED = (int)0x80000000,
    SYMTAB = 0x2,
    LOAD_DYLIB = 0xc,
    LOAD_WEAK_DYLIB = 0x18 | REQUIRED,
    SEGMENT_64 = 0x19,
    DYLD_INFO = 0x22,
    DYLD_INFO_ONLY = 0x22 | REQUIRED,
    MAIN = 0x28 | REQUIRED,
    CHAINED_FIXUPS = 0x34 | REQUIRED,
    READ_ONLY_AFTER_FIXUPS = 0x10,
    SECTION_TYPE = 0xff,
    SECTION_INITIALISERS = 0x9,
    SECTION_THREAD_DATA = 0x11,
    SECTION_THREAD_ZEROES = 0x12,
    SECTION_THREAD_DESCRIPTORS = 0x13,
    SECTION_INITIALISER_OFFSETS = 0x16,
};

struct header {
    uint32_t magic, cpu, cpu_subtype, file_type, command_count, command_bytes, flags, reserved;
};

struct load_command {
    uint32_t command, size;
};

struct segment_command {
    struct load_command head;
    char name[16];
    uint64_t address, size, file_offset, file_size;
    uint32_t max_protection, protection, section_count, flags;
};

struct section {
    char name[16], segment[16];
    uint64_t address, size;
    uint32_t offset, align, relocations, relocation_count, flags, reserved[3];
};

struct dyld_info {
    struct load_command head;
    uint32_t rebase_offset, rebase_size, bind_offset, bind_size, weak_offset, weak_size,
        lazy_offset, lazy_size, export_offset, export_size;
};

struct chained_fixups {
    struct load_command head;
    uint32_t offset, size;
};

struct symbol_table {
    struct load_command head;
    uint32_t symbol_offset, symbol_count, string_offset, string_size;
};

struct symbol {
    uint32_t name;
    uint8_t type, section;
    uint16_t description;
    uint64_t value;
};

static struct image image;

/* ---- reading the file ---------------------------------------------------------------------- */

static struct str part(uint64_t offset, uint64_t size)
{
    if (offset > image.file.len || size > image.file.len - offset)
        die("the program's file is cut short");
    return (struct str){image.file.at + offset, size};
}

static void copy(void *into, struct str from, size_t size)
{
    if (from.len < size)
        die("the program's file is cut short");
    memcpy(into, from.at, size);
}

/* ---- load commands ------------------------------------------------------------------------- */

/* What a thread's block begins as: the sections of data, and behind them those of zeroes. */
static void add_thread_data(uintptr_t address, uint64_t size)
{
    struct range *initial = &image.thread_initial;

    if (initial->address == 0)
        initial->address = address;
    if (address < initial->address)
        die("thread-local variables in an order that is not supported");
    initial->size = address - initial->address + size;
}

static void note_section(const struct section *section, const struct segment_command *segment)
{
    uintptr_t address = (uintptr_t)section->address + SLIDE;

    if (segment->protection == 0 || section->address < segment->address ||
        section->size > segment->size ||
        section->address - segment->address > segment->size - section->size)
        die("section %.16s: outside of its segment", section->name);
    switch (section->flags & SECTION_TYPE) {
    case SECTION_INITIALISERS:
    case SECTION_INITIALISER_OFFSETS:
        die("the program has initialisers, which are not supported");
    case SECTION_THREAD_DATA:
    case SECTION_THREAD_ZEROES:
        add_thread_data(address, section->size);
        break;
    case SECTION_THREAD_DESCRIPTORS:
        image.thread_descriptors = (struct range){address, section->size};
        break;
    default:
        break;
    }
}

static int host_protection(uint32_t protection)
{
    return ((protection & 1) != 0 ? PROT_READ : 0) | ((protection & 2) != 0 ? PROT_WRITE : 0) |
           ((protection & 4) != 0 ? PROT_EXEC : 0);
}

static uint64_t whole_pages(uint64_t size)
{
    return (size + PAGE - 1) / PAGE * PAGE;
}

static void map_segment(const struct segment_command *command, struct segment *segment)
{
    struct str content = part(command->file_offset, command->file_size);
    uintptr_t address = SLIDE + (uintptr_t)command->address;
    void *at;

    if (command->size > SEGMENT_MAX)
        die("segment %.16s: too large", command->name);
    if (command->file_size > command->size)
        die("segment %.16s: more in the file than in memory", command->name);
    at = mmap((void *)address, whole_pages(command->size), PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED)
        die("segment %.16s: no room at %#zx", command->name, address);
    memcpy(at, content.at, content.len);
    *segment = (struct segment){address, command->size, host_protection(command->protection)};
    if ((command->flags & READ_ONLY_AFTER_FIXUPS) != 0)
        segment->protection &= ~PROT_WRITE;
    if (image.low == 0 || address < image.low)
        image.low = address;
    if (address + command->size > image.high)
        image.high = address + command->size;
}

/* One that nobody may touch (__PAGEZERO) is numbered only. */
static void add_segment(struct str text)
{
    struct segment_command command;
    struct section section;

    copy(&command, text, sizeof command);
    if (image.segment_count == SEGMENTS_MAX)
        die("too many segments");
    for (uint32_t i = 0; i < command.section_count; i++) {
        size_t at = sizeof command + i * sizeof section;

        copy(&section, (struct str){text.at + at, at < text.len ? text.len - at : 0},
             sizeof section);
        note_section(&section, &command);
    }
    if (command.protection != 0)
        map_segment(&command, &image.segments[image.segment_count]);
    image.segment_count++;
}

static void add_library(struct str text)
{
    uint32_t offset;
    const char *slash;
    struct str name;

    if (image.library_count == LIBRARIES_MAX)
        die("too many libraries");
    copy(&offset, (struct str){text.at + 8, text.len - 8}, sizeof offset);
    if (offset >= text.len || memchr(text.at + offset, '\0', text.len - offset) == NULL)
        die("a library without a name");
    name = str_of(text.at + offset);
    slash = strrchr(name.at, '/');
    image.libraries[image.library_count++] = slash != NULL ? slash + 1 : name.at;
}

static void note_symbols(struct str text)
{
    struct symbol_table table;

    copy(&table, text, sizeof table);
    image.symbols = part(table.symbol_offset, table.symbol_count * sizeof(struct symbol));
    image.strings = part(table.string_offset, table.string_size);
}

/* Takes the next load command off the text. */
static struct str take_command(struct str *text, uint32_t *command)
{
    struct load_command head;
    struct str taken;

    copy(&head, *text, sizeof head);
    if (head.size < sizeof head + 4 || head.size > text->len)
        die("a load command that does not fit");
    taken = (struct str){text->at, head.size};
    text->at += head.size;
    text->len -= head.size;
    *command = head.command;
    return taken;
}

/* What the load commands say, beside what the image keeps. */
struct commands {
    struct dyld_info fixups;
    struct chained_fixups chained; /* of size 0: none */
    uint64_t entry_offset;
};

static void read_commands(const struct header *header, struct commands *commands)
{
    struct str text = part(sizeof *header, header->command_bytes);
    uint32_t command;

    for (uint32_t i = 0; i < header->command_count; i++) {
        struct str body = take_command(&text, &command);

        switch ((int)command) {
        case SEGMENT_64:
            add_segment(body);
            break;
        case LOAD_DYLIB:
        case LOAD_WEAK_DYLIB:
            add_library(body);
            break;
        case SYMTAB:
            note_symbols(body);
            break;
        case DYLD_INFO:
        case DYLD_INFO_ONLY:
            copy(&commands->fixups, body, sizeof commands->fixups);
            break;
        case MAIN:
            copy(&commands->entry_offset, (struct str){body.at + 8, body.len - 8},
                 sizeof commands->entry_offset);
            break;
        case CHAINED_FIXUPS:
            copy(&commands->chained, body, sizeof commands->chained);
            break;
        default:
            break;
        }
    }
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void protect(void)
{
    for (size_t i = 0; i < image.segment_count; i++) {
        const struct segment *segment = &image.segments[i];

        if (segment->size > 0)
            (void)mprotect((void *)segment->address, whole_pages(segment->size),
                           segment->protection);
    }
}

/* Only AddressSanitizer has it: the program's variables are where it must look for pointers. */
void __lsan_register_root_region(const void *at, size_t size) __attribute__((weak));

static void fix(const struct commands *commands)
{
    const struct dyld_info *fixups = &commands->fixups;

    fixups_rebase(&image, part(fixups->rebase_offset, fixups->rebase_size));
    fixups_bind(&image, part(fixups->bind_offset, fixups->bind_size), false);
    fixups_bind(&image, part(fixups->weak_offset, fixups->weak_size), false);
    fixups_bind(&image, part(fixups->lazy_offset, fixups->lazy_size), true);
    if (commands->chained.size > 0)
        chained_fix(&image, part(commands->chained.offset, commands->chained.size));
    thread_locals_load(&image);
}

void image_load(const char *path)
{
    struct commands commands = {0};
    struct header header;

    image.file = map_file(path);
    copy(&header, image.file, sizeof header);
    if (header.magic != MAGIC_64 || header.cpu != CPU_X86_64 || header.file_type != EXECUTE)
        die("%s: not a macOS program for x86_64", path);
    image.slide = SLIDE;
    read_commands(&header, &commands);
    if (commands.entry_offset == 0 || image.low == 0)
        die("%s: no entry point", path);
    image.entry = image.low + (uintptr_t)commands.entry_offset;
    fix(&commands);
    protect();
    if (__lsan_register_root_region != NULL)
        __lsan_register_root_region((const void *)image.low, image.high - image.low);
}

int image_start(int argc, char **argv, char **environment)
{
    int (*program_main)(int, char **, char **) = (int (*)(int, char **, char **))image.entry;

    thread_locals_begin(); /* this thread ends with the program */
    return program_main(argc, argv, environment);
}

/* Of symbols in a section, and not for debuggers. */
static bool is_code(const struct symbol *symbol)
{
    return (symbol->type & 0xe0) == 0 && (symbol->type & 0x0e) == 0x0e;
}

const char *image_symbol(uintptr_t address, uintptr_t *offset)
{
    const char *best = NULL;
    uintptr_t best_at = 0;
    struct symbol symbol;

    if (address < image.low || address >= image.high)
        return NULL;
    for (size_t at = 0; at + sizeof symbol <= image.symbols.len; at += sizeof symbol) {
        uintptr_t value;

        memcpy(&symbol, image.symbols.at + at, sizeof symbol);
        value = (uintptr_t)symbol.value + image.slide;
        if (!is_code(&symbol) || value > address || value < best_at ||
            symbol.name >= image.strings.len)
            continue;
        if (memchr(image.strings.at + symbol.name, '\0', image.strings.len - symbol.name) == NULL)
            continue;
        best = image.strings.at + symbol.name;
        best_at = value;
    }
    *offset = address - best_at;
    return best;
}
