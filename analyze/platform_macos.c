/* platform_macos.c - macOS, as platform.h asks. */
#include "analyze/platform_macos.h"

#include "analyze/account_macos.h"
#include "analyze/mac_side.h"

static void agree(struct comparison *comparison)
{
    mac_sides_prepare(&comparison->before, &comparison->after, comparison->same_boot == YES,
                      comparison->arena);
}

/* What a side has that could be a headline. */
static const char *totals_text(const struct side *side)
{
    struct ground ground = mac_ground(side);

    if ((ground.accounts & KNOWS_BOOK) != 0)
        return "the kernel's own book";
    if ((ground.accounts & KNOWS_TOP) != 0)
        return "a total";
    return (ground.accounts & KNOWS_ZONES) != 0 ? "zones, but no total" : "neither";
}

/* A panic names the zone that was full, whatever it is compared with. */
static const char *panic_text(const struct side *side, const char *which, struct arena *arena)
{
    const struct panic *panic = &side->snap->panic;

    return panic->zone == NULL ? ""
                               : arena_print(arena, "; the panic of %s was of the full zone %s",
                                             which, panic->zone);
}

static bool check(const struct comparison *comparison, struct err *err)
{
    const struct side *before = &comparison->before, *after = &comparison->after;

    return mac_has_headline(ground_common(mac_ground(before), mac_ground(after))) ||
           err_set(err,
                   "nothing that both captures tell about wired memory: a total (vm_stat, zprint, "
                   "top) or zones are needed on both sides; BEFORE has %s, AFTER has %s%s%s",
                   totals_text(before), totals_text(after),
                   panic_text(before, "BEFORE", comparison->arena),
                   panic_text(after, "AFTER", comparison->arena));
}

static const char *source(struct ground ground)
{
    if ((ground.accounts & KNOWS_BOOK) != 0)
        return "VM_KERN_COUNT_WIRED - VM_KERN_COUNT_BOOT_STOLEN of mach_memory_info";
    if ((ground.accounts & KNOWS_WIRE_COUNT) != 0)
        return "wire_count of host_statistics64";
    if ((ground.accounts & KNOWS_TOP) != 0)
        return "PhysMem of top, rounded; on Intel with memory that the firmware keeps";
    return "sum of the zones that both captures list; wired memory in all is not known";
}

static const char *what(struct ground ground)
{
    return (ground.accounts & KNOWS_TOP) != 0 ? "Wired memory" : "Memory in the zones listed";
}

static const char *total(struct ground ground)
{
    return (ground.accounts & KNOWS_TOP) != 0 ? "total wired" : "total of these zones";
}

/* The kernel's book is read once: no account is sampled. */
static bool is_account_column(struct ground ground, const char *column)
{
    (void)ground;
    (void)column;
    return false;
}

const struct platform platform_macos = {
    .name = "macos",
    .extension = "kext",
    .zone = "zone",
    .extension_long = "kernel extension",
    .zone_long = "zone",
    .other_build = "the builds of macOS differ: what both count the same way is compared, the rest "
                   "is part of the residual",
    .agree = agree,
    .check = check,
    .ground = mac_ground,
    .charges = mac_charges,
    .source = source,
    .what = what,
    .total = total,
    .is_account_column = is_account_column,
    .find_suspects = mac_suspects,
    .find = mac_findings,
};
