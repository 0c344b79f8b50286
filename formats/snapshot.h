/*
 * snapshot.h - what one bundle says about one machine at one moment.
 *
 * These are the nouns of the program: plain records, no behaviour. Readers append to them,
 * analyze/ reads them, and after loading nobody writes them.
 *
 * Units:      memory is in bytes, time in microseconds, and the name says so. Pages and
 *             kilobytes exist only inside the reader that met them.
 * Absence:    what a source did not report is not known, which is not zero. A zeroed record
 *             knows nothing, so a reader sets only what it read. Names that were not reported
 *             are NULL.
 * Names:      raw bytes, interned in the snapshot's arena. Escape before printing.
 * Ownership:  a snapshot borrows the arena that it was loaded into and owns nothing.
 */
#ifndef FORMATS_SNAPSHOT_H
#define FORMATS_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/amount.h"
#include "formats/apple/nouns.h"
#include "formats/arena.h"
#include "formats/linux_terms.h"

/* How the attempt to read something went; as sources.tsv and processes.tsv spell it. */
enum status {
    STATUS_OK,
    STATUS_DENIED,
    STATUS_VANISHED,
    STATUS_TIMED_OUT,
    STATUS_TRUNCATED,
    STATUS_ABSENT, /* this kernel has no such thing */
    STATUS_FAILED, /* any other error */
    STATUSES
};

/* manifest.txt: the machine and the moment. */
struct manifest {
    struct count format; /* version of the bundle format */
    const char *tool, *platform, *os, *build, *model, *machine_id, *boot_id, *label;
    const char *kernel_uuid; /* macOS: addresses of call sites compare when it is equal */
    struct count darwin;     /* macOS: Darwin's major release: 23 is macOS 14 (macOS facts, top) */
    struct count taken_us;   /* since the epoch: when the first sample was taken */
    struct count uptime_s;
    struct count boot_time_s; /* since the epoch; uptime_s follows from it where that is not said */
    struct count page_bytes;
    struct amount memory; /* RAM that the kernel manages */
    struct count cpu_count;
    enum yes_no privileged;             /* every process's memory could be read */
    enum yes_no vmap_stack;             /* Linux: kernel stacks are part of VmallocUsed */
    enum yes_no balloon_deflate_on_oom; /* Linux: a balloon that stays inside MemTotal */
};

/* One line of sources.tsv: how the reading of one member went. */
struct source {
    const char *member;
    enum status status;
    uint32_t errnum;
    struct count content_bytes;
    struct count crc32;
    bool seen;   /* a member of that name was in the bundle... */
    bool intact; /* ...with these bytes and this CRC */
};

/* A line of samples.tsv: all terms at one moment. Columns are the bundle's own. */
struct sample {
    const char *phase;      /* "before", "between", "after" */
    bool kept;              /* the raw files of this one are in the bundle */
    struct amount *amounts; /* one for each of the snapshot's sample_columns */
};

/* One program in execution. Identity on the same boot: pid and start; a pid alone is reused. */
struct process {
    int32_t pid, ppid;
    struct count start; /* platform's own clock; equal means equal */
    struct count uid;
    const char *name;              /* what ps calls it */
    const char *path;              /* executable */
    const char *unit;              /* Linux: control group; as the system spells it */
    const char *script;            /* what a known interpreter runs */
    const char *signing_id, *team; /* macOS */
    bool kernel;                   /* a kernel thread: it has no memory of its own */
    enum status status;            /* of its listing as a whole */
    enum status regions_status;    /* of its regions: OK means WIRED and LOCKED are complete */
    enum status fds_status;        /* of its open files */
    struct count mm_of;            /* pid whose memory it shares; not known: it has its own */
    struct count thread_count, fd_count, pipe_count, socket_count, ring_count, region_count;
    struct count unique_id;  /* macOS: never reused in one boot */
    struct count port_count; /* macOS: Mach ports */
    const char *method;      /* how its regions were read: "smaps", "status only" */
    struct amount wired;     /* platform's best figure for the process alone */
    struct amount resident, private_resident, shared_resident, dirty, swapped, footprint;
    struct amount page_tables;
    uint64_t page_tables_resolution_bytes; /* 0: to the byte; vmmap and footprint round */
    struct amount locked;                  /* address space under mlock: an upper bound */
    struct amount locked_pss; /* Linux: resident locked pages, divided by the number of mappers */
    struct amount pinned;     /* Linux VmPin */
    struct amount hugetlb;    /* Linux HugetlbPages: shared ones in full */
    struct amount virtual_size;
    struct amount graphics; /* macOS: its ledgers graphics_footprint and graphics_nofootprint */
};

