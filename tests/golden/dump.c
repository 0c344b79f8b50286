/* dump.c - see dump.h. */
#include "tests/golden/dump.h"

#include <inttypes.h>
#include <stdlib.h>

#include "formats/escape.h"

static const char *const yes_no_names[] = {"-", "yes", "no"};
static const char *const region_kinds[] = {"locked", "hugetlb"};
static const char *const site_kinds[] = {"vmalloc", "allocinfo"};
static const char *const fd_kinds[] = {"bpf_map", "io_uring", "dma_buf", "drm"};
static const char *const device_kinds[] = {"zram", "ramdisk"};

static void put_name(FILE *out, const char *key, const char *name)
{
    struct str text;
    char *escaped;
    size_t room;

    if (name == NULL)
        return;
    text = str_of(name);
    room = ESCAPE_MAX * text.len + 4;
    escaped = malloc(room);
    if (escaped == NULL)
        abort();
    escape_name(escaped, room, text);
    if (text.len > 200)
        fprintf(out, " %s=%.20s...(%zu bytes)", key, escaped, text.len);
    else
        fprintf(out, " %s='%s'", key, escaped);
    free(escaped);
}

static void put_count(FILE *out, const char *key, struct count count)
{
    if (count.known)
        fprintf(out, " %s=%" PRIu64, key, count.n);
}

static void put_amount(FILE *out, const char *key, struct amount amount)
{
    if (amount.known)
        fprintf(out, " %s=%" PRIu64, key, amount.bytes);
}

static void put_resolution(FILE *out, uint64_t resolution_bytes)
{
    if (resolution_bytes > 0)
        fprintf(out, " +-%" PRIu64, resolution_bytes);
}

static void put_yes_no(FILE *out, const char *key, enum yes_no said)
{
    if (said != UNSAID)
        fprintf(out, " %s=%s", key, yes_no_names[said]);
}

static void dump_manifest(FILE *out, const struct manifest *manifest)
{
    fputs("manifest", out);
    put_count(out, "format", manifest->format);
    put_name(out, "tool", manifest->tool);
    put_name(out, "platform", manifest->platform);
    put_name(out, "os", manifest->os);
    put_name(out, "build", manifest->build);
    put_name(out, "model", manifest->model);
    put_name(out, "machine_id", manifest->machine_id);
    put_name(out, "boot_id", manifest->boot_id);
    put_name(out, "label", manifest->label);
    put_name(out, "kernel_uuid", manifest->kernel_uuid);
    put_count(out, "darwin", manifest->darwin);
    put_count(out, "taken_us", manifest->taken_us);
    put_count(out, "uptime_s", manifest->uptime_s);
    put_count(out, "boot_time_s", manifest->boot_time_s);
    put_count(out, "page_bytes", manifest->page_bytes);
    put_amount(out, "memory", manifest->memory);
    put_count(out, "cpu_count", manifest->cpu_count);
    put_yes_no(out, "privileged", manifest->privileged);
    put_yes_no(out, "vmap_stack", manifest->vmap_stack);
    put_yes_no(out, "balloon_deflate_on_oom", manifest->balloon_deflate_on_oom);
    fputc('\n', out);
}

/* The wired total and its accounts, which is what the raw counters are for. */
static void dump_terms(FILE *out, const struct snapshot *snap)
{
    struct linux_terms terms = linux_terms_of(&snap->linux_raw, true, false);
    bool any = false;

    for (size_t i = 0; i < LINUX_COUNTERS; i++) {
        if (!snap->linux_raw.counters[i].known)
            continue;
        fprintf(out, "counter %zu = %" PRIu64 "\n", i, snap->linux_raw.counters[i].bytes);
        any = true;
    }
    if (!any)
        return;
    for (size_t i = 0; i < LINUX_ACCOUNTS; i++)
        if (terms.accounts[i].known)
            fprintf(out, "account %s = %" PRIu64 "\n", linux_account_name((enum linux_account)i),
                    terms.accounts[i].bytes);
    if (terms.known)
        fprintf(out, "wired = %" PRId64 " residual = %" PRId64 "\n", terms.wired_bytes,
                terms.residual_bytes);
}

