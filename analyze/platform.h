/*
 * platform.h - what a comparison must be told about one operating system.
 *
 * Everything else in analyze/ works on accounts, owners and charges and does not know which system
 * they come from. A new platform is one struct here, and the files that it points to.
 */
#ifndef ANALYZE_PLATFORM_H
#define ANALYZE_PLATFORM_H

#include "analyze/comparison.h"

struct platform {
    const char *name; /* as manifest.txt spells it */

    /* What people of this system call the kinds of owners. */
    const char *extension, *zone; /* in the table: "module", "slab" */
    const char *extension_long, *zone_long;
    const char *other_build; /* the warning when the builds differ */

    /* What one side knows about the machine, and what both can therefore agree on. Runs after
     * same_boot and same_build are known, before anything else here. */
    void (*agree)(struct comparison *comparison);

    /* False: there is no headline that both sides know; *err says what is missing. Runs when both
     * sides are prepared (common.h). */
    bool (*check)(const struct comparison *comparison, struct err *err);

    /* What this side can tell; after the sides are prepared. */
    struct ground (*ground)(const struct side *side);

    /* Charges of one side on this ground. same_boot: ids of kernel objects compare. */
    void (*charges)(const struct side *side, struct ground ground, bool same_boot,
                    struct arena *arena, struct charges *charges);

    /* How the headline was computed on this ground, and what it is the headline of. */
    const char *(*source)(struct ground ground);
    const char *(*what)(struct ground ground);
    const char *(*total)(struct ground ground);

    /* Whether that column of samples.tsv is an account of this ground. */
    bool (*is_account_column)(struct ground ground, const char *column);

    /* Suspects and findings of this platform, beside those that hold for each. */
    void (*find_suspects)(struct comparison *comparison);
    void (*find)(struct comparison *comparison);
};

extern const struct platform platform_linux, platform_macos;

/* The platform of that name, or NULL. */
const struct platform *platform_named(const char *name);

#endif
