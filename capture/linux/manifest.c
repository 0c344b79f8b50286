/* manifest.c - what manifest.txt says about the machine. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/facts.h"
#include "capture/linux/cpus.h"
#include "capture/linux/groups.h"

#define STAT_MAX ((size_t)256 << 10) /* proc/stat of a machine with thousands of interrupts */
#define LINE     512

/* PRETTY_NAME="Debian GNU/Linux 12 (bookworm)" of etc/os-release. */
static bool os_read(const struct host *host, char *os, size_t size)
{
    char bytes[8192];
    size_t len;
    struct str text, line;

    if (!host_read(host, "etc/os-release", bytes, sizeof bytes, &len, NULL) &&
        !host_read(host, "usr/lib/os-release", bytes, sizeof bytes, &len, NULL))
        return false;
    text = (struct str){bytes, len};
    while (str_line(&text, &line)) {
        if (!str_skip(&line, "PRETTY_NAME="))
            continue;
        if (line.len >= 2 && (*line.at == '"' || *line.at == '\'') &&
            line.at[line.len - 1] == *line.at)
            line = (struct str){line.at + 1, line.len - 2};
        (void)snprintf(os, size, "%.*s", (int)line.len, line.at);
        return line.len > 0;
    }
    return false;
}

/* "6.18.44 #1 SMP ...": of two kernels of one release the build differs. */
static bool build_read(const struct host *host, char *build, size_t size)
{
    char release[LINE], version[LINE];

    if (!host_line(host, "proc/sys/kernel/osrelease", release, sizeof release))
        return false;
    if (!host_line(host, "proc/sys/kernel/version", version, sizeof version))
        version[0] = '\0';
    (void)snprintf(build, size, "%s%s%s", release, *version == '\0' ? "" : " ", version);
    return true;
}

static bool model_read(const struct host *host, char *model, size_t size)
{
    size_t len;

    if (host_line(host, "sys/class/dmi/id/product_name", model, size))
        return true;
    /* Of the device tree: ends with a NUL. */
    if (!host_read(host, "proc/device-tree/model", model, size - 1, &len, NULL))
        return false;
    model[len] = '\0';
    return *model != '\0';
}

static void machine_put(const struct host *host, struct output *output)
{
    char line[LINE];
    const char *id = NULL;

    if (host_line(host, "etc/machine-id", line, sizeof line) ||
        host_line(host, "var/lib/dbus/machine-id", line, sizeof line))
        id = line;
    fact_machine(output, id);
}

/* "root" or "uid 1000", and the capabilities in effect. */
static void privilege_put(const struct host *host, struct output *output)
{
    char who[64], value[128];

    if (host->euid == UINT64_MAX) {
        fact_text(output, "privilege", NULL);
        return;
    }
    if (host->euid == 0)
        (void)snprintf(who, sizeof who, "root");
    else
        (void)snprintf(who, sizeof who, "uid %" PRIu64, host->euid);
    (void)snprintf(value, sizeof value, "%s, capabilities %" PRIx64, who, host->capabilities);
    fact_text(output, "privilege", value);
}

/* "12345.67 ..." */
static bool uptime_read(const struct host *host, uint64_t *seconds)
{
    char line[LINE];
    struct str text, whole;

    if (!host_line(host, "proc/uptime", line, sizeof line))
        return false;
    text = str_of(line);
    (void)str_cut(&text, '.', &whole);
    return str_u64(whole, 10, seconds);
}

/* The line "btime SECONDS" of proc/stat: seconds since the epoch. */
static bool boot_time_read(const struct host *host, uint64_t *seconds)
{
    char *text = malloc(STAT_MAX);
    bool found = false;
    struct str rest = {text, 0}, line;

    if (text == NULL)
        return false;
    if (host_read(host, "proc/stat", text, STAT_MAX, &rest.len, NULL))
        while (!found && str_line(&rest, &line))
            found = str_skip(&line, "btime ") && str_u64(str_trim(line), 10, seconds);
    free(text);
    return found;
}

static bool memory_read(const struct host *host, uint64_t *bytes)
{
    char line[LINE];
    struct str text, number;

    if (!host_line(host, "proc/meminfo", line, sizeof line))
        return false;
    text = str_of(line);
    return str_skip(&text, "MemTotal:") && str_word(&text, &number) &&
           str_bytes(number, 1024, bytes);
}

void linux_manifest(struct host *host, struct output *output, struct arena *arena,
                    struct manifest *manifest)
{
    char os[LINE], build[2 * LINE + 2], model[LINE], line[LINE];
    struct count *uptime = &manifest->uptime_s, *cpus = &manifest->cpu_count;
    struct amount *memory = &manifest->memory;
    uint64_t boot_time_s = 0;
    bool booted;

    manifest->os = os_read(host, os, sizeof os) ? arena_intern(arena, str_of(os)) : NULL;
    manifest->build =
        build_read(host, build, sizeof build) ? arena_intern(arena, str_of(build)) : NULL;
    manifest->model =
        arena_intern(arena, str_of(model_read(host, model, sizeof model) ? model : "unknown"));
    manifest->boot_id = host_line(host, "proc/sys/kernel/random/boot_id", line, sizeof line)
                            ? arena_intern(arena, str_of(line))
                            : NULL;
    uptime->known = uptime_read(host, &uptime->n);
    cpus->known = cpus_online(host, &cpus->n);
    memory->known = memory_read(host, &memory->bytes);
    manifest->page_bytes = (struct count){host->page_bytes, true};
    manifest->privileged = host->privileged ? YES : NO;
    manifest->vmap_stack = host->vmap_stack;
    manifest->balloon_deflate_on_oom = host->balloon_deflate_on_oom;

    fact_text(output, "os", manifest->os);
    fact_text(output, "build", manifest->build);
    fact_text(output, "model", manifest->model);
    machine_put(host, output);
    fact_text(output, "boot_id", manifest->boot_id);
    booted = boot_time_read(host, &boot_time_s);
    fact_number(output, "boot_time_s", booted, boot_time_s);
    fact_number(output, "uptime_s", uptime->known, uptime->n);
    fact_number(output, "page_bytes", true, host->page_bytes);
    fact_number(output, "memory_bytes", memory->known, memory->bytes);
    fact_number(output, "cpu_count", cpus->known, cpus->n);
    fact_yes_no(output, "privileged", manifest->privileged);
    privilege_put(host, output);
    fact_yes_no(output, "vmap_stack", manifest->vmap_stack);
    fact_yes_no(output, "balloon_deflate_on_oom", manifest->balloon_deflate_on_oom);
}
