/* linux_facts.c - see linux_facts.h. */
#include "analyze/linux_facts.h"

#define THREADS_MAX ((uint64_t)1 << 22) /* PID_MAX_LIMIT, include/linux/threads.h */

/* Kernel stacks all have one size, a power of two of pages, and KernelStack counts them: the size
 * is what it makes for each thread of the machine. */
static uint64_t stack_bytes_of(const struct snapshot *snap)
{
    uint64_t threads = snap->thread_count.n;
    uint64_t total = snap->linux_raw.counters[LINUX_KERNEL_STACK].bytes;
    uint64_t size = snap->manifest.page_bytes.known ? snap->manifest.page_bytes.n : 4096;

    if (threads == 0 || threads > THREADS_MAX || total == 0 || size == 0)
        return 0;
    while (size < (uint64_t)1 << 20 && size * threads * 3 < total * 2) /* to the nearest power */
        size *= 2;
    return size;
}

struct linux_facts linux_facts_of(const struct snapshot *snap)
{
    return (struct linux_facts){
        stack_bytes_of(snap),
        snap->manifest.vmap_stack,
        {snap->linux_raw.counters[LINUX_FIRST_CHUNK].bytes,
         snap->linux_raw.counters[LINUX_FIRST_CHUNK].known},
    };
}

void linux_facts_agree(struct linux_facts *before, struct linux_facts *after, bool same_boot,
                       bool same_build)
{
    if (same_boot && !before->first_chunk.known)
        before->first_chunk = after->first_chunk;
    else if (same_boot && after->first_chunk.known &&
             after->first_chunk.bytes < before->first_chunk.bytes) /* one of them is an estimate */
        before->first_chunk = after->first_chunk;
    if (same_boot)
        after->first_chunk = before->first_chunk;
    if (!same_boot && !same_build)
        return;
    if (before->stack_bytes < after->stack_bytes) /* threads came before they were counted */
        before->stack_bytes = after->stack_bytes;
    after->stack_bytes = before->stack_bytes;
    if (before->vmap_stack == UNSAID)
        before->vmap_stack = after->vmap_stack;
    if (after->vmap_stack == UNSAID)
        after->vmap_stack = before->vmap_stack;
}
