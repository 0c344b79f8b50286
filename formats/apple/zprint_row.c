/*
 * zprint_row.c - a line of the wired table of zprint. Its name may be empty and may hold blanks, so
 * the figures are counted from the right.
 *
 *     com.example.driver.Lathe                                        113          41      22000K   120K     20544K
 *     IOSomething::start(IOService*, bool)                                         53                           64K
 *                                                                                  61                          128K
 *      (kern_thing.c:112)kern_thing_init                                                              56                           80K
 */
#include "formats/apple/figures.h"
#include "formats/apple/zprint.h"

#define KMOD_END 67 /* columns of a name, and of a load tag at its end */
#define TAG_END  79
#define NAME_END 64 /* of a name with a load tag */
#define SIZES    3  /* peak, waste, size */

static const char memory_prefix[] = "VM_KERN_MEMORY_";
static const char count_prefix[] = "VM_KERN_COUNT_";

/* ---- lines ---- */

static size_t end_of(struct str word, struct str line)
{
    return (size_t)(word.at + word.len - line.at);
}

/* Takes a number off the end of *rest, if it is one. */
static bool take_number(struct str *rest, struct str *word, struct count *number)
{
    struct str before = *rest;

    *word = str_last_word(&before);
    if (!zprint_is_number(*word) || !str_u64(*word, 10, &number->n))
        return false;
    number->known = true;
    *rest = before;
    return true;
}

/* "com.example.driver.Lathe" */
static bool is_bundle_id(struct str name)
{
    size_t dots = 0;

    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == ' ' || name.at[i] == '\t')
            return false;
        dots += name.at[i] == '.';
    }
    return dots >= 2;
}

static bool is_telling(const struct zprint_row *row, size_t name_end, size_t tag_end)
{
    bool in_columns =
        name_end <= KMOD_END ? tag_end == TAG_END : tag_end == name_end + (TAG_END - KMOD_END);

    return row->tag.known &&
           (in_columns || str_starts(row->name, memory_prefix) ||
            str_starts(row->name, count_prefix) || (row->kmod.known && is_bundle_id(row->name)));
}

/* One number is a tag, but for a load tag in its own columns: then the line has no tag. */
static void read_numbers(struct str line, struct str rest, struct zprint_row *row)
{
    struct str word, first;
    size_t tag_end = 0, name_end;

    if (take_number(&rest, &word, &row->tag)) {
        tag_end = end_of(word, line);
        (void)take_number(&rest, &first, &row->kmod);
    }
    row->name = str_trim(rest);
    name_end = row->name.len > 0 ? end_of(row->name, line) : 0;
    if (row->tag.known && !row->kmod.known && tag_end == KMOD_END && name_end <= NAME_END &&
        str_starts((struct str){line.at + KMOD_END, line.len - KMOD_END}, "  ")) {
        row->kmod = row->tag;
        row->tag = (struct count){0};
    }
    row->telling = is_telling(row, row->kmod.known ? 0 : name_end, tag_end);
}

/* A symbol's place may stand behind it: "symbol (kern.c:12)". */
static struct str without_place(struct str name)
{
    size_t at = name.len;

    if (name.len == 0 || zprint_without_stray(name).len > 0)
        return name;
    while (at > 0 && name.at[at - 1] != '(')
        at--;
    return at == 0 ? name : str_trim((struct str){name.at, at - 1});
}

enum zprint_found zprint_wired_row(struct str line, struct zprint_row *row)
{
    struct str rest = line, size = str_last_word(&rest);

    *row = (struct zprint_row){0};
    if (!zprint_is_size(size))
        return ZPRINT_NOT_THIS;
    for (size_t i = 1; i < SIZES; i++) {
        struct str before = rest;

        if (!zprint_is_size(str_last_word(&before)))
            break;
        rest = before;
    }
    read_numbers(line, rest, row);
    row->name = without_place(row->name);
    return figure_read(size, &row->size) && row->size.bytes <= AMOUNT_MAX &&
                   row->tag.n <= UINT16_MAX
               ? ZPRINT_FOUND
               : ZPRINT_UNUSABLE;
}

/* ---- what a line is ---- */

bool zprint_is_view(struct str name)
{
    struct str rest = name, before;

    if (str_skip(&rest, "size."))
        return zprint_is_number(rest);
    return str_ends(name, "]") && str_cut(&rest, '[', &before);
}

/* "com.example.driver.Lathe.DMA.pci1b21": the part of a mapper. */
static bool is_mapper(struct str name)
{
    return str_find(name, ".DMA.") != SIZE_MAX ||
           (str_starts(name, "IOMapper") && str_find(name, "::") == SIZE_MAX);
}

enum kernel_memory_kind zprint_row_kind(const struct zprint_row *row)
{
    static const char *const leaves[] = {"VM_KERN_COUNT_RESERVED", "VM_KERN_COUNT_STOLEN",
                                         "VM_KERN_COUNT_LOPAGE", NULL};

    if (zprint_is_view(row->name))
        return KERNEL_MEMORY_VIEW;
    if (row->kmod.known)
        return KERNEL_MEMORY_KMOD;
    if (is_mapper(row->name))
        return KERNEL_MEMORY_NAMED;
    if (str_starts(row->name, memory_prefix))
        return KERNEL_MEMORY_TAG;
    if (str_starts(row->name, count_prefix))
        return zprint_word_among(row->name, leaves) != SIZE_MAX ? KERNEL_MEMORY_COUNTER
                                                                : KERNEL_MEMORY_VIEW;
    return KERNEL_MEMORY_SITE;
}