/* Wired bytes of one process (or object), grouped by what the region is. From locked.tsv to the
 * byte; from vmmap files in whole K. */
struct wired_region {
    int32_t pid; /* the process; of an object: one of its holders, or 0 */
    enum { WIRED_LOCKED, WIRED_HUGETLB } kind;
    const char *object; /* set when an object holds it and not the process: "sysv ..." */
    const char *method; /* "pfn", "blocks", "rss", "smaps" */
    const char *type, *detail;
    uint64_t count; /* regions in the group */
    uint64_t bytes; /* its own and its part of the shared */
};

/* How a source spells names of zones (apple-formats facts, zprint). */
enum zone_naming {
    ZONE_NAMES_WHOLE,
    ZONE_NAMES_ZPRINT, /* blanks are dots, and a name of more than 24 characters ends in "$" */
    ZONE_NAMES_PANIC   /* heap prefixes are cut at 8 characters: "data_shakalloc.3072" */
};

/* A kernel object cache. Identity: name and element size, or its alias group. */
struct zone {
    const char *name;
    enum zone_naming naming;
    const char *alias;          /* Linux: the group of merged caches that it stands for, or NULL */
    uint64_t element_bytes;     /* 0: not known */
    struct count element_count; /* handed out */
    struct amount size;         /* pages that the zone holds, elements in use or not */
    uint64_t resolution_bytes;  /* of size */
    enum yes_no reclaimable;    /* Linux: reclaim_account */
};

/* The merge groups of /sys/kernel/slab: cache `name` is part of group `alias`. */
struct zone_alias {
    const char *name, *alias;
    enum yes_no reclaimable;
};

/* Loaded kernel code: a macOS extension or a Linux module. Identity: name. */
struct extension {
    const char *name, *version, *taint;
    struct count load_tag;                     /* macOS: kextstat's Index; good for one boot only */
    struct amount size;                        /* its static image; never counted as use */
    uint64_t init_text_start, init_text_bytes; /* freed after loading; 0 when not known */
};

/* Kernel memory by who asked for it: a Linux vmalloc caller, an allocinfo tag. */
struct site {
    enum { SITE_VMALLOC, SITE_ALLOCINFO } kind;
    const char *caller; /* symbol, or a raw address when the code is gone */
    const char *module; /* NULL for the kernel itself */
    const char *file;   /* allocinfo: file:line */
    uint64_t count;     /* areas, or calls */
    uint64_t bytes;
};

/* A kernel object that a file descriptor leads to. The same object appears once for each
 * descriptor; `id` tells them apart within a kind. */
struct fd_object {
    enum { FD_BPF_MAP, FD_IO_URING, FD_DMA_BUF, FD_DRM } kind;
    int32_t pid;
    const char *id;            /* BPF map_id, dma-buf inode, pid:fd of a ring, DRM client id */
    const char *name;          /* dma-buf exporter, DRM driver */
    struct count type;         /* BPF map_type */
    struct count flags;        /* BPF map_flags */
    struct count entries;      /* BPF max_entries; io_uring: SQ entries */
    struct count more_entries; /* io_uring: CQ entries */
    struct amount size;        /* BPF memlock, dma-buf size, DRM resident system memory */
};

