/*
 * sim_ports.c - ports, each with a count of references as in a task's port space, and the memory
 * that the kernel gives: both must be given back.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

#define PAGE ((size_t)4096)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena arena; /* under the lock */

/* ---- ports --------------------------------------------------------------------------------- */

struct port {
    uint32_t name;
    int pid;
    enum port_kind kind;
    int references;
};

static struct port *ports;
static size_t port_count;
static uint32_t task_self = TASK_SELF_PORT;
static int host_references;

/* Under the lock. */
static struct port *find_port(uint32_t name)
{
    for (size_t i = port_count; i > 0; i--)
        if (ports[i - 1].name == name && ports[i - 1].references > 0)
            return &ports[i - 1];
    return NULL;
}

/* Under the lock. Two rights to one port have one name; no name comes again. */
static struct port *port_for(int pid, enum port_kind kind)
{
    static uint32_t last_name = 0x2103;
    struct port *port = NULL;

    for (size_t i = 0; i < port_count; i++)
        if (ports[i].references == 0)
            port = &ports[i];
        else if (ports[i].pid == pid && ports[i].kind == kind)
            return &ports[i];
    if (port == NULL)
        port = arena_append(&arena, &ports, &port_count, sizeof *port);
    *port = (struct port){last_name += 0x100, pid, kind, 0};
    return port;
}

uint32_t port_of_task(int pid, enum port_kind kind)
{
    struct port *port;
    uint32_t name;

    (void)pthread_mutex_lock(&lock);
    port = port_for(pid, kind);
    port->references++;
    name = port->name;
    (void)pthread_mutex_unlock(&lock);
    return name;
}

int pid_of_port(uint32_t name, enum port_kind least)
{
    const struct port *port;
    int pid = -1;

    if (name == TASK_SELF_PORT)
        return mac_self_pid();
    (void)pthread_mutex_lock(&lock);
    port = find_port(name);
    if (port != NULL && port->kind <= least)
        pid = port->pid;
    (void)pthread_mutex_unlock(&lock);
    return pid;
}

static int mac_mach_port_deallocate(uint32_t task, uint32_t name)
{
    struct port *port;

    if (task != TASK_SELF_PORT)
        return DARWIN_KERN_INVALID_ARGUMENT;
    if (name == TASK_SELF_PORT)
        return 0;
    (void)pthread_mutex_lock(&lock);
    port = find_port(name);
    if (name == HOST_PORT)
        host_references--;
    else if (port != NULL)
        port->references--;
    (void)pthread_mutex_unlock(&lock);
    if (name == HOST_PORT || port != NULL)
        return 0;
    (void)fprintf(stderr, "macrun: port %#x is deallocated, and not held\n", name);
    return DARWIN_KERN_INVALID_NAME;
}

/* A new reference each time, as on a Mac. */
static uint32_t mac_mach_host_self(void)
{
    (void)pthread_mutex_lock(&lock);
    host_references++;
    (void)pthread_mutex_unlock(&lock);
    return HOST_PORT;
}

bool ports_report(void)
{
    size_t held = 0;

    for (size_t i = 0; i < port_count; i++)
        held += ports[i].references > 0 ? 1 : 0;
    if (held > 0 || host_references != 0)
        (void)fprintf(stderr, "macrun: %zu ports of tasks and %d of the host were kept\n", held,
                      host_references);
    return held == 0 && host_references == 0;
}

const struct shim shims_ports[] = {SHIM_DATA(mach_task_self_, task_self), SHIM(mach_host_self),
                                   SHIM(mach_port_deallocate), SHIM_END};

/* ---- memory -------------------------------------------------------------------------------- */

struct block {
    uintptr_t at;
    size_t size; /* 0: given back */
};

static struct block *blocks;
static size_t block_count;
static size_t bad_frees;

void *kernel_memory_give(const void *bytes, size_t size)
{
    size_t whole = (size + PAGE - 1) / PAGE * PAGE;
    struct block *block;
    char *at;

    if (size == 0)
        return NULL;
    at = mmap(NULL, whole + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        die("out of memory");
    (void)mprotect(at + whole, PAGE, PROT_NONE);
    if (bytes != NULL)
        memcpy(at, bytes, size);
    (void)pthread_mutex_lock(&lock);
    block = arena_append(&arena, &blocks, &block_count, sizeof *block);
    *block = (struct block){(uintptr_t)at, whole};
    (void)pthread_mutex_unlock(&lock);
    return at;
}

/* Under the lock. All of a block at once: nobody here does otherwise. */
static bool take_back(uintptr_t at, size_t size)
{
    for (size_t i = block_count; i > 0; i--) {
        struct block *block = &blocks[i - 1];

        if (block->at != at || block->size != size)
            continue;
        (void)munmap((void *)at, size + PAGE);
        block->size = 0;
        return true;
    }
    return false;
}

static int mac_vm_deallocate(uint32_t task, uint64_t address, uint64_t size)
{
    bool ok;

    if (task != TASK_SELF_PORT)
        return DARWIN_KERN_INVALID_ARGUMENT;
    if (size == 0)
        return 0;
    (void)pthread_mutex_lock(&lock);
    ok = take_back((uintptr_t)address, (size + PAGE - 1) / PAGE * PAGE);
    bad_frees += ok ? 0 : 1;
    (void)pthread_mutex_unlock(&lock);
    if (!ok)
        (void)fprintf(stderr, "macrun: vm_deallocate(%#llx, %llu): not what the kernel gave\n",
                      (unsigned long long)address, (unsigned long long)size);
    return ok ? 0 : DARWIN_KERN_INVALID_ADDRESS;
}

bool kernel_memory_report(void)
{
    size_t held = 0, bytes = 0;

    for (size_t i = 0; i < block_count; i++) {
        held += blocks[i].size > 0 ? 1 : 0;
        bytes += blocks[i].size;
    }
    if (held > 0 || bad_frees > 0)
        (void)fprintf(stderr,
                      "macrun: %zu blocks of the kernel's memory (%zu bytes) were kept, and %zu "
                      "given back that were none\n",
                      held, bytes, bad_frees);
    return held == 0 && bad_frees == 0;
}

const struct shim shims_memory[] = {SHIM(vm_deallocate), SHIM_END};
