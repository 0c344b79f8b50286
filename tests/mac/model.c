/* model.c - see model.h. */
#include "tests/mac/model.h"

#include <stdio.h>
#include <string.h>

#include "formats/apple/tags.h"

/* ---- chance ---- */

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t below(uint64_t *state, uint64_t limit)
{
    return next(state) % limit;
}

static bool chance(uint64_t *state, unsigned percent)
{
    return below(state, 100) < percent;
}

/* ---- near twins ---- */

static const struct {
    const char *name;
    uint64_t element_bytes;
    unsigned since, times; /* Darwin release; how many of them at most */
} zone_names[] = {
    {"vm objects", 232, 0, 1},
    {"ipc ports", 168, 0, 1},
    {"kalloc.64", 64, 0, 1},
    {"kalloc.1024", 1024, 0, 1},
    {"data.kalloc.64", 64, 21, 1},
    {"data.kalloc.1024", 1024, 21, 1},
    {"data_shared.kalloc.1024", 1024, 24, 1},
    {"early.kalloc.1024", 1024, 25, 1},
    {"kalloc.type%u.64", 64, 21, 5},
    {"kalloc.type%u.1024", 1024, 21, 5},
    {"kalloc.16", 16, 0, 1},
    {"kalloc.160", 160, 0, 1},
    {"kalloc.1664", 1664, 0, 1},
    {"VM map entries", 80, 0, 1},
    {"VM map entries", 96, 0, 1}, /* the same name with other elements */
    {"VM map holes", 32, 0, 1},
    {"example socket buffers one", 256, 0, 1}, /* three that zprint cuts alike */
    {"example socket buffers two", 256, 0, 1},
    {"example socket buffers three", 512, 0, 1},
    {"abcdefghijklmnopqrstuvwx", 128, 0, 1},  /* just not cut */
    {"abcdefghijklmnopqrstuvwxy", 128, 0, 1}, /* just cut */
    {"vnodes", 240, 0, 1},
    {"vnodes.special", 240, 0, 1},
    {"proc", 1200, 0, 1},
    {"proc_task", 1200, 0, 1},
    {"buffers.v1", 512, 0, 1}, /* one goes, its twin comes */
    {"buffers.v2", 512, 0, 1},
};

static const char *const extension_names[] = {
    "com.example.driver.Net",
    "com.example.driver.NetFilter",
    "com.example.driver.net",
    "com.example.driver.Net2",
    "org.sample.filesystems.example",
    "org.sample.filesystems.example.kext",
    "com.apple.iokit.IOStorageFamily",
    "com.apple.driver.AppleUSBHub",
    "net.maker.audio",
    "net.maker.audio.hal",
};

static const char *const symbols[] = {
    "vm_object_bootstrap",
    "kdp_init(void)",
    "IOService::start(IOService *)",
    "bufinit",
    "bufinit2",
    "mbinit",
    "ifnet_attach(ifnet *, int)",
    "operator new[](unsigned long)",
};

static const struct {
    const char *name, *path, *signing_id, *script;
    unsigned times;
} programs[] = {
    {"python3.11", "/opt/py/3.11.4/bin/python3.11", NULL, "/srv/jobs/ingest.py", 10},
    {"python3.11", "/opt/py/3.11.4/bin/python3.11", NULL, "/srv/jobs/export.py", 10},
    {"python3.12", "/opt/py/3.12.0/bin/python3.12", NULL, "/srv/jobs/other.py", 2},
    {"helper", "/Applications/A.app/Contents/helper", "com.example.a.helper", NULL, 3},
    {"helper", "/Applications/B.app/Contents/helper", "com.example.b.helper", NULL, 3},
    {"locker", "/usr/local/bin/locker", "net.maker.locker", NULL, 4},
    {"lockerd", "/usr/local/bin/lockerd", "net.maker.lockerd", NULL, 1},
    {"browser", "/Applications/Browser.app/Contents/MacOS/browser", "org.sample.browser", NULL, 8},
};

/* ---- making ---- */

static uint64_t pages_of(struct model *model, uint64_t *state, uint64_t most)
{
    return model->page_bytes * below(state, most);
}

