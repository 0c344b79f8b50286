/* tsv.c - see tsv.h. */
#include "formats/tsv.h"

#include <string.h>

static size_t split(struct str line, struct str fields[TSV_COLUMNS_MAX])
{
    size_t n = 0;
    bool more = true;

    while (more && n < TSV_COLUMNS_MAX)
        more = str_cut(&line, '\t', &fields[n++]);
    return n;
}

/* Takes the next line. A last one without its end may lack columns, or digits: it is not used. */
static bool take_line(struct tsv *tsv, struct str *line)
{
    tsv->line++;
    if (tsv->text.len > 0 && memchr(tsv->text.at, '\n', tsv->text.len) == NULL) {
        tsv_note(tsv, "cut in the middle of a line, which is not used");
        tsv->text.len = 0;
    }
    return str_line(&tsv->text, line);
}

bool tsv_open(struct tsv *tsv, struct str text, struct snapshot *snap, const char *must)
{
    struct str line;

    *tsv = (struct tsv){.snap = snap, .text = text};
    if (!take_line(tsv, &line))
        return false;
    tsv->name_count = split(line, tsv->names);
    for (size_t i = 0; i < tsv->name_count; i++)
        if (str_is(tsv->names[i], must))
            return true;
    return false;
}

bool tsv_next(struct tsv *tsv)
{
    struct str line;

    while (take_line(tsv, &line)) {
        if (line.len == 0)
            continue;
        tsv->field_count = split(line, tsv->fields);
        return true;
    }
    return false;
}

struct str tsv_field(const struct tsv *tsv, const char *column)
{
    for (size_t i = 0; i < tsv->name_count && i < tsv->field_count; i++)
        if (str_is(tsv->names[i], column))
            return tsv->fields[i];
    return (struct str){"", 0};
}

static bool says(struct str field)
{
    return field.len > 0 && !str_is(field, "-");
}

bool tsv_says(const struct tsv *tsv, const char *column)
{
    return says(tsv_field(tsv, column));
}

static struct amount read_amount(const struct tsv *tsv, const char *column, uint64_t most)
{
    struct str field = tsv_field(tsv, column);
    uint64_t bytes;

    if (!says(field))
        return (struct amount){0};
    if (str_bytes(field, 1, &bytes) && bytes <= most)
        return (struct amount){bytes, true};
    tsv_note(tsv, "not a size, or too large: taken as not known");
    return (struct amount){0};
}

struct amount tsv_amount(const struct tsv *tsv, const char *column)
{
    return read_amount(tsv, column, AMOUNT_MAX);
}

struct amount tsv_machine_amount(const struct tsv *tsv, const char *column)
{
    return read_amount(tsv, column, MACHINE_MAX);
}

struct count tsv_count(const struct tsv *tsv, const char *column)
{
    struct str field = tsv_field(tsv, column);
    uint64_t n;

    if (!says(field))
        return (struct count){0};
    if (str_u64(field, 10, &n))
        return (struct count){n, true};
    tsv_note(tsv, "not a number, or too large: taken as not known");
    return (struct count){0};
}

enum yes_no tsv_yes_no(const struct tsv *tsv, const char *column)
{
    struct str field = tsv_field(tsv, column);

    if (str_is(field, "yes") || str_is(field, "1"))
        return YES;
    if (str_is(field, "no") || str_is(field, "0"))
        return NO;
    if (says(field))
        tsv_note(tsv, "neither yes nor no: taken as not known");
    return UNSAID;
}

const char *tsv_name(const struct tsv *tsv, const char *column)
{
    return snapshot_unescape(tsv->snap, tsv->line, tsv_field(tsv, column));
}

void tsv_note(const struct tsv *tsv, const char *what)
{
    snapshot_note(tsv->snap, tsv->line, what);
}
