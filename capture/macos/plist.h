/*
 * plist.h - reading the XML that the kernel serialises objects into (libkern/c++/OSSerialize.cpp),
 * and property lists in files.
 *
 * Elements are slices of the text. An element with an ID can be referred to by later ones:
 * <string IDREF="4"/> is the element with ID="4".
 */
#ifndef CAPTURE_MACOS_PLIST_H
#define CAPTURE_MACOS_PLIST_H

#include "formats/str.h"

struct element {
    struct str name;    /* "dict", "string" */
    struct str content; /* between its tags, as it stands there */
    bool has_id, is_reference;
    bool is_cut; /* the text ends within it */
    uint64_t id; /* its own, or of what it refers to */
};

/* All elements with an ID. A zeroed one has none. */
struct plist_ids {
    struct element *elements; /* by ID; without a name: no such ID */
    size_t count;
    size_t shared_bytes; /* read by reference so far: a few bytes could stand for many */
    bool cut;            /* the text ends within an element, or not all of it was read */
};

/* False: out of memory. *ids ends with plist_ids_end() either way. */
bool plist_ids_read(struct plist_ids *ids, struct str text);
void plist_ids_end(struct plist_ids *ids);

/* Takes the next element off *text, with all that is in it, and whatever stands before it. False:
 * there is none. */
bool plist_next(struct str *text, struct element *element);

/* The first element; of a property list in a file what is in its <plist>. */
bool plist_root(struct str text, struct element *element);

/* Follows a reference, once. False: there is no such element, or too much was shared. */
bool plist_resolve(struct plist_ids *ids, struct element *element);

/* Takes the next key of a dictionary's content and its value, resolved. ids may be NULL. */
bool plist_pair(struct plist_ids *ids, struct str *content, struct str *key, struct element *value);

/* Writes the text that content stands for, without entities ("&amp;"), NUL-terminated, as much of
 * it as fits. */
void plist_text(struct str content, char *text, size_t size);

/* "42" or "0x2a" */
bool plist_number(const struct element *element, uint64_t *number);

/* The bytes of a <data>, in base 64: how many there are, at most size; 0: none, or no such text. */
size_t plist_data(const struct element *element, uint8_t *bytes, size_t size);

#endif
