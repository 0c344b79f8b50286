/* host.c - opening and closing the macOS back end. */
#include "capture/macos/host.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/macos/host_calls.h"
#include "capture/macos/process.h"

/* "23.6.0" */
static void release_read(struct host *host)
{
    char release[64];
    struct str text, part;
    uint64_t major, minor = 0;

    if (!call_sysctl_text("kern.osrelease", release, sizeof release))
        return;
    text = str_of(release);
    (void)str_cut(&text, '.', &part);
    if (!str_u64(part, 10, &major) || major > 1000)
        return;
    host->darwin = (unsigned)major;
    (void)str_cut(&text, '.', &part);
    if (str_u64(part, 10, &minor) && minor <= 1000)
        host->darwin_minor = (unsigned)minor;
}

bool mac_open(struct host **out, const struct capture_options *options, struct err *err)
{
    struct host *host = calloc(1, sizeof *host);
    uint64_t arm = 0;

    *out = NULL;
    if (host == NULL)
        return err_set(err, "out of memory");
    host->options = *options;
    host->page_bytes = call_page_bytes();
    host->euid = geteuid();
    host->apple_silicon = call_sysctl_number("hw.optional.arm64", &arm) && arm == 1;
    release_read(host);
    if (!samples_open(host) || !processes_open(host)) {
        mac_close(host);
        return err_set(err, "out of memory");
    }
    *out = host;
    return true;
}

void mac_close(struct host *host)
{
    if (host == NULL)
        return;
    processes_close(host);
    samples_close(host);
    free(host);
}
