/* load.c - see load.h. */
#include <stdlib.h>
#include <string.h>

#include "formats/apple/machine.h"
#include "formats/loading.h"
#include "formats/readers.h"
#include "formats/sha256.h"
#include "formats/sysdiagnose.h"

_Static_assert(DIGEST_HEX == SHA256_HEX, "a digest is a SHA-256");

#define FORMAT_NEWEST 1     /* of manifest.txt's "format" */
#define STRANGERS_MAX 20000 /* members before the first known one: then this is something else */

#define NOT_UNPACKED "not unpacked: unpack it, or name it alone"

static void begin(void *context, enum bundle_kind kind, const char *top)
{
    struct load *load = context;

    load->loaded->kind = kind;
    load->top = arena_intern(&load->loaded->arena, str_of(top));
}

static void left_out(void *context, const char *name)
{
    struct load *load = context;

    tally_add(&load->left_out, &load->loaded->snapshot, name);
}

static uint64_t want(void *context, const char *member, struct str so_far)
{
    return loading_want(context, member, so_far);
}

static bool add_stranger(struct load *load, const char *name, struct str content, struct err *err)
{
    loading_pass_over(load, name, content);
    return load->known || load->loaded->kind == BUNDLE_OURS ||
           load->inventory.seen_count <= STRANGERS_MAX ||
           err_set(err,
                   "nothing that is read here among its first %d files; read are " LOOSE_READABLE,
                   STRANGERS_MAX);
}

static bool is_mac_os(const char *os)
{
    struct str name = str_of(os == NULL ? "" : os);

    return name.len == 0 || str_starts(name, "mac") || str_starts(name, "Mac") ||
           str_starts(name, "OS X");
}

static void take_digest(struct load *load, struct str content)
{
    uint8_t digest[SHA256_BYTES];

    sha256(content, digest);
    sha256_hex(digest, load->loaded->digest);
}

/* What follows from what several members said. */
static void settle_mac(struct snapshot *snap)
{
    struct manifest *manifest = &snap->manifest;
    uint64_t taken_s = manifest->taken_us.n / 1000000;

    if (manifest->platform == NULL || strcmp(manifest->platform, "macos") != 0)
        return;
    if (manifest->build != NULL && is_mac_os(manifest->os))
        mac_darwin_of_build(snap, str_of(manifest->build));
    if (!manifest->uptime_s.known && manifest->taken_us.known && manifest->boot_time_s.known &&
        manifest->boot_time_s.n <= taken_s)
        manifest->uptime_s = (struct count){taken_s - manifest->boot_time_s.n, true};
}

static void learn(struct load *load, const struct waiting *now)
{
    load->known = true;
    if (now->format->platform == ONLY_LINUX && strchr(now->member, '/') != NULL)
        load->linux_seen = true;
    if (now->format->read == manifest_read) {
        load->manifest = true;
        load->loaded->kind = BUNDLE_OURS;
    }
    if (now->format->read == sources_read && !now->cut)
        take_digest(load, now->content);
}

static bool member(void *context, const char *name, struct str content, bool cut,
                   uint64_t size_bytes, uint32_t crc32, struct err *err)
{
    struct load *load = context;
    struct snapshot *snap = &load->loaded->snapshot;
    struct waiting now = {.content = content, .cut = cut};

    snap->member = now.member = arena_intern(&load->loaded->arena, str_of(name));
    if (!inventory_add(&load->inventory, snap, now.member, size_bytes, crc32)) {
        snapshot_note(snap, 0, "a second member of this name: skipped");
        return true;
    }
    if (load->loaded->kind != BUNDLE_FILE)
        now.format = loading_format(load, name, &now.pid);
    if (now.format == NULL && loading_is_candidate(load, name)) {
        now.format = format_like(content);
        now.loose = now.format != NULL;
    }
    if (now.format == NULL && load->loaded->kind == BUNDLE_FILE)
        now.format = loading_format(load, name, &now.pid);
    if (strcmp(name, SYSDIAGNOSE_LOG) == 0 && load->loaded->kind == BUNDLE_ARCHIVE)
        load->loaded->kind = BUNDLE_SYSDIAGNOSE;
    if (now.format == NULL)
        return add_stranger(load, name, content, err);
    learn(load, &now);
    loading_read(load, &now);
    if (now.format->read == manifest_read)
        settle_mac(snap);
    return true;
}

/* ---- when all members are read ---- */

/* Slab caches are merged behind one name; sys/kernel/slab tells which, and what they are. */
static void resolve_zones(struct snapshot *snap)
{
    struct groups names = {0};

    for (size_t i = 0; i < snap->zone_alias_count; i++) {
        struct group_key key = group_of_name(snap->zone_aliases[i].name);

        (void)groups_add(&names, &key); /* slab_read lets no name in twice: its number is i */
    }
    for (size_t i = 0; i < snap->zone_count; i++) {
        struct zone *zone = &snap->zones[i];
        struct group_key key = group_of_name(zone->name);
        size_t at = groups_find(&names, &key);

        if (at == NO_GROUP)
            continue;
        zone->reclaimable = snap->zone_aliases[at].reclaimable;
        if (snap->zone_aliases[at].alias != zone->name)
            zone->alias = snap->zone_aliases[at].alias;
    }
    groups_free(&names);
}