static void dump_samples(FILE *out, const struct snapshot *snap)
{
    for (size_t i = 0; i < snap->sample_count; i++) {
        fputs("sample", out);
        put_name(out, "phase", snap->samples[i].phase);
        fprintf(out, " kept=%s", snap->samples[i].kept ? "yes" : "no");
        for (size_t j = 0; j < snap->sample_column_count; j++)
            put_amount(out, snap->sample_columns[j], snap->samples[i].amounts[j]);
        fputc('\n', out);
    }
}

static void dump_sources(FILE *out, const struct snapshot *snap)
{
    for (size_t i = 0; i < snap->source_count; i++) {
        const struct source *source = &snap->sources[i];

        fputs("source", out);
        put_name(out, "member", source->member);
        fprintf(out, " status='%s' errno=%" PRIu32, status_name(source->status), source->errnum);
        put_count(out, "bytes", source->content_bytes);
        if (source->crc32.known)
            fprintf(out, " crc32=%08" PRIx64, source->crc32.n);
        fprintf(out, "%s%s\n", source->seen ? " seen" : "", source->intact ? " intact" : "");
    }
}

static void dump_process(FILE *out, const struct process *process)
{
    fprintf(out, "process pid=%" PRId32 " ppid=%" PRId32, process->pid, process->ppid);
    put_count(out, "start", process->start);
    put_count(out, "uid", process->uid);
    put_count(out, "mm_of", process->mm_of);
    put_name(out, "name", process->name);
    put_name(out, "path", process->path);
    put_name(out, "unit", process->unit);
    put_name(out, "script", process->script);
    put_name(out, "signing_id", process->signing_id);
    put_name(out, "team", process->team);
    fprintf(out, "%s status='%s' regions_status='%s' fds_status='%s'",
            process->kernel ? " kernel" : "", status_name(process->status),
            status_name(process->regions_status), status_name(process->fds_status));
    put_count(out, "threads", process->thread_count);
    put_count(out, "fds", process->fd_count);
    put_count(out, "pipes", process->pipe_count);
    put_count(out, "sockets", process->socket_count);
    put_count(out, "rings", process->ring_count);
    put_count(out, "regions", process->region_count);
    put_name(out, "method", process->method);
    put_amount(out, "wired", process->wired);
    put_amount(out, "resident", process->resident);
    put_amount(out, "private", process->private_resident);
    put_amount(out, "shared", process->shared_resident);
    put_amount(out, "dirty", process->dirty);
    put_amount(out, "swapped", process->swapped);
    put_amount(out, "footprint", process->footprint);
    put_amount(out, "page_tables", process->page_tables);
    put_resolution(out, process->page_tables_resolution_bytes);
    put_amount(out, "locked", process->locked);
    put_amount(out, "locked_pss", process->locked_pss);
    put_amount(out, "pinned", process->pinned);
    put_amount(out, "hugetlb", process->hugetlb);
    put_count(out, "unique_id", process->unique_id);
    put_count(out, "ports", process->port_count);
    put_amount(out, "virtual", process->virtual_size);
    put_amount(out, "graphics", process->graphics);
    fputc('\n', out);
}

static void dump_region(FILE *out, const struct wired_region *region)
{
    fprintf(out, "region %s pid=%" PRId32, region_kinds[region->kind], region->pid);
    put_name(out, "object", region->object);
    put_name(out, "method", region->method);
    put_name(out, "type", region->type);
    put_name(out, "detail", region->detail);
    fprintf(out, " count=%" PRIu64 " bytes=%" PRIu64 "\n", region->count, region->bytes);
}

