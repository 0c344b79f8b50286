/* The counters of host_statistics64 in vm_stat's layout. */
#include <criterion/criterion.h>
#include <string.h>

#include "capture/macos/vm_stat_text.h"
#include "tests/unit/kept_output.h"

static const struct vm_counters counters = {
    .counts =
        {
            .free_count = 185645,
            .active_count = 816838,
            .inactive_count = 853967,
            .wire_count = 156917,
            .zero_fill_count = 36890000,
            .reactivations = 96100,
            .pageins = 1581000,
            .pageouts = 12710,
            .faults = 65658000,
            .cow_faults = 2821000,
            .lookups = 1,
            .hits = 2,
            .purges = 89900,
            .purgeable_count = 22076,
            .speculative_count = 37129,
            .decompressions = 272800,
            .compressions = 384400,
            .swapins = 3,
            .swapouts = 4,
            .compressor_page_count = 52327,
            .throttled_count = 5,
            .external_page_count = 640475,
            .internal_page_count = 1030329,
            .total_uncompressed_pages_in_compressor = 5000000000,
        },
    .words = 38,
};

Test(mac_vm_stat, as_vm_stat_prints_it)
{
    struct output *output = kept_output();
    const struct kept *kept;
    struct arena arena = {0};
    struct snapshot snap;

    vm_stat_write(&counters, 16384, output);
    kept = kept_member(output, "vm_stat.txt");
    cr_assert_str_eq(kept->text, "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n"
                                 "Pages free:                              148516.\n"
                                 "Pages active:                            816838.\n"
                                 "Pages inactive:                          853967.\n"
                                 "Pages speculative:                        37129.\n"
                                 "Pages throttled:                              5.\n"
                                 "Pages wired down:                        156917.\n"
                                 "Pages purgeable:                          22076.\n"
                                 "\"Translation faults\":                  65658000.\n"
                                 "Pages copy-on-write:                    2821000.\n"
                                 "Pages zero filled:                     36890000.\n"
                                 "Pages reactivated:                        96100.\n"
                                 "Pages purged:                             89900.\n"
                                 "File-backed pages:                       640475.\n"
                                 "Anonymous pages:                        1030329.\n"
                                 "Pages stored in compressor:          5000000000.\n"
                                 "Pages occupied by compressor:             52327.\n"
                                 "Decompressions:                          272800.\n"
                                 "Compressions:                            384400.\n"
                                 "Pageins:                                1581000.\n"
                                 "Pageouts:                                 12710.\n"
                                 "Swapins:                                      3.\n"
                                 "Swapouts:                                     4.\n");
    cr_assert(kept_read(kept, vm_stat_read, 23, &arena, &snap));
    cr_assert_eq(snap.mac_totals[MAC_WIRED_VM_STAT].bytes, (uint64_t)156917 * 16384);
    cr_assert_eq(snap.mac_totals[MAC_COMPRESSOR].bytes, (uint64_t)52327 * 16384);
    cr_assert_eq(snap.note_count, 0);
    arena_free(&arena);
    kept_output_free(output);
}

/* An older kernel fills less, and what it did not fill is not known. */
Test(mac_vm_stat, what_was_not_filled_is_left_out)
{
    struct output *output = kept_output();
    struct vm_counters old = counters;
    const struct kept *kept;
    struct arena arena = {0};
    struct snapshot snap;

    old.words = 24;
    vm_stat_write(&old, 4096, output);
    kept = kept_member(output, "vm_stat.txt");
    cr_assert_not_null(strstr(kept->text, "Pages purgeable:"));
    cr_assert_null(strstr(kept->text, "compressor"));
    cr_assert_null(strstr(kept->text, "throttled"));
    cr_assert_null(strstr(kept->text, "Swapins"));
    cr_assert(kept_read(kept, vm_stat_read, 12, &arena, &snap));
    cr_assert_eq(snap.mac_totals[MAC_WIRED_VM_STAT].bytes, (uint64_t)156917 * 4096);
    cr_assert(!snap.mac_totals[MAC_COMPRESSOR].known);
    arena_free(&arena);
    kept_output_free(output);
}

/* Counters are read without a lock. */
Test(mac_vm_stat, more_speculative_than_free)
{
    struct output *output = kept_output();
    struct vm_counters odd = counters;

    odd.counts.free_count = 1;
    vm_stat_write(&odd, 4096, output);
    cr_assert_not_null(strstr(kept_member(output, "vm_stat.txt")->text,
                              "Pages free:                                   0.\n"));
    kept_output_free(output);
}
