/*
 * zones.c - zones.tsv: every zone of a macOS kernel, in bytes.
 *
 *     name	element_bytes	element_count	size_bytes	max_bytes	...	exhaustible	collectable
 *     vm objects	240	160000	39124992	41943040	...	0	1
 *     data.kalloc.1024	1024	7431	7766016	8126464	...	0	1
 *
 * The kernel may have two zones of one name and element size; a table that says the same of both
 * lines says it twice.
 */
#include "formats/apple/figures.h"
#include "formats/apple/zone_table.h"
#include "formats/readers.h"
#include "formats/tsv.h"

static bool read_zone(const struct tsv *tsv, struct zone *zone)
{
    struct count element = tsv_count(tsv, "element_bytes");
    struct amount all;
    uint64_t bytes;

    *zone = (struct zone){
        .name = tsv_name(tsv, "name"),
        .element_bytes = element.n,
        .element_count = tsv_count(tsv, "element_count"),
        .size = tsv_amount(tsv, "size_bytes"),
    };
    if (zone->name == NULL) {
        tsv_note(tsv, "no name: line skipped");
        return false;
    }
    if (!__builtin_mul_overflow(zone->element_count.n, element.n, &bytes))
        all = amount_of(bytes);
    else
        all = (struct amount){0};
    if (!all.known)
        tsv_note(tsv, "more elements than memory can hold: line skipped");
    return all.known;
}

bool zones_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct zone_table table;
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "element_bytes"))
        return err_set(err, "not a table of zones: no column element_bytes");
    mac_snapshot(snap);
    table = zone_table_begin(snap);
    while (!table.full && tsv_next(&tsv)) {
        struct zone zone;

        if (read_zone(&tsv, &zone))
            zone_table_add(&table, tsv.line, &zone, true);
    }
    (void)zone_table_end(&table);
    return true;
}