static void make_zone(struct model *model, uint64_t *state, size_t i)
{
    for (unsigned n = 0; n < zone_names[i].times && model->zone_count < MODEL_ZONES; n++) {
        struct model_zone *zone = &model->zones[model->zone_count];
        unsigned type = 100 + n;

        if (zone_names[i].times > 1 && chance(state, 40))
            continue;
        *zone = (struct model_zone){
            .name = zone_names[i].name,
            .element_bytes = zone_names[i].element_bytes,
            .type = {type, model->rebooted ? 7 + (unsigned)next(state) % 90 : type}};
        for (int side = 0; side < 2; side++) {
            uint64_t used;

            /* The kernel's heaps are always there in releases that have them. */
            zone->in[side] = model->darwin[side] >= zone_names[i].since &&
                             (i < 2 || zone_names[i].since > 0 || chance(state, 90));
            zone->count[side] = 1 + below(state, 1 + below(state, 200000));
            used = zone->count[side] * zone->element_bytes;
            zone->bytes[side] =
                (used / model->page_bytes + 1 + below(state, 40)) * model->page_bytes;
        }
        if (zone->in[0] || zone->in[1])
            model->zone_count++;
    }
}

/* Type numbers are used once each in a boot. */
static void separate_types(struct model *model)
{
    for (int i = 0; i < model->zone_count; i++)
        for (int j = 0; j < i; j++)
            if (model->rebooted && model->zones[i].type[1] == model->zones[j].type[1]) {
                model->zones[i].type[1] += 91;
                j = -1;
            }
}

static void make_extensions(struct model *model, uint64_t *state)
{
    unsigned tag[2] = {60, model->rebooted ? 41 : 60}, load_tag[2] = {30, 30};

    for (size_t i = 0; i < sizeof extension_names / sizeof *extension_names; i++) {
        struct model_extension *extension = &model->extensions[model->extension_count++];
        bool newer = chance(state, 20);

        *extension = (struct model_extension){.name = extension_names[i],
                                              .version = {"1.0", newer ? "1.1" : "1.0"}};
        for (int side = 0; side < 2; side++) {
            extension->bytes[side] = chance(state, 90) ? pages_of(model, state, 9000) : 0;
            extension->mapper_bytes[side] = chance(state, 20) ? pages_of(model, state, 300) : 0;
        }
    }
    /* Loaded in another order after a reboot: load tags and dynamic tags of another extension. */
    for (int side = 0; side < 2; side++) {
        int shift = side == 1 && model->rebooted ? 1 + (int)below(state, 8) : 0;

        for (int i = 0; i < model->extension_count; i++) {
            struct model_extension *extension =
                &model->extensions[(i + shift) % model->extension_count];

            extension->load_tag[side] = load_tag[side]++;
            extension->tag[side] = tag[side]++;
            extension->unloaded[side] = i > 1 && chance(state, 10);
        }
    }
}

static void make_sites(struct model *model, uint64_t *state)
{
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        struct model_site *site = &model->sites[model->site_count++];

        site->symbol = symbols[i];
        for (int side = 0; side < 2; side++) {
            /* Another kernel has another call site at the same address. */
            uint64_t at = model->darwin[0] == model->darwin[side] ? i : (i + 3) % 8;

            site->address[side] = 0xffffff8000a00000 + 64 * at;
            site->tag[side] = 90 + (unsigned)((i + (model->rebooted ? (size_t)side : 0)) % 8);
            site->bytes[side] = chance(state, 90) ? pages_of(model, state, 500) : 0;
        }
    }
}

static void make_processes(struct model *model, uint64_t *state)
{
    int pid[2] = {500, model->rebooted ? 300 : 500};

    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        for (unsigned n = 0; n < programs[i].times; n++) {
            struct model_process *process = &model->processes[model->process_count++];

            *process = (struct model_process){.name = programs[i].name,
                                              .path = programs[i].path,
                                              .signing_id = programs[i].signing_id,
                                              .script = programs[i].script};
            for (int side = 0; side < 2; side++) {
                process->in[side] = chance(state, 85);
                process->pid[side] =
                    pid[side] + (side == 1 && model->rebooted ? 7 * (64 - model->process_count)
                                                              : 7 * model->process_count);
                process->table_bytes[side] = pages_of(model, state, 300);
            }
        }
}

