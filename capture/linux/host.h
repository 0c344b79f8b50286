/*
 * host.h - the state of the Linux back end, and how it reads files.
 *
 * Every path here is relative to the root folder ("proc/meminfo"), never absolute, so that a
 * recorded system is replayed by the same code. A replayed root holds what a live system answers
 * by call: the files "dmesg" (klogctl) and "page_bytes" (getpagesize). Nothing is ever written
 * below a root that is not live.
 *
 * All fields but the samples and the join are set by open and only read afterwards, by all threads.
 * The back end has two halves: the system as a whole, and the processes (process.c, join.c); the
 * entry points of the latter are at the end.
 */
#ifndef CAPTURE_LINUX_HOST_H
#define CAPTURE_LINUX_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "capture/backend.h"

#define HOST_PATH_MAX 4096
#define HOST_COPY_MAX ((uint64_t)64 << 20) /* bytes of one raw member */
#define HOST_COPY_US  5000000              /* time for one raw member */

struct join;    /* regions to be joined with their pages: of the process half */
struct samples; /* the headline's terms so far: sample.h */

struct host {
    int root;                       /* folder: first argument of openat */
    bool live;                      /* the root is this very system */
    bool own_pids;                  /* ...and its proc numbers processes as system calls do */
    struct capture_options options; /* borrowed */
    uint64_t page_bytes;
    uint64_t euid;         /* effective, of proc/self/status; UINT64_MAX when not known */
    uint64_t capabilities; /* in effect */
    bool privileged;       /* page frame numbers and kpageflags can be read */
    enum yes_no vmap_stack;
    enum yes_no balloon_deflate_on_oom;
    struct samples *samples;
    struct join *join;
};

/* Opens for reading: descriptor, or -1 and errno. Links in a root that is not live stay in it, here
 * and below. */
int host_open(const struct host *host, const char *path);

/* The same of a folder, which must not be a link itself. */
int host_open_folder(const struct host *host, const char *path);

/* What a file is; nothing of it is read. False: it is not there. */
bool host_stat(const struct host *host, const char *path, bool follow, struct stat *stat);

/* Reads a small file whole. What does not fit into size is left out, and *len is then size.
 * False, with *errnum: it cannot be opened or read. errnum may be NULL. */
bool host_read(const struct host *host, const char *path, char *buffer, size_t size, size_t *len,
               int *errnum);

/* The first line of a small file, without blanks around it, NUL-terminated; false: there is none,
 * or it does not fit. */
bool host_line(const struct host *host, const char *path, char *line, size_t size);

/* Reads a file whole, at most max bytes of it, into *bytes, which the caller frees. False, with
 * *errnum: it cannot be opened or read, or there is no memory. */
bool host_load(const struct host *host, const char *path, size_t max, char **bytes, size_t *len,
               int *errnum);

/* Reads from an open file until it is full or the file ends: the length, or -1 and errno. Not
 * stopped by signals and short reads. */
int64_t host_fill(int fd, char *buffer, size_t size);

/* Where a symbolic link points to, NUL-terminated; false: it is none, or is too long. */
bool host_link(const struct host *host, const char *path, char *target, size_t size);

/* Copies a file into the member of the same path: bounded by HOST_COPY_MAX and HOST_COPY_US, with
 * its status in sources.tsv whatever happens. */
void host_copy(struct host *host, struct output *output, const char *path);

/* Calls visit for each entry of a folder but "." and "..", in the order of their names, at most
 * max of them. Returns false, with errno, when the folder cannot be read; *cut says that there
 * were more. */
typedef void host_visit_fn(struct host *host, const char *name, void *context);
bool host_each(struct host *host, const char *path, size_t max, host_visit_fn *visit, void *context,
               bool *cut);
#define HOST_NAMES_MAX 65536 /* entries of one folder */

/* Microseconds that only ever go up. */
uint64_t host_now_us(void);

/* The process half. join_open fills host->join. */
bool join_open(struct host *host);
void join_close(struct host *host);
void linux_process(struct host *host, int32_t pid, bool light, struct output *output,
                   struct arena *arena, struct process *process);
void linux_join(struct host *host, struct output *output);

#endif
