/*
 * zprint_zones.c - the zone table of zprint, and what zprint -C prints in its place:
 *
 *     vm objects zone:
 *     	cur_size:    38208K bytes (163020 elements)
 *     	max_size:    40960K bytes (174762 elements)
 *     	elem_size:   240 bytes
 *     	# of elems:  160000
 *     	alloc_size:  16K bytes (68 elements)
 *     	COLLECTABLE
 */
#include "formats/apple/figures.h"
#include "formats/apple/zprint.h"

static void add_zone(struct zprint *zprint, unsigned line, const struct zprint_zone *row,
                     enum zone_naming naming)
{
    struct zone zone = {
        .name = snapshot_name(zprint->snap, line, row->name),
        .naming = naming,
        .element_bytes = row->element_bytes,
        .element_count = {row->inuse, true},
        .size = figure_amount(row->size),
        .resolution_bytes = row->size.resolution_bytes,
    };

    if (row->wrapped)
        snapshot_note(zprint->snap, line,
                      "a size that zprint printed wrong: taken from the elements that fit");
    /* Only what was cut can be another zone that prints alike. */
    zone_table_add(&zprint->zones, line, &zone, zprint->zones.pass > 0 && str_ends(row->name, "$"));
}

bool zprint_zone_line(struct zprint *zprint, struct str line)
{
    bool headed = zprint->section == ZPRINT_IN_ZONES;
    struct zprint_zone row;

    switch (zprint_zone_row(line, headed ? &zprint->columns : NULL, &row)) {
    case ZPRINT_FOUND:
        add_zone(zprint, zprint->line, &row, ZONE_NAMES_ZPRINT);
        return true;
    case ZPRINT_UNUSABLE:
        snapshot_note(zprint->snap, zprint->line, "a zone of impossible figures: skipped");
        return true;
    case ZPRINT_NOT_THIS:
        break;
    }
    return false;
}

/* ---- zprint -C ---- */

static const char *const labels[] = {
    "cur_size:",        "elem_size:",       "# of elems:", "max_size:",   "alloc_size:",
    "proc_alloc_size:", "WASTED:",          "FRAGMENTED:", "COLLECTABLE", "EXHAUSTIBLE",
    "PAGEABLE",         "CALLER ACCOUNTED", "PID TOTAL:",  "TOTAL:",      NULL};

enum { LABEL_SIZE, LABEL_ELEMENT, LABEL_INUSE };

#define FIELDS_ALL ((unsigned)(1 << LABEL_SIZE | 1 << LABEL_ELEMENT | 1 << LABEL_INUSE))

/* Takes the label off *line; SIZE_MAX: none of them. */
static size_t take_label(struct str *line)
{
    *line = str_trim(*line);
    for (size_t i = 0; labels[i] != NULL; i++)
        if (str_skip(line, labels[i]))
            return i;
    return SIZE_MAX;
}

bool zprint_is_block_line(struct str line)
{
    return take_label(&line) == LABEL_SIZE && str_find(line, "K bytes (") != SIZE_MAX &&
           str_ends(line, " elements)");
}

static bool read_field(struct zprint_zone *block, size_t label, struct str value)
{
    struct str word;

    if (!str_word(&value, &word))
        return false;
    switch (label) {
    case LABEL_SIZE:
        return zprint_is_size(word) && figure_read(word, &block->size) &&
               block->size.bytes <= AMOUNT_MAX;
    case LABEL_ELEMENT:
        return str_u64(word, 10, &block->element_bytes);
    default:
        return str_u64(word, 10, &block->inuse);
    }
}

void zprint_block_end(struct zprint *zprint)
{
    struct zprint_zone *block = &zprint->block;
    uint64_t bytes;

    if (zprint->block_line == 0)
        return;
    if (block->size.bytes % 4096 == 0)
        block->size.resolution_bytes = 0;
    if (zprint->block_fields != FIELDS_ALL ||
        __builtin_mul_overflow(block->inuse, block->element_bytes, &bytes) || bytes > AMOUNT_MAX)
        snapshot_note(zprint->snap, zprint->block_line,
                      "a zone without its size or elements, or of impossible ones: skipped");
    else
        add_zone(zprint, zprint->block_line, block, ZONE_NAMES_WHOLE);
    zprint->block_line = 0;
}

static bool begin_block(struct zprint *zprint, struct str line)
{
    struct str name = str_trim(line);

    if (!str_ends(name, " zone:"))
        return false;
    name.len -= sizeof " zone:" - 1;
    zprint_block_end(zprint);
    zprint->block = (struct zprint_zone){.name = name};
    zprint->block_fields = 0;
    zprint->block_line = zprint->line;
    return true;
}

bool zprint_block_line(struct zprint *zprint, struct str line)
{
    size_t label;

    if (begin_block(zprint, line))
        return true;
    if (zprint->block_line == 0)
        return false;
    label = take_label(&line);
    if (label <= LABEL_INUSE && read_field(&zprint->block, label, line))
        zprint->block_fields |= 1u << label;
    return label != SIZE_MAX;
}
