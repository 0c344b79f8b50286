/*
 * panic_log.c - see panic_log.h.
 *
 *           Kernel Extensions in backtrace:
 *              org.example.driver.Wheel(1.0)[0E6B...]@0xfffffe0008a30000->0xfffffe0008a37fff
 *                 dependency: com.apple.iokit.IOUSBHostFamily(1.2)[...]@...
 *
 * Older kernels list those of "Backtrace suspected of leaking" too.
 */
#include "formats/apple/panic_log.h"

#include "formats/apple/figures.h"
#include "formats/apple/panic_facts.h"
#include "formats/apple/panic_table.h"

#define EXTENSIONS_MAX 64
#define LARGEST        "zone_map_exhaustion: Largest zone "

struct reading {
    struct snapshot *snap;
    struct report_zones *zones;
    struct panic *panic;
    struct panic_facts facts;
    struct panic_table table;
    bool backtrace; /* within the list of extensions */
};

/* ---- extensions ---- */

/* "org.example.driver.Wheel(1.0)[0E6B...]@...": its bundle id. */
static bool read_extension(struct str line, struct str *bundle_id)
{
    if (!str_cut(&line, '(', bundle_id) || bundle_id->len == 0 ||
        str_find(*bundle_id, ".") == SIZE_MAX || str_find(*bundle_id, " ") != SIZE_MAX ||
        str_find(*bundle_id, "\t") != SIZE_MAX)
        return false;
    return str_find(line, ")") != SIZE_MAX;
}

static void add_extension(struct reading *reading, unsigned n, struct str bundle_id)
{
    struct panic *panic = reading->panic;
    const char *name = snapshot_name(reading->snap, n, bundle_id);
    size_t count = panic->extension_count;
    const char **added;

    for (size_t i = 0; i < count; i++)
        if (panic->extensions[i] == name)
            return;
    if (count >= EXTENSIONS_MAX)
        return;
    added = arena_append(reading->snap->arena, &panic->extensions, &count, sizeof *added);
    *added = name;
    panic->extension_count = count;
}

/* ---- lines ---- */

/* "zone_map_exhaustion: Largest zone kalloc.512, size 6442450944" */
static bool read_largest(struct str line, struct str *name, struct figure *size)
{
    size_t at = str_find(line, LARGEST);

    if (at == SIZE_MAX)
        return false;
    line = (struct str){line.at + at, line.len - at};
    if (!str_skip(&line, LARGEST) || !str_cut(&line, ',', name) || name->len == 0)
        return false;
    line = str_trim(line);
    return str_skip(&line, "size ") && figure_read(line, size);
}

bool panic_log_has_largest(struct str log)
{
    struct str line, name;
    struct figure size;

    while (str_line(&log, &line))
        if (read_largest(line, &name, &size))
            return true;
    return false;
}

/* Without indent, and the marks with which mail quotes. */
static struct str trim_quotes(struct str line)
{
    line = str_trim(line);
    while (str_skip(&line, ">"))
        line = str_trim(line);
    return line;
}

static void read_line(struct reading *reading, unsigned n, struct str line)
{
    char name[PANIC_NAME_MAX];
    struct figure size;
    struct str text;

    if (reading->table.open &&
        panic_table_row(&reading->table, line, name, &size) == PANIC_ROW_ZONE) {
        report_zones_add(reading->zones, n, str_of(name), size, (struct count){0});
        return;
    }
    if (line.len == 0)
        return;
    if (panic_facts_read(&reading->facts, n, line) ||
        (!reading->table.open && panic_table_open(&reading->table, line)))
        return;
    if (str_starts(line, "Kernel Extensions in backtrace"))
        reading->backtrace = true;
    else if (str_starts(line, "loaded kexts") || str_starts(line, "last "))
        reading->backtrace = false;
    else if (reading->backtrace && read_extension(line, &text))
        add_extension(reading, n, text);
    else if (read_largest(line, &text, &size))
        report_zones_add(reading->zones, n, text, size, (struct count){0});
}

void panic_log_read(struct str log, unsigned line, struct report_zones *zones, struct panic *panic)
{
    struct reading reading = {.snap = zones->snap,
                              .zones = zones,
                              .panic = panic,
                              .facts = {.snap = zones->snap, .panic = panic}};
    struct str text;

    for (unsigned n = line; str_line(&log, &text); n++) {
        text = trim_quotes(text);
        if (n > line && str_starts(text, "panic(")) {
            snapshot_note(zones->snap, n, "another panic: not read");
            return;
        }
        read_line(&reading, n, text);
    }
}
