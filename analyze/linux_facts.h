/*
 * linux_facts.h - what is constant on one Linux machine, and how two captures come to agree on it.
 *
 * Some figures that the accounts depend on are not said by the kernel at every moment or to
 * everybody: the log has wrapped, the configuration cannot be read, the number of threads was
 * read a moment later than their memory. Between two captures of one boot, or of one build, they
 * cannot differ; so what one capture knows, both know, and a difference is no change.
 */
#ifndef ANALYZE_LINUX_FACTS_H
#define ANALYZE_LINUX_FACTS_H

#include "formats/snapshot.h"

struct linux_facts {
    uint64_t stack_bytes;      /* of a kernel stack; 0: not to be had */
    enum yes_no vmap_stack;    /* kernel stacks are part of VmallocUsed */
    struct amount first_chunk; /* of per-CPU memory, outside MemTotal */
};

struct linux_facts linux_facts_of(const struct snapshot *snap);

void linux_facts_agree(struct linux_facts *before, struct linux_facts *after, bool same_boot,
                       bool same_build);

#endif
