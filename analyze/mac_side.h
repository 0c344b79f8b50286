/*
 * mac_side.h - what one side of a comparison knows about a Mac's kernel, put in order: looked up by
 * meaning, and comparable with the other side.
 */
#ifndef ANALYZE_MAC_SIDE_H
#define ANALYZE_MAC_SIDE_H

#include "analyze/comparison.h"
#include "analyze/zones_macos.h"

/* What the kernel counts under one name: all lines of that name. */
struct mac_line {
    const char *name;
    uint64_t bytes, resolution_bytes;
};

/* Lines of one kind, sorted by name, each name once. */
struct mac_lines {
    struct mac_line *list;
    size_t count;
    uint64_t bytes, resolution_bytes; /* in all */
};

struct mac_side {
    uint64_t darwin;             /* 0: not known */
    struct mac_lines tags;       /* fixed tags, and what the kernel took at boot time */
    struct mac_lines extensions; /* KMOD tags and their DMA mappers, by bundle id */
    struct mac_lines sites;      /* call sites in the kernel, by symbol or address */
    struct mac_lines mappers;    /* DMA mappers that belong to no extension, by name */
    bool extensions_named;       /* load tags could be turned into bundle ids */
    bool sites_named, sites_addressed;
    const char
        *graphics_extension; /* the one whose tag can hold all objects that processes own; NULL:
                                       none, or several */
    struct mac_zones zones;
    bool same_release; /* of macOS, as far as is known; else the sets of tags and zones differ */
};

/* The line of an unloaded extension whose name nobody knows. */
#define UNLOADED_EXTENSION "(unloaded kmod)"

/* Fills .mac of both sides. */
void mac_sides_prepare(struct side *before, struct side *after, bool same_boot,
                       struct arena *arena);

/* The line of that name, or NULL. */
const struct mac_line *find_line(const struct mac_lines *lines, const char *name);

/* Whether the tag of that extension can hold what is drawn with, and what drivers keep for
 * programs. */
bool mac_is_graphics(const char *bundle_id);

/* Of the other side; NULL: this side is taken by itself. */
const struct mac_side *mac_other(const struct side *side);

#endif
