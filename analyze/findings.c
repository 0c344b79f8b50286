/* findings.c - see findings.h. */
#include "analyze/findings.h"

#include <string.h>

#include "analyze/platform.h"
#include "analyze/suspects.h"

void add_finding(struct comparison *comparison, struct finding finding)
{
    struct finding *added = arena_append(comparison->arena, &comparison->findings,
                                         &comparison->finding_count, sizeof *comparison->findings);

    *added = finding;
}

/* ---- claims beyond an account ---- */

static void find_over_claims(struct comparison *comparison)
{
    static const char suffix[] = ", counted more than once";

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        size_t len = strlen(row->name);
        int64_t worst = row->before_bytes < row->after_bytes ? row->before_bytes : row->after_bytes;

        if (row->kind != OWNER_KERNEL || len < sizeof suffix ||
            strcmp(row->name + len - (sizeof suffix - 1), suffix) != 0 || worst > -MIB)
            continue;
        add_finding(comparison,
                    (struct finding){
                        "W101", SEVERITY_WARNING, row->name,
                        arena_print(comparison->arena,
                                    "%.1f MiB were claimed beyond what the kernel counts there",
                                    mib(-worst)),
                        "the owners in this account share memory, or it moved while it was read; "
                        "capture again on a quieter machine",
                        "derived"});
    }
}

/* ---- the evidence ---- */

const char *which_side(bool before, bool after)
{
    return before && after ? "BEFORE and AFTER" : before ? "BEFORE" : after ? "AFTER" : NULL;
}

static void find_damage(struct comparison *comparison)
{
    const char *partial =
        which_side(!comparison->before.loaded->complete, !comparison->after.loaded->complete);

    if (partial != NULL)
        add_finding(comparison,
                    (struct finding){"W402", SEVERITY_WARNING, partial,
                                     "the bundle is damaged or cut short; what could be "
                                     "read is used",
                                     "capture or copy it again; --all lists what is missing",
                                     "measured"});
}

void find_findings(struct comparison *comparison)
{
    comparison->platform->find_suspects(comparison);
    find_over_claims(comparison);
    comparison->platform->find(comparison);
    find_damage(comparison);
}
