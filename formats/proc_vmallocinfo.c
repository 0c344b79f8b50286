/*
 * proc_vmallocinfo.c - /proc/vmallocinfo: areas of kernel address space, by caller.
 *
 *     0x00000000b772bae6-0x0000000077a8cbaf   20480 kernel_clone+0x94/0x3e0 pages=4 vmalloc N0=4
 *     0x0000000015396a50-0x00000000712c2581 8192 disksize_store+0x6e/0x100 [zram] pages=1 vmalloc N0=1
 *     0x00000000215396a5-0x00000000712c2581   12288 acpi_os_map_iomem+0x1bc/0x1e0 phys=0x9f000 ioremap
 *     0x0000000015396a51-0x00000000712c2582   24576 0xffffffffc0448019 pages=5 vmalloc N0=5
 *
 * Only pages= is memory that the area owns: ioremap and vmap areas map what belongs to others, and
 * the size column is address space with a guard page. A caller whose code is gone is a bare
 * address. Areas of one caller and module become one site; offsets differ from build to build.
 */
#include "formats/readers.h"
#include "formats/sites.h"

/* Whether the rest of a line says how many pages the area owns. *valid: and the number can be
 * read. */
static bool find_pages(struct str rest, uint64_t page_bytes, uint64_t *bytes, bool *valid)
{
    struct str word;
    bool found = false;

    while (str_word(&rest, &word)) {
        if (str_is(word, "vmap"))
            return false;
        if (!str_skip(&word, "pages="))
            continue;
        found = true;
        *valid = str_bytes(word, page_bytes, bytes);
    }
    return found;
}

/* "symbol+0x94/0x3e0 [module]" */
static void read_caller(struct snapshot *snap, unsigned n, struct str caller, struct str rest,
                        struct site *site)
{
    struct str symbol, module;

    if (str_cut(&caller, '+', &symbol) && symbol.len == 0)
        symbol = caller;
    site->caller = snapshot_name(snap, n, symbol);
    if (str_word(&rest, &module) && str_skip(&module, "[") && str_ends(module, "]"))
        site->module = snapshot_name(snap, n, (struct str){module.at, module.len - 1});
}

bool proc_vmallocinfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct sites sites = sites_begin(snap);
    uint64_t page_bytes = snapshot_page_bytes(snap);
    struct str line, range, size, caller;
    bool any = false;

    for (unsigned n = 1; str_line(&text, &line); n++) {
        struct site site = {.kind = SITE_VMALLOC, .count = 1};
        bool valid = false;
        uint64_t area;

        if (!str_word(&line, &range) || !str_starts(range, "0x") || !str_word(&line, &size) ||
            !str_u64(size, 10, &area)) {
            snapshot_note(snap, n, "not a line of an area: skipped");
            continue;
        }
        any = true;
        if (!str_word(&line, &caller) || !find_pages(line, page_bytes, &site.bytes, &valid))
            continue;
        read_caller(snap, n, caller, line, &site);
        if (!valid || !sites_add(&sites, &site))
            snapshot_note(snap, n, "an unreadable or too large number of pages: skipped");
    }
    sites_end(&sites);
    return any || err_set(err, "not /proc/vmallocinfo: no line of an area");
}
