/* ustar.c - see ustar.h. */
#include "formats/ustar.h"

#include <stdio.h>
#include <string.h>

#include "formats/str.h"

struct ustar {
    char name[100];
    char mode[8], uid[8], gid[8];
    char size[12], mtime[12];
    char checksum[8];
    char type;
    char linkname[100];
    char magic[6], version[2];
    char uname[32], gname[32];
    char devmajor[8], devminor[8];
    char prefix[155];
    char unused[12];
};

_Static_assert(sizeof(struct ustar) == USTAR_BLOCK_BYTES, "a header is one block");

static void octal(char *field, size_t size, uint64_t value)
{
    for (size_t i = size - 1; i-- > 0; value >>= 3)
        field[i] = (char)('0' + (value & 7));
}

static bool safe(const char *name)
{
    struct str rest = str_of(name);
    struct str part;
    bool more;

    if (rest.len == 0 || *rest.at == '/')
        return false;
    do {
        more = str_cut(&rest, '/', &part);
        if (part.len == 0 || str_is(part, ".."))
            return false;
    } while (more);
    return true;
}

/* Cuts the path at a "/" so that both parts fit. */
static bool put_name(struct ustar *header, const char *path)
{
    size_t len = strlen(path);

    if (len <= sizeof header->name) {
        memcpy(header->name, path, len);
        return true;
    }
    for (const char *cut = strchr(path, '/'); cut != NULL; cut = strchr(cut + 1, '/')) {
        size_t prefix_len = (size_t)(cut - path);
        size_t name_len = len - prefix_len - 1;

        if (prefix_len <= sizeof header->prefix && name_len <= sizeof header->name) {
            memcpy(header->prefix, path, prefix_len);
            memcpy(header->name, cut + 1, name_len);
            return true;
        }
    }
    return false;
}

bool ustar_header(char block[USTAR_BLOCK_BYTES], const char *top, const char *name,
                  uint64_t size_bytes, int64_t time_s)
{
    struct ustar header = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
    char path[sizeof header.prefix + 1 + sizeof header.name + 1];
    int len = snprintf(path, sizeof path, "%s/%s", top, name);
    unsigned sum = 0;

    if (len < 0 || (size_t)len >= sizeof path || size_bytes > USTAR_SIZE_MAX || !safe(path) ||
        !put_name(&header, path))
        return false;
    octal(header.mode, sizeof header.mode, 0600);
    octal(header.uid, sizeof header.uid, 0);
    octal(header.gid, sizeof header.gid, 0);
    octal(header.size, sizeof header.size, size_bytes);
    octal(header.mtime, sizeof header.mtime, time_s < 0 ? 0 : (uint64_t)time_s & USTAR_SIZE_MAX);
    octal(header.devmajor, sizeof header.devmajor, 0);
    octal(header.devminor, sizeof header.devminor, 0);
    memset(header.checksum, ' ', sizeof header.checksum); /* counts as blanks in its own sum */
    memcpy(block, &header, sizeof header);
    for (size_t i = 0; i < sizeof header; i++)
        sum += (unsigned char)block[i];
    octal(header.checksum, sizeof header.checksum - 1, sum);
    header.checksum[6] = '\0';
    memcpy(block, &header, sizeof header);
    return true;
}
