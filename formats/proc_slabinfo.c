/*
 * proc_slabinfo.c - /proc/slabinfo: the kernel's object caches.
 *
 *     slabinfo - version: 2.1
 *     # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables ...
 *     dentry             21733  21840    192   21    1 : tunables    0    0    0 : slabdata   1040   1040      0
 *
 * A cache holds num_slabs times pagesperslab pages, used or not. A name may hold blanks, so the
 * numbers are counted from the ":" in front of "tunables".
 */
#include "formats/readers.h"

enum { ACTIVE_OBJS, NUM_OBJS, OBJ_SIZE, OBJS_PER_SLAB, PAGES_PER_SLAB, NUMBERS };

/* "slabdata <active_slabs> <num_slabs> <sharedavail>" */
static bool read_slab_count(struct str text, uint64_t *slabs)
{
    struct str word;
    size_t at = str_find(text, "slabdata");

    if (at == SIZE_MAX)
        return false;
    text = (struct str){text.at + at, text.len - at};
    for (size_t i = 0; i < 3; i++)
        if (!str_word(&text, &word))
            return false;
    return str_u64(word, 10, slabs);
}

static bool read_cache(struct snapshot *snap, unsigned n, struct str line, uint64_t page_bytes,
                       struct zone *zone)
{
    uint64_t numbers[NUMBERS], slabs, slab_bytes, bytes;
    size_t tunables = str_find(line, " : tunables");
    struct str name;

    if (tunables == SIZE_MAX)
        return false;
    name = (struct str){line.at, tunables};
    for (size_t i = NUMBERS; i-- > 0;)
        if (!str_u64(str_last_word(&name), 10, &numbers[i]))
            return false;
    name = str_trim(name);
    if (name.len == 0 || !read_slab_count(line, &slabs) ||
        __builtin_mul_overflow(numbers[PAGES_PER_SLAB], page_bytes, &slab_bytes) ||
        __builtin_mul_overflow(slabs, slab_bytes, &bytes) || bytes > AMOUNT_MAX)
        return false;
    *zone = (struct zone){
        .name = snapshot_name(snap, n, name),
        .element_bytes = numbers[OBJ_SIZE],
        .element_count = {numbers[ACTIVE_OBJS], true},
        .size = amount_of(bytes),
    };
    return true;
}

bool proc_slabinfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    uint64_t page_bytes = snapshot_page_bytes(snap);
    struct str line;

    if (!str_line(&text, &line) || !str_skip(&line, "slabinfo - version: "))
        return err_set(err, "not /proc/slabinfo: no version on the first line");
    if (!str_starts(line, "2."))
        return err_set(err, "a version of /proc/slabinfo that is not known here");
    for (unsigned n = 2; str_line(&text, &line); n++) {
        struct zone zone, *added;

        if (line.len == 0 || str_starts(line, "#"))
            continue;
        if (!read_cache(snap, n, line, page_bytes, &zone)) {
            snapshot_note(snap, n, "not a line of a cache, or too large a size: skipped");
            continue;
        }
        if (snap->zone_count >= RECORDS_MAX) {
            snapshot_note(snap, n, "too many caches: the rest is skipped");
            break;
        }
        added = arena_append(snap->arena, &snap->zones, &snap->zone_count, sizeof *added);
        *added = zone;
    }
    return true;
}
