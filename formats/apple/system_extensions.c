/*
 * system_extensions.c - systemextensionsctl list: what runs as a program in place of a kernel
 * extension.
 *
 *     2 extension(s)
 *     --- com.apple.system_extension.network_extension (Go to 'System Settings > ...' to modify ...)
 *     enabled active  teamID  bundleID (version)      name    [state]
 *     *       *       A1B2C3D4E5      org.example.vpn.tunnel (2.1/40) Example Tunnel  [activated enabled]
 *                     A1B2C3D4E5      org.example.vpn.tunnel (2.0/38) Example Tunnel  [terminated waiting to uninstall on reboot]
 *
 * Fields are separated by tabs, which pastes turn into blanks: they are told apart by what they look
 * like. While an upgrade waits for a reboot a bundle id is listed twice, and both are kept.
 */
#include "formats/apple/figures.h"
#include "formats/apple/versions.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)4 << 10)
#define CATEGORY   "com.apple.system_extension."

struct row {
    struct str team, bundle_id, version, name, state; /* team, version, name: can be empty */
};

enum line_kind { LINE_EMPTY, LINE_COUNT, LINE_CATEGORY, LINE_HEADER, LINE_ROW, LINE_STRANGE };

/* "[activated enabled]" at the end. */
static bool take_state(struct str *line, struct str *state)
{
    size_t at;

    if (!str_ends(*line, "]"))
        return false;
    for (at = line->len; at > 0 && line->at[at - 1] != '['; at--)
        continue;
    if (at == 0)
        return false;
    *state = str_trim((struct str){line->at + at, line->len - 1 - at});
    line->len = at - 1;
    return state->len > 0;
}

static bool read_row(struct str line, struct row *row)
{
    struct str ids, words[3] = {{0}};
    size_t count = 0;

    if (!take_state(&line, &row->state))
        return false;
    while (str_skip(&line, "*"))
        line = str_trim(line);
    if (!str_cut(&line, '(', &ids))
        return false;
    while (count < 3 && str_word(&ids, &words[count]))
        count++;
    if (count == 0 || count > 2)
        return false;
    row->team = count == 2 && !str_is(words[0], "-") ? words[0] : (struct str){0};
    row->bundle_id = words[count - 1];
    row->version = version_take(&line);
    row->name = str_trim(line);
    return true;
}

/* "2 extension(s)" */
static bool is_count(struct str line, uint64_t *count)
{
    struct str word;

    return str_word(&line, &word) && str_u64(word, 10, count) &&
           str_is(str_trim(line), "extension(s)");
}

static bool is_header(struct str line)
{
    static const char *const names[] = {"enabled", "active", "teamID"};
    struct str word;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!str_word(&line, &word) || !str_is(word, names[i]))
            return false;
    return true;
}

struct line {
    enum line_kind kind;
    uint64_t count;
    struct str category;
    struct row row;
};

static struct line read_line(struct str text)
{
    struct line line = {.kind = LINE_STRANGE};

    text = str_trim(text);
    if (text.len == 0)
        line.kind = LINE_EMPTY;
    else if (is_count(text, &line.count))
        line.kind = LINE_COUNT;
    else if (is_header(text))
        line.kind = LINE_HEADER;
    else if (!str_skip(&text, "---"))
        line.kind = read_row(text, &line.row) ? LINE_ROW : LINE_STRANGE;
    else if (str_word(&text, &line.category) && str_starts(line.category, CATEGORY))
        line.kind = LINE_CATEGORY;
    return line;
}

/* A row alone, which anything in brackets can look like, is not enough. */
static bool is_list(struct str text)
{
    struct str line;

    while (str_line(&text, &line)) {
        enum line_kind kind = read_line(line).kind;

        if (kind == LINE_COUNT || kind == LINE_CATEGORY || kind == LINE_HEADER)
            return true;
    }
    return false;
}

static const char *name_of(struct snapshot *snap, unsigned n, struct str name)
{
    return name.len == 0 ? NULL : snapshot_name(snap, n, name);
}

static void add_row(struct snapshot *snap, unsigned n, const char *category, const struct row *row)
{
    struct system_extension *added;

    if (snap->system_extension_count >= RECORDS_MAX) {
        snapshot_note(snap, n, "too many system extensions: skipped");
        return;
    }
    added = arena_append(snap->arena, &snap->system_extensions, &snap->system_extension_count,
                         sizeof *added);
    *added = (struct system_extension){
        .category = category,
        .team = name_of(snap, n, row->team),
        .bundle_id = snapshot_name(snap, n, row->bundle_id),
        .version = name_of(snap, n, row->version),
        .name = name_of(snap, n, row->name),
        .state = snapshot_name(snap, n, row->state),
    };
}

bool system_extensions_read(struct str text, struct snapshot *snap, struct err *err)
{
    const char *category = NULL;
    uint64_t promised = 0, listed = 0;
    struct str line;

    if (!is_list(text))
        return err_set(err, "not the output of systemextensionsctl list: "
                            "no \"N extension(s)\", no category and no header");
    mac_snapshot(snap);
    for (unsigned n = 1; str_line(&text, &line); n++) {
        struct line read = read_line(line);

        if (read.kind == LINE_COUNT)
            promised = read.count;
        else if (read.kind == LINE_CATEGORY)
            category = snapshot_name(snap, n, read.category);
        else if (read.kind == LINE_ROW)
            add_row(snap, n, category, &read.row);
        else if (read.kind == LINE_STRANGE)
            snapshot_note(snap, n, "not a line of a system extension, or cut off: skipped");
        listed += read.kind == LINE_ROW;
    }
    if (listed < promised)
        snapshot_note(snap, 0, "fewer system extensions are listed than it says there are");
    return true;
}

bool system_extensions_is_like(struct str text)
{
    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return is_list(text);
}