static void make_spans(struct model *model, uint64_t *state)
{
    while (model->span_count < MODEL_SPANS && chance(state, 97)) {
        struct model_span *span = &model->spans[model->span_count++];
        uint64_t object = chance(state, 50) ? 1 + below(state, 6) : 0;

        *span = (struct model_span){.process = (int)below(state, (uint64_t)model->process_count),
                                    .object = {object, object},
                                    .offset_pages = below(state, 20),
                                    .pages = 1 + below(state, 40)};
        if (object != 0 && model->rebooted)
            span->object[1] = 0xabc0 + 17 * object;
        for (int side = 0; side < 2; side++)
            span->in[side] = model->processes[span->process].in[side] && chance(state, 90);
    }
}

static void make_gaps(struct model *model, uint64_t *state)
{
    model->denied = chance(state, 20);
    for (int side = 0; side < 2; side++) {
        model->unlisted[side] = chance(state, 8);
        model->cut[side] = chance(state, 60) ? 24 : 23;
        for (int i = 0; i < model->process_count; i++) {
            model->processes[i].denied[side] = model->denied && chance(state, 30);
            model->processes[i].counted[side] = chance(state, 70);
        }
    }
}

/* Page by page: each is divided among those who lock it. Returns the bytes of all pages. */
static uint64_t count_mlocked(struct model *model, int side)
{
    uint64_t total = 0;

    for (int i = 0; i < model->span_count; i++) {
        const struct model_span *span = &model->spans[i];

        if (!span->in[side])
            continue;
        for (uint64_t page = span->offset_pages; page < span->offset_pages + span->pages; page++) {
            uint64_t lockers = 0;

            for (int j = 0; j < model->span_count; j++) {
                const struct model_span *other = &model->spans[j];

                if (other->in[side] && other->object[side] == span->object[side] &&
                    page >= other->offset_pages && page < other->offset_pages + other->pages)
                    lockers++;
            }
            if (span->object[side] == 0)
                lockers = 1;
            model->processes[span->process].mlocked_bytes[side] += model->page_bytes / lockers;
            total += model->page_bytes / lockers;
        }
    }
    return total;
}

static void add_up(struct model *model, uint64_t *state, int side)
{
    uint64_t tables = 0, wired = 0;

    for (int i = 0; i < model->process_count; i++)
        tables += model->processes[i].in[side] ? model->processes[i].table_bytes[side] : 0;
    for (unsigned tag = 1; tag < MODEL_TAGS; tag++)
        if (tag != 12 && mac_tag_name(tag, model->darwin[side]) != NULL && chance(state, 85))
            model->tag_bytes[side][tag] = pages_of(model, state, 4000);
    model->tag_bytes[side][24] =
        (count_mlocked(model, side) / model->page_bytes + 64) * model->page_bytes;
    model->tag_bytes[side][11] = tables + pages_of(model, state, 900);
    for (int i = 0; i < 3; i++)
        model->boot_bytes[side][i] =
            i < 2 || chance(state, 50) ? model->page_bytes + pages_of(model, state, 20000) : 0;
    model->carve_out_bytes[side] = model->page_bytes == 16384 ? pages_of(model, state, 30000) : 0;
    model->mapper_bytes[side] = chance(state, 50) ? pages_of(model, state, 200) : 0;
    model->zone_slack_bytes[side] = pages_of(model, state, 500);
    model->residual_bytes[side] = pages_of(model, state, 500);
    for (int i = 0; i < model->zone_count; i++)
        model->zone_bytes[side] += model->zones[i].in[side] ? model->zones[i].bytes[side] : 0;
    wired = model->mapper_bytes[side] + model->zone_bytes[side] + model->zone_slack_bytes[side] +
            model->residual_bytes[side];
    for (int i = 0; i < 3; i++)
        wired += model->boot_bytes[side][i];
    for (unsigned tag = 0; tag < MODEL_TAGS; tag++)
        wired += model->tag_bytes[side][tag];
    for (int i = 0; i < model->extension_count; i++)
        wired += model->extensions[i].bytes[side] + model->extensions[i].mapper_bytes[side];
    for (int i = 0; i < model->site_count; i++)
        wired += model->sites[i].bytes[side];
    model->wired_bytes[side] = wired;
}

static enum model_form make_form(uint64_t *state)
{
    return chance(state, 50) ? FORM_BUNDLE : (enum model_form)below(state, FORMS);
}