static void dump_zone(FILE *out, const struct zone *zone)
{
    fputs("zone", out);
    put_name(out, "name", zone->name);
    put_name(out, "alias", zone->alias);
    if (zone->naming != ZONE_NAMES_WHOLE)
        fprintf(out, " naming=%s", zone->naming == ZONE_NAMES_ZPRINT ? "zprint" : "panic");
    fprintf(out, " element=%" PRIu64, zone->element_bytes);
    put_count(out, "elements", zone->element_count);
    put_amount(out, "size", zone->size);
    put_resolution(out, zone->resolution_bytes);
    put_yes_no(out, "reclaimable", zone->reclaimable);
    fputc('\n', out);
}

static void dump_alias(FILE *out, const struct zone_alias *alias)
{
    fputs("alias", out);
    put_name(out, "name", alias->name);
    put_name(out, "alias", alias->alias);
    put_yes_no(out, "reclaimable", alias->reclaimable);
    fputc('\n', out);
}

static void dump_extension(FILE *out, const struct extension *extension)
{
    fputs("extension", out);
    put_name(out, "name", extension->name);
    put_name(out, "version", extension->version);
    put_name(out, "taint", extension->taint);
    put_count(out, "load_tag", extension->load_tag);
    put_amount(out, "size", extension->size);
    if (extension->init_text_start != 0)
        fprintf(out, " init_text=%" PRIx64, extension->init_text_start);
    if (extension->init_text_bytes != 0)
        fprintf(out, " init_text_bytes=%" PRIu64, extension->init_text_bytes);
    fputc('\n', out);
}

static void dump_site(FILE *out, const struct site *site)
{
    fprintf(out, "site %s", site_kinds[site->kind]);
    put_name(out, "caller", site->caller);
    put_name(out, "module", site->module);
    put_name(out, "file", site->file);
    fprintf(out, " count=%" PRIu64 " bytes=%" PRIu64 "\n", site->count, site->bytes);
}

static void dump_fd_object(FILE *out, const struct fd_object *object)
{
    fprintf(out, "fd_object %s pid=%" PRId32, fd_kinds[object->kind], object->pid);
    put_name(out, "id", object->id);
    put_name(out, "name", object->name);
    put_count(out, "type", object->type);
    put_count(out, "flags", object->flags);
    put_count(out, "entries", object->entries);
    put_count(out, "more_entries", object->more_entries);
    put_amount(out, "size", object->size);
    fputc('\n', out);
}

static void dump_cgroup(FILE *out, const struct cgroup *cgroup)
{
    fprintf(out, "cgroup version=%u", cgroup->version);
    put_name(out, "path", cgroup->path);
    put_amount(out, "kernel", cgroup->kernel);
    put_amount(out, "kernel_stack", cgroup->kernel_stack);
    put_amount(out, "page_tables", cgroup->page_tables);
    put_amount(out, "sec_page_tables", cgroup->sec_page_tables);
    put_amount(out, "percpu", cgroup->percpu);
    put_amount(out, "vmalloc", cgroup->vmalloc);
    put_amount(out, "slab", cgroup->slab);
    put_amount(out, "sock", cgroup->sock);
    put_amount(out, "zswap", cgroup->zswap);
    fputc('\n', out);
}

static void dump_segment(FILE *out, const struct shm_segment *segment)
{
    fprintf(out, "segment id=%" PRIu64 " key=%" PRIx64 " uid=%" PRIu64 " creator=%" PRId32,
            segment->id, segment->key, segment->uid, segment->creator_pid);
    put_amount(out, "size", segment->size);
    put_amount(out, "resident", segment->resident);
    fprintf(out, "%s\n", segment->locked ? " locked" : "");
}

static void dump_device(FILE *out, const struct device *device)
{
    fprintf(out, "device %s", device_kinds[device->kind]);
    put_name(out, "name", device->name);
    put_amount(out, "size", device->size);
    fputc('\n', out);
}

/* ---- macOS ---- */

