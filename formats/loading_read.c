/* loading_read.c - members to records, at once or later; see loading.h. */
#include <string.h>

#include "formats/loading.h"

#define WAITING_BYTES_MAX ((size_t)64 << 20) /* of loose files in an archive */
#define AMID_LINES        2000               /* in which other outputs are looked for... */
#define AMID_BYTES        1024               /* ...by so much of what begins there */

/* What was cut ends in the middle of a line, which would read as another one. */
static struct str whole_lines(struct str text)
{
    while (text.len > 0 && text.at[text.len - 1] != '\n')
        text.len--;
    return text;
}

/* What the text is if it is not what its name says. */
static const struct format *format_instead(const struct format *format, struct str text)
{
    const struct format *instead = format_like(text);

    return instead == format ? NULL : instead;
}

/* False: *err says why it is not of this format. */
static bool read_text(struct load *load, const struct format *format, struct str text,
                      struct err *err)
{
    const struct format *instead;
    struct err why;

    if (text.len == 0 && format->tool != NULL)
        return err_set(err, "empty: the tool printed nothing");
    if (format->read(text, &load->loaded->snapshot, &why)) {
        load->taken[format - formats] = true;
        return true;
    }
    instead = format->tool == NULL ? NULL : format_instead(format, text);
    if (instead == NULL)
        return err_set(err, "%s", why.text);
    return err_set(err, "%s; it looks like %s", why.text, instead->tool);
}

/* In a collection a name of our bundles may be an accident: then the content decides. */
static bool read_accident(struct load *load, const struct format *format, struct str text)
{
    const struct format *instead;
    struct err err;

    if (!loading_is_collection(load) || format->tool != NULL)
        return false;
    instead = format_instead(format, text);
    return instead != NULL && read_text(load, instead, text, &err);
}

/* Whether an output of that format begins anywhere in the text. */
static bool is_amid(const struct format *format, struct str text)
{
    struct str rest = text, line;

    for (size_t n = 0; n < AMID_LINES && str_line(&rest, &line); n++) {
        struct str from = {line.at, text.len - (size_t)(line.at - text.at)};

        if (from.len > AMID_BYTES)
            from.len = AMID_BYTES;
        if (format->is_like(from))
            return true;
    }
    return false;
}

/* Where somebody put the output of several tools into one file, only one is read: any line of it can
 * be a name that somebody chose, so that what begins in the middle is not believed. */
static void tell_others(struct load *load, const struct format *format, struct str text)
{
    struct snapshot *snap = &load->loaded->snapshot;

    for (size_t i = 0; i < format_count; i++) {
        if (&formats[i] == format || formats[i].is_like == NULL || !is_amid(&formats[i], text))
            continue;
        load->loaded->unread = formats[i].tool;
        snapshot_note(snap, 0,
                      arena_print(snap->arena,
                                  "what %s printed stands here too and is not read: put each "
                                  "output into a file of its own",
                                  formats[i].tool));
    }
}

static void read_member(struct load *load, const struct format *format, struct str content,
                        bool cut)
{
    struct snapshot *snap = &load->loaded->snapshot;
    struct err err;

    if (loading_is_collection(load) && format->tool != NULL && !format->repeats &&
        load->taken[format - formats]) {
        snapshot_note(snap, 0, arena_print(snap->arena, "a second %s: skipped", format->tool));
        return;
    }
    content = format_text(content);
    if (cut) {
        content = whole_lines(content);
        snapshot_note(snap, 0, "larger than can be read here: the rest of it is skipped");
    }
    if (read_text(load, format, content, &err) || read_accident(load, format, content)) {
        /* Of those that repeat there may be thousands. */
        if (load->loaded->kind == BUNDLE_FILE || (loading_is_collection(load) && !format->repeats))
            tell_others(load, format, content);
        return;
    }
    if (load->loaded->kind == BUNDLE_FILE) {
        load->why = err;
        return;
    }
    err_in(&err, "skipped");
    snapshot_note(snap, 0, err.text);
}

/* On Linux members of these names are made for people, and the truth is elsewhere. */
static bool must_wait(const struct load *load, const struct format *format)
{
    enum bundle_kind kind = load->loaded->kind;

    if (format->needs_manifest && !load->manifest)
        return true;
    return format->platform == ONLY_MACOS &&
           (kind == BUNDLE_ARCHIVE ||
            (kind == BUNDLE_OURS && load->loaded->snapshot.manifest.platform == NULL));
}

static void put_off(struct load *load, const struct waiting *member)
{
    struct arena *arena = &load->loaded->arena;
    struct snapshot *snap = &load->loaded->snapshot;
    struct waiting *waiting;
    char *copy;

    if (member->loose && member->content.len > WAITING_BYTES_MAX - load->waiting_bytes) {
        snapshot_note(snap, 0, "too much in one archive: skipped");
        return;
    }
    load->waiting_bytes += member->loose ? member->content.len : 0;
    copy = arena_alloc(arena, member->content.len);
    if (member->content.len > 0)
        memcpy(copy, member->content.at, member->content.len);
    waiting = arena_append(arena, &load->waiting, &load->waiting_count, sizeof *waiting);
    *waiting = *member;
    waiting->content.at = copy;
}

void loading_read(struct load *load, const struct waiting *member)
{
    load->loaded->snapshot.pid = member->pid;
    if (must_wait(load, member->format))
        put_off(load, member);
    else
        read_member(load, member->format, member->content, member->cut);
}

/* Whether it is what it seemed to be, now that everything is known. */
static bool is_due(const struct load *load, const struct waiting *waiting)
{
    const char *platform = load->loaded->snapshot.manifest.platform;
    bool ours = load->loaded->kind == BUNDLE_OURS;

    if (platform == NULL && ours && load->linux_seen)
        platform = "linux";
    if (waiting->loose && (ours || load->loaded->kind == BUNDLE_SYSDIAGNOSE))
        return false;
    return format_is_of(waiting->format, platform);
}

void loading_read_waiting(struct load *load, bool needs_manifest)
{
    struct snapshot *snap = &load->loaded->snapshot;

    for (size_t i = 0; i < load->waiting_count; i++) {
        const struct waiting *waiting = &load->waiting[i];

        if (waiting->format->needs_manifest != needs_manifest || !is_due(load, waiting))
            continue;
        snap->member = waiting->member;
        snap->pid = waiting->pid;
        read_member(load, waiting->format, waiting->content, waiting->cut);
    }
}
