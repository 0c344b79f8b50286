/*
 * kexts.c - kextstat.txt: which extensions are loaded; systemextensions.txt: which run as programs.
 *
 * The kernel is asked first. From macOS 15 on it answers with an empty list, but for Apple's own
 * tools: then those are asked.
 */
#include <stdio.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"
#include "capture/macos/kern.h"
#include "capture/macos/kext_plist.h"
#include "capture/macos/tools.h"

#define LIST_MAX       ((uint64_t)4 << 20)
#define LIST_MS        20000
#define EXTENSIONS_MAX ((uint64_t)1 << 20)
#define EXTENSIONS_MS  15000
#define NOT_PRIVILEGED 0xdc008004 /* kOSKextReturnNotPrivileged, libkern/OSKextLib.h */

/* How far it came, for the member's note. */
struct attempts {
    char text[192];
    enum status status; /* the member's, when nobody lists any */
    int errnum;
};

static void attempt_put(struct attempts *attempts, const char *who, const char *fate)
{
    size_t used = strlen(attempts->text);

    (void)snprintf(attempts->text + used, sizeof attempts->text - used, "%s%s %s",
                   used == 0 ? "" : "; ", who, fate);
}

/* What the kernel said, when it was not a list. */
static void kernel_put(struct attempts *attempts, int error, int result)
{
    char fate[64];

    if (error != 0)
        (void)kern_fate(error, fate);
    else if (result != 0)
        (void)snprintf(fate, sizeof fate, "was refused with 0x%x", (unsigned)result);
    else
        (void)snprintf(fate, sizeof fate, "answered with an empty list");
    attempt_put(attempts, "kext_request", fate);
    if (kern_status(error) == STATUS_DENIED || (unsigned)result == NOT_PRIVILEGED)
        attempts->status = STATUS_DENIED;
}

/* False: none is listed, and the member is empty. */
static bool list_by_kernel(const struct host *host, struct output *output,
                           struct attempts *attempts)
{
    struct str answer;
    size_t count = 0;
    bool cut = false;
    int error, result;

    error = call_kexts(kext_plist_request, &answer, &result);
    if (error == 0 && result == 0)
        count = kext_plist_write(answer, host->darwin, output, &cut);
    call_kexts_end(&answer);
    if (count == 0) {
        output_rewind(output);
        kernel_put(attempts, error, result);
        return false;
    }
    output_end(output, cut ? STATUS_TRUNCATED : STATUS_OK, 0);
    return true;
}

/* A tool's output is the whole member. False: it said nothing of use, and the member is empty. */
static bool list_by_tool(const struct host *host, const char *const *argv, struct output *output,
                         struct attempts *attempts)
{
    struct tool tool = {argv, LIST_MS, LIST_MAX, host->options.interrupted};
    struct tool_result result;
    char fate[64];

    result = tool_run(&tool, output);
    if (output_size_bytes(output) > 0 &&
        (result.status == STATUS_OK || result.status == STATUS_TRUNCATED)) {
        output_note(output, "by %s; %s", argv[0], attempts->text);
        output_end(output, result.status, result.errnum);
        return true;
    }
    output_rewind(output);
    tool_fate(&result, fate);
    attempt_put(attempts, argv[0], fate);
    if (result.status == STATUS_TIMED_OUT) {
        attempts->status = STATUS_TIMED_OUT;
        attempts->errnum = result.errnum;
    }
    return false;
}

/* kmutil came with macOS 11. kextstat runs it where there is one: what took too long there is not tried twice. */
static bool list_by_tools(const struct host *host, struct output *output, struct attempts *attempts)
{
    static const char *const kmutil[] = {"/usr/bin/kmutil", "showloaded", NULL};
    static const char *const kextstat[] = {"/usr/sbin/kextstat", NULL};

    if ((host->darwin == 0 || host->darwin >= DARWIN_MACOS_11) &&
        list_by_tool(host, kmutil, output, attempts))
        return true;
    return attempts->status != STATUS_TIMED_OUT && list_by_tool(host, kextstat, output, attempts);
}

void kexts_write(struct host *host, struct output *output)
{
    struct attempts attempts = {.status = STATUS_FAILED};

    output_begin(output, "kextstat.txt");
    if (list_by_kernel(host, output, &attempts) || list_by_tools(host, output, &attempts))
        return;
    output_note(output, "no list of extensions: %s", attempts.text);
    output_end(output, attempts.status, attempts.errnum);
}

void system_extensions_write(struct host *host, struct output *output)
{
    static const char *const argv[] = {"/usr/bin/systemextensionsctl", "list", NULL};
    struct tool tool = {argv, EXTENSIONS_MS, EXTENSIONS_MAX, host->options.interrupted};
    struct tool_result result;
    char fate[64];

    if (host->darwin != 0 && host->darwin < DARWIN_MACOS_10_15) {
        output_missing(output, STATUS_ABSENT, 0, "systemextensions.txt");
        return;
    }
    output_begin(output, "systemextensions.txt");
    result = tool_run(&tool, output);
    tool_fate(&result, fate);
    if (result.status != STATUS_OK)
        output_note(output, "%s %s", argv[0], fate);
    output_end(output, result.status, result.errnum);
}