void model_make(struct model *model, uint64_t seed)
{
    uint64_t state = (seed + 1) * 0x9e3779b97f4a7c15u;

    *model = (struct model){.seed = seed};
    for (int i = 0; i < 8; i++)
        (void)next(&state);
    model->page_bytes = chance(&state, 50) ? 4096 : 16384;
    model->rebooted = chance(&state, 60);
    model->darwin[0] = model->darwin[1] = 17 + (unsigned)below(&state, 9);
    if (model->rebooted && chance(&state, 15))
        model->darwin[1] = 17 + (unsigned)below(&state, 9);
    for (int side = 0; side < 2; side++)
        model->form[side] = make_form(&state);
    for (size_t i = 0; i < sizeof zone_names / sizeof *zone_names; i++)
        make_zone(model, &state, i);
    separate_types(model);
    make_extensions(model, &state);
    make_sites(model, &state);
    make_processes(model, &state);
    make_spans(model, &state);
    make_gaps(model, &state);
    for (int side = 0; side < 2; side++)
        add_up(model, &state, side);
}

/* ---- what must be found ---- */

bool model_is_redacted(enum model_form form)
{
    return form == FORM_BUNDLE_REDACTED || form == FORM_ZPRINT_REDACTED;
}

bool model_is_bundle(enum model_form form)
{
    return form == FORM_BUNDLE || form == FORM_BUNDLE_REDACTED;
}

bool model_is_zprint(enum model_form form)
{
    return form == FORM_ZPRINT || form == FORM_ZPRINT_REDACTED;
}

bool model_is_coalesced(const struct model *model, int side)
{
    return model_is_redacted(model->form[side]) && model->darwin[side] >= 22 &&
           model->darwin[side] <= 24;
}

static void expect(struct expected *expected, int *count, char kind, const char *name,
                   uint64_t element_bytes, int side, uint64_t bytes)
{
    struct expected *at = expected;

    while (at < expected + *count &&
           (at->kind != kind || strcmp(at->name, name) != 0 || at->element_bytes != element_bytes))
        at++;
    if (at == expected + *count) {
        (*count)++;
        *at = (struct expected){.kind = kind, .element_bytes = element_bytes};
        (void)snprintf(at->name, sizeof at->name, "%s", name);
    }
    at->bytes[side] += (int64_t)bytes;
    at->in[side] = true;
}

/* The shortest piece that either zprint left of a name. */
static size_t cut_of(const struct model *model)
{
    size_t cut = 1000;

    for (int side = 0; side < 2; side++)
        for (int i = 0; i < model->zone_count && model_is_zprint(model->form[side]); i++)
            if (model->zones[i].in[side] &&
                strlen(model->zones[i].name) > (size_t)model->cut[side] &&
                strchr(model->zones[i].name, '%') == NULL && (size_t)model->cut[side] < cut)
                cut = (size_t)model->cut[side];
    return cut;
}

static void zone_name(const struct model *model, const struct model_zone *zone, int side,
                      char name[160])
{
    bool dots = model_is_zprint(model->form[0]) || model_is_zprint(model->form[1]);
    bool fold = model_is_coalesced(model, 0) || model_is_coalesced(model, 1);
    bool typed = strchr(zone->name, '%') != NULL;

    if (fold && strstr(zone->name, "kalloc") != NULL)
        (void)snprintf(name, 160, "kalloc.%u", (unsigned)zone->element_bytes);
    else if (typed && model->rebooted)
        (void)snprintf(name, 160, "kalloc.type.%u", (unsigned)zone->element_bytes);
    else if (typed)
        (void)snprintf(name, 160, "kalloc.type%u.%u", zone->type[side],
                       (unsigned)zone->element_bytes);
    else
        (void)snprintf(name, 160, "%s", zone->name);
    for (char *at = name; dots && *at != '\0'; at++)
        if (*at == ' ')
            *at = '.';
    if (strlen(name) > cut_of(model))
        (void)strcpy(name + cut_of(model), "$");
}

