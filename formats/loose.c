/* loose.c - see loose.h. */
#include "formats/loose.h"

#include <string.h>

#define BEGIN_BYTES  ((uint64_t)64 << 10) /* enough to tell what is no text */
#define BYTES_MAX    ((uint64_t)16 << 20) /* as far as a format is looked for */
#define QUOTED_BYTES 100

#define ZIP "PK\3\4" /* how they begin */

static bool is_binary(struct str content)
{
    size_t len = content.len < BEGIN_BYTES ? content.len : (size_t)BEGIN_BYTES;

    return len > 0 && memchr(content.at, '\0', len) != NULL;
}

/* A crash report has its table of regions at the end, so all of the text is looked at. */
uint64_t loose_want(struct str so_far)
{
    const struct format *format;

    if (so_far.len == 0)
        return BEGIN_BYTES;
    if (is_binary(so_far))
        return so_far.len;
    format = format_like(so_far);
    if (format != NULL)
        return format->bytes_max;
    return so_far.len < BYTES_MAX ? BYTES_MAX : so_far.len;
}

bool loose_is_packed(struct str content)
{
    static const char *const marks[] = {
        "\x1f\x8b", "\xfd\x37zXZ", "\x28\xb5\x2f\xfd", "BZh", ZIP,
    };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(content, marks[i]))
            return true;
    return false;
}

/* The first line that says anything: of a tool that failed it is the reason. */
static struct str first_line(struct str content)
{
    struct str line;

    while (str_line(&content, &line)) {
        line = str_trim(line);
        if (line.len > 0)
            break;
    }
    return line;
}

bool loose_refuse(struct str content, struct err *err)
{
    struct str line;

    content = format_text(content);
    if (str_starts(content, ZIP))
        return err_set(err, "a zip archive: unpack it, and name the folder");
    if (is_binary(content))
        return err_set(err, "neither text nor a tar archive (which gzip, xz or zstd may have "
                            "compressed); read are " LOOSE_READABLE);
    line = first_line(content);
    if (content.len == 0 || line.len == 0)
        return err_set(err, "empty: the tool printed nothing");
    return err_set(
        err,
        "the output of no tool that is read here: it says \"%.*s%s\"; read are " LOOSE_READABLE,
        (int)(line.len < QUOTED_BYTES ? line.len : QUOTED_BYTES), line.at,
        line.len > QUOTED_BYTES ? "..." : "");
}

void tally_add(struct tally *tally, struct snapshot *snap, const char *name)
{
    if (tally->count < TALLY_MAX)
        tally->names[tally->count] = arena_intern(snap->arena, str_of(name));
    tally->count++;
}

void tally_note(const struct tally *tally, struct snapshot *snap, const char *what)
{
    if (tally->count > TALLY_MAX) {
        snap->member = tally->names[0];
        snapshot_note(snap, 0,
                      arena_print(snap->arena, "%s, as are %zu others", what, tally->count - 1));
        return;
    }
    for (size_t i = 0; i < tally->count; i++) {
        snap->member = tally->names[i];
        snapshot_note(snap, 0, what);
    }
}
