/*
 * jetsam.c - JetsamEvent-*.ips: what macOS or iOS writes when it kills for want of memory.
 *
 *     {"bug_type":"298","timestamp":"2024-05-03 10:22:11.00 +0200","os_version":"macOS 14.5 (23F79)"}
 *     {
 *       "build" : "macOS 14.5 (23F79)", "product" : "Mac14,9", "kernel" : "Darwin Kernel Version 23.5.0: ...",
 *       "date" : "2024-05-03 10:22:11.25 +0200",
 *       "memoryStatus" : { "pageSize" : 16384, "memoryPages" : { "wired" : 250112 }, ... },
 *       "processes" : [ { "pid" : 350, "name" : "exampled", "rpages" : 229, "fds" : 25, ... } ]
 *     }
 *
 * "rpages" is the footprint of a process in pages.
 */
#include "formats/apple/figures.h"
#include "formats/apple/ips.h"
#include "formats/apple/memory_status.h"
#include "formats/apple/pids.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)8 << 10)

static bool is_jetsam(const struct ips *ips)
{
    bool status = json_is_object(json_object_get(ips->body, "memoryStatus"));
    bool processes = json_is_array(json_object_get(ips->body, "processes"));
    struct str type;

    if (ips_text(ips->header, "bug_type", &type) || ips_text(ips->body, "bug_type", &type))
        return str_is(type, "298") && (status || processes);
    return status && processes;
}

static bool read_process(struct snapshot *snap, const json_t *object, uint64_t page_bytes,
                         struct process *process)
{
    uint64_t pid, pages;
    struct figure footprint;
    struct str name;

    if (!ips_number(object, "pid", &pid) || pid > INT32_MAX || !ips_text(object, "name", &name) ||
        name.len == 0)
        return false;
    *process = (struct process){.pid = (int32_t)pid, .name = snapshot_name(snap, 0, name)};
    if (ips_number(object, "rpages", &pages) && figure_of_pages(pages, page_bytes, &footprint))
        process->footprint = figure_amount(footprint);
    process->fd_count.known = ips_number(object, "fds", &process->fd_count.n);
    return true;
}

static void read_processes(struct snapshot *snap, const json_t *list, uint64_t page_bytes)
{
    struct pids pids = pids_begin(snap);

    for (size_t i = 0; i < json_array_size(list); i++) {
        struct process process;

        if (!read_process(snap, json_array_get(list, i), page_bytes, &process)) {
            snapshot_note(snap, 0, "a process without a pid or a name: skipped");
            continue;
        }
        if (pids_say(&pids, &process))
            continue;
        snapshot_note(snap, 0, "too many processes: the rest is skipped");
        break;
    }
    pids_end(&pids);
}

bool jetsam_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct report_zones zones;
    uint64_t page_bytes;
    struct ips ips;

    if (!ips_open(text, &ips, err))
        return err_in(err, "not a JetsamEvent");
    if (!is_jetsam(&ips)) {
        ips_close(&ips);
        return err_set(err, "not a JetsamEvent: another bug_type than 298, or no memoryStatus");
    }
    mac_snapshot(snap);
    ips_say_machine(&ips, snap);
    zones = report_zones_begin(snap);
    page_bytes = memory_status_read(json_object_get(ips.body, "memoryStatus"), &zones);
    report_zones_end(&zones);
    read_processes(snap, json_object_get(ips.body, "processes"), page_bytes);
    if (ips.cut)
        snapshot_note(snap, 0, "damaged or cut off: what stands behind that place was not read");
    ips_close(&ips);
    return true;
}

/* A panic report has a memoryStatus too. */
bool jetsam_is_like(struct str text)
{
    struct str type;

    if (!ips_type(text, &type))
        return false;
    if (type.len > 0)
        return str_is(type, "298");
    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return str_find(text, "\"memoryPages\"") != SIZE_MAX &&
           str_find(text, "anicString\"") == SIZE_MAX;
}
