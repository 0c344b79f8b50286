/* open.c - opening and closing the Linux back end. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/linux/boot.h"
#include "capture/linux/groups.h"
#include "capture/linux/samples.h"

#define PAGE_BYTES_MIN 4096
#define PAGE_FRAME     (((uint64_t)1 << 55) - 1) /* of an entry of pagemap */

/* Replayed roots say what page size they were recorded with. */
static uint64_t page_bytes(const struct host *host)
{
    long own = sysconf(_SC_PAGESIZE);
    char line[32];
    uint64_t bytes;

    if (!host->live && host_line(host, "page_bytes", line, sizeof line) &&
        str_u64(str_of(line), 10, &bytes) && bytes >= PAGE_BYTES_MIN && bytes <= INT32_MAX)
        return bytes;
    return own > 0 ? (uint64_t)own : PAGE_BYTES_MIN;
}

/* Who we are: "Uid:	1000	1000	1000	1000" (real, effective, ...), "CapEff:	000001ffffffffff" */
static void privilege_read(struct host *host)
{
    char bytes[16384];
    size_t len;
    struct str text, line, word;
    uint64_t number;

    host->euid = UINT64_MAX;
    if (!host_read(host, "proc/self/status", bytes, sizeof bytes, &len, NULL))
        return;
    text = (struct str){bytes, len};
    while (str_line(&text, &line)) {
        if (str_skip(&line, "Uid:") && str_word(&line, &word) && str_word(&line, &word) &&
            str_u64(word, 10, &number))
            host->euid = number;
        else if (str_skip(&line, "CapEff:") && str_word(&line, &word) && str_u64(word, 16, &number))
            host->capabilities = number;
    }
}

static bool number_at(const struct host *host, const char *path, uint64_t offset, uint64_t *number)
{
    int fd = host_open(host, path);
    ssize_t got;

    if (fd < 0)
        return false;
    got = pread(fd, number, sizeof *number, (off_t)offset);
    (void)close(fd);
    return got == (ssize_t)sizeof *number;
}

/* Without privileges pagemap can be read, but says 0 for every page frame. The page looked up is
 * one that is there: a replayed pagemap has it first. */
static bool is_privileged(const struct host *host)
{
    uint64_t flags, entry;
    uint64_t page = host->live ? (uint64_t)(uintptr_t)&flags / host->page_bytes : 0;

    return number_at(host, "proc/kpageflags", 0, &flags) &&
           number_at(host, "proc/self/pagemap", page * sizeof entry, &entry) &&
           (entry & PAGE_FRAME) != 0;
}

/* Not so where the proc of another PID namespace is mounted. */
static bool has_own_pids(const struct host *host)
{
    char target[32];
    uint64_t pid;

    return host->live && host_link(host, "proc/self", target, sizeof target) &&
           str_u64(str_of(target), 10, &pid) && pid == (uint64_t)getpid();
}

void linux_close(struct host *host)
{
    if (host == NULL)
        return;
    if (host->join != NULL)
        join_close(host);
    samples_close(host);
    if (host->root >= 0)
        (void)close(host->root);
    free(host);
}

bool linux_open(struct host **out, const struct capture_options *options, struct err *err)
{
    struct host *host = calloc(1, sizeof *host);

    *out = NULL;
    if (host == NULL)
        return err_errno(err, "%s", options->root);
    host->options = *options;
    host->live = strcmp(options->root, "/") == 0;
    host->root = open(options->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (host->root < 0) {
        (void)err_errno(err, "%s", options->root);
        linux_close(host);
        return false;
    }
    if (faccessat(host->root, "proc/meminfo", R_OK, 0) != 0) {
        (void)err_errno(err, "%s%sproc/meminfo", options->root, host->live ? "" : "/");
        linux_close(host);
        return false;
    }
    host->own_pids = has_own_pids(host);
    host->page_bytes = page_bytes(host);
    host->vmap_stack = boot_vmap_stack(host);
    host->balloon_deflate_on_oom = boot_balloon_deflate_on_oom(host);
    privilege_read(host);
    host->privileged = is_privileged(host);
    if (!samples_open(host) || !join_open(host)) {
        linux_close(host);
        return err_set(err, "no memory");
    }
    *out = host;
    return true;
}
