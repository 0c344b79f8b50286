/* identity.c - see identity.h. */
#include "capture/macos/identity.h"

#include <string.h>

#include "capture/macos/darwin.h"

#define ALIGNMENT 8 /* at most so many NULs end the path of the executable */

struct str identity_field(const char *field, size_t size)
{
    const char *end = memchr(field, '\0', size);

    return (struct str){field, end != NULL ? (size_t)(end - field) : size};
}

bool identity_of_blob(const void *bytes, size_t len, struct str *text)
{
    const unsigned char *blob = bytes;
    size_t own_len;

    if (len <= DARWIN_CS_BLOB_HEADER)
        return false;
    own_len = (size_t)blob[4] << 24 | (size_t)blob[5] << 16 | (size_t)blob[6] << 8 | blob[7];
    if (own_len <= DARWIN_CS_BLOB_HEADER || own_len > len)
        return false;
    *text = identity_field((const char *)bytes + DARWIN_CS_BLOB_HEADER,
                           own_len - DARWIN_CS_BLOB_HEADER);
    return text->len > 0;
}

/* The NULs behind the path also align what follows. More of them are empty arguments, of which
 * nobody knows how many there are. */
static bool skip_path(struct str *text)
{
    const char *end = memchr(text->at, '\0', text->len);
    size_t from, nuls = 0;

    if (end == NULL)
        return false;
    from = (size_t)(end - text->at);
    while (from + nuls < text->len && text->at[from + nuls] == '\0')
        nuls++;
    *text = (struct str){text->at + from + nuls, text->len - from - nuls};
    return nuls <= ALIGNMENT;
}

bool identity_arguments(const void *bytes, size_t len, struct str *arguments)
{
    struct str rest = {bytes, len}, argument;
    int32_t count;
    const char *from;

    if (len <= sizeof count)
        return false;
    memcpy(&count, bytes, sizeof count);
    rest = (struct str){rest.at + sizeof count, len - sizeof count};
    if (!skip_path(&rest))
        return false;
    from = rest.at;
    for (int32_t i = 0; i < count; i++)
        if (!str_cut(&rest, '\0', &argument))
            return false;
    *arguments = (struct str){from, (size_t)(rest.at - from)};
    return count > 0;
}
