/* bundle.c - see bundle.h. */
#include "formats/bundle.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "formats/bundle_walk.h"

static bool keep(struct walk *walk, size_t used, size_t n)
{
    size_t size = walk->content_size == 0 ? WALK_BLOCK_BYTES : walk->content_size;
    char *moved;

    while (size < used + n)
        size *= 2;
    if (size > walk->content_size) {
        moved = realloc(walk->content, size);
        if (moved == NULL)
            return false;
        walk->content = moved;
        walk->content_size = size;
    }
    memcpy(walk->content + used, walk->block, n);
    return true;
}

enum walked walk_member(struct walk *walk, const char *name, walk_piece_fn *piece, void *source,
                        struct err *err)
{
    const struct bundle_visitor *visitor = walk->visitor;
    uint64_t wanted = visitor->want(visitor->context, name);
    uint64_t size = 0;
    uint32_t crc = 0;
    size_t used = 0, n;
    struct str content;
    enum walked walked;

    while ((walked = piece(walk, source, &n, err)) == WALK_OK && n > 0) {
        size_t some = n < wanted - used ? n : (size_t)(wanted - used);

        crc = (uint32_t)crc32(crc, (const unsigned char *)walk->block, (unsigned)n);
        size += n;
        walk->bytes += n;
        if (walk->bytes > BUNDLE_BYTES_MAX)
            return walk_refuse(err, "%s: refused: more than 8 GiB in all", name);
        if (some > 0 && !keep(walk, used, some))
            return walk_refuse(err, "%s: out of memory after %zu bytes", name, used);
        used += some;
    }
    if (walked != WALK_OK) {
        err_in(err, "%s", name);
        return walked;
    }
    content = (struct str){used > 0 ? walk->content : "", used};
    return visitor->member(visitor->context, name, content, size > wanted, size, crc, err)
               ? WALK_OK
               : WALK_REFUSED;
}

enum walked walk_count(struct walk *walk, struct err *err)
{
    if (++walk->members > BUNDLE_MEMBERS_MAX)
        return walk_refuse(err, "refused: more than %d members", BUNDLE_MEMBERS_MAX);
    return WALK_OK;
}

void walk_damage(struct walk *walk, const struct err *why)
{
    if (walk->damage->text[0] == '\0')
        *walk->damage = *why;
}

bool walk_is_apple_double(const char *name)
{
    const char *slash = strrchr(name, '/');

    return strncmp(slash == NULL ? name : slash + 1, "._", 2) == 0;
}

static enum walked walk_any(int fd, const struct bundle_visitor *visitor, struct err *damage,
                            struct err *err)
{
    struct walk *walk;
    struct stat st;
    enum walked walked;

    if (fstat(fd, &st) != 0) {
        err_errno(err, "cannot be opened");
        return WALK_REFUSED;
    }
    walk = calloc(1, sizeof *walk);
    if (walk == NULL)
        return walk_refuse(err, "out of memory");
    walk->visitor = visitor;
    walk->damage = damage;
    walked = S_ISDIR(st.st_mode) ? walk_folder(walk, fd, err) : walk_archive(walk, fd, err);
    free(walk->content);
    free(walk);
    return walked;
}

bool bundle_read(const char *path, const struct bundle_visitor *visitor, struct err *damage,
                 struct err *err)
{
    enum walked walked;
    struct err why;
    int fd;

    damage->text[0] = '\0';
    if (strcmp(path, "-") == 0) {
        walked = walk_any(STDIN_FILENO, visitor, damage, &why);
    } else {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return err_errno(err, "cannot be opened");
        walked = walk_any(fd, visitor, damage, &why);
        (void)close(fd);
    }
    if (walked == WALK_DAMAGED && damage->text[0] == '\0')
        *damage = why;
    if (walked == WALK_REFUSED)
        *err = why;
    return walked != WALK_REFUSED;
}
