/*
 * bundle_folder.c - walking an unpacked bundle, or any other folder. Links are never followed, and
 * nothing is opened but files and folders.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/bundle_walk.h"
#include "formats/sysdiagnose.h"

#define DEPTH_MAX 32 /* folders in folders; each level holds a descriptor */

struct names {
    char **at;
    size_t count, room;
};

static enum walked damaged(struct err *err, const char *what)
{
    err_errno(err, "%s", what);
    return WALK_DAMAGED;
}

static enum walked next_piece(struct walk *walk, void *context, struct str *piece, struct err *err)
{
    ssize_t got;

    do
        got = read(*(const int *)context, walk->block, WALK_BLOCK_BYTES);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return damaged(err, "cannot be read");
    *piece = (struct str){walk->block, (size_t)got};
    return WALK_OK;
}

static int rank_of(const char *name)
{
    if (strcmp(name, "manifest.txt") == 0)
        return 0;
    return strcmp(name, "sources.tsv") == 0 ? 2 : 1;
}

/* As in an archive of ours the manifest comes first and the sources last; the others by name, so
 * that what is found does not depend on the file system. */
static int by_rank_and_name(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int rank = rank_of(x) - rank_of(y);

    return rank != 0 ? rank : strcmp(x, y);
}

static enum walked add_name(struct walk *walk, struct names *names, const char *name,
                            struct err *err)
{
    enum walked walked = walk_count(walk, err);
    char **moved;

    if (walked != WALK_OK)
        return walked;
    if (names->count == names->room) {
        names->room = names->room == 0 ? 64 : 2 * names->room;
        moved = realloc(names->at, names->room * sizeof *names->at);
        if (moved == NULL)
            return walk_refuse(err, "out of memory");
        names->at = moved;
    }
    names->at[names->count] = strdup(name);
    if (names->at[names->count] == NULL)
        return walk_refuse(err, "out of memory");
    names->count++;
    return WALK_OK;
}

static enum walked list_names(struct walk *walk, int fd, const char *prefix, struct names *names,
                              struct err *err)
{
    int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = own < 0 ? NULL : fdopendir(own);
    const struct dirent *entry;
    enum walked walked = WALK_OK;

    if (dir == NULL) {
        walked = damaged(err, *prefix == '\0' ? "the folder" : prefix);
        if (own >= 0)
            (void)close(own);
        return walked;
    }
    while (walked == WALK_OK && (entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            !walk_is_apple_double(entry->d_name))
            walked = add_name(walk, names, entry->d_name, err);
    (void)closedir(dir);
    if (names->count > 0)
        qsort(names->at, names->count, sizeof *names->at, by_rank_and_name);
    return walked;
}

static enum walked walk_names(struct walk *walk, int fd, const char *prefix, unsigned depth,
                              struct err *err);

/* One member or folder, which was looked at before: opening a device can do things. */
static enum walked walk_open(struct walk *walk, int fd, const char *member, unsigned depth,
                             struct err *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return damaged(err, member);
    if (S_ISREG(st.st_mode))
        return walk_member(walk, member, next_piece, &fd, err);
    if (S_ISDIR(st.st_mode))
        return walk_names(walk, fd, member, depth + 1, err);
    return walk_link(walk, member, err);
}

/* Whether the visitor wants to see what is in a folder. */
static bool is_entered(struct walk *walk, const char *member)
{
    char name[BUNDLE_NAME_MAX + 2];

    (void)snprintf(name, sizeof name, "%s/", member);
    return walk->visitor->want(walk->visitor->context, name, str_of("")) != BUNDLE_SKIP;
}

static enum walked walk_name(struct walk *walk, int folder, const char *prefix, const char *name,
                             unsigned depth, struct err *err)
{
    char member[BUNDLE_NAME_MAX + 1];
    enum walked walked;
    struct stat st;
    int fd, len;

    len = snprintf(member, sizeof member, "%s%s%s", prefix, *prefix == '\0' ? "" : "/", name);
    if (len < 0 || (size_t)len >= sizeof member)
        return walk_refuse(err, "refused: a name of more than %d bytes", BUNDLE_NAME_MAX);
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return damaged(err, member);
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return walk_link(walk, member, err);
    if (S_ISDIR(st.st_mode) && !is_entered(walk, member))
        return WALK_OK;
    fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return damaged(err, member);
    walked = walk_open(walk, fd, member, depth, err);
    (void)close(fd);
    return walked;
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->at[i]);
    free(names->at);
}

