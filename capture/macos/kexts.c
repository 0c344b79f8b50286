/*
 * kexts.c - kextstat.txt: which extensions are loaded; systemextensions.txt: which run as programs.
 *
 * The kernel is asked first. From macOS 15 on it answers with an empty list, but for Apple's own
 * tools: then those are asked.
 */
#include <errno.h>

#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"
#include "capture/macos/kern.h"
#include "capture/macos/kext_plist.h"
#include "capture/macos/tools.h"

#define LIST_MAX          ((uint64_t)4 << 20)
#define LIST_MS           20000
#define KMUTIL_DARWIN     20 /* the first release with kmutil: macOS 11 */
#define EXTENSIONS_MAX    ((uint64_t)1 << 20)
#define EXTENSIONS_MS     15000
#define SYSTEM_EXTENSIONS 19 /* the first release with them: macOS 10.15 */

/* A tool's output is the whole member. False: it said nothing of use, and the member was dropped;
 * *status is DENIED, or TIMED_OUT when that was why. */
static bool list_by(const char *const *argv, struct output *output, enum status *status)
{
    struct tool tool = {argv, LIST_MS, LIST_MAX};
    struct tool_result result;

    output_begin(output, "kextstat.txt");
    result = tool_run(&tool, output);
    if (output_size_bytes(output) == 0 ||
        (result.status != STATUS_OK && result.status != STATUS_TRUNCATED)) {
        output_drop(output);
        if (result.status == STATUS_TIMED_OUT)
            *status = STATUS_TIMED_OUT;
        return false;
    }
    output_note(output, "by %s", argv[0]);
    output_end(output, result.status, result.errnum);
    return true;
}

/* False: none is listed, and the member was dropped. */
static bool list_by_kernel(struct output *output, int *error)
{
    struct str answer;
    size_t count = 0;
    bool cut = false;
    int result;

    output_begin(output, "kextstat.txt");
    *error = call_kexts(kext_plist_request, &answer, &result);
    if (*error == 0 && result == 0)
        count = kext_plist_write(answer, output, &cut);
    call_kexts_end(&answer);
    if (count == 0) {
        output_drop(output);
        return false;
    }
    output_end(output, cut ? STATUS_TRUNCATED : STATUS_OK, 0);
    return true;
}

void kexts_write(struct host *host, struct output *output)
{
    static const char *const kmutil[] = {"/usr/bin/kmutil", "showloaded", NULL};
    static const char *const kextstat[] = {"/usr/sbin/kextstat", NULL};
    enum status status = STATUS_DENIED;
    int error;

    if (list_by_kernel(output, &error))
        return;
    if ((host->darwin == 0 || host->darwin >= KMUTIL_DARWIN) && list_by(kmutil, output, &status))
        return;
    if (list_by(kextstat, output, &status))
        return;
    output_begin(output, "kextstat.txt");
    output_note(output, "neither the kernel (%s) nor its tools list any extension",
                kern_name(error) == NULL ? "an error" : kern_name(error));
    output_end(output, status, status == STATUS_TIMED_OUT ? ETIMEDOUT : 0);
}

void system_extensions_write(struct host *host, struct output *output)
{
    static const char *const argv[] = {"/usr/bin/systemextensionsctl", "list", NULL};
    struct tool tool = {argv, EXTENSIONS_MS, EXTENSIONS_MAX};
    struct tool_result result;

    if (host->darwin != 0 && host->darwin < SYSTEM_EXTENSIONS) {
        output_missing(output, STATUS_ABSENT, 0, "systemextensions.txt");
        return;
    }
    output_begin(output, "systemextensions.txt");
    result = tool_run(&tool, output);
    if (result.exit_code > 0)
        output_note(output, "%s ended with %d", argv[0], result.exit_code);
    output_end(output, result.status, result.errnum);
}
