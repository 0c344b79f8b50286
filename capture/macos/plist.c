/* plist.c - see plist.h. */
#include "capture/macos/plist.h"

#include <stdlib.h>
#include <string.h>

#define IDS_MAX    ((uint64_t)1 << 17) /* several megabytes of them */
#define DEPTH_MAX  32                  /* deeper elements have no ID that counts */
#define SHARED_MAX ((size_t)16 << 20)  /* of all that is referred to: it could be done often */

/* A tag: <NAME ATTRIBUTES>, </NAME> or <NAME ATTRIBUTES/>. */
struct tag {
    struct str name, attributes;
    const char *start, *end; /* of the tag itself */
    enum { TAG_OPEN, TAG_CLOSE, TAG_EMPTY } kind;
};

/* Past the ">" that no quotes hide, or NULL. */
static const char *tag_end(struct str text)
{
    char quote = '\0', c;

    for (size_t i = 0; i < text.len; i++) {
        c = text.at[i];
        if (quote == '\0' && c == '>')
            return text.at + i + 1;
        if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (c == quote)
            quote = '\0';
    }
    return NULL;
}

static void tag_split(struct tag *tag, struct str inside)
{
    tag->kind = TAG_OPEN;
    if (str_skip(&inside, "/")) {
        tag->kind = TAG_CLOSE;
    } else if (str_ends(inside, "/")) {
        tag->kind = TAG_EMPTY;
        inside.len--;
    }
    if (!str_word(&inside, &tag->name))
        tag->name = (struct str){inside.at, 0};
    tag->attributes = inside;
}

/* Takes the next tag off *text; comments, declarations and text before it are passed over. */
static bool tag_take(struct str *text, struct tag *tag)
{
    while (text->len > 0) {
        const char *start = memchr(text->at, '<', text->len);
        struct str rest;
        const char *end;

        if (start == NULL)
            return false;
        rest = (struct str){start, text->len - (size_t)(start - text->at)};
        if (str_starts(rest, "<!--")) {
            size_t at = str_find(rest, "-->");

            if (at == SIZE_MAX)
                return false;
            *text = (struct str){rest.at + at + 3, rest.len - at - 3};
            continue;
        }
        end = tag_end(rest);
        if (end == NULL)
            return false;
        *text = (struct str){end, rest.len - (size_t)(end - start)};
        if (str_starts(rest, "<?") || str_starts(rest, "<!"))
            continue;
        tag->start = start;
        tag->end = end;
        tag_split(tag, (struct str){start + 1, (size_t)(end - start) - 2});
        return true;
    }
    return false;
}

/* ID="12" */
static bool attribute(struct str attributes, const char *name, uint64_t *number)
{
    struct str word, key;

    while (str_word(&attributes, &word)) {
        if (!str_cut(&word, '=', &key) || !str_is(key, name) || word.len < 2)
            continue;
        return str_u64((struct str){word.at + 1, word.len - 2}, 10, number);
    }
    return false;
}

static struct element element_of(const struct tag *tag)
{
    struct element element = {.name = tag->name, .content = {tag->end, 0}};

    element.has_id = attribute(tag->attributes, "ID", &element.id);
    if (!element.has_id)
        element.is_reference = attribute(tag->attributes, "IDREF", &element.id);
    return element;
}

bool plist_next(struct str *text, struct element *element)
{
    size_t depth = 1;
    struct tag tag;

    do {
        if (!tag_take(text, &tag))
            return false;
    } while (tag.kind == TAG_CLOSE);
    *element = element_of(&tag);
    if (tag.kind == TAG_EMPTY)
        return true;
    while (tag_take(text, &tag)) {
        depth += tag.kind == TAG_OPEN;
        depth -= tag.kind == TAG_CLOSE;
        if (depth == 0) {
            element->content.len = (size_t)(tag.start - element->content.at);
            return true;
        }
    }
    element->is_cut = true;
    element->content.len = (size_t)(text->at + text->len - element->content.at);
    *text = (struct str){text->at + text->len, 0};
    return true;
}

bool plist_root(struct str text, struct element *element)
{
    if (!plist_next(&text, element))
        return false;
    if (!str_is(element->name, "plist"))
        return true;
    text = element->content;
    return plist_next(&text, element);
}