/* A member that cannot be read does not keep us from the others. */
static enum walked walk_all(struct walk *walk, int fd, const char *prefix, unsigned depth,
                            const struct names *names, struct err *err)
{
    enum walked walked = WALK_OK;

    for (size_t i = 0; walked != WALK_REFUSED && i < names->count; i++) {
        walked = walk_name(walk, fd, prefix, names->at[i], depth, err);
        if (walked == WALK_DAMAGED)
            walk_damage(walk, err);
    }
    return walked;
}

static enum walked walk_names(struct walk *walk, int fd, const char *prefix, unsigned depth,
                              struct err *err)
{
    struct names names = {0};
    enum walked walked;

    if (depth > DEPTH_MAX)
        return walk_refuse(err, "refused: '%s' lies too deep", prefix);
    walked = list_names(walk, fd, prefix, &names, err);
    if (walked == WALK_OK)
        walked = walk_all(walk, fd, prefix, depth, &names, err);
    free_names(&names);
    return walked;
}

static bool has(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->at[i], name) == 0)
            return true;
    return false;
}

/* Whose the folder is. Without its first or last member a bundle is still one. */
static enum bundle_kind kind_of(const struct names *names, const char *top)
{
    if (has(names, "manifest.txt") || has(names, "sources.tsv") || has(names, "proc"))
        return BUNDLE_OURS;
    if (sysdiagnose_is(top) || has(names, SYSDIAGNOSE_LOG))
        return BUNDLE_SYSDIAGNOSE;
    return BUNDLE_FOLDER;
}

/* Where an archive was unpacked there is often nothing but its top folder. That folder, opened, and
 * its name in *only; -1: there is no such one. */
static int open_only(int fd, const struct names *names, const char **only)
{
    const char *name = NULL;
    int inner;

    for (size_t i = 0; i < names->count; i++) {
        if (*names->at[i] == '.') /* what a desktop leaves in each folder */
            continue;
        if (name != NULL)
            return -1;
        name = names->at[i];
    }
    if (name == NULL)
        return -1;
    inner = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0)
        return -1;
    if (!sysdiagnose_is(name) && faccessat(inner, SYSDIAGNOSE_LOG, F_OK, 0) != 0 &&
        faccessat(inner, "manifest.txt", F_OK, 0) != 0) {
        (void)close(inner);
        return -1;
    }
    *only = name;
    return inner;
}

/* The top folder, or the only one in it. */
static enum walked walk_top(struct walk *walk, int fd, const char *top, bool outermost,
                            struct err *err)
{
    struct names names = {0};
    enum walked walked = list_names(walk, fd, "", &names, err);
    const char *only;
    int inner = walked == WALK_OK && outermost ? open_only(fd, &names, &only) : -1;

    if (inner >= 0) {
        walked = walk_top(walk, inner, only, false, err);
        (void)close(inner);
    } else if (walked == WALK_OK) {
        walk_begin(walk, kind_of(&names, top), top);
        walked = walk_all(walk, fd, "", 0, &names, err);
    }
    free_names(&names);
    return walked;
}

enum walked walk_folder(struct walk *walk, int fd, struct err *err)
{
    char *real = strcmp(walk->path, "-") == 0 ? NULL : realpath(walk->path, NULL);
    enum walked walked = walk_top(walk, fd, real == NULL ? "" : walk_base_name(real), true, err);

    free(real);
    return walked;
}
