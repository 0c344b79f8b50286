/* extensions.c - see extensions.h. */
#include "formats/extensions.h"

struct extensions extensions_begin(struct snapshot *snap)
{
    struct extensions extensions = {.snap = snap};

    for (size_t i = 0; i < snap->extension_count; i++) {
        struct group_key key = group_of_name(snap->extensions[i].name);

        (void)groups_add(&extensions.names, &key);
    }
    return extensions;
}

struct extension *extensions_find(struct extensions *extensions, const char *name)
{
    struct group_key key = group_of_name(name);
    size_t at = groups_find(&extensions->names, &key);

    return at == NO_GROUP ? NULL : &extensions->snap->extensions[at];
}

struct extension *extensions_add(struct extensions *extensions, const char *name)
{
    struct snapshot *snap = extensions->snap;
    struct extension *extension = extensions_find(extensions, name);
    struct group_key key = group_of_name(name);

    if (extension != NULL)
        return extension;
    if (snap->extension_count >= RECORDS_MAX)
        return NULL;
    (void)groups_add(&extensions->names, &key);
    extension =
        arena_append(snap->arena, &snap->extensions, &snap->extension_count, sizeof *extension);
    extension->name = name;
    return extension;
}

void extensions_end(struct extensions *extensions)
{
    groups_free(&extensions->names);
}
