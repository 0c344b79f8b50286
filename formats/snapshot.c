/* snapshot.c - see snapshot.h. */
#include "formats/snapshot.h"

#include <string.h>

#include "formats/escape.h"

static const char *const status_names[] = {
    [STATUS_OK] = "ok",
    [STATUS_DENIED] = "denied",
    [STATUS_VANISHED] = "vanished",
    [STATUS_TIMED_OUT] = "timed out",
    [STATUS_TRUNCATED] = "truncated",
    [STATUS_ABSENT] = "absent",
    [STATUS_FAILED] = "failed",
};
_Static_assert(sizeof status_names / sizeof *status_names == STATUSES, "a name for each status");

void snapshot_note(struct snapshot *snap, unsigned line, const char *what)
{
    struct note *note;
    size_t kept = snap->note_count;

    if (kept >= SNAPSHOT_NOTES_MAX) {
        snap->note_count++;
        return;
    }
    note = arena_append(snap->arena, &snap->notes, &snap->note_count, sizeof *note);
    note->member = snap->member;
    note->line = line;
    note->what = arena_intern(snap->arena, str_of(what));
}

const char *snapshot_name(struct snapshot *snap, unsigned line, struct str name)
{
    if (name.len > NAME_BYTES_MAX) {
        name.len = NAME_BYTES_MAX;
        snapshot_note(snap, line, "a name of more than 4096 bytes is cut");
    }
    return arena_intern(snap->arena, name);
}

/* Cut twice: the escaped form bounds the work, what it stands for is what the limit means. */
const char *snapshot_unescape(struct snapshot *snap, unsigned line, struct str field)
{
    const char *name;

    if (field.len == 0)
        return NULL;
    if (field.len > (size_t)ESCAPE_MAX * NAME_BYTES_MAX + 1)
        field.len = (size_t)ESCAPE_MAX * NAME_BYTES_MAX + 1;
    name = unescape_name(snap->arena, field);
    if (name == NULL || strlen(name) <= NAME_BYTES_MAX)
        return name;
    return snapshot_name(snap, line, str_of(name));
}

uint64_t snapshot_page_bytes(struct snapshot *snap)
{
    if (snap->manifest.page_bytes.known)
        return snap->manifest.page_bytes.n;
    snapshot_note(snap, 0, "page size not known: taken to be 4096 bytes");
    return 4096;
}

struct amount amount_of(uint64_t bytes)
{
    return bytes <= AMOUNT_MAX ? (struct amount){bytes, true} : (struct amount){0};
}

const char *status_name(enum status status)
{
    return status_names[status];
}

bool status_named(struct str name, enum status *status)
{
    for (size_t i = 0; i < STATUSES; i++) {
        if (!str_is(name, status_names[i]))
            continue;
        *status = (enum status)i;
        return true;
    }
    return false;
}