/* Whether some file was read that a tool printed, or that only our bundles have. */
static bool was_read(const struct load *load, bool of_tool)
{
    for (size_t i = 0; i < format_count; i++)
        if (load->taken[i] && (formats[i].tool != NULL) == of_tool)
            return true;
    return false;
}

/* What looked like loose files is a bundle that has lost its manifest. */
static void settle_kind(struct load *load)
{
    if (loading_is_collection(load) && (load->linux_seen || was_read(load, false)))
        load->loaded->kind = BUNDLE_OURS;
}

static void finish_ours(struct load *load)
{
    struct snapshot *snap = &load->loaded->snapshot;
    bool intact;

    snap->member = "manifest.txt";
    if (!load->manifest)
        snapshot_note(snap, 0, "there is none: machine and moment are not known");
    if (snap->manifest.format.n > FORMAT_NEWEST)
        snapshot_note(snap, 0, "made by a newer wirecap: what is new in it is not read");
    resolve_zones(snap);
    intact = inventory_judge(&load->inventory, snap);
    load->loaded->complete = load->loaded->digest[0] != '\0' && intact;
}

static void finish_others(struct load *load)
{
    struct snapshot *snap = &load->loaded->snapshot;

    if (loading_is_collection(load)) {
        tally_note(&load->strangers, snap, "the output of no tool that is read here: skipped");
        tally_note(&load->packed, snap, NOT_UNPACKED);
    }
    tally_note(&load->left_out, snap, "a link or a device: skipped");
    load->loaded->complete = load->loaded->damage == NULL;
}

/* Whether there is anything to go on. */
static bool is_of_use(const struct load *load, struct err *err)
{
    const struct snapshot *snap = &load->loaded->snapshot;

    if (load->loaded->kind == BUNDLE_FILE && load->why.text[0] != '\0')
        return err_set(err, "%s", load->why.text);
    if (load->known &&
        (load->loaded->kind == BUNDLE_OURS || was_read(load, true) || was_read(load, false)))
        return true;
    if (load->known && snap->note_count > 0)
        return err_set(err, "nothing in it can be read: %s: %s", snap->notes[0].member,
                       snap->notes[0].what);
    if (load->loaded->damage != NULL)
        return err_set(err, "nothing can be read: %s", load->loaded->damage);
    if (load->loaded->kind == BUNDLE_SYSDIAGNOSE)
        return err_set(err, "a sysdiagnose without any file that is read here: no vm_stat.txt, "
                            "zprint.txt, ps.txt, top.txt or the like");
    if (load->packed.count > 0)
        return err_set(err, "nothing in it is read here; %s: " NOT_UNPACKED, load->packed.names[0]);
    return err_set(err, "nothing in it is read here; read are " LOOSE_READABLE);
}

static int by_name(const void *a, const void *b)
{
    const struct waiting *x = a, *y = b;

    return strcmp(x->member, y->member);
}

static bool finish(struct load *load, const struct err *damage, struct err *err)
{
    struct loaded *loaded = load->loaded;
    struct snapshot *snap = &loaded->snapshot;

    if (damage->text[0] != '\0')
        loaded->damage = arena_intern(&loaded->arena, str_of(damage->text));
    settle_kind(load);
    if (loaded->kind == BUNDLE_SYSDIAGNOSE)
        sysdiagnose_fill(load->top, snap);
    if (loading_is_collection(load) && load->waiting_count > 0)
        qsort(load->waiting, load->waiting_count, sizeof *load->waiting, by_name);
    loading_read_waiting(load, false);
    settle_mac(snap);
    loading_read_waiting(load, true);
    settle_kind(load);
    snap->pid = 0;
    if (!is_of_use(load, err))
        return false;
    if (loaded->kind == BUNDLE_OURS)
        finish_ours(load);
    else
        finish_others(load);
    snap->member = NULL;
    return true;
}

bool load_bundle(const char *path, struct loaded *loaded, struct err *err)
{
    struct load load = {.loaded = loaded};
    struct bundle_visitor visitor = {
        .context = &load, .begin = begin, .want = want, .member = member, .left_out = left_out};
    struct err damage;
    bool ok;

    *loaded = (struct loaded){0};
    loaded->snapshot.arena = &loaded->arena;
    load.taken = arena_alloc(&loaded->arena, format_count * sizeof *load.taken);
    ok = bundle_read(path, &visitor, &damage, err) && finish(&load, &damage, err);
    inventory_free(&load.inventory);
    if (ok)
        return true;
    arena_free(&loaded->arena);
    return err_in(err, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
}
