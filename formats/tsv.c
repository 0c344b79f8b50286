/* tsv.c - see tsv.h. */
#include "formats/tsv.h"

#include <string.h>

#include "formats/escape.h"

static size_t split(struct str line, struct str fields[TSV_COLUMNS_MAX])
{
    size_t n = 0;
    bool more = true;

    while (more && n < TSV_COLUMNS_MAX)
        more = str_cut(&line, '\t', &fields[n++]);
    return n;
}

bool tsv_open(struct tsv *tsv, struct str text, const char *must)
{
    struct str line;

    *tsv = (struct tsv){.text = text, .line = 1};
    if (!str_line(&tsv->text, &line))
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

    tsv->trouble = NULL;
    while (tsv->line++, str_line(&tsv->text, &line)) {
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

static bool is_unknown(struct str field)
{
    return field.len == 0 || str_is(field, "-");
}

struct amount tsv_amount(struct tsv *tsv, const char *column)
{
    struct str field = tsv_field(tsv, column);
    uint64_t bytes;

    if (is_unknown(field))
        return (struct amount){0};
    if (str_bytes(field, 1, &bytes))
        return amount_of(bytes);
    tsv->trouble = "a size that is not a number, or too large: taken as not known";
    return (struct amount){0};
}

struct count tsv_count(struct tsv *tsv, const char *column)
{
    struct str field = tsv_field(tsv, column);
    uint64_t n;

    if (is_unknown(field))
        return (struct count){0};
    if (str_u64(field, 10, &n))
        return (struct count){n, true};
    tsv->trouble = "a number that is none, or too large: taken as not known";
    return (struct count){0};
}

enum yes_no tsv_yes_no(struct tsv *tsv, const char *column)
{
    struct str field = tsv_field(tsv, column);

    if (str_is(field, "yes") || str_is(field, "1"))
        return YES;
    if (str_is(field, "no") || str_is(field, "0"))
        return NO;
    if (!is_unknown(field))
        tsv->trouble = "neither yes nor no: taken as not known";
    return UNSAID;
}

const char *tsv_name(struct tsv *tsv, const char *column, struct arena *arena)
{
    struct str field = tsv_field(tsv, column);
    const char *name;
    size_t len;

    if (is_unknown(field))
        return NULL;
    /* Cut twice: the escaped form bounds the work, what it stands for is what the limit means. */
    if (field.len > (size_t)ESCAPE_MAX * NAME_BYTES_MAX)
        field.len = (size_t)ESCAPE_MAX * NAME_BYTES_MAX;
    name = unescape_name(arena, field);
    len = strlen(name);
    if (len <= NAME_BYTES_MAX)
        return name;
    tsv->trouble = "a name of more than 4096 bytes is cut";
    return arena_intern(arena, (struct str){name, NAME_BYTES_MAX});
}

void tsv_note(const struct tsv *tsv, struct snapshot *snap)
{
    if (tsv->trouble != NULL)
        snapshot_note(snap, tsv->line, tsv->trouble);
}
