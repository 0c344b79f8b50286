/*
 * locked.c - locked.tsv: wired pages of user space, joined with the physical pages behind them.
 *
 *     kind	pid	object	start	type	detail	own_bytes	shared_bytes	method
 *     locked	713	-	7f21c0000000	anon	-	67108864	0	pfn
 *     locked	801	shm 5a17 0 32770	-	shm	-	268435456	0	pfn
 *     hugetlb	713	-	7f2200000000	hugetlb	/dev/hugepages/a	2097152	0	pfn
 *
 * With an object it is the object that holds the bytes, and pid is only one of those who use it.
 */
#include "formats/readers.h"
#include "formats/regions.h"
#include "formats/tsv.h"

/* False: the line says of nobody, or not how much. */
static bool read_line(const struct tsv *tsv, struct wired_region *region)
{
    struct count pid = tsv_count(tsv, "pid");
    struct amount own = tsv_amount(tsv, "own_bytes"), shared = tsv_amount(tsv, "shared_bytes");
    struct str kind = tsv_field(tsv, "kind");

    if (!str_is(kind, "locked") && !str_is(kind, "hugetlb"))
        return false;
    *region = (struct wired_region){
        .pid = pid.n <= INT32_MAX ? (int32_t)pid.n : 0,
        .kind = str_is(kind, "locked") ? WIRED_LOCKED : WIRED_HUGETLB,
        .object = tsv_name(tsv, "object"),
        .method = tsv_name(tsv, "method"),
        .type = tsv_name(tsv, "type"),
        .detail = tsv_name(tsv, "detail"),
        .count = 1,
        .bytes = own.bytes + shared.bytes,
    };
    return (own.known || shared.known) && (region->pid > 0 || region->object != NULL);
}

bool locked_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct regions regions = regions_begin(snap);
    struct wired_region region;
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "own_bytes"))
        return err_set(err, "not a table of locked regions: no column own_bytes");
    while (tsv_next(&tsv)) {
        if (!read_line(&tsv, &region))
            tsv_note(&tsv, "no kind, holder or size: line skipped");
        else if (!regions_add(&regions, &region))
            tsv_note(&tsv, "too many groups of regions, or too large a sum: line skipped");
    }
    regions_end(&regions);
    return true;
}
