/*
 * allmemory.c - allmemory: pages of every process.
 *
 *     Process Name [ PID]  Architecture  PrivateRes/NoSpec  Copied   Dirty  Swapped  Shared/NoSpec
 *     ===================  ============  ================= ======= ======= ========  =============
 *         Paper Mill [ 471]:     64-bit      41026 / 40811    1102   18868      203  12777 / 10757
 *
 * Some releases have a third number in "PrivateRes/NoSpec/NoVolatile", and lines of regions below a
 * process, which are passed over. All of it may have been pasted into one line, so a process is
 * looked for by its "[pid]: architecture" and not by lines.
 */
#include "formats/apple/figures.h"
#include "formats/apple/pids.h"
#include "formats/readers.h"

#define LIKE_BYTES       ((size_t)4 << 10)
#define GROUPS_MAX       16
#define ARCHITECTURE_MAX 32

enum column { PRIVATE, COPIED, DIRTY, SWAPPED, SHARED, OTHER };

/* "PrivateRes/NoSpec" is a column of two numbers. */
struct header {
    enum column columns[GROUPS_MAX];
    size_t numbers[GROUPS_MAX];
    size_t count;
};

struct row {
    struct str name;
    int32_t pid;
    uint64_t pages[OTHER + 1];
    bool cut; /* it has not all numbers */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_blanks(struct str *text)
{
    while (text->len > 0 && (*text->at == ' ' || *text->at == '\t'))
        *text = (struct str){text->at + 1, text->len - 1};
}

/* Takes a number that ends at a blank, a slash or the end of the line. */
static bool take_number(struct str *text, uint64_t *number)
{
    size_t len = 0;

    skip_blanks(text);
    while (len < text->len && is_digit(text->at[len]))
        len++;
    if (len < text->len && text->at[len] != ' ' && text->at[len] != '\t' && text->at[len] != '/')
        return false;
    if (!str_u64((struct str){text->at, len}, 10, number))
        return false;
    *text = (struct str){text->at + len, text->len - len};
    return true;
}

/* Takes "41026 / 40811", so many numbers: the first one counts. */
static bool take_group(struct str *text, size_t numbers, uint64_t *pages)
{
    uint64_t more;

    if (!take_number(text, pages))
        return false;
    for (size_t i = 1; i < numbers; i++) {
        skip_blanks(text);
        if (!str_skip(text, "/") || !take_number(text, &more))
            return false;
    }
    return true;
}

static enum column column_named(struct str word)
{
    static const char *const names[] = {"PrivateRes", "Copied", "Dirty", "Swapped", "Shared"};

    for (size_t i = 0; i < OTHER; i++)
        if (str_starts(word, names[i]))
            return (enum column)i;
    return OTHER;
}

static size_t count_numbers(struct str name)
{
    size_t count = 1;

    for (size_t i = 0; i < name.len; i++)
        count += name.at[i] == '/';
    return count;
}

/* Takes the header, where *line has one. "Shared" is its last column. */
static bool take_header(struct str *line, struct header *header)
{
    size_t at = str_find(*line, "PrivateRes");
    struct str word;

    if (at == SIZE_MAX)
        return false;
    *header = (struct header){0};
    *line = (struct str){line->at + at, line->len - at};
    while (header->count < GROUPS_MAX && str_word(line, &word)) {
        enum column column = column_named(word);

        header->columns[header->count] = column;
        header->numbers[header->count++] = count_numbers(word);
        if (column == SHARED)
            break;
    }
    return true;
}

/* Past "=====   ====": the rule below the header. */
static void skip_rule(struct str *line)
{
    skip_blanks(line);
    while (str_skip(line, "=") || str_skip(line, "-"))
        skip_blanks(line);
}

/* The pid in "name [ pid]" that ends at `end` of the line, and the name before it. */
static bool read_name(struct str line, size_t end, struct row *row)
{
    size_t at = end;
    uint64_t pid;

    while (at > 0 && (is_digit(line.at[at - 1]) || line.at[at - 1] == ' '))
        at--;
    if (at == 0 || line.at[at - 1] != '[' ||
        !str_u64(str_trim((struct str){line.at + at, end - at}), 10, &pid) || pid > INT32_MAX)
        return false;
    row->pid = (int32_t)pid;
    row->name = str_trim((struct str){line.at, at - 1});
    return row->name.len > 0;
}

/* Takes " 64-bit 41026 / 40811 ..." off *text. False: it is something else. */
static bool take_pages(struct str *text, const struct header *header, struct row *row)
{
    struct str rest = *text, start, word;
    uint64_t pages;
    size_t i;

    skip_blanks(&rest);
    start = (struct str){rest.at, rest.len < ARCHITECTURE_MAX ? rest.len : ARCHITECTURE_MAX};
    if (!str_word(&start, &word))
        return false;
    rest = (struct str){rest.at + word.len, rest.len - word.len};
    for (i = 0; i < header->count && take_group(&rest, header->numbers[i], &pages); i++)
        row->pages[header->columns[i]] = pages;
    row->cut = i < header->count;
    *text = rest;
    return i > 0;
}

/* Takes the next process off *line, with what stands before it. */
static bool take_row(struct str *line, const struct header *header, struct row *row)
{
    skip_blanks(line);
    for (size_t i = 0; i + 1 < line->len; i++) {
        struct str rest;

        if (line->at[i] != ']' || line->at[i + 1] != ':' || !read_name(*line, i, row))
            continue;
        rest = (struct str){line->at + i + 2, line->len - i - 2};
        if (!take_pages(&rest, header, row))
            continue;
        *line = rest;
        return true;
    }
    return false;
}

/* ---- what it says ---- */

struct reading {
    struct snapshot *snap;
    struct pids pids;
    struct header header;
    uint64_t page_bytes; /* 0: not needed so far */
    unsigned line;
};

static struct amount amount_of_pages(const struct reading *reading, const struct row *row,
                                     enum column column)
{
    struct figure figure = {0};

