/* load.c - see load.h. */
#include "formats/load.h"

#include <string.h>

#include "formats/format.h"
#include "formats/groups.h"
#include "formats/sha256.h"

_Static_assert(DIGEST_HEX == SHA256_HEX, "a digest is a SHA-256");

#define FORMAT_NEWEST 1    /* of manifest.txt's "format" */
#define STRANGERS_MAX 1000 /* members before the first known one: then this is some other archive */

/* A member that was in the bundle, whether we read it or not. */
struct seen {
    const char *member;
    uint64_t size_bytes;
    uint32_t crc32;
    bool listed; /* in sources.tsv */
};

/* A member that counts pages, and came before the manifest: somebody has packed the bundle anew. */
struct waiting {
    const struct format *format;
    const char *member;
    struct str content;
    bool cut;
};

struct load {
    struct loaded *loaded;
    struct groups names; /* of seen, in the same order */
    struct seen *seen;
    size_t seen_count;
    struct waiting *waiting;
    size_t waiting_count;
    bool known;    /* at least one member has a format of ours */
    bool manifest; /* manifest.txt is one of them */
};

static uint64_t want(void *context, const char *member)
{
    const struct load *load = context;
    const struct format *format;
    int32_t number;

    format = format_find(str_of(member), load->loaded->snapshot.manifest.platform, &number);
    return format == NULL ? 0 : format->bytes_max;
}

/* False: there was one of this name before. */
static bool is_first(struct load *load, const char *member, uint64_t size_bytes, uint32_t crc32)
{
    struct group_key key = group_of_name(member);
    struct seen *seen;

    if (groups_add(&load->names, &key) < load->seen_count)
        return false;
    seen = arena_append(&load->loaded->arena, &load->seen, &load->seen_count, sizeof *seen);
    *seen = (struct seen){.member = member, .size_bytes = size_bytes, .crc32 = crc32};
    return true;
}

/* What was cut ends in the middle of a line, which would read as another one. */
static struct str whole_lines(struct str text)
{
    while (text.len > 0 && text.at[text.len - 1] != '\n')
        text.len--;
    return text;
}

static void read_member(struct snapshot *snap, const struct format *format, struct str content,
                        bool cut)
{
    struct err err;

    if (cut) {
        content = whole_lines(content);
        snapshot_note(snap, 0, "larger than can be read here: the rest of it is skipped");
    }
    if (format->read(content, snap, &err))
        return;
    err_in(&err, "skipped");
    snapshot_note(snap, 0, err.text);
}

static void wait_for_manifest(struct load *load, const struct format *format, struct str content,
                              bool cut)
{
    struct arena *arena = &load->loaded->arena;
    char *copy = arena_alloc(arena, content.len);
    struct waiting *waiting =
        arena_append(arena, &load->waiting, &load->waiting_count, sizeof *load->waiting);

    if (content.len > 0)
        memcpy(copy, content.at, content.len);
    *waiting = (struct waiting){format, load->loaded->snapshot.member, {copy, content.len}, cut};
}

/* The manifest is there, or will not come. */
static void read_waiting(struct load *load)
{
    struct snapshot *snap = &load->loaded->snapshot;

    for (size_t i = 0; i < load->waiting_count; i++) {
        const struct waiting *waiting = &load->waiting[i];

        snap->member = waiting->member;
        read_member(snap, waiting->format, waiting->content, waiting->cut);
    }
    load->waiting_count = 0;
}

static bool member(void *context, const char *name, struct str content, bool cut,
                   uint64_t size_bytes, uint32_t crc32, struct err *err)
{
    struct load *load = context;
    struct snapshot *snap = &load->loaded->snapshot;
    const struct format *format;

    snap->member = arena_intern(&load->loaded->arena, str_of(name));
    if (!is_first(load, snap->member, size_bytes, crc32)) {
        snapshot_note(snap, 0, "a second member of this name: skipped");
        return true;
    }
    format = format_find(str_of(name), snap->manifest.platform, &snap->pid);
    if (format == NULL)
        return load->known || load->seen_count <= STRANGERS_MAX ||
               err_set(err, "no manifest.txt: not a wirecap bundle");
    load->known = true;
    if (strcmp(name, "manifest.txt") == 0)
        load->manifest = true;
    if (strcmp(name, "sources.tsv") == 0 && !cut) {
        uint8_t digest[SHA256_BYTES];

        sha256(content, digest);
        sha256_hex(digest, load->loaded->digest);
    }
    if (format->needs_manifest && !load->manifest)
        wait_for_manifest(load, format, content, cut);
    else
        read_member(snap, format, content, cut);
    return true;
}

/* ---- when all members are read ---- */

static void judge_source(struct load *load, struct source *source)
{
    struct group_key key = group_of_name(source->member);
    size_t i = groups_find(&load->names, &key);
    struct seen *seen;

    if (i == NO_GROUP)
        return;
    seen = &load->seen[i];
    seen->listed = true;
    source->seen = true;
    source->intact = source->content_bytes.known && source->content_bytes.n == seen->size_bytes &&
                     source->crc32.known && source->crc32.n == seen->crc32;
}

static bool judge(struct load *load)
{
    struct snapshot *snap = &load->loaded->snapshot;
    bool have_sources = load->loaded->digest[0] != '\0' && snap->source_count > 0;
    bool complete = have_sources;

    for (size_t i = 0; i < snap->source_count; i++) {
        struct source *source = &snap->sources[i];

        judge_source(load, source);
        if (source->status == STATUS_OK && !source->intact)
            complete = false;
        snap->member = source->member;
        if (source->seen && !source->intact)
            snapshot_note(snap, 0, "its content is not what sources.tsv says: changed or damaged");
    }
    for (size_t i = 0; have_sources && i < load->seen_count; i++) {
        snap->member = load->seen[i].member;
        if (!load->seen[i].listed && strcmp(snap->member, "sources.tsv") != 0)
            snapshot_note(snap, 0, "not listed in sources.tsv: added later");
    }
    return complete;
}

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

static bool finish(struct load *load, const struct err *damage, struct err *err)
{
    struct loaded *loaded = load->loaded;
    struct snapshot *snap = &loaded->snapshot;

    if (!load->known)
        return err_set(err, "no manifest.txt: not a wirecap bundle");
    if (damage->text[0] != '\0')
        loaded->damage = arena_intern(&loaded->arena, str_of(damage->text));
    snap->pid = 0;
    read_waiting(load);
    snap->member = "manifest.txt";
    if (!load->manifest)
        snapshot_note(snap, 0, "there is none: machine and moment are not known");
    if (snap->manifest.format.n > FORMAT_NEWEST)
        snapshot_note(snap, 0, "made by a newer wirecap: what is new in it is not read");
    resolve_zones(snap);
    loaded->complete = judge(load);
    snap->member = NULL;
    return true;
}

bool load_bundle(const char *path, struct loaded *loaded, struct err *err)
{
    struct load load = {.loaded = loaded};
    struct bundle_visitor visitor = {.context = &load, .want = want, .member = member};
    struct err damage;
    bool ok;

    *loaded = (struct loaded){0};
    loaded->snapshot.arena = &loaded->arena;
    ok = bundle_read(path, &visitor, &damage, err) && finish(&load, &damage, err);
    groups_free(&load.names);
    if (ok)
        return true;
    arena_free(&loaded->arena);
    return err_in(err, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
}
