/*
 * mac.h - the simulated Mac: what a scenario says of it, and questions about it.
 *
 * scenario.c fills the one `mac`; from then on it changes only where the scenario says so: counters
 * that drift, processes that vanish.
 */
#ifndef TESTS_MACRUN_MAC_H
#define TESTS_MACRUN_MAC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/arena.h"
#include "tests/macrun/darwin.h"

#define NOT_GIVEN UINT64_MAX

#define USER_PAGE_BYTES 4096 /* what an x86_64 program is told on any Mac */

struct setting {
    const char *key, *value;
};

/* ---- processes ---- */

/* One row stands for `repeat` entries, `stride` bytes apart. */
struct region {
    uint64_t start, size, repeat, stride, object, offset;
    uint32_t tag, resident, dirty, swapped, reusable, now_private, references;
    uint16_t wired, shadow;
    uint8_t protection, max_protection, share, pager, depth;
    bool submap;
    size_t parent, next; /* by index; next: the first one behind it of this depth or less */
    const char *path;
};

#define NO_REGION SIZE_MAX

struct ledger_value {
    size_t entry; /* of the template */
    int64_t balance, credit, debit;
};

enum task_port { PORT_BY_RULE, PORT_OK, PORT_DENIED, PORT_READ };

struct process {
    uint64_t pid, ppid, uid, gid, threads, status, nice, fds, sockets, pipes, ports, flags,
        cs_flags, platform, is_self, start_sec, start_usec, uniqueid, puniqueid, idversion, pageins,
        user_time, system_time;
    uint64_t wired, resident, footprint, virtual_size; /* NOT_GIVEN: as its regions say */
    uint64_t vanish, vanish_walk;                      /* after so many calls, region calls */
    const char *name, *comm, *path, *cs_ident, *cs_team, *args;
    uint8_t uuid[16];
    enum task_port task_port;
    struct region *regions;
    size_t region_count;
    struct ledger_value *ledgers;
    size_t ledger_count;
    struct darwin_owned_object *owned;
    size_t owned_count;
    atomic_uint_fast64_t touched, walked;
    atomic_bool gone;
};

/* ---- the machine ---- */

struct drift {
    const char *field;
    int64_t each;
};

/* A row of mach_memory_info. */
enum memory_kind {
    MEMORY_TAG,
    MEMORY_KMOD,
    MEMORY_KERNEL,
    MEMORY_NAMED,
    MEMORY_SITE_ZONE,
    MEMORY_VIEW,
    MEMORY_COUNTER,
    MEMORY_KINDS
};

struct memory_row {
    enum memory_kind kind;
    uint64_t tag, zone, site, size, free, largest, collectable, mapped, peak, flags;
    const char *name;
};

struct zone {
    const char *name;
    struct darwin_zone_info info;
};

#define LINKED_MAX 32

struct kext {
    uint64_t load_tag, address, size, wired, references, linked[LINKED_MAX];
    size_t linked_count;
    int tag_id; /* of the load tag, once it has been written */
    const char *id, *version, *path;
    uint8_t uuid[16];
    bool has_uuid;
};

struct sysctl {
    const char *name, *format;
    uint32_t kind; /* CTLTYPE_ and CTLFLAG_ */
    int oid[DARWIN_CTL_MAXNAME];
    size_t oid_count;
    uint8_t *value;
    size_t value_bytes;
    int errnum;
};

/* A tool: what it prints and how it ends. */
enum manner { PLAY_ENDS, PLAY_HANGS, PLAY_FLOODS };

struct command {
    const char *match; /* "PATH" or "PATH ARGUMENT..." */
    const char *out, *err;
    bool missing;
    int status;
    enum manner manner;
};

struct ledger_template {
    const char *name, *group, *units;
};