/* A control group, and what the kernel memory charged to it consists of. */
struct cgroup {
    const char *path;
    unsigned version; /* 1 or 2 */
    struct amount kernel, kernel_stack, page_tables, sec_page_tables, percpu, vmalloc, slab, sock;
    struct amount zswap; /* compressed pages: part of kernel, and of nothing else here */
};

/* A SysV shared memory segment. */
struct shm_segment {
    uint64_t id, key, uid;
    int32_t creator_pid;
    struct amount size, resident;
    bool locked;
};

/* Memory of a device driver that counts it itself. */
struct device {
    enum { DEVICE_ZRAM, DEVICE_RAMDISK } kind;
    const char *name;
    struct amount size;
};

/* Something a reader could not use. Never fatal, never silent. */
struct note {
    const char *member;
    unsigned line; /* counted from 1; 0: the member as a whole */
    const char *what;
};

#define SNAPSHOT_NOTES_MAX 100  /* further ones are only counted */
#define NAME_BYTES_MAX     4096 /* a longer name is cut, with a note */

struct snapshot {
    struct arena *arena;
    const char *member; /* while loading: the member being read */
    int32_t pid;        /* while loading: the process that the member is about, or 0 */

    struct manifest manifest;
    struct linux_raw linux_raw; /* the raw terms; linux_terms_of() makes sense of them */

    const char **sample_columns; /* names of amounts in samples */
    size_t sample_column_count;
    struct sample *samples;
    size_t sample_count;
    struct source *sources;
    size_t source_count;
    struct process *processes;
    size_t process_count;
    struct wired_region *regions;
    size_t region_count;
    struct zone *zones;
    size_t zone_count;
    bool zones_redacted; /* macOS: elements were counted, sizes withheld */
    struct zone_alias *zone_aliases;
    size_t zone_alias_count;
    struct extension *extensions;
    size_t extension_count;
    struct site *sites;
    size_t site_count;
    struct fd_object *fd_objects;
    size_t fd_object_count;
    struct cgroup *cgroups;
    size_t cgroup_count;
    struct shm_segment *shm_segments;
    size_t shm_segment_count;
    struct device *devices;
    size_t device_count;

    /* macOS: formats/apple/nouns.h. */
    struct figure mac_totals[MAC_TOTALS];
    struct kernel_memory *kernel_memory;
    size_t kernel_memory_count;
    struct wired_span *wired_spans;
    size_t wired_span_count;
    struct owned_object *owned_objects;
    size_t owned_object_count;
    struct region_type *region_types;
    size_t region_type_count;
    struct system_extension *system_extensions;
    size_t system_extension_count;
    struct swap_file *swap_files;
    size_t swap_file_count;
    struct panic panic;

    struct count thread_count; /* /proc/loadavg: threads on the whole machine */
    struct count socket_pages; /* /proc/net/sockstat: pages of TCP and UDP queues */
    struct note *notes;
    size_t note_count; /* all; the first SNAPSHOT_NOTES_MAX are kept */
};

/* One more note about the member being read. Safe at any number. */
void snapshot_note(struct snapshot *snap, unsigned line, const char *what);

/* The interned name, cut at NAME_BYTES_MAX with a note. */
const char *snapshot_name(struct snapshot *snap, unsigned line, struct str name);

/* The same of an escaped field (escape.h); NULL for "-" and for an empty field. */
const char *snapshot_unescape(struct snapshot *snap, unsigned line, struct str field);

/* The page size that the manifest says, or 4096 with a note. */
uint64_t snapshot_page_bytes(struct snapshot *snap);

/* These bytes, known; bytes beyond AMOUNT_MAX are not known. */
struct amount amount_of(uint64_t bytes);

const char *status_name(enum status status);
bool status_named(struct str name, enum status *status);

#endif
