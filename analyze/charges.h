/*
 * charges.h - the one idea in the middle: so many bytes, counted in this account, held by this
 * owner.
 *
 * A snapshot becomes a list of charges and a residual: sum(charges) + residual == wired, to the
 * byte, always, since the residual is defined so. A platform's accounting (account_linux.c) walks
 * its accounts: it begins one with what the kernel counts in it, claims the parts that have
 * an owner, and ends it. What nobody claims goes to the account's default owner; what was claimed
 * beyond the account becomes one negative charge, "ACCOUNT, counted more than once". Claims are
 * never scaled or cut.
 *
 * Two snapshots are charged on common ground (common.h), so that a list holds only what can be
 * compared with the other list.
 */
#ifndef ANALYZE_CHARGES_H
#define ANALYZE_CHARGES_H

#include "formats/snapshot.h"

enum owner_kind {
    OWNER_PROCESS,
    OWNER_EXTENSION, /* Linux: module */
    OWNER_ZONE,      /* Linux: slab cache */
    OWNER_OBJECT,    /* SysV segment, ramfs, hugetlb segment, zram device ... */
    OWNER_CGROUP,
    OWNER_KERNEL, /* the kernel, under the name of an account or a site */
    OWNER_KINDS
};

enum evidence {
    MEASURED, /* the kernel counts it so */
    DERIVED,  /* computed from measured parts by a rule that is exact in kind */
};

/* Whom to name. Identity is by meaning: equal (kind, identity) is the same owner, in both
 * captures. */
struct owner {
    enum owner_kind kind;
    const char *identity;
    const char *name;   /* for people; raw bytes, escape before printing */
    int32_t pid;        /* a process's instance; else 0 */
    struct count start; /* of that instance */
};

struct charge {
    const char *account;
    struct owner owner;
    int64_t bytes;
    enum evidence evidence;
    bool default_owner;        /* holds it because nobody else claims it */
    uint64_t resolution_bytes; /* the source rounds: the true figure lies less than this away */
    int32_t cgroup_pid; /* the control group of this process is charged for it too; 0: none */
};

/* A wired region of an owner, grouped by type and detail: explains a part of a charge. */
struct charge_region {
    const char *account;
    struct owner owner;
    const char *type, *detail;
    uint64_t count;
    int64_t bytes;
};

struct charges {
    struct arena *arena;
    int64_t wired_bytes;
    uint64_t wired_resolution_bytes;
    int64_t residual_bytes; /* wired - sum(list): set by charges_end */
    struct charge *list;
    size_t count;
    struct charge_region *regions;
    size_t region_count;
    /* The account that is open. */
    const char *account;
    int64_t account_bytes, claimed_bytes;
    uint64_t account_resolution_bytes; /* set after account_begin, where its total is rounded */
};

/* Begins an account that holds so many bytes. */
void account_begin(struct charges *charges, const char *account, uint64_t bytes);

/* Claims a part of the open account for an owner; returns the charge until the next one is made. */
struct charge *account_claim(struct charges *charges, struct owner owner, uint64_t bytes,
                             enum evidence evidence);

/* Ends it: the rest goes to the kernel under default_name. A rest of 0 is charged too, so that
 * the row exists on both sides. */
void account_end(struct charges *charges, const char *default_name);

/* The same, when the default owner is somebody else: an extension's account is its own. */
void account_end_owner(struct charges *charges, struct owner default_owner);

/* Ends an account that has no total of its own (pages taken directly): there is no rest. */
void account_end_open(struct charges *charges);

/* The kernel, under this name. */
struct owner owner_kernel(const char *name);

/* All claims are made: computes the residual. */
void charges_end(struct charges *charges);

const char *owner_kind_name(enum owner_kind kind);
const char *evidence_name(enum evidence evidence);

#endif
