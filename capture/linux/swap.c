/*
 * swap.c - swapfiles.txt: where memory can be swapped out to; pressure.txt: how much the system
 * waits for memory, and for what it does to get some.
 */
#include <inttypes.h>
#include <stdio.h>

#include "capture/linux/groups.h"

#define TEXT_MAX 65536

/* "/dev/vda2                               partition	1048572		0		-2" in KiB. */
static void swap_line(struct output *output, struct str line)
{
    struct str words[5];
    uint64_t size, used;
    char name[HOST_PATH_MAX];

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        (void)str_word(&line, &words[i]);
    if (!str_bytes(words[2], 1024, &size) || !str_bytes(words[3], 1024, &used))
        return;
    output_printf(output, "%-16" PRIu64 " %-16" PRIu64 " %-9.*s ", size, used, (int)words[1].len,
                  words[1].at);
    (void)snprintf(name, sizeof name, "%.*s", (int)words[0].len, words[0].at);
    output_name(output, name);
    output_printf(output, "\n");
}

static void swapfiles_write(struct host *host, struct output *output)
{
    char bytes[TEXT_MAX];
    size_t len;
    int errnum;
    struct str text, line;

    output_begin(output, "swapfiles.txt");
    if (!host_read(host, "proc/swaps", bytes, sizeof bytes, &len, &errnum)) {
        output_end(output, output_status_of(errnum), errnum);
        return;
    }
    output_printf(output, "%-16s %-16s %-9s %s\n", "SIZE", "USED", "TYPE", "NAME");
    text = (struct str){bytes, len};
    (void)str_line(&text, &line); /* its own header */
    while (str_line(&text, &line))
        swap_line(output, line);
    output_end(output, len < sizeof bytes ? STATUS_OK : STATUS_TRUNCATED, 0);
}

static void pressure_write(struct host *host, struct output *output)
{
    static const char *const kinds[][2] = {{"memory", "proc/pressure/memory"},
                                           {"io", "proc/pressure/io"},
                                           {"cpu", "proc/pressure/cpu"}};
    char bytes[4096];
    size_t len;
    int errnum = 0;
    struct str text, line;

    output_begin(output, "pressure.txt");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!host_read(host, kinds[i][1], bytes, sizeof bytes, &len, &errnum))
            continue;
        text = (struct str){bytes, len};
        while (str_line(&text, &line))
            output_printf(output, "%s %.*s\n", kinds[i][0], (int)line.len, line.at);
    }
    output_end(output, output_size_bytes(output) > 0 ? STATUS_OK : output_status_of(errnum),
               output_size_bytes(output) > 0 ? 0 : errnum);
}

void swap_write(struct host *host, struct output *output)
{
    swapfiles_write(host, output);
    pressure_write(host, output);
}
