/*
 * manifest.c - manifest.txt: the machine and the moment.
 *
 *     format: 1
 *     tool: wirecap 0.1.0
 *     os: Debian GNU/Linux 12 (bookworm)
 *     page_bytes: 4096
 *     privileged: yes
 *
 * Keys that we do not know are a newer wirecap's, and skipped. "-" is not known.
 */
#include "formats/readers.h"

#define PAGE_BYTES_MAX ((uint64_t)16 << 20)

enum value_kind { VALUE_COUNT, VALUE_AMOUNT, VALUE_NAME, VALUE_YES_NO };

#define AT(field) offsetof(struct manifest, field)

static const struct {
    const char *key;
    enum value_kind kind;
    size_t offset;
} keys[] = {
    {"format", VALUE_COUNT, AT(format)},
    {"tool", VALUE_NAME, AT(tool)},
    {"platform", VALUE_NAME, AT(platform)},
    {"os", VALUE_NAME, AT(os)},
    {"build", VALUE_NAME, AT(build)},
    {"model", VALUE_NAME, AT(model)},
    {"machine_id", VALUE_NAME, AT(machine_id)},
    {"boot_id", VALUE_NAME, AT(boot_id)},
    {"label", VALUE_NAME, AT(label)},
    {"kernel_uuid", VALUE_NAME, AT(kernel_uuid)},
    {"darwin", VALUE_COUNT, AT(darwin)},
    {"taken_us", VALUE_COUNT, AT(taken_us)},
    {"uptime_s", VALUE_COUNT, AT(uptime_s)},
    {"page_bytes", VALUE_COUNT, AT(page_bytes)},
    {"memory_bytes", VALUE_AMOUNT, AT(memory)},
    {"cpu_count", VALUE_COUNT, AT(cpu_count)},
    {"privileged", VALUE_YES_NO, AT(privileged)},
    {"vmap_stack", VALUE_YES_NO, AT(vmap_stack)},
    {"balloon_deflate_on_oom", VALUE_YES_NO, AT(balloon_deflate_on_oom)},
};

static bool read_yes_no(struct str value, enum yes_no *said)
{
    if (!str_is(value, "yes") && !str_is(value, "no"))
        return false;
    *said = str_is(value, "yes") ? YES : NO;
    return true;
}

/* False: the value is not what the key needs. */
static bool read_value(struct snapshot *snap, unsigned n, enum value_kind kind, struct str value,
                       void *at)
{
    struct count *count = at;
    struct amount *amount = at;
    uint64_t bytes;

    switch (kind) {
    case VALUE_COUNT:
        count->known = str_u64(value, 10, &count->n);
        return count->known;
    case VALUE_AMOUNT:
        amount->known = str_bytes(value, 1, &bytes) && bytes <= MACHINE_MAX;
        amount->bytes = amount->known ? bytes : 0;
        return amount->known;
    case VALUE_NAME:
        *(const char **)at = snapshot_unescape(snap, n, value);
        return true;
    case VALUE_YES_NO:
        return read_yes_no(value, at);
    }
    return false;
}

/* Everything that is counted in pages is multiplied with it. */
static void check_page(struct snapshot *snap)
{
    struct count *page = &snap->manifest.page_bytes;

    if (!page->known || (page->n >= 512 && page->n <= PAGE_BYTES_MAX && !(page->n & (page->n - 1))))
        return;
    *page = (struct count){0};
    snapshot_note(snap, 0, "page_bytes is not the size of a page: taken as not known");
}

bool manifest_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct str line, key;
    bool any = false;

    for (unsigned n = 1; str_line(&text, &line); n++) {
        if (!str_cut(&line, ':', &key))
            continue;
        line = str_trim(line);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            if (!str_is(key, keys[i].key))
                continue;
            any = true;
            if (line.len > 0 && !str_is(line, "-") &&
                !read_value(snap, n, keys[i].kind, line, (char *)&snap->manifest + keys[i].offset))
                snapshot_note(snap, n, "unreadable value: taken as not known");
            break;
        }
    }
    check_page(snap);
    return any || err_set(err, "not a manifest: no line like \"format: 1\"");
}
