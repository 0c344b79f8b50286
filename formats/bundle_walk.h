/*
 * bundle_walk.h - one walk over a bundle: what archives and folders have in common. Private to
 * bundle.c, bundle_archive.c and bundle_folder.c; everyone else reads bundle.h.
 */
#ifndef FORMATS_BUNDLE_WALK_H
#define FORMATS_BUNDLE_WALK_H

#include "formats/bundle.h"

#define WALK_BLOCK_BYTES ((size_t)64 << 10)

struct walk {
    const struct bundle_visitor *visitor;
    const char *path; /* as it was given */
    enum bundle_kind kind;
    struct err *damage; /* the first one; empty: none */
    char block[WALK_BLOCK_BYTES];
    char *content; /* of the current member, as far as wanted */
    size_t content_size;
    uint64_t bytes;   /* of all members so far */
    uint64_t members; /* so far, and folders and whatever else has a name */
};

/* How a step of the walk went. Other than OK: *err says why. */
enum walked {
    WALK_OK,
    WALK_DAMAGED, /* this cannot be read; what was read before still counts */
    WALK_REFUSED  /* the bundle as a whole is not to be trusted */
};

/* The next piece of a member's content, valid until the next call; empty at the end. */
typedef enum walked walk_piece_fn(struct walk *walk, void *source, struct str *piece,
                                  struct err *err);

/* Tells the visitor what this is. */
void walk_begin(struct walk *walk, enum bundle_kind kind, const char *top);

/* Reads one member and shows it to the visitor: to its end, or as far as it was wanted when it is
 * to be skipped. */
enum walked walk_member(struct walk *walk, const char *name, walk_piece_fn *piece, void *source,
                        struct err *err);

/* A link or a device: refused in a bundle of ours, else left out. */
enum walked walk_link(struct walk *walk, const char *name, struct err *err);

/* Counts one more name, which is at most BUNDLE_MEMBERS_MAX. */
enum walked walk_count(struct walk *walk, struct err *err);

/* Remembers the damage, unless there is an earlier one: what follows from it does not count. */
void walk_damage(struct walk *walk, const struct err *why);

/* err_set for WALK_REFUSED and WALK_DAMAGED. */
#define walk_refuse(...) (err_set(__VA_ARGS__), WALK_REFUSED)

/* Whether the file is a twin that macOS's tar and cp leave beside a file: its attributes. */
bool walk_is_apple_double(const char *name);

/* What follows the last "/". */
const char *walk_base_name(const char *path);

enum walked walk_archive(struct walk *walk, int fd, struct err *err);
enum walked walk_folder(struct walk *walk, int fd, struct err *err);

#endif
