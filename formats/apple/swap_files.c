/*
 * swap_files.c - ls -l /private/var/vm: the swap files of a Mac.
 *
 *     total 6291456
 *     -rw------T  1 root  wheel  2147483648 Mar  4 10:30 sleepimage
 *     -rw-------@ 1 root  wheel  1073741824 Mar  4 10:35 swapfile0
 *
 * Sizes are rounded by "ls -lh", and names are paths when the files were listed one by one. What
 * hibernation wrote (sleepimage) is no swap file.
 */
#include "formats/apple/figures.h"
#include "formats/groups.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)4 << 10)
#define MODE_LEN   ((size_t)10) /* "-rw-------", and one more for "@" and "+" */

struct file {
    struct str name;
    struct figure size;
};

static bool is_mode(struct str word)
{
    static const char letters[] = "-rwxsStT";

    if (word.len < MODE_LEN || word.len > MODE_LEN + 1 || *word.at != '-')
        return false;
    for (size_t i = 1; i < MODE_LEN; i++) {
        bool known = false;

        for (size_t j = 0; letters[j] != '\0'; j++)
            known = known || word.at[i] == letters[j];
        if (!known)
            return false;
    }
    return true;
}

/* The line's last word, without folders. */
static struct str base_of(struct str line)
{
    size_t at;

    line = str_trim(line);
    at = line.len;
    while (at > 0 && line.at[at - 1] != ' ' && line.at[at - 1] != '\t' && line.at[at - 1] != '/')
        at--;
    return (struct str){line.at + at, line.len - at};
}

/* "swapfile0" */
static bool is_swap_file(struct str name)
{
    uint64_t number;

    return str_skip(&name, "swapfile") && str_u64(name, 10, &number);
}

/* Takes all up to the mode off the front: "ls -lis" has numbers there. False: no line of a file. */
static bool take_mode(struct str *line)
{
    struct str word;

    for (size_t i = 0; i < 3 && str_word(line, &word); i++)
        if (is_mode(word))
            return true;
    return false;
}

/* Links, owner, group; then flags in "ls -lO"; then the size, and a date before the name. */
static bool read_size(struct str line, struct figure *size)
{
    struct str word;

    for (size_t i = 0; i < 3; i++)
        if (!str_word(&line, &word))
            return false;
    if (!str_word(&line, &word))
        return false;
    if (!figure_read(word, size) && (!str_word(&line, &word) || !figure_read(word, size)))
        return false;
    return size->bytes <= AMOUNT_MAX && str_word(&line, &word) && str_word(&line, &word) &&
           str_word(&line, &word);
}

enum line_kind {
    LINE_SWAP_FILE,
    LINE_OTHER, /* of a listing, but no swap file's */
    LINE_BAD,   /* of a file, but not to be read */
    LINE_STRANGE
};

static enum line_kind read_line(struct str line, struct file *file)
{
    bool below = line.len > 0 && (*line.at == ' ' || *line.at == '\t'); /* attributes, rights */
    struct str rest = line;

    if (take_mode(&rest)) {
        file->name = base_of(rest);
        if (!read_size(rest, &file->size))
            return LINE_BAD;
        return is_swap_file(file->name) ? LINE_SWAP_FILE : LINE_OTHER;
    }
    line = str_trim(line);
    if (line.len == 0 || below || str_starts(line, "total ") || str_starts(line, "drwx") ||
        (str_starts(line, "/") && str_ends(line, ":")))
        return LINE_OTHER;
    return LINE_STRANGE;
}

/* A folder without swap files is one, too, but only when it is clear that it is the folder. */
static bool is_listing(struct str text, bool *swap_files)
{
    bool total = false, image = false, others = false;
    struct str line, rest;
    struct file file;

    *swap_files = false;
    while (str_line(&text, &line)) {
        enum line_kind kind = read_line(line, &file);

        rest = line;
        total = total || str_starts(str_trim(line), "total ");
        if (kind == LINE_STRANGE)
            others = true;
        if (!take_mode(&rest))
            continue;
        if (is_swap_file(file.name))
            *swap_files = true;
        else if (str_is(file.name, "sleepimage"))
            image = true;
        else
            others = true;
    }
    return *swap_files || image || (total && !others);
}

bool swap_files_is_like(struct str text)
{
    bool swap_files;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return is_listing(text, &swap_files) && swap_files;
}

static void add(struct snapshot *snap, struct groups *names, unsigned n, const struct file *file)
{
    const char *name = snapshot_name(snap, n, file->name);
    struct group_key key = group_of_name(name);
    struct swap_file *added;
    size_t count = names->count;

    if (groups_add(names, &key) < count) {
        snapshot_note(snap, n, "listed before: the first size is kept");
        return;
    }
    added = arena_append(snap->arena, &snap->swap_files, &snap->swap_file_count, sizeof *added);
    added->name = name;
    added->size = figure_amount(file->size);
    added->resolution_bytes = file->size.resolution_bytes;
}

bool swap_files_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct groups names = {0};
    struct str line;
    struct file file;
    bool any;

    if (!is_listing(text, &any))
        return err_set(err, "not a list of swap files: no line of ls -l with a swapfile0");
    mac_snapshot(snap);
    for (size_t i = 0; i < snap->swap_file_count; i++) {
        struct group_key key = group_of_name(snap->swap_files[i].name);

        (void)groups_add(&names, &key);
    }
    for (unsigned n = 1; str_line(&text, &line); n++) {
        enum line_kind kind = read_line(line, &file);

        if (kind == LINE_BAD || kind == LINE_STRANGE)
            snapshot_note(snap, n, "not a line of ls -l, or cut off: skipped");
        if (kind != LINE_SWAP_FILE)
            continue;
        if (snap->swap_file_count >= RECORDS_MAX) {
            snapshot_note(snap, n, "too many swap files: the rest is skipped");
            break;
        }
        add(snap, &names, n, &file);
    }
    groups_free(&names);
    return true;
}
