/*
 * objects_linux.h - who owns what is not simply a process: slab caches, vmalloc callers, kernel
 * objects, devices, control groups on Linux.
 *
 * Names of owners say who uses them where that is known: "secretmem of gpg-agent".
 */
#ifndef ANALYZE_OBJECTS_LINUX_H
#define ANALYZE_OBJECTS_LINUX_H

#include "analyze/charges.h"
#include "analyze/common.h"

/* A slab cache: by the group of caches that it is merged with, on either side; else by name and
 * element size. */
struct owner owner_zone(const struct side *side, const struct zone *zone, struct arena *arena);

/* A vmalloc caller: the module whose code it is, else the kernel under the caller's name. */
struct owner owner_site(const struct site *site, struct arena *arena);

/* The caller allocates kernel stacks (an account of their own), or memory of BPF. */
bool site_is_stack(const struct site *site);
bool site_is_bpf(const struct site *site);

struct owner owner_object(const char *identity, const char *name);

/* An object of locked.tsv. same_boot: its ids are comparable; else it goes by key, path or holder. */
struct owner owner_joined_object(const struct side *side, const struct wired_region *region,
                                 bool same_boot, struct arena *arena);

struct owner owner_device(const struct device *device);

/* Claims, in the open account, every object behind a file descriptor whose memory lies there
 * ("vmalloc" or "pages"): by the process that holds it, or, held by several programs, by the
 * object. Objects that span accounts are not claimed. Returns the bytes claimed. */
uint64_t claim_fd_objects(const struct side *side, const char *account, bool same_boot,
                          struct arena *arena, struct charges *charges);

/* Claims, for each control group (v2), its kernel memory beyond stacks, page tables, per-CPU,
 * vmalloc and slab, without its children's, and without what its processes claimed already. */
void claim_cgroups(const struct side *side, struct arena *arena, struct charges *charges);

#endif
