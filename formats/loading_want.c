/* loading_want.c - how much of each member is read; see loading.h. */
#include <string.h>

#include "formats/loading.h"

bool loading_is_collection(const struct load *load)
{
    return load->loaded->kind == BUNDLE_ARCHIVE || load->loaded->kind == BUNDLE_FOLDER;
}

bool loading_is_candidate(const struct load *load, const char *member)
{
    return load->loaded->kind == BUNDLE_FILE ||
           (loading_is_collection(load) && *member != '.' && strchr(member, '/') == NULL);
}

const struct format *loading_format(const struct load *load, const char *member, int32_t *pid)
{
    const char *platform = load->loaded->snapshot.manifest.platform;
    const struct format *format;

    if (load->loaded->kind != BUNDLE_SYSDIAGNOSE)
        return format_find(str_of(member), platform, pid);
    format = format_find(str_of(member), "macos", pid);
    return format != NULL && format->platform == ONLY_MACOS ? format : NULL;
}

static uint64_t want_folder(const struct load *load, const char *folder)
{
    switch (load->loaded->kind) {
    case BUNDLE_OURS:
        return 0;
    case BUNDLE_FOLDER:
        return format_has_folder(str_of(folder)) ? 0 : BUNDLE_SKIP;
    default:
        return BUNDLE_SKIP;
    }
}

void loading_pass_over(struct load *load, const char *member, struct str content)
{
    if (load->loaded->kind == BUNDLE_FILE)
        (void)loose_refuse(content, &load->why);
    else if (loading_is_candidate(load, member))
        tally_add(loose_is_packed(content) ? &load->packed : &load->strangers,
                  &load->loaded->snapshot, member);
}

/* A loose file that turns out to be of no use is not read to its end, unless a sources.tsv may tell
 * what it should be. */
static uint64_t want_loose(struct load *load, const char *member, struct str so_far)
{
    uint64_t wanted = loose_want(so_far);

    if (wanted > so_far.len || load->loaded->kind == BUNDLE_ARCHIVE)
        return wanted;
    loading_pass_over(load, member, so_far);
    return BUNDLE_SKIP;
}

uint64_t loading_want(struct load *load, const char *member, struct str so_far)
{
    const struct format *format;
    int32_t pid;

    if (str_ends(str_of(member), "/"))
        return want_folder(load, member);
    format = loading_format(load, member, &pid);
    if (format != NULL && load->loaded->kind != BUNDLE_FILE)
        return format->bytes_max;
    if (loading_is_candidate(load, member))
        return want_loose(load, member, so_far);
    return load->loaded->kind == BUNDLE_OURS || load->loaded->kind == BUNDLE_ARCHIVE ? 0
                                                                                     : BUNDLE_SKIP;
}