struct mac {
    struct arena arena;
    const char *folder; /* of the scenario */
    struct setting *host;
    size_t host_count;
    unsigned darwin, darwin_minor; /* 23.6 */
    uint32_t euid, uid, gid;
    uint64_t page_bytes; /* of the kernel */
    uint64_t memory_bytes, cpu_count;
    uint64_t now_s, boot_time_s;
    struct darwin_vm_statistics64 vm;
    struct drift *drifts;
    size_t drift_count;
    uint64_t rate_min, rate_max, rate_window_ms;
    struct memory_row *memory;
    size_t memory_count;
    uint64_t slack; /* all-zero rows of mach_memory_info */
    struct zone *zones;
    size_t zone_count;
    struct kext *kexts;
    size_t kext_count;
    struct sysctl *sysctls;
    size_t sysctl_count;
    struct command *commands;
    size_t command_count;
    struct ledger_template *ledgers;
    size_t ledger_count;
    struct process *processes; /* oldest first */
    size_t process_count;
    struct process **by_pid; /* the same */
    struct setting *files;
    size_t file_count;
    const char **missing; /* symbols */
    size_t missing_count;
};

extern struct mac mac;

/* ---- scenario.c ---- */

/* NULL: a small Mac that is built in. program: the path of the program that runs on it. */
void scenario_load(const char *path, const char *program);

/* ---- mac.c ---- */

/* Of the section [host]; otherwise when it is not there. */
const char *mac_setting(const char *key, const char *otherwise);
uint64_t mac_number(const char *key, uint64_t otherwise);

/* A process that is there; NULL when there is none, or it has vanished. The call counts. Most of
 * the kernel does not find zombies; mac_process_or_zombie() is for the calls that do. */
struct process *mac_process(int pid);
struct process *mac_process_or_zombie(int pid);
struct process *mac_self(void);
int mac_self_pid(void);

/* Whether the program may read what only the same user and root may. */
bool mac_may_read(const struct process *process);

/* A region call; false: it vanished before. */
bool mac_walks(struct process *process);

/* The errno or kern_return that a call is to give, or 0. pid: -1 for calls about no process. */
int mac_fault(const char *api, int pid);
int mac_fault_of(const char *api, unsigned flavor, int pid); /* "api.flavor" */
void mac_add_fault(const char *api, int pid, uint64_t from, uint64_t to, int code,
                   uint64_t cost_ns);

#define FAULT_STUCK INT32_MIN /* a code: the call never returns */

/* Whether this release lacks a function. */
bool mac_lacks(const char *symbol);

const struct command *mac_command(const char *path, char *const argv[]);

/* Where a path of the Mac is on the host: the path itself when the scenario has no file for it. The
 * text is the thread's, until its next call. */
const char *mac_path(const char *path);

/* As the kernel fills an array of characters: cut, and zeroes behind. */
void mac_put_text(char *into, size_t size, const char *text);

uint64_t mac_epoch_ns(void);
uint64_t mac_uptime_ns(void);
void mac_start_clock(void);

/* ---- the simulated kernel, for its own parts ---- */

void vm_statistics_add(const char *field, int64_t amount); /* dies of an unknown field */

/* Memory that the kernel gives: whole pages, with an unmapped one behind. NULL: of size 0. */
void *kernel_memory_give(const void *bytes, size_t size);

/* Ports of tasks. */
enum port_kind { PORT_CONTROL_RIGHT, PORT_READ_RIGHT };
#define TASK_SELF_PORT 0x103
#define HOST_PORT      0x1003
uint32_t port_of_task(int pid, enum port_kind kind);
int pid_of_port(uint32_t port, enum port_kind least); /* -1: no such port, or not that right */

/* What was not given back; false: something. */
bool kernel_memory_report(void);
bool ports_report(void);

/* One entry of a process's map, as a row's copy. */
struct found_region {
    const struct region *region;
    uint64_t start, ordinal;
};
void regions_link(struct process *process);
bool region_find(const struct process *process, uint64_t address, unsigned depth_max,
                 struct found_region *found);
uint64_t region_object(const struct process *process, const struct found_region *found);
uint32_t object_id32(uint64_t object);

/* An answer of proc_pidinfo about an entry: its bytes; 0: there is none, with errno. */
int pid_region(struct process *process, int flavor, uint64_t address, void *buffer);

/* sysctl_tree.c: its entries; NULL: none. The last: the next one that is not a node. */
#define SYSCTL_TYPE_MASK 0xfU
#define SYSCTL_OWNED     "vm.get_owned_vmobjects"
void sysctls_number(void); /* all of them, once */
struct sysctl *sysctl_named(struct str name);
struct sysctl *sysctl_at(const int *oid, size_t count);
struct sysctl *sysctl_behind(const int *oid, size_t count);

#endif