static const char *const mac_total_names[] = {
    [MAC_WIRED_VM_STAT] = "wired_vm_stat",
    [MAC_WIRED_PRESSURE] = "wired_pressure",
    [MAC_WIRED_JETSAM] = "wired_jetsam",
    [MAC_WIRED_TOP] = "wired_top",
    [MAC_WIRED_KERNEL] = "wired_kernel",
    [MAC_BOOT_STOLEN] = "boot_stolen",
    [MAC_ZONES] = "zones",
    [MAC_COMPRESSOR] = "compressor",
    [MAC_SWAP_TOTAL] = "swap_total",
    [MAC_SWAP_USED] = "swap_used",
    [MAC_MEMSIZE] = "memsize",
    [MAC_MEMSIZE_USABLE] = "memsize_usable",
    [MAC_GPU_LIMIT] = "gpu_limit",
};
_Static_assert(sizeof mac_total_names / sizeof *mac_total_names == MAC_TOTALS, "a total unnamed");

static const char *const kernel_memory_kinds[] = {
    [KERNEL_MEMORY_TAG] = "tag",         [KERNEL_MEMORY_KMOD] = "kmod",
    [KERNEL_MEMORY_SITE] = "site",       [KERNEL_MEMORY_NAMED] = "named",
    [KERNEL_MEMORY_COUNTER] = "counter", [KERNEL_MEMORY_VIEW] = "view",
};

static void dump_mac_totals(FILE *out, const struct snapshot *snap)
{
    for (size_t i = 0; i < MAC_TOTALS; i++) {
        if (!snap->mac_totals[i].known)
            continue;
        fprintf(out, "total %s = %" PRIu64, mac_total_names[i], snap->mac_totals[i].bytes);
        put_resolution(out, snap->mac_totals[i].resolution_bytes);
        fputc('\n', out);
    }
    if (snap->zones_redacted)
        fputs("zones are redacted\n", out);
}

static void dump_kernel_memory(FILE *out, const struct kernel_memory *entry)
{
    fprintf(out, "kernel_memory %s", kernel_memory_kinds[entry->kind]);
    put_name(out, "name", entry->name);
    if (entry->number != 0)
        fprintf(out, " number=%" PRIx64, entry->number);
    put_count(out, "tag", entry->tag);
    put_amount(out, "size", entry->size);
    put_resolution(out, entry->resolution_bytes);
    fputc('\n', out);
}

static void dump_span(FILE *out, const struct wired_span *span)
{
    fprintf(out, "span pid=%" PRId32 " object=%" PRIx64 " offset=%" PRIx64 " bytes=%" PRIu64,
            span->pid, span->object_id, span->offset_bytes, span->bytes);
    put_name(out, "type", span->type);
    put_name(out, "detail", span->detail);
    fputc('\n', out);
}

static void dump_owned(FILE *out, const struct owned_object *owned)
{
    fprintf(out, "owned pid=%" PRId32 " object=%" PRIx64, owned->pid, owned->object_id);
    put_count(out, "ledger_tag", owned->ledger_tag);
    put_amount(out, "virtual", owned->virtual_size);
    put_amount(out, "resident", owned->resident);
    put_amount(out, "wired", owned->wired);
    fputc('\n', out);
}

static void dump_region_type(FILE *out, const struct region_type *type)
{
    fprintf(out, "region_type pid=%" PRId32, type->pid);
    put_name(out, "type", type->type);
    put_name(out, "method", type->method);
    fprintf(out, " count=%" PRIu64, type->count);
    put_amount(out, "virtual", type->virtual_size);
    put_amount(out, "resident", type->resident);
    put_amount(out, "dirty", type->dirty);
    put_amount(out, "swapped", type->swapped);
    put_amount(out, "clean", type->clean);
    put_amount(out, "reclaimable", type->reclaimable);
    put_amount(out, "wired", type->wired);
    put_resolution(out, type->resolution_bytes);
    fputc('\n', out);
}

static void dump_system_extension(FILE *out, const struct system_extension *extension)
{
    fputs("system_extension", out);
    put_name(out, "category", extension->category);
    put_name(out, "team", extension->team);
    put_name(out, "bundle_id", extension->bundle_id);
    put_name(out, "version", extension->version);
    put_name(out, "name", extension->name);
    put_name(out, "state", extension->state);
    fputc('\n', out);
}

