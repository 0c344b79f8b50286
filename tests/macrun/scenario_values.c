/* scenario_values.c - the fields of a scenario's lines: numbers, names, files, bytes, errors. */
#include <string.h>

#include "formats/escape.h"
#include "tests/macrun/scenario.h"

void line_needs(const struct line *line, size_t fields, const char *form)
{
    if (line->field_count < fields)
        scenario_bad("expected %s", form);
}

struct str line_field(const struct line *line, size_t index)
{
    return index < line->field_count ? line->fields[index] : str_of("");
}

uint64_t scenario_number(struct str text)
{
    static const char units[] = "KMGT";
    const char *unit = text.len > 0 ? strchr(units, text.at[text.len - 1]) : NULL;
    struct str digits = text;
    uint64_t number;

    if (unit != NULL && *unit != '\0')
        digits.len--;
    if (!str_u64(digits, str_starts(digits, "0x") ? 16 : 10, &number))
        scenario_bad("expected a number, not '%.*s'", (int)text.len, text.at);
    return unit != NULL && *unit != '\0' ? number << (10 * (unsigned)(unit - units + 1)) : number;
}

int64_t scenario_signed(struct str text)
{
    bool negative = str_skip(&text, "-");
    int64_t number = (int64_t)scenario_number(text);

    return negative ? -number : number;
}

const char *scenario_name(struct str text)
{
    const char *name = unescape_name(&mac.arena, text);

    return name != NULL ? name : "";
}

const char *scenario_file(struct str text)
{
    if (text.len == 0 || *text.at == '/')
        return arena_intern(&mac.arena, text);
    return arena_print(&mac.arena, "%s/%.*s", mac.folder, (int)text.len, text.at);
}

size_t scenario_bytes(struct str text, uint8_t *bytes, size_t max)
{
    size_t count = 0;

    while (text.len > 0) {
        uint64_t byte;

        if (str_skip(&text, "-") || str_skip(&text, " "))
            continue;
        if (text.len < 2 || count == max || !str_u64((struct str){text.at, 2}, 16, &byte))
            scenario_bad("expected up to %zu bytes in hexadecimal", max);
        bytes[count++] = (uint8_t)byte;
        text.at += 2;
        text.len -= 2;
    }
    return count;
}

void scenario_all_bytes(struct str text, uint8_t *bytes, size_t count)
{
    if (scenario_bytes(text, bytes, count) != count)
        scenario_bad("expected %zu bytes in hexadecimal", count);
}

int scenario_code(struct str text)
{
    static const struct {
        const char *name;
        int value;
    } codes[] = {
#define X(name, value) {#name, value},
        DARWIN_ERRNOS(X) DARWIN_COMMON_ERRNOS(X)
#undef X
            {"KERN_INVALID_ADDRESS", DARWIN_KERN_INVALID_ADDRESS},
        {"KERN_INVALID_ARGUMENT", DARWIN_KERN_INVALID_ARGUMENT},
        {"KERN_FAILURE", DARWIN_KERN_FAILURE},
        {"KERN_RESOURCE_SHORTAGE", DARWIN_KERN_RESOURCE_SHORTAGE},
        {"KERN_NO_ACCESS", DARWIN_KERN_NO_ACCESS},
        {"KERN_ABORTED", DARWIN_KERN_ABORTED},
        {"KERN_INVALID_HOST", DARWIN_KERN_INVALID_HOST},
        {"KERN_NOT_SUPPORTED", DARWIN_KERN_NOT_SUPPORTED},
        {"MACH_SEND_INVALID_DEST", DARWIN_MACH_SEND_INVALID_DEST},
        {"MIG_BAD_ID", DARWIN_MIG_BAD_ID},
        {"stuck", FAULT_STUCK}};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (str_is(text, codes[i].name))
            return codes[i].value;
    return (int)scenario_signed(text);
}

bool scenario_pair(struct str field, struct str *key, struct str *value)
{
    bool pair = str_cut(&field, '=', key);

    *value = field;
    return pair;
}
