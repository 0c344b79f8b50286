/* charges.c - see charges.h. */
#include "analyze/charges.h"

static struct charge *charge(struct charges *charges, struct owner owner, int64_t bytes,
                             enum evidence evidence, bool default_owner)
{
    struct charge *new_charge =
        arena_append(charges->arena, &charges->list, &charges->count, sizeof *charges->list);

    *new_charge = (struct charge){.account = charges->account,
                                  .owner = owner,
                                  .bytes = bytes,
                                  .evidence = evidence,
                                  .default_owner = default_owner};
    return new_charge;
}

void account_begin(struct charges *charges, const char *account, uint64_t bytes)
{
    charges->account = account;
    charges->account_bytes = (int64_t)bytes;
    charges->claimed_bytes = 0;
    charges->account_resolution_bytes = 0;
}

struct charge *account_claim(struct charges *charges, struct owner owner, uint64_t bytes,
                             enum evidence evidence)
{
    charges->claimed_bytes += (int64_t)bytes;
    return charge(charges, owner, (int64_t)bytes, evidence, false);
}

void account_end_owner(struct charges *charges, struct owner default_owner)
{
    int64_t rest = charges->account_bytes - charges->claimed_bytes;
    struct charge *rest_charge = charge(charges, default_owner, rest > 0 ? rest : 0,
                                        charges->claimed_bytes == 0 ? MEASURED : DERIVED, true);
    const char *name;

    rest_charge->resolution_bytes = charges->account_resolution_bytes;
    if (rest >= 0)
        return;
    name = arena_intern(
        charges->arena,
        str_of(arena_print(charges->arena, "%s, counted more than once", charges->account)));
    (void)charge(charges, owner_kernel(name), rest, DERIVED, false);
}

void account_end(struct charges *charges, const char *default_name)
{
    account_end_owner(charges, owner_kernel(default_name));
}

void account_end_open(struct charges *charges)
{
    charges->account = NULL;
}

struct owner owner_kernel(const char *name)
{
    return (struct owner){.kind = OWNER_KERNEL, .identity = name, .name = name};
}

void charges_end(struct charges *charges)
{
    charges->residual_bytes = charges->wired_bytes;
    for (size_t i = 0; i < charges->count; i++)
        charges->residual_bytes -= charges->list[i].bytes;
}

const char *owner_kind_name(enum owner_kind kind)
{
    static const char *const names[] = {
        [OWNER_PROCESS] = "process", [OWNER_EXTENSION] = "extension", [OWNER_ZONE] = "zone",
        [OWNER_OBJECT] = "object",   [OWNER_CGROUP] = "cgroup",       [OWNER_KERNEL] = "kernel",
    };

    _Static_assert(sizeof names / sizeof *names == OWNER_KINDS, "a kind without a name");
    return names[kind];
}

const char *evidence_name(enum evidence evidence)
{
    return evidence == MEASURED ? "measured" : "derived";
}
