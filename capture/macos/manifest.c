/* manifest.c - what manifest.txt says about the machine. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/facts.h"
#include "capture/macos/darwin.h"
#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"
#include "capture/macos/plist.h"
#include "capture/macos/uuid.h"

#define LINE      256
#define PLIST_MAX 65536

/* The release's own account, which is not made compatible; before macOS 11 there is but one. */
static const char *const plists[] = {
    "/System/Library/CoreServices/.SystemVersionPlatform.plist",
    "/System/Library/CoreServices/SystemVersion.plist",
};

static bool version_in(struct str plist, char *version, size_t size)
{
    struct element element, value;
    struct str content, key;

    if (!plist_root(plist, &element))
        return false;
    content = element.content;
    while (plist_pair(NULL, &content, &key, &value))
        if (str_is(key, "ProductVersion") && str_is(value.name, "string")) {
            plist_text(value.content, version, size);
            return *version != '\0';
        }
    return false;
}

static bool version_of_plist(const char *path, char *version, size_t size)
{
    FILE *file = fopen(path, "re");
    char bytes[PLIST_MAX];
    size_t len;

    if (file == NULL)
        return false;
    len = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return version_in((struct str){bytes, len}, version, size);
}

/* Whether it is what the system calls itself to programs that were built for older ones: macOS 11
 * and later call themselves 10.16, macOS 26 and later 16.0. */
static bool is_compatible(const char *version)
{
    char compatible[LINE];

    return strcmp(version, "10.16") == 0 || strcmp(version, "16.0") == 0 ||
           (call_sysctl_text("kern.osproductversioncompat", compatible, sizeof compatible) &&
            strcmp(version, compatible) == 0);
}

static bool version_read(char *version, size_t size)
{
    if (call_sysctl_text("kern.osproductversion", version, size) && !is_compatible(version))
        return true;
    for (size_t i = 0; i < sizeof plists / sizeof *plists; i++)
        if (version_of_plist(plists[i], version, size) && !is_compatible(version))
            return true;
    return false;
}

/* What Darwin's release says of it: not the last number. */
static bool version_of_darwin(unsigned darwin, char *version, size_t size)
{
    if (darwin == 0)
        return false;
    if (darwin < DARWIN_MACOS_11)
        (void)snprintf(version, size, "10.%u", darwin - 4);
    else
        (void)snprintf(version, size, "%u", darwin < DARWIN_MACOS_26 ? darwin - 9 : darwin + 1);
    return true;
}

static const char *os_of(const struct host *host, struct arena *arena)
{
    char version[LINE];

    if (!version_read(version, sizeof version) &&
        !version_of_darwin(host->darwin, version, sizeof version))
        return NULL;
    return arena_print(arena, "macOS %s", version);
}

static const char *text_of(struct arena *arena, const char *name)
{
    char text[LINE];

    return call_sysctl_text(name, text, sizeof text) ? arena_intern(arena, str_of(text)) : NULL;
}

/* As the system prints it: this is what is hashed. */
static void machine_put(struct output *output)
{
    uint8_t uuid[UUID_BYTES];
    char text[UUID_TEXT];

    fact_machine(output, call_hardware_uuid(uuid) ? uuid_text(uuid, text) : NULL);
}

/* struct timeval: seconds first. */
static bool boot_time_read(uint64_t *seconds)
{
    int64_t moment[2];

    if (!call_sysctl_bytes("kern.boottime", moment, sizeof moment) || moment[0] <= 0)
        return false;
    *seconds = (uint64_t)moment[0];
    return true;
}

static void privilege_put(const struct host *host, struct output *output)
{
    char text[32];

    (void)snprintf(text, sizeof text, "uid %" PRIu32, host->euid);
    fact_text(output, "privilege", host->euid == 0 ? "root" : text);
}

static void read_all(const struct host *host, struct arena *arena, struct manifest *manifest)
{
    uint64_t now_s = (uint64_t)(clock_epoch_us() / 1000000);
    struct count *boot = &manifest->boot_time_s, *cpus = &manifest->cpu_count;

    manifest->os = os_of(host, arena);
    manifest->build = text_of(arena, "kern.osversion");
    manifest->model = text_of(arena, "hw.model");
    if (manifest->model == NULL)
        manifest->model = arena_intern(arena, str_of("unknown"));
    manifest->kernel_uuid = text_of(arena, "kern.uuid");
    manifest->boot_id = text_of(arena, "kern.bootsessionuuid");
    manifest->darwin = (struct count){host->darwin, host->darwin != 0};
    boot->known = boot_time_read(&boot->n);
    if (boot->known && boot->n <= now_s)
        manifest->uptime_s = (struct count){now_s - boot->n, true};
    manifest->page_bytes = (struct count){host->page_bytes, true};
    manifest->memory.known = call_sysctl_number("hw.memsize", &manifest->memory.bytes);
    cpus->known = call_sysctl_number("hw.ncpu", &cpus->n);
    manifest->privileged = host->euid == 0 ? YES : NO;
}

void mac_manifest(struct host *host, struct output *output, struct arena *arena,
                  struct manifest *manifest)
{
    read_all(host, arena, manifest);
    fact_text(output, "os", manifest->os);
    fact_text(output, "build", manifest->build);
    fact_number(output, "darwin", manifest->darwin.known, manifest->darwin.n);
    fact_text(output, "kernel_uuid", manifest->kernel_uuid);
    fact_text(output, "model", manifest->model);
    machine_put(output);
    fact_text(output, "boot_id", manifest->boot_id);
    fact_number(output, "boot_time_s", manifest->boot_time_s.known, manifest->boot_time_s.n);
    fact_number(output, "uptime_s", manifest->uptime_s.known, manifest->uptime_s.n);
    fact_number(output, "page_bytes", true, manifest->page_bytes.n);
    fact_number(output, "memory_bytes", manifest->memory.known, manifest->memory.bytes);
    fact_number(output, "cpu_count", manifest->cpu_count.known, manifest->cpu_count.n);
    fact_yes_no(output, "privileged", manifest->privileged);
    privilege_put(host, output);
}
