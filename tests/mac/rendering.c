/* rendering.c - see rendering.h. */
#include "tests/mac/rendering.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/apple/tags.h"
#include "formats/format.h"

#define WIRED 0x100
#define NAMED 0x400

static void read_member(struct loaded *loaded, const char *member, char *text, size_t len)
{
    struct snapshot *snap = &loaded->snapshot;
    const struct format *format = format_find(str_of(member), "macos", &snap->pid);
    size_t notes = snap->note_count;
    struct err err;

    cr_assert(format != NULL, "%s", member);
    snap->member = arena_intern(&loaded->arena, str_of(member));
    cr_assert(format->read((struct str){text, len}, snap, &err), "%s: %s\n%s", member, err.text,
              text);
    for (; notes < snap->note_count; notes++) /* zprint cuts names until two are alike */
        cr_assert(strstr(snap->notes[notes].what, "both count") != NULL, "%s: %s", member,
                  snap->notes[notes].what);
    free(text);
}

struct page {
    FILE *out;
    char *text;
    size_t len;
};

static struct page page_begin(struct page *page)
{
    page->out = open_memstream(&page->text, &page->len);
    cr_assert(page->out != NULL);
    return *page;
}

static void page_read(struct page *page, struct loaded *loaded, const char *member)
{
    cr_assert_eq(fclose(page->out), 0);
    read_member(loaded, member, page->text, page->len);
}

/* ---- what every form has ---- */

static void render_manifest(const struct model *model, int side, struct loaded *loaded)
{
    struct page page;

    (void)page_begin(&page);
    fprintf(page.out,
            "format: 1\nplatform: macos\nos: macOS\nbuild: %uA%u\ndarwin: %u\npage_bytes: %" PRIu64
            "\nmachine_id: 7\nboot_id: %d\nkernel_uuid: K%u\ntaken_us: %d\nprivileged: yes\n",
            model->darwin[side], 100 + model->darwin[side], model->darwin[side], model->page_bytes,
            model->rebooted ? side : 0, model->darwin[side], 1000000 + side);
    page_read(&page, loaded, "manifest.txt");
}

static void render_vm_stat(const struct model *model, int side, struct loaded *loaded)
{
    struct page page;

    (void)page_begin(&page);
    fprintf(page.out,
            "Mach Virtual Memory Statistics: (page size of %" PRIu64 " bytes)\n%-30s %16d.\n"
            "%-30s %16" PRIu64 ".\n",
            model->page_bytes, "Pages free:", 1000,
            "Pages wired down:", model->wired_bytes[side] / model->page_bytes);
    page_read(&page, loaded, "vm_stat.txt");
}

static void render_extensions(const struct model *model, int side, struct loaded *loaded)
{
    struct page page;

    (void)page_begin(&page);
    fprintf(page.out, "Index Refs Address            Size       Wired      Name (Version) UUID "
                      "<Linked Against>\n");
    for (int i = 0; i < model->extension_count; i++) {
        const struct model_extension *extension = &model->extensions[i];

        if (!extension->unloaded[side])
            fprintf(page.out,
                    "%5u    0 0xffffff7f80a00000 0x9000     0x9000     %s (%s) "
                    "00000000-0000-3000-8000-%012d <5 3>\n",
                    extension->load_tag[side], extension->name, extension->version[side], i);
    }
    page_read(&page, loaded, "kextstat.txt");
}

static const char *name_of(const struct model *model, const struct model_zone *zone, int side,
                           char name[64])
{
    if (model_is_coalesced(model, side) && strstr(zone->name, "kalloc") != NULL)
        (void)snprintf(name, 64, "kalloc.%u", (unsigned)zone->element_bytes);
    else if (strchr(zone->name, '%') != NULL)
        (void)snprintf(name, 64, "kalloc.type%u.%u", zone->type[side],
                       (unsigned)zone->element_bytes);
    else
        (void)snprintf(name, 64, "%s", zone->name);
    return name;
}