static void dump_panic(FILE *out, const struct panic *panic)
{
    if (panic->zone == NULL)
        return;
    fputs("panic", out);
    put_name(out, "zone", panic->zone);
    put_name(out, "allocating_zone", panic->allocating_zone);
    put_name(out, "process", panic->process);
    for (size_t i = 0; i < panic->extension_count; i++)
        put_name(out, "extension", panic->extensions[i]);
    fputc('\n', out);
}

static void dump_mac(FILE *out, const struct snapshot *snap)
{
    dump_mac_totals(out, snap);
    for (size_t i = 0; i < snap->kernel_memory_count; i++)
        dump_kernel_memory(out, &snap->kernel_memory[i]);
    for (size_t i = 0; i < snap->wired_span_count; i++)
        dump_span(out, &snap->wired_spans[i]);
    for (size_t i = 0; i < snap->owned_object_count; i++)
        dump_owned(out, &snap->owned_objects[i]);
    for (size_t i = 0; i < snap->region_type_count; i++)
        dump_region_type(out, &snap->region_types[i]);
    for (size_t i = 0; i < snap->system_extension_count; i++)
        dump_system_extension(out, &snap->system_extensions[i]);
    for (size_t i = 0; i < snap->swap_file_count; i++) {
        fputs("swap_file", out);
        put_name(out, "name", snap->swap_files[i].name);
        put_amount(out, "size", snap->swap_files[i].size);
        put_resolution(out, snap->swap_files[i].resolution_bytes);
        fputc('\n', out);
    }
    dump_panic(out, &snap->panic);
}

static void dump_notes(FILE *out, const struct snapshot *snap)
{
    size_t kept = snap->note_count < SNAPSHOT_NOTES_MAX ? snap->note_count : SNAPSHOT_NOTES_MAX;

    for (size_t i = 0; i < kept; i++)
        fprintf(out, "note %s:%u: %s\n", snap->notes[i].member, snap->notes[i].line,
                snap->notes[i].what);
    if (snap->note_count > kept)
        fprintf(out, "note: and %zu more\n", snap->note_count - kept);
}

void dump_snapshot(FILE *out, const struct snapshot *snap)
{
    dump_manifest(out, &snap->manifest);
    dump_terms(out, snap);
    dump_samples(out, snap);
    dump_sources(out, snap);
    for (size_t i = 0; i < snap->process_count; i++)
        dump_process(out, &snap->processes[i]);
    for (size_t i = 0; i < snap->region_count; i++)
        dump_region(out, &snap->regions[i]);
    for (size_t i = 0; i < snap->zone_count; i++)
        dump_zone(out, &snap->zones[i]);
    for (size_t i = 0; i < snap->zone_alias_count; i++)
        dump_alias(out, &snap->zone_aliases[i]);
    for (size_t i = 0; i < snap->extension_count; i++)
        dump_extension(out, &snap->extensions[i]);
    for (size_t i = 0; i < snap->site_count; i++)
        dump_site(out, &snap->sites[i]);
    for (size_t i = 0; i < snap->fd_object_count; i++)
        dump_fd_object(out, &snap->fd_objects[i]);
    for (size_t i = 0; i < snap->cgroup_count; i++)
        dump_cgroup(out, &snap->cgroups[i]);
    for (size_t i = 0; i < snap->shm_segment_count; i++)
        dump_segment(out, &snap->shm_segments[i]);
    for (size_t i = 0; i < snap->device_count; i++)
        dump_device(out, &snap->devices[i]);
    if (snap->thread_count.known)
        fprintf(out, "thread_count = %" PRIu64 "\n", snap->thread_count.n);
    if (snap->socket_pages.known)
        fprintf(out, "socket_pages = %" PRIu64 "\n", snap->socket_pages.n);
    dump_mac(out, snap);
    dump_notes(out, snap);
}
