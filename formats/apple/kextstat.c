/*
 * kextstat.c - kextstat, and kmutil showloaded behind it: the kernel extensions that are loaded.
 *
 *     Executing: /usr/bin/kmutil showloaded
 *     No variant specified, falling back to release
 *     Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>
 *         3   61 0                  0          0          com.apple.kpi.iokit (23.1.0) 5C17... <>
 *       141    0 0xffffff7f9a2c1000 0x6000     0x6000     org.example.driver.Wheel (2.1.0d4) 0E6B... <7 6 3>
 *
 * "Size" and "Wired" are both the static image: what an extension allocates never shows here. The
 * first two lines come from the wrapper of macOS 11 and later, anywhere. There is no header with -l,
 * a column "Architecture" in front of the name with -a, and no UUID before 10.11. What the kernel
 * did not tell is "??" or "????"; an interface of the kernel has 0 everywhere on newer releases.
 */
#include "formats/apple/figures.h"
#include "formats/apple/versions.h"
#include "formats/extensions.h"
#include "formats/readers.h"

#define LIKE_BYTES ((size_t)4 << 10)
#define AROUND     4 /* lines: prompts, a password's */

struct row {
    struct count load_tag;
    struct amount size;
    struct str name, version; /* version: empty when not known */
};

enum line_kind { LINE_EMPTY, LINE_WRAPPER, LINE_HEADER, LINE_ROW, LINE_STRANGE };

/* "17", or "??" for what the kernel did not tell. */
static bool read_count(struct str word, struct count *count)
{
    *count = (struct count){0};
    if (str_is(word, "??"))
        return true;
    count->known = str_u64(word, 10, &count->n);
    return count->known;
}

/* "0x9000", "0" or "????"; releases before 10.6 print "0x0x9000". */
static bool read_hex(struct str word, uint64_t *number)
{
    *number = 0;
    if (str_is(word, "0") || str_is(word, "????"))
        return true;
    if (!str_skip(&word, "0x"))
        return false;
    str_skip(&word, "0x");
    return str_u64(word, 16, number);
}

/* "x86_64", or the numbers of a processor that the tool does not know: "0x01000007/0x3". */
static bool is_architecture(struct str word)
{
    static const char *const names[] = {"i386", "x86_64", "arm", "ppc"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_starts(word, names[i]) && str_find(word, ".") == SIZE_MAX)
            return true;
    return str_find(word, "/") != SIZE_MAX && (str_starts(word, "0x") || str_starts(word, "????"));
}

/* The text in front of "(version)": a name, with an architecture before it. */
static struct str take_name(struct str text)
{
    struct str rest = str_trim(text), word;

    text = rest;
    if (str_word(&rest, &word) && is_architecture(word) && str_trim(rest).len > 0)
        return str_trim(rest);
    return text;
}

static bool read_row(struct str line, struct row *row)
{
    struct str words[5];
    struct count refs;
    uint64_t address, size, wired;

    for (size_t i = 0; i < 5; i++)
        if (!str_word(&line, &words[i]))
            return false;
    if (!read_count(words[0], &row->load_tag) || !read_count(words[1], &refs) ||
        !read_hex(words[2], &address) || !read_hex(words[3], &size) || !read_hex(words[4], &wired))
        return false;
    /* Without a "(" the line was cut, and the name may be. */
    if (!str_cut(&line, '(', &row->name))
        return false;
    row->name = take_name(row->name);
    row->version = version_take(&line);
    row->size = size > 0 ? amount_of(size) : (struct amount){0}; /* no image has 0 bytes */
    return row->name.len > 0 && !str_is(row->name, "????");
}

static bool is_header(struct str line)
{
    static const char *const names[] = {"Index", "Refs", "Address"};
    struct str word;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!str_word(&line, &word) || !str_is(word, names[i]))
            return false;
    return true;
}

