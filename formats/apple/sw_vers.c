/*
 * sw_vers.c - sw_vers: which system.
 *
 *     ProductName:		macOS
 *     ProductVersion:		13.4.1
 *     ProductVersionExtra:	(c)
 *     BuildVersion:		22F770820d
 *
 * ProductName is "Mac OS X" up to 10.15, and "iPhone OS" on phones and tablets.
 */
#include "formats/apple/figures.h"
#include "formats/apple/mac_os.h"
#include "formats/apple/machine.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)1 << 10)

enum { NAME, VERSION, EXTRA, BUILD, KEYS };

static const char *const keys[KEYS] = {
    "ProductName:", "ProductVersion:", "ProductVersionExtra:", "BuildVersion:"};

/* Line ends may be lost: a value ends where the next key begins. */
static struct str up_to_next_key(struct str text)
{
    for (size_t key = 0; key < KEYS; key++) {
        size_t at = str_find(text, keys[key]);

        if (at != SIZE_MAX)
            text.len = at;
    }
    return str_trim(text);
}

/* Takes each of them from where it first stands; returns how many there are. */
static unsigned find_values(struct str text, struct str found[KEYS])
{
    struct str line;
    unsigned count = 0;

    while (str_line(&text, &line)) {
        for (size_t key = 0; key < KEYS; key++) {
            size_t at = str_find(line, keys[key]);
            struct str value;

            if (at == SIZE_MAX || found[key].len > 0)
                continue;
            value = (struct str){line.at + at, line.len - at};
            str_skip(&value, keys[key]);
            found[key] = up_to_next_key(value);
            count += found[key].len > 0;
        }
    }
    return count;
}

/* Little else in the text: other tools' outputs are often pasted below this one. */
bool sw_vers_is_like(struct str text)
{
    struct str found[KEYS] = {{0}};

    return text.len <= LIKE_BYTES && find_values(text, found) > 1 && found[VERSION].len > 0;
}

static void set_os(struct snapshot *snap, const struct str found[KEYS])
{
    const char *name, *version, *extra;

    if (snap->manifest.os != NULL || found[NAME].len == 0 || found[VERSION].len == 0)
        return;
    name = snapshot_name(snap, 0, found[NAME]);
    version = snapshot_name(snap, 0, found[VERSION]);
    extra = snapshot_name(snap, 0, found[EXTRA]);
    snap->manifest.os = arena_print(snap->arena, "%s %s%s%s", name, version,
                                    found[EXTRA].len > 0 ? " " : "", extra);
}

bool sw_vers_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct str found[KEYS] = {{0}};

    if (find_values(text, found) == 0)
        return err_set(err, "not the output of sw_vers: no line \"ProductVersion: ...\"");
    mac_snapshot(snap);
    set_os(snap, found);
    mac_name_say(snap, 0, &snap->manifest.build, found[BUILD]);
    if (str_starts(found[NAME], "macOS") || str_starts(found[NAME], "Mac OS X"))
        mac_darwin_of_build(snap, found[BUILD]);
    return true;
}