static void expect_zones(const struct model *model, struct expected *expected, int *count)
{
    bool counted = model_is_redacted(model->form[0]) || model_is_redacted(model->form[1]);

    for (int i = 0; i < model->zone_count; i++)
        for (int side = 0; side < 2; side++) {
            const struct model_zone *zone = &model->zones[i];
            char name[160];

            zone_name(model, zone, side, name);
            if (zone->in[side])
                expect(expected, count, 'z', name, zone->element_bytes, side,
                       counted ? zone->count[side] * zone->element_bytes : zone->bytes[side]);
        }
}

/* The list of extensions of that side names it. */
static bool is_listed(const struct model *model, const struct model_extension *extension, int side)
{
    return !extension->unloaded[side] &&
           (!model->unlisted[side] ||
            (model_is_zprint(model->form[side]) && extension->bytes[side] > 0));
}

/* Some name is known there, so that extensions can be told apart at all. */
static bool is_any_named(const struct model *model, int side)
{
    for (int i = 0; i < model->extension_count; i++) {
        const struct model_extension *extension = &model->extensions[i];

        if (extension->bytes[side] > 0 &&
            (is_listed(model, extension, side) ||
             (!model->rebooted && is_listed(model, extension, 1 - side))))
            return true;
    }
    return false;
}

static void expect_extensions(const struct model *model, struct expected *expected, int *count)
{
    if (!is_any_named(model, 0) || !is_any_named(model, 1))
        return;
    for (int i = 0; i < model->extension_count; i++)
        for (int side = 0; side < 2; side++) {
            const struct model_extension *extension = &model->extensions[i];
            bool told = is_listed(model, extension, side) ||
                        (!model->rebooted && is_listed(model, extension, 1 - side));

            if (extension->bytes[side] > 0)
                expect(expected, count, 'e', told ? extension->name : "(unloaded kmod)", 0, side,
                       extension->bytes[side]);
            if (extension->mapper_bytes[side] > 0)
                expect(expected, count, 'e', extension->name, 0, side,
                       extension->mapper_bytes[side]);
        }
}

static void expect_sites(const struct model *model, struct expected *expected, int *count)
{
    bool symbols_told = model_is_zprint(model->form[0]) && model_is_zprint(model->form[1]);
    bool addresses_told = model_is_bundle(model->form[0]) && model_is_bundle(model->form[1]) &&
                          model->darwin[0] == model->darwin[1];

    for (int i = 0; i < model->site_count; i++)
        for (int side = 0; side < 2; side++) {
            const struct model_site *site = &model->sites[i];
            char name[160] = "kernel call sites";

            if (symbols_told)
                (void)snprintf(name, sizeof name, "%s", site->symbol);
            else if (addresses_told)
                (void)snprintf(name, sizeof name, "site 0x%llx",
                               (unsigned long long)site->address[side]);
            if (site->bytes[side] > 0)
                expect(expected, count, 's', name, 0, side, site->bytes[side]);
        }
}

/* Instances of one program are one row; two programs of one name are two. */
static void expect_processes(const struct model *model, struct expected *expected, int *count)
{
    if (!model_is_bundle(model->form[0]) || !model_is_bundle(model->form[1]) || model->denied)
        return;
    for (int i = 0; i < model->process_count; i++)
        for (int side = 0; side < 2; side++) {
            const struct model_process *process = &model->processes[i];
            char name[160];

            if (process->script != NULL)
                (void)snprintf(name, sizeof name, "%s %s", process->name,
                               strrchr(process->script, '/') + 1);
            else
                (void)snprintf(name, sizeof name, "%s", process->name);
            if (process->in[side]) /* the path tells programs of one name apart */
                expect(expected, count, 'p', name, (uint64_t)process->path[14], side,
                       process->table_bytes[side] + process->mlocked_bytes[side]);
        }
}

int model_expect(const struct model *model, struct expected *expected)
{
    int count = 0;

    if (model->form[0] == FORM_VM_STAT || model->form[1] == FORM_VM_STAT)
        return 0;
    if (model->darwin[0] == model->darwin[1])
        expect_zones(model, expected, &count);
    expect_extensions(model, expected, &count);
    expect_sites(model, expected, &count);
    for (int side = 0; side < 2; side++)
        if (model->mapper_bytes[side] > 0)
            expect(expected, &count, 's', "IOKIT.DMA.pci0", 0, side, model->mapper_bytes[side]);
    expect_processes(model, expected, &count);
    return count;
}