/* A table of zones has each name and size once: heaps that are added up are one line. */
static bool next_zone(const struct model *model, int side, int *at, struct model_zone *zone,
                      char name[64])
{
    char other[64];

    for (; *at < model->zone_count; (*at)++) {
        bool first = model->zones[*at].in[side];

        *zone = model->zones[*at];
        (void)name_of(model, zone, side, name);
        for (int j = 0; first && j < *at; j++)
            first = !(model->zones[j].in[side] &&
                      model->zones[j].element_bytes == zone->element_bytes &&
                      strcmp(name_of(model, &model->zones[j], side, other), name) == 0);
        if (!first)
            continue;
        for (int j = *at + 1; j < model->zone_count; j++)
            if (model->zones[j].in[side] && model->zones[j].element_bytes == zone->element_bytes &&
                strcmp(name_of(model, &model->zones[j], side, other), name) == 0) {
                zone->count[side] += model->zones[j].count[side];
                zone->bytes[side] += model->zones[j].bytes[side];
            }
        (*at)++;
        return true;
    }
    return false;
}

/* ---- our own bundle ---- */

static void entry(FILE *out, int *index, unsigned flags, uint64_t site, uint64_t bytes,
                  unsigned tag, const char *name)
{
    fprintf(out, "%d\t0x%x\t0x%" PRIx64 "\t%" PRIu64 "\t0\t0\t0\t%" PRIu64 "\t0\t%u\t0\t%s\n",
            (*index)++, flags, site, bytes, bytes, tag, name);
}

static void render_kernel_memory(const struct model *model, int side, struct loaded *loaded)
{
    static const unsigned boot[] = {1, 4, 5};
    struct page page;
    int index = 0;
    char name[200];

    (void)page_begin(&page);
    fprintf(page.out, "index\tflags\tsite\tsize_bytes\tfree_bytes\tlargest_bytes\t"
                      "collectable_bytes\tmapped_bytes\tpeak_bytes\ttag\tzone\tname\n");
    for (unsigned tag = 0; tag < MODEL_TAGS; tag++)
        if (model->tag_bytes[side][tag] > 0)
            entry(page.out, &index, WIRED, tag, model->tag_bytes[side][tag], tag, "-");
    entry(page.out, &index, 0x200, 12, model->zone_bytes[side] + model->zone_slack_bytes[side], 12,
          "-");
    for (int i = 0; i < model->extension_count; i++) {
        const struct model_extension *extension = &model->extensions[i];

        if (extension->bytes[side] > 0)
            entry(page.out, &index, WIRED | 1, extension->load_tag[side], extension->bytes[side],
                  extension->tag[side], "-");
        (void)snprintf(name, sizeof name, "%s.DMA.pci%d", extension->name, i);
        if (extension->mapper_bytes[side] > 0)
            entry(page.out, &index, WIRED | NAMED, 0, extension->mapper_bytes[side],
                  200 + (unsigned)i, name);
    }
    for (int i = 0; i < model->site_count; i++)
        if (model->sites[i].bytes[side] > 0)
            entry(page.out, &index, WIRED | 2, model->sites[i].address[side],
                  model->sites[i].bytes[side], model->sites[i].tag[side], "-");
    if (model->mapper_bytes[side] > 0)
        entry(page.out, &index, WIRED | NAMED, 0, model->mapper_bytes[side], 250, "IOKIT.DMA.pci0");
    for (int i = 0; i < 3; i++)
        entry(page.out, &index, WIRED | 3, boot[i], model->boot_bytes[side][i], 256, "-");
    entry(page.out, &index, WIRED | 3, 10, model->carve_out_bytes[side], 256, "-");
    entry(page.out, &index, 3, 2, model->wired_bytes[side] + model->carve_out_bytes[side], 256,
          "-");
    page_read(&page, loaded, "kernel_memory.tsv");
}

static void render_zones(const struct model *model, int side, struct loaded *loaded)
{
    bool redacted = model_is_redacted(model->form[side]);
    struct model_zone zone;
    struct page page;
    char name[64];

    (void)page_begin(&page);
    fprintf(page.out, "name\telement_bytes\telement_count\tsize_bytes\tmax_bytes\talloc_bytes\t"
                      "sum_bytes\tcollectable_bytes\texhaustible\tcollectable\n");
    for (int at = 0; next_zone(model, side, &at, &zone, name);)
        fprintf(page.out, "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t0\t0\t0\t0\tno\tno\n", name,
                zone.element_bytes, zone.count[side], redacted ? 0 : zone.bytes[side]);
    page_read(&page, loaded, "zones.tsv");
}