    for (size_t i = 0; i < reading->header.count; i++)
        if (reading->header.columns[i] == column)
            (void)figure_of_pages(row->pages[column], reading->page_bytes, &figure);
    return figure_amount(figure);
}

static bool add_row(struct reading *reading, const struct row *row)
{
    struct process said = {.pid = row->pid};

    said.name = snapshot_name(reading->snap, reading->line, row->name);
    said.private_resident = amount_of_pages(reading, row, PRIVATE);
    said.shared_resident = amount_of_pages(reading, row, SHARED);
    said.dirty = amount_of_pages(reading, row, DIRTY);
    said.swapped = amount_of_pages(reading, row, SWAPPED);
    if (said.private_resident.known && said.shared_resident.known)
        said.resident = amount_of(said.private_resident.bytes + said.shared_resident.bytes);
    if (pids_say(&reading->pids, &said))
        return true;
    snapshot_note(reading->snap, reading->line, "too many processes: the rest is skipped");
    return false;
}

static bool read_line(struct reading *reading, struct str line)
{
    struct row row;
    bool any = false;

    (void)take_header(&line, &reading->header);
    skip_rule(&line);
    for (; take_row(&line, &reading->header, &row); any = true) {
        if (row.cut) {
            snapshot_note(reading->snap, reading->line,
                          "a process without all its numbers: skipped");
            continue;
        }
        if (reading->page_bytes == 0)
            reading->page_bytes = snapshot_page_bytes(reading->snap);
        if (!add_row(reading, &row))
            return false;
    }
    if ((any && str_trim(line).len > 0) || str_find(line, "]:") != SIZE_MAX)
        snapshot_note(reading->snap, reading->line, "not a process with its numbers: skipped");
    return true;
}

/* A header, and at least one process. */
static bool is_allmemory(struct str text)
{
    struct header header;
    struct str line;
    struct row row;
    bool any = false;

    while (str_line(&text, &line)) {
        any = take_header(&line, &header) || any;
        skip_rule(&line);
        if (any && take_row(&line, &header, &row))
            return true;
    }
    return false;
}

bool allmemory_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct reading reading = {.snap = snap};
    struct str line;
    bool room = true;

    if (!is_allmemory(text))
        return err_set(err, "not the output of allmemory: no header with \"PrivateRes\", or no "
                            "process below it");
    mac_snapshot(snap);
    reading.pids = pids_begin(snap);
    for (reading.line = 1; room && str_line(&text, &line); reading.line++)
        room = read_line(&reading, line);
    pids_end(&reading.pids);
    return true;
}

bool allmemory_is_like(struct str text)
{
    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    return is_allmemory(text);
}
