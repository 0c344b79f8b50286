/*
 * model.h - a made-up Mac at two moments, and what a comparison of them must find.
 *
 * Owners have identities of their own here, which no capture shows: what must match is known by
 * construction. Names come from a written list of near twins. Nothing in here knows analyze/.
 */
#ifndef TESTS_MAC_MODEL_H
#define TESTS_MAC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_ZONES      96
#define MODEL_EXTENSIONS 16
#define MODEL_SITES      10
#define MODEL_TAGS       40
#define MODEL_PROCESSES  64
#define MODEL_SPANS      96
#define MODEL_EXPECTED   512

/* How a moment was captured. */
enum model_form {
    FORM_BUNDLE,          /* wirecap as root */
    FORM_BUNDLE_REDACTED, /* wirecap without root: zones without sizes */
    FORM_ZPRINT,          /* sudo zprint, kextstat, vm_stat */
    FORM_ZPRINT_REDACTED, /* zprint without root, and the rest */
    FORM_VM_STAT,         /* vm_stat alone */
    FORMS
};

struct model_zone {
    const char *name; /* "kalloc.type%u.64": the number is of the boot */
    uint64_t element_bytes;
    unsigned type[2];
    bool in[2];
    uint64_t count[2], bytes[2];
};

struct model_extension {
    const char *name, *version[2];
    unsigned load_tag[2], tag[2];
    bool unloaded[2]; /* it has memory, but is in no list any more */
    uint64_t bytes[2], mapper_bytes[2];
};

struct model_site {
    const char *symbol;
    uint64_t address[2];
    unsigned tag[2];
    uint64_t bytes[2];
};

struct model_process {
    const char *name, *path, *signing_id, *script;
    bool in[2];
    int pid[2];
    uint64_t table_bytes[2];
    uint64_t mlocked_bytes[2]; /* by the model's own count of pages */
    bool denied[2];            /* its regions could not be read... */
    bool counted[2];           /* ...but the kernel's own count of them */
};

struct model_span {
    int process;
    bool in[2];
    uint64_t object[2]; /* 0: its own */
    uint64_t offset_pages, pages;
};

struct model {
    uint64_t seed;
    uint64_t page_bytes;
    bool rebooted;
    unsigned darwin[2];
    enum model_form form[2];
    struct model_zone zones[MODEL_ZONES];
    int zone_count;
    struct model_extension extensions[MODEL_EXTENSIONS];
    int extension_count;
    struct model_site sites[MODEL_SITES];
    int site_count;
    uint64_t tag_bytes[2][MODEL_TAGS]; /* fixed tags but 12, by number */
    uint64_t boot_bytes[2][3];         /* RESERVED, STOLEN, LOPAGE */
    uint64_t carve_out_bytes[2];
    uint64_t mapper_bytes[2]; /* of no extension */
    uint64_t zone_slack_bytes[2], residual_bytes[2];
    uint64_t zone_bytes[2], wired_bytes[2]; /* all zones; WIRED - BOOT_STOLEN */
    struct model_process processes[MODEL_PROCESSES];
    int process_count;
    int cut[2];       /* characters that this zprint leaves of a longer name, in front of a "$" */
    bool unlisted[2]; /* the list of extensions could not be had */
    bool denied;      /* regions of some processes could not be read */
    struct model_span spans[MODEL_SPANS];
    int span_count;
};

/* What a row must say. */
struct expected {
    char kind; /* 'z', 'e', 's'ite, 't'ag, 'p'rocess */
    char name[160];
    uint64_t element_bytes;
    int64_t bytes[2];
    bool in[2], found;
};

void model_make(struct model *model, uint64_t seed);

/* The rows of zones, extensions, call sites and processes that a comparison must have, as far as the
 * forms can tell them. Returns how many. */
int model_expect(const struct model *model, struct expected *expected);

bool model_is_redacted(enum model_form form);
bool model_is_bundle(enum model_form form);
bool model_is_zprint(enum model_form form);

/* Whether a capture without root of that release adds heaps up into kalloc.N. */
bool model_is_coalesced(const struct model *model, int side);

#endif
