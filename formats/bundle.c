/* bundle.c - see bundle.h. */
#include "formats/bundle.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "formats/bundle_walk.h"

/* Appends a piece of the current member to what is kept of it. */
static bool keep(struct walk *walk, size_t used, struct str piece)
{
    size_t size = walk->content_size == 0 ? WALK_BLOCK_BYTES : walk->content_size;
    char *moved;

    while (size < used + piece.len)
        size *= 2;
    if (size > walk->content_size) {
        moved = realloc(walk->content, size);
        if (moved == NULL)
            return false;
        walk->content = moved;
        walk->content_size = size;
    }
    memcpy(walk->content + used, piece.at, piece.len);
    return true;
}

/* How far the current member is read. */
struct taking {
    uint64_t wanted; /* bytes, or BUNDLE_SKIP */
    size_t used;
    bool enough; /* no more than that was wanted, though there is more */
};

static struct str taken(const struct walk *walk, const struct taking *taking)
{
    return (struct str){taking->used > 0 ? walk->content : "", taking->used};
}

/* Keeps of the piece what is wanted. False: out of memory. */
static bool take(struct walk *walk, const char *name, struct str piece, struct taking *taking)
{
    const struct bundle_visitor *visitor = walk->visitor;

    while (piece.len > 0 && !taking->enough && taking->wanted != BUNDLE_SKIP) {
        uint64_t room = taking->wanted - taking->used, wanted;
        size_t n = piece.len < room ? piece.len : (size_t)room;

        if (!keep(walk, taking->used, (struct str){piece.at, n}))
            return false;
        taking->used += n;
        piece = (struct str){piece.at + n, piece.len - n};
        if (piece.len == 0)
            break;
        wanted = visitor->want(visitor->context, name, taken(walk, taking));
        taking->enough = wanted <= taking->wanted;
        if (!taking->enough)
            taking->wanted = wanted;
    }
    return true;
}

enum walked walk_member(struct walk *walk, const char *name, walk_piece_fn *piece, void *source,
                        struct err *err)
{
    const struct bundle_visitor *visitor = walk->visitor;
    struct taking taking = {.wanted = visitor->want(visitor->context, name, str_of(""))};
    enum walked walked = WALK_OK;
    uint64_t size = 0;
    uint32_t crc = 0;
    struct str some;

    taking.enough = taking.wanted == 0;
    while (taking.wanted != BUNDLE_SKIP && (walked = piece(walk, source, &some, err)) == WALK_OK &&
           some.len > 0) {
        crc = (uint32_t)crc32(crc, (const unsigned char *)some.at, (unsigned)some.len);
        size += some.len;
        walk->bytes += some.len;
        if (walk->bytes > BUNDLE_BYTES_MAX)
            return walk_refuse(err, "%s: refused: more than 8 GiB in all", name);
        if (!take(walk, name, some, &taking))
            return walk_refuse(err, "%s: out of memory after %zu bytes", name, taking.used);
    }
    if (walked != WALK_OK)
        err_in(err, "%s", name);
    if (walked != WALK_OK || taking.wanted == BUNDLE_SKIP)
        return walked;
    return visitor->member(visitor->context, name, taken(walk, &taking), size > taking.used, size,
                           crc, err)
               ? WALK_OK
               : WALK_REFUSED;
}

void walk_begin(struct walk *walk, enum bundle_kind kind, const char *top)
{
    walk->kind = kind;
    walk->visitor->begin(walk->visitor->context, kind, top);
}

enum walked walk_link(struct walk *walk, const char *name, struct err *err)
{
    if (walk->kind == BUNDLE_OURS)
        return walk_refuse(err, "refused: '%s' is a link or a device", name);
    walk->visitor->left_out(walk->visitor->context, name);
    return WALK_OK;
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

const char *walk_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

bool walk_is_apple_double(const char *name)
{
    return strncmp(walk_base_name(name), "._", 2) == 0;
}

static enum walked walk_any(const char *path, int fd, const struct bundle_visitor *visitor,
                            struct err *damage, struct err *err)
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
    walk->path = path;
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
        walked = walk_any(path, STDIN_FILENO, visitor, damage, &why);
    } else {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return err_errno(err, "cannot be opened");
        walked = walk_any(path, fd, visitor, damage, &why);
        (void)close(fd);
    }
    if (walked == WALK_DAMAGED && damage->text[0] == '\0')
        *damage = why;
    if (walked == WALK_REFUSED)
        *err = why;
    return walked != WALK_REFUSED;
}