static bool ids_add(struct plist_ids *ids, const struct element *element)
{
    size_t count = ids->count;

    if (element->id >= IDS_MAX) {
        ids->cut = true;
        return true;
    }
    while (count <= element->id)
        count = count == 0 ? 64 : 2 * count;
    if (count > ids->count) {
        struct element *elements = realloc(ids->elements, count * sizeof *elements);

        if (elements == NULL)
            return false;
        memset(elements + ids->count, 0, (count - ids->count) * sizeof *elements);
        ids->elements = elements;
        ids->count = count;
    }
    if (ids->elements[element->id].name.len == 0) /* the first one counts */
        ids->elements[element->id] = *element;
    return true;
}

bool plist_ids_read(struct plist_ids *ids, struct str text)
{
    struct element open[DEPTH_MAX];
    size_t depth = 0;
    struct tag tag;

    *ids = (struct plist_ids){0};
    while (tag_take(&text, &tag)) {
        struct element element = element_of(&tag);

        if (tag.kind == TAG_OPEN) {
            if (depth < DEPTH_MAX)
                open[depth] = element;
            depth++;
            continue;
        }
        if (tag.kind == TAG_CLOSE) {
            if (depth == 0)
                continue;
            if (--depth >= DEPTH_MAX)
                continue;
            element = open[depth];
            element.content.len = (size_t)(tag.start - element.content.at);
        }
        if (element.has_id && !ids_add(ids, &element))
            return false;
    }
    ids->cut = ids->cut || depth > 0 || (text.len > 0 && memchr(text.at, '<', text.len) != NULL);
    return true;
}

void plist_ids_end(struct plist_ids *ids)
{
    free(ids->elements);
    *ids = (struct plist_ids){0};
}

bool plist_resolve(struct plist_ids *ids, struct element *element)
{
    if (!element->is_reference)
        return true;
    if (ids == NULL || element->id >= ids->count || ids->elements[element->id].name.len == 0)
        return false;
    *element = ids->elements[element->id];
    if (element->content.len > SHARED_MAX - ids->shared_bytes) {
        ids->cut = true;
        return false;
    }
    ids->shared_bytes += element->content.len;
    return true;
}

bool plist_pair(struct plist_ids *ids, struct str *content, struct str *key, struct element *value)
{
    struct element element;

    while (plist_next(content, &element)) {
        if (!str_is(element.name, "key") || !plist_resolve(ids, &element))
            continue;
        *key = element.content;
        if (!plist_next(content, value))
            return false;
        if (plist_resolve(ids, value))
            return true;
    }
    return false;
}

/* Takes a character, or the one that an entity stands for, off *content. */
static char take_char(struct str *content)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''},
    };
    char c = *content->at;

    for (size_t i = 0; c == '&' && i < sizeof entities / sizeof *entities; i++)
        if (str_skip(content, entities[i].name))
            return entities[i].c;
    content->at++;
    content->len--;
    return c;
}

void plist_text(struct str content, char *text, size_t size)
{
    size_t used = 0;

    while (content.len > 0 && used + 1 < size)
        text[used++] = take_char(&content);
    text[used] = '\0';
}

bool plist_number(const struct element *element, uint64_t *number)
{
    struct str text = str_trim(element->content);

    if (!str_is(element->name, "integer"))
        return false;
    return str_u64(text, str_starts(text, "0x") ? 16 : 10, number);
}

static bool base64_digit(char c, uint32_t *digit)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    if (at == NULL)
        return false;
    *digit = (uint32_t)(at - digits);
    return true;
}

size_t plist_data(const struct element *element, uint8_t *bytes, size_t size)
{
    uint32_t bits = 0, digit;
    unsigned bit_count = 0;
    size_t used = 0;

    if (!str_is(element->name, "data"))
        return 0;
    for (size_t i = 0; i < element->content.len; i++) {
        if (!base64_digit(element->content.at[i], &digit)) /* blanks, and "=" at the end */
            continue;
        bits = bits << 6 | digit;
        bit_count += 6;
        if (bit_count < 8)
            continue;
        bit_count -= 8;
        if (used == size)
            return used;
        bytes[used++] = (uint8_t)(bits >> bit_count);
    }
    return used;
}