/* What the wrapper says has another stream than the table, so that both can meet on one line. */
static enum line_kind read_line(struct str line, struct row *row)
{
    line = str_trim(line);
    if (line.len == 0)
        return LINE_EMPTY;
    if (str_starts(line, "Executing: ") && str_find(line, "kmutil") != SIZE_MAX)
        return LINE_WRAPPER;
    if (str_skip(&line, "No variant specified, falling back to release") && line.len == 0)
        return LINE_WRAPPER;
    if (is_header(line))
        return LINE_HEADER;
    return read_row(line, row) ? LINE_ROW : LINE_STRANGE;
}

struct looks {
    size_t rows, others, strange; /* others: header and wrapper */
    bool header;
    bool dotted; /* a row is called "com.apple.kpi.bsd": a bundle id */
};

static struct looks look_at(struct str text)
{
    struct looks looks = {0};
    struct str line;
    struct row row;

    while (str_line(&text, &line)) {
        switch (read_line(line, &row)) {
        case LINE_ROW:
            looks.rows++;
            looks.dotted = looks.dotted || str_find(row.name, ".") != SIZE_MAX;
            break;
        case LINE_HEADER:
            looks.header = true;
            looks.others++;
            break;
        case LINE_WRAPPER:
            looks.others++;
            break;
        case LINE_STRANGE:
            looks.strange++;
            break;
        case LINE_EMPTY:
            break;
        }
    }
    return looks;
}

/* Adds the row, or says why not. */
static const char *add_row(struct extensions *extensions, unsigned n, const struct row *row)
{
    struct snapshot *snap = extensions->snap;
    struct extension *extension;
    const char *name;

    if (row->load_tag.known && row->load_tag.n == 0)
        return NULL; /* the kernel itself, which newer releases can list */
    name = snapshot_name(snap, n, row->name);
    extension = extensions_find(extensions, name);
    if (extension != NULL && extension->load_tag.known && row->load_tag.known &&
        extension->load_tag.n != row->load_tag.n)
        return "an extension of that name is listed before, with another index: skipped";
    if (extension == NULL)
        extension = extensions_add(extensions, name);
    if (extension == NULL)
        return "too many extensions: skipped";
    if (!extension->load_tag.known)
        extension->load_tag = row->load_tag;
    if (!extension->size.known)
        extension->size = row->size;
    if (extension->version == NULL && row->version.len > 0)
        extension->version = snapshot_name(snap, n, row->version);
    return NULL;
}

bool kextstat_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct looks looks = look_at(text);
    struct extensions extensions;
    struct str line;

    if (looks.rows == 0 && looks.others == 0)
        return err_set(err, "not the output of kextstat or kmutil showloaded: "
                            "neither its header nor a line of an extension");
    if (looks.rows > 0 && !looks.dotted)
        return err_set(err, "not the output of a Mac's kextstat: no name is a bundle id");
    mac_snapshot(snap);
    extensions = extensions_begin(snap);
    for (unsigned n = 1; str_line(&text, &line); n++) {
        struct row row;
        enum line_kind kind = read_line(line, &row);
        const char *why = "not a line of an extension, or cut off: skipped";

        if (kind == LINE_ROW)
            why = add_row(&extensions, n, &row);
        if ((kind == LINE_ROW || kind == LINE_STRANGE) && why != NULL)
            snapshot_note(snap, n, why);
    }
    extensions_end(&extensions);
    if (looks.rows == 0)
        snapshot_note(snap, 0, "no extension is listed");
    return true;
}

/* Modules of Linux in the same columns have no dots in their names. Prose that quotes a line or two
 * is no listing, but what a grep has left of one is, with the prompts around it. */
bool kextstat_is_like(struct str text)
{
    struct looks looks;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    looks = look_at(text);
    if (looks.rows > 0 && !looks.dotted)
        return false;
    return looks.rows + looks.others > looks.strange ||
           (looks.rows > 0 && (looks.header || looks.strange <= AROUND));
}
