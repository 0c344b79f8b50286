/* ips.c - see ips.h. */
#include "formats/apple/ips.h"

#include <stdlib.h>
#include <string.h>

#include "formats/apple/mac_os.h"

#define LIKE_BYTES ((size_t)8 << 10)
#define DEPTH_MAX  64                /* of brackets; a report has 6 */
#define VALUES_MAX ((size_t)1 << 20) /* the parser needs some hundred bytes for each */

/* How far an object reaches; and up to where it is in order, with what brackets open there. */
struct reach {
    size_t len;
    bool whole;
    size_t safe, depth;
    char open[DEPTH_MAX];
};

/* Length of the string literal that text begins with, both quotes counted; 0: it does not end. */
static size_t string_len(struct str text)
{
    for (size_t i = 1; i < text.len; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (text.at[i] == '"')
            return i + 1;
    }
    return 0;
}

static void mark_safe(struct reach *reach, size_t at, const char *open, size_t depth)
{
    reach->safe = at;
    reach->depth = depth;
    memcpy(reach->open, open, depth);
}

/* Follows the brackets of the object that text begins with. */
static struct reach reach_of(struct str text)
{
    struct reach reach = {.len = text.len};
    char open[DEPTH_MAX];
    size_t depth = 0, values = 0;

    for (size_t i = 0; i < text.len && values <= VALUES_MAX; i++) {
        char c = text.at[i];

        if (c == '"') {
            size_t len = string_len((struct str){text.at + i, text.len - i});

            if (len == 0)
                return reach;
            i += len - 1;
        } else if (c == '{' || c == '[') {
            if (depth == DEPTH_MAX)
                return reach;
            open[depth++] = c;
            mark_safe(&reach, i + 1, open, depth);
            values++;
        } else if (c == '}' || c == ']') {
            if (depth == 0 || open[depth - 1] != (c == '}' ? '{' : '['))
                return reach;
            depth--;
            mark_safe(&reach, i + 1, open, depth);
            reach.whole = depth == 0;
            reach.len = depth == 0 ? i + 1 : text.len;
            if (reach.whole)
                return reach;
        } else if (c == ',') {
            mark_safe(&reach, i, open, depth);
            values++;
        }
    }
    return reach;
}

static json_t *parse(const char *text, size_t len, size_t *wrong_at, struct err *err)
{
    json_error_t error;
    json_t *object = json_loadb(text, len, JSON_ALLOW_NUL, &error);

    if (object != NULL)
        return object;
    *wrong_at = error.position > 0 ? (size_t)error.position : 0;
    (void)err_set(err, "no JSON that can be read: %s", error.text);
    return NULL;
}

/* The part that is in order, with its brackets closed. Overwrites what stands behind it. */
static json_t *parse_part(char *text, size_t len, struct err *err)
{
    struct reach reach = reach_of((struct str){text, len});
    char *closed = malloc(reach.safe + reach.depth + 1);
    size_t wrong_at;
    json_t *object;

    if (closed == NULL) {
        (void)err_set(err, "out of memory");
        return NULL;
    }
    memcpy(closed, text, reach.safe);
    for (size_t i = 0; i < reach.depth; i++)
        closed[reach.safe + i] = reach.open[reach.depth - 1 - i] == '{' ? '}' : ']';
    object = parse(closed, reach.safe + reach.depth, &wrong_at, err);
    free(closed);
    return object;
}

/* Takes the object that *text begins with. */
static json_t *take_object(struct str *text, bool *cut, struct err *err)
{
    struct reach reach = reach_of(*text);
    size_t wrong_at = text->len;
    json_t *object = NULL;
    char *clean;

    /* Line breaks in strings are a paste's; JSON has none. */
    clean = malloc(reach.len + 1);
    if (clean == NULL) {
        (void)err_set(err, "out of memory");
        return NULL;
    }
    memcpy(clean, text->at, reach.len);
    for (size_t i = 0; i < reach.len; i++)
        if ((unsigned char)clean[i] < ' ')
            clean[i] = ' ';
    if (reach.whole)
        object = parse(clean, reach.len, &wrong_at, err);
    *cut = object == NULL;
    if (object == NULL)
        object = parse_part(clean, wrong_at < reach.len ? wrong_at : reach.len, err);
    free(clean);
    *text = (struct str){text->at + reach.len, text->len - reach.len};
    return object;
}

static bool find_object(struct str *text)
{
    struct str before, found = *text;

    if (!str_cut(&found, '{', &before))
        return false;
    *text = (struct str){found.at - 1, found.len + 1};
    return true;
}

/* Without the blanks that JSON allows anywhere. */
static struct str skip_space(struct str text)
{
    while (text.len > 0 && (*text.at == ' ' || (*text.at >= '\t' && *text.at <= '\r')))
        text = (struct str){text.at + 1, text.len - 1};
    return text;
}

bool ips_type(struct str text, struct str *type)
{
    struct str fence;
    size_t at;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    *type = (struct str){0};
    text = skip_space(text);
    if (str_starts(text, "```")) /* of a paste */
        (void)str_line(&text, &fence);
    text = skip_space(text);
    if (!str_starts(text, "{"))
        return false;
    at = str_find(text, "\"bug_type\"");
    if (at == SIZE_MAX)
        return true;
    text = skip_space((struct str){text.at + at + 10, text.len - at - 10});
    if (!str_skip(&text, ":"))
        return true;
    text = skip_space(text);
    if (str_skip(&text, "\""))
        (void)str_cut(&text, '"', type);
    return true;
}

bool ips_open(struct str text, struct ips *ips, struct err *err)
{
    *ips = (struct ips){0};
    if (!find_object(&text))
        return err_set(err, "no JSON");
    ips->body = take_object(&text, &ips->cut, err);
    if (ips->body == NULL)
        return false;
    if (!find_object(&text))
        return true;
    ips->header = ips->body;
    ips->body = take_object(&text, &ips->cut, err);
    if (ips->body != NULL)
        return true;
    ips_close(ips);
    return false;
}

void ips_close(struct ips *ips)
{
    json_decref(ips->header);
    json_decref(ips->body);
    *ips = (struct ips){0};
}

bool ips_text(const json_t *object, const char *key, struct str *text)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value))
        return false;
    *text = (struct str){json_string_value(value), json_string_length(value)};
    return true;
}

bool ips_number(const json_t *object, const char *key, uint64_t *number)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *number = (uint64_t)json_integer_value(value);
    return true;
}

bool ips_is_bridge(const struct ips *ips)
{
    struct str build;

    return (ips_text(ips->body, "build", &build) || ips_text(ips->header, "os_version", &build)) &&
           str_starts(build, "Bridge OS");
}

void ips_say_machine(const struct ips *ips, struct snapshot *snap)
{
    struct str text;

    if (ips_text(ips->header, "macos_version", &text) || ips_text(ips->body, "build", &text) ||
        ips_text(ips->header, "os_version", &text))
        mac_os_say(snap, 0, text);
    if (ips_text(ips->body, "date", &text) || ips_text(ips->header, "timestamp", &text))
        mac_moment_say(snap, text);
    if (ips_is_bridge(ips))
        return;
    if (ips_text(ips->body, "product", &text))
        mac_name_say(snap, 0, &snap->manifest.model, text);
    if (ips_text(ips->body, "kernel", &text))
        mac_kernel_say(snap, text);
}
