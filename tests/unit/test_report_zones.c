/* test_report_zones.c - reports of Macs beside what the snapshot has already. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "formats/apple/report_zones.h"
#include "formats/readers.h"

static const char panic_text[] =
    "panic(cpu 1): zalloc[3]: zone map exhausted while allocating from zone [a.b], likely due to "
    "memory leak in zone [data.kalloc.512] (3G, 4096 elements allocated) @zalloc.c:4471\n";

Test(report_zones, what_a_listing_says_stays)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena};
    struct zone *zone = arena_append(&arena, &snap.zones, &snap.zone_count, sizeof *zone);
    struct err err;

    zone->name = arena_intern(&arena, str_of("data.kalloc.512"));
    zone->size = amount_of(4096);
    cr_assert(panic_read(str_of(panic_text), &snap, &err));
    cr_assert(eq(sz, snap.zone_count, 1));
    cr_assert(eq(u64, snap.zones[0].size.bytes, 4096));
    cr_assert(eq(str, snap.panic.zone, "data.kalloc.512"));
    cr_assert(eq(sz, snap.note_count, 1));
    arena_free(&arena);
}

Test(report_zones, the_first_panic_stays)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena};
    struct err err;

    snap.panic.zone = "kalloc.48";
    cr_assert(panic_read(str_of(panic_text), &snap, &err));
    cr_assert(eq(str, snap.panic.zone, "kalloc.48"));
    cr_assert(snap.panic.allocating_zone == NULL);
    arena_free(&arena);
}

/* The finest size is kept, and the whole name, whoever comes first. */
Test(report_zones, one_zone_under_two_spellings)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena};
    struct report_zones zones = report_zones_begin(&snap);
    struct figure coarse = {3 << 20, 1 << 20, true}, fine = {3200000, 0, true};

    report_zones_add(&zones, 1, str_of("data_shakalloc.512"), fine, (struct count){0});
    report_zones_add(&zones, 2, str_of("data_shared.kalloc.512"), coarse,
                     (struct count){6250, true});
    report_zones_add(&zones, 3, str_of("data.kalloc.512"), coarse, (struct count){0});
    report_zones_add(&zones, 4, str_of("kalloc.512"), (struct figure){0}, (struct count){0});
    report_zones_end(&zones);
    cr_assert(eq(sz, snap.zone_count, 2));
    cr_assert(eq(str, snap.zones[0].name, "data_shared.kalloc.512"));
    cr_assert(eq(u64, snap.zones[0].size.bytes, 3200000));
    cr_assert(eq(u64, snap.zones[0].resolution_bytes, 0));
    cr_assert(eq(u64, snap.zones[0].element_count.n, 6250));
    cr_assert(eq(u64, snap.zones[0].element_bytes, 512));
    cr_assert(eq(str, snap.zones[1].name, "data.kalloc.512"));
    arena_free(&arena);
}