static void render_processes(const struct model *model, int side, struct loaded *loaded)
{
    struct page page;

    (void)page_begin(&page);
    fprintf(page.out, "pid\tppid\tstart\tname\tpath\tscript\tsigning_id\tstatus\tregions_status\t"
                      "fds_status\tpage_tables_bytes\tmethod\twired_bytes\n");
    for (int i = 0; i < model->process_count; i++) {
        const struct model_process *process = &model->processes[i];
        char wired[32] = "-";

        if (process->counted[side])
            (void)snprintf(wired, sizeof wired, "%" PRIu64, process->mlocked_bytes[side]);
        if (process->in[side])
            fprintf(page.out, "%d\t1\t%d\t%s\t%s\t%s\t%s\tok\t%s\tok\t%" PRIu64 "\t%s\t%s\n",
                    process->pid[side], process->pid[side], process->name, process->path,
                    process->script != NULL ? process->script : "-",
                    process->signing_id != NULL ? process->signing_id : "-",
                    process->denied[side] ? "denied" : "ok", process->table_bytes[side],
                    process->denied[side] ? "-" : "task_read", wired);
    }
    page_read(&page, loaded, "processes.tsv");
}

static void render_regions(const struct model *model, int side, int process, struct loaded *loaded)
{
    uint64_t start = 0x100000000, kib = model->page_bytes >> 10;
    char member[64];
    struct page page;
    bool any = false;

    (void)page_begin(&page);
    fprintf(page.out, "REGION TYPE  START - END  [ VSIZE RSDNT DIRTY SWAP WIRED] PRT/MAX SHRMOD "
                      "PURGE  OFFSET OBJECT FLAGS  REGION DETAIL\n");
    for (int i = 0; i < model->span_count; i++) {
        const struct model_span *span = &model->spans[i];
        uint64_t bytes = span->pages * model->page_bytes;
        char object[32] = "-";

        if (span->process != process || !span->in[side])
            continue;
        if (span->object[side] != 0)
            (void)snprintf(object, sizeof object, "0x%" PRIx64, span->object[side]);
        fprintf(page.out,
                "VM_ALLOCATE  %" PRIx64 "-%" PRIx64 "  [ %" PRIu64 "K - - - %" PRIu64
                "K] rw-/rwx SM=PRV -  %" PRIx64 " %s -  -\n",
                start, start + bytes, span->pages * kib, span->pages * kib,
                span->offset_pages * model->page_bytes, object);
        start += bytes;
        any = true;
    }
    if (!any) {
        (void)fclose(page.out);
        free(page.text);
        return;
    }
    (void)snprintf(member, sizeof member, "vmmap/%d.txt", model->processes[process].pid[side]);
    page_read(&page, loaded, member);
}

/* ---- what people paste ---- */

static void zprint_row(FILE *out, const char *name, unsigned load_tag, unsigned tag, uint64_t bytes)
{
    if (bytes < 1024)
        return;
    if (load_tag > 0)
        fprintf(out, "%-64s%3u", name, load_tag);
    else
        fprintf(out, "%-67s", name);
    fprintf(out, "%12u%11s%6s %9" PRIu64 "K\n", tag, "", "", bytes >> 10);
}

static void zprint_name(FILE *out, const char *name, int kept)
{
    char cut[32];

    (void)snprintf(cut, sizeof cut, "%.*s%s", kept, name, strlen(name) > (size_t)kept ? "$" : "");
    for (char *at = cut; *at != '\0'; at++)
        if (*at == ' ')
            *at = '.';
    fprintf(out, "%-25s", cut);
}

