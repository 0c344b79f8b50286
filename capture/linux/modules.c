/*
 * modules.c - what is loaded: sys/module.tsv, and kextstat.txt in kextstat's layout.
 *
 * The addresses of a module's init code outlive the code: memory that it took with vmalloc is known
 * to the kernel only by them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/linux/groups.h"

#define MODULES     "sys/module"
#define MODULES_MAX ((size_t)4 << 20)

/* A line of a file of the module; false: there is none. */
static bool fact(const struct host *host, const char *module, const char *file, char *line,
                 size_t size)
{
    char path[512];

    (void)snprintf(path, sizeof path, MODULES "/%s/%s", module, file);
    return host_line(host, path, line, size);
}

static void name_put(const struct host *host, struct output *output, const char *module,
                     const char *file)
{
    char line[256];

    output_printf(output, "\t");
    output_name(output, fact(host, module, file, line, sizeof line) ? line : NULL);
}

static void number_put(const struct host *host, struct output *output, const char *module,
                       const char *file)
{
    char line[64];
    uint64_t number;

    if (fact(host, module, file, line, sizeof line) && str_u64(str_of(line), 10, &number))
        output_printf(output, "\t%" PRIu64, number);
    else
        output_printf(output, "\t-");
}

/* An address, without privileges printed as 0. */
static void address_put(const struct host *host, struct output *output, const char *module,
                        const char *file)
{
    char line[64];
    uint64_t address;

    if (fact(host, module, file, line, sizeof line) && str_u64(str_of(line), 16, &address) &&
        address != 0)
        output_printf(output, "\t0x%" PRIx64, address);
    else
        output_printf(output, "\t-");
}

/* Code that is part of the kernel has a folder too when it has parameters, but no coresize. */
static void visit(struct host *host, const char *name, void *context)
{
    struct output *output = context;
    char line[64];

    if (!fact(host, name, "coresize", line, sizeof line))
        return;
    output_name(output, name);
    name_put(host, output, name, "version");
    name_put(host, output, name, "srcversion");
    name_put(host, output, name, "taint");
    number_put(host, output, name, "coresize");
    number_put(host, output, name, "initsize");
    address_put(host, output, name, "sections/.text");
    address_put(host, output, name, "sections/.init.text");
    output_printf(output, "\t-\n");
}

/* "brd 20480 0 - Live 0xffffffffc0448000 (OE)" */
static void kext_write(const struct host *host, struct output *output, size_t index,
                       struct str line)
{
    struct str words[6];
    char name[128], version[256];
    uint64_t size = 0, refs = 0, address = 0;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        (void)str_word(&line, &words[i]);
    if (words[0].len == 0 || words[0].len >= sizeof name ||
        memchr(words[0].at, '/', words[0].len) != NULL || !str_u64(words[1], 10, &size))
        return;
    memcpy(name, words[0].at, words[0].len);
    name[words[0].len] = '\0';
    (void)str_u64(words[2], 10, &refs);
    (void)str_u64(words[5], 16, &address);
    output_printf(output, "%5zu %4" PRIu64 " %#-18" PRIx64 " %#-10" PRIx64 " %#-10" PRIx64 " ",
                  index, refs, address, size, size);
    output_name(output, name);
    output_printf(output, " (");
    output_name(output, fact(host, name, "version", version, sizeof version) ? version : "0");
    output_printf(output, ") ");
    output_name(output, fact(host, name, "srcversion", version, sizeof version) ? version : NULL);
    output_printf(output, "\n");
}

static void kextstat_write(struct host *host, struct output *output)
{
    char *bytes;
    size_t len, index = 0;
    int errnum;
    struct str text, line;

    output_begin(output, "kextstat.txt");
    if (!host_load(host, "proc/modules", MODULES_MAX, &bytes, &len, &errnum)) {
        output_end(output, output_status_of(errnum), errnum);
        return;
    }
    output_printf(output, "Index Refs Address            Size       Wired      Name (Version) UUID "
                          "<Linked Against>\n");
    text = (struct str){bytes, len};
    while (str_line(&text, &line))
        kext_write(host, output, ++index, line);
    free(bytes);
    output_end(output, STATUS_OK, 0);
}

void modules_write(struct host *host, struct output *output)
{
    table_write(host, output, MODULES ".tsv",
                "name\tversion\tsrcversion\ttaint\tsize_bytes\tinit_bytes\ttext\tinit_text\t"
                "init_text_bytes\n",
                MODULES, visit);
    kextstat_write(host, output);
}
