/* columns.c - see columns.h. */
#include "formats/apple/columns.h"

#define CUT_SHOWS 4 /* so many fields below their names: then the rest of the line is missing */

/* A name is written in capitals: "PID", "%CPU", "#TH", "%CPU_ME". */
static bool is_name(struct str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.at[i];

        if ((c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '%' && c != '#' && c != '_' &&
            c != '+' && c != '/')
            return false;
    }
    return word.at[0] > '9' || word.at[0] == '%' || word.at[0] == '#';
}

static bool is_command(struct str name)
{
    static const char *const names[] = {"COMMAND", "COMM", "CMD", "ARGS", "UCOMM"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

bool columns_open(struct columns *columns, struct str header)
{
    struct str rest = header, word;

    columns->count = 0;
    columns->command = SIZE_MAX;
    while (str_word(&rest, &word)) {
        if (columns->count == COLUMNS_MAX || !is_name(word))
            return false;
        if (is_command(word))
            columns->command = columns->count;
        columns->names[columns->count] = word;
        columns->starts[columns->count++] = (size_t)(word.at - header.at);
    }
    if (columns->command == SIZE_MAX)
        columns->command = columns->count;
    return columns->count > 1 && columns_have(columns, "PID");
}

bool columns_have(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (str_is(columns->names[i], name))
            return true;
    return false;
}

struct str columns_field(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (str_is(columns->names[i], name))
            return columns->fields[i];
    return (struct str){0};
}

/* What stands below the name of column i. */
static struct str below(const struct columns *columns, struct str line, size_t i)
{
    size_t start = columns->starts[i];
    size_t end = i + 1 < columns->count ? columns->starts[i + 1] : line.len;

    if (end > line.len)
        end = line.len;
    return (struct str){line.at + start, end - start};
}

/* How many fields begin below their names, from the left. A column may be empty. */
static size_t count_aligned(const struct columns *columns, struct str line)
{
    size_t i;

    for (i = 0; i < columns->count && columns->starts[i] < line.len; i++) {
        size_t start = columns->starts[i];
        bool begins = line.at[start] != ' ' && line.at[start] != '\t' &&
                      (start == 0 || line.at[start - 1] == ' ');

        if (!begins && str_trim(below(columns, line, i)).len > 0)
            break;
    }
    return i;
}

/* Takes the first field off *line. A date, "Tue Jan 14 09:30:00 2020", is one. */
static bool take_first(struct str *line, struct str name, struct str *field)
{
    struct str more;

    if (!str_word(line, field))
        return false;
    if (!str_is(name, "STARTED") || field->len != 3 || field->at[0] < 'A')
        return true;
    for (size_t i = 0; i < 4; i++)
        if (!str_word(line, &more))
            return false;
    return true;
}

static bool take_last(struct str *line, struct str *field)
{
    size_t at;

    *line = str_trim(*line);
    at = line->len;
    while (at > 0 && line->at[at - 1] != ' ' && line->at[at - 1] != '\t')
        at--;
    *field = (struct str){line->at + at, line->len - at};
    line->len = at;
    return field->len > 0;
}

static bool split_words(struct columns *columns, struct str line)
{
    for (size_t i = 0; i < columns->command; i++)
        if (!take_first(&line, columns->names[i], &columns->fields[i]))
            return false;
    for (size_t i = columns->count; i-- > columns->command + 1;)
        if (!take_last(&line, &columns->fields[i]))
            return false;
    line = str_trim(line);
    if (columns->command == columns->count)
        return line.len == 0;
    columns->fields[columns->command] = line;
    return line.len > 0;
}

bool columns_split(struct columns *columns, struct str line)
{
    size_t aligned;

    if (columns->command + 1 >= columns->count)
        return split_words(columns, line);
    aligned = count_aligned(columns, line);
    if (aligned < columns->count) {
        bool cut = columns->starts[aligned] >= line.len && aligned >= CUT_SHOWS &&
                   aligned > columns->command + 1;

        return !cut && split_words(columns, line);
    }
    for (size_t i = 0; i < columns->count; i++)
        columns->fields[i] = str_trim(below(columns, line, i));
    return true;
}
