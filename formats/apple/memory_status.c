/*
 * memory_status.c - see memory_status.h.
 *
 *     "memoryStatus" : {
 *       "compressorSize" : 51230, "pageSize" : 16384, "uncompressed" : 120455,
 *       "largestZone" : "APFS_4K_OBJS", "largestZoneSize" : 33554432,
 *       "memoryPages" : { "active" : 41111, "wired" : 250112, "free" : 2222 }
 *     }
 *
 * Pages count "pageSize" bytes each; sizes of zones are bytes.
 */
#include "formats/apple/memory_status.h"

#include "formats/apple/figures.h"
#include "formats/apple/ips.h"
#include "formats/apple/machine.h"

static void read_pages(struct snapshot *snap, const json_t *object, const char *key,
                       uint64_t page_bytes, enum mac_total total)
{
    struct figure figure;
    uint64_t pages;

    if (!ips_number(object, key, &pages))
        return;
    if (figure_of_pages(pages, page_bytes, &figure))
        mac_total_set(snap, total, figure);
    else
        snapshot_note(snap, 0, "a number of pages that no machine has: skipped");
}

static uint64_t read_totals(struct snapshot *snap, const json_t *status)
{
    const json_t *pages = json_object_get(status, "memoryPages");
    uint64_t page_bytes, wired;

    if (!ips_number(status, "pageSize", &page_bytes) || !mac_page_is_valid(page_bytes)) {
        snapshot_note(snap, 0, "memoryStatus without a page size: its pages are not counted");
        return 0;
    }
    mac_page_set(snap, page_bytes);
    if (ips_number(pages, "wired", &wired) && wired > 0) /* 0: it was not filled in */
        read_pages(snap, pages, "wired", page_bytes, MAC_WIRED_JETSAM);
    read_pages(snap, status, "compressorSize", page_bytes, MAC_COMPRESSOR);
    return page_bytes;
}

static void read_largest(struct report_zones *zones, const json_t *status)
{
    struct figure size = {0};
    struct str name;

    if (!ips_text(status, "largestZone", &name) || name.len == 0)
        return;
    size.known = ips_number(status, "largestZoneSize", &size.bytes) && size.bytes <= AMOUNT_MAX;
    if (!size.known)
        snapshot_note(zones->snap, 0, "largestZone without a size, or of too large a one");
    report_zones_add(zones, 0, name, size, (struct count){0});
}

uint64_t memory_status_read(const json_t *status, struct report_zones *zones)
{
    if (!json_is_object(status))
        return 0;
    read_largest(zones, status);
    return read_totals(zones->snap, status);
}