static void zprint_zones(FILE *out, const struct model *model, int side)
{
    bool redacted = model_is_redacted(model->form[side]);
    struct model_zone zone;
    char name[64];

    fprintf(
        out,
        "                            elem         cur         max        cur         max         "
        "cur  alloc  alloc\n"
        "zone name                   size        size        size      #elts       #elts       "
        "inuse   size  count\n");
    for (int i = 0; i < 109; i++)
        fputc('-', out);
    fputc('\n', out);
    for (int at = 0; next_zone(model, side, &at, &zone, name);) {
        uint64_t kib = redacted ? 0 : zone.bytes[side] >> 10;

        zprint_name(out, name, model->cut[side]);
        fprintf(out,
                "%7" PRIu64 " %10" PRIu64 "K %10" PRIu64 "K %10" PRIu64 " %11" PRIu64 " %11" PRIu64
                " %5uK %6u  C\n",
                zone.element_bytes, kib, kib, redacted ? 0 : zone.count[side],
                redacted ? 0 : zone.count[side], zone.count[side], 4u, 4u);
    }
}

static void zprint_wired(FILE *out, const struct model *model, int side)
{
    static const char *const boot[] = {"VM_KERN_COUNT_RESERVED", "VM_KERN_COUNT_STOLEN",
                                       "VM_KERN_COUNT_LOPAGE"};
    uint64_t zones = model_is_redacted(model->form[side]) ? 0 : model->zone_bytes[side];
    uint64_t wired = model->wired_bytes[side] + model->carve_out_bytes[side];
    char name[200];

    fprintf(out, "\n%-67s%12s%11s%6s%11s\n%-67s%12s%11s%6s%11s\n",
            "                             "
            "                                   kmod",
            "vm", "peak", "", "cur", "wired memory", "tag", "size", "waste", "size");
    for (int i = 0; i < 109; i++)
        fputc('-', out);
    fputc('\n', out);
    for (unsigned tag = 0; tag < MODEL_TAGS; tag++)
        if (mac_tag_name(tag, model->darwin[side]) != NULL)
            zprint_row(out, mac_tag_name(tag, model->darwin[side]), 0, tag,
                       model->tag_bytes[side][tag]);
    for (int i = 0; i < model->extension_count; i++) {
        const struct model_extension *extension = &model->extensions[i];

        zprint_row(out, extension->unloaded[side] ? "(unloaded kmod)" : extension->name,
                   extension->load_tag[side], extension->tag[side], extension->bytes[side]);
        (void)snprintf(name, sizeof name, "%s.DMA.pci%d", extension->name, i);
        zprint_row(out, name, 0, 200 + (unsigned)i, extension->mapper_bytes[side]);
    }
    for (int i = 0; i < model->site_count; i++)
        zprint_row(out, model->sites[i].symbol, 0, model->sites[i].tag[side],
                   model->sites[i].bytes[side]);
    zprint_row(out, "IOKIT.DMA.pci0", 0, 250, model->mapper_bytes[side]);
    for (int i = 0; i < 3; i++)
        zprint_row(out, boot[i], 0, 256, model->boot_bytes[side][i]);
    zprint_row(out, "VM_KERN_COUNT_BOOT_STOLEN", 0, 256, model->carve_out_bytes[side]);
    fprintf(out, "%-67s%12s%11s%6s %9" PRIu64 "K\n", "zones", "", "", "", zones >> 10);
    fprintf(out, "%-67s%16.2fM of %6.2fM\n", "total", (double)zones / 1048576,
            (double)wired / 1048576);
}

static void render_zprint(const struct model *model, int side, struct loaded *loaded)
{
    struct page page;

    (void)page_begin(&page);
    zprint_zones(page.out, model, side);
    zprint_wired(page.out, model, side);
    page_read(&page, loaded, "zprint.txt");
}

void load_model(const struct model *model, int side, struct loaded *loaded)
{
    enum model_form form = model->form[side];

    *loaded = (struct loaded){.complete = true};
    loaded->snapshot.arena = &loaded->arena;
    render_manifest(model, side, loaded);
    render_vm_stat(model, side, loaded);
    if (form == FORM_VM_STAT)
        return;
    if (!model->unlisted[side])
        render_extensions(model, side, loaded);
    if (model_is_zprint(form)) {
        render_zprint(model, side, loaded);
        return;
    }
    render_kernel_memory(model, side, loaded);
    render_zones(model, side, loaded);
    render_processes(model, side, loaded);
    for (int i = 0; i < model->process_count; i++)
        if (model->processes[i].in[side] && !model->processes[i].denied[side])
            render_regions(model, side, i, loaded);
}
