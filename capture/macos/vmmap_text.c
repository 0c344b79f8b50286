/* vmmap_text.c - see vmmap_text.h. */
#include "capture/macos/vmmap_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "formats/snapshot.h"

/* Address space: of any size. */
static struct amount of_any_size(uint64_t bytes)
{
    return (struct amount){bytes, true};
}

/* What a submap holds counts for itself, or is not known. */
static struct amount wired(const struct region *region)
{
    if (region->submap && region->user_wired_count > 0)
        return (struct amount){0, false};
    return of_any_size(region->user_wired_count > 0 ? region->end - region->start : 0);
}

static void put_addresses(struct row *row, const struct region *region)
{
    const char *from;

    row_number(row, region->start, 16, 17, "-");
    from = row->at;
    row_number(row, region->end, 16, 0, "");
    row_pad(row, from, 16);
}

static void put_sizes(struct row *row, const struct region *region)
{
    uint64_t bytes = region->end - region->start;

    row_text(row, " [");
    row_k(row, of_any_size(bytes));
    row_k(row, region->resident);
    row_k(row, region->dirty);
    row_k(row, region->swapped);
    row_k(row, wired(region));
    row_text(row, "] ");
}

/* "rw-" */
static void put_protection(struct row *row, uint32_t protection)
{
    for (unsigned i = 0; i < 3; i++)
        *row->at++ = (protection >> i & 1) != 0 ? "rwx"[i] : '-';
}

static void put_object(struct row *row, uint64_t id)
{
    const char *from = row->at;

    row_text(row, id != 0 ? "0x" : "-");
    if (id != 0)
        row_number(row, id, 16, 0, "");
    row_pad(row, from, 19);
}

static void put_path(struct row *row, struct str path)
{
    if (path.len > 0)
        row->at += escape_name(row->at, ESCAPE_MAX * VMMAP_PATH_MAX + 3, path);
    else
        row_text(row, "-");
}

size_t vmmap_text_row(char out[VMMAP_ROW_MAX], const struct region *region,
                      struct region_image *image)
{
    struct row row = {out};
    const char *from;

    region_put_type(&row, region, image);
    row_pad(&row, out, 24);
    row_text(&row, " ");
    put_addresses(&row, region);
    put_sizes(&row, region);
    put_protection(&row, region->protection);
    row_text(&row, "/");
    put_protection(&row, region->max_protection);
    row_text(&row, " ");
    from = row.at;
    row_text(&row, region_share_mode(region->share_mode));
    row_pad(&row, from, 7);
    row_text(&row, "-      "); /* asking whether it is purgeable takes the right to purge it */
    row_number(&row, region->offset_bytes, 16, 11, " ");
    put_object(&row, region->object_id);
    row_text(&row, "-     "); /* no flags */
    put_path(&row, region->path);
    row_text(&row, "\n");
    return (size_t)(row.at - out);
}

size_t vmmap_text_header(char *out, size_t size, int32_t pid, const char *name, const char *path)
{
    static const char *const columns =
        "REGION TYPE                        START - END             "
        "[    VSIZE    RSDNT    DIRTY     SWAP    WIRED] PRT/MAX SHRMOD PURGE      OFFSET "
        "OBJECT             FLAGS REGION DETAIL\n";
    char escaped_name[ESCAPE_MAX * 64 + 3] = "-";
    char escaped_path[ESCAPE_MAX * 4096 + 3] = "-";
    int len;

    if (name != NULL)
        escape_name(escaped_name, sizeof escaped_name, str_of(name));
    if (path != NULL)
        escape_name(escaped_path, sizeof escaped_path, str_of(path));
    len = snprintf(out, size,
                   "Process:         %s [%" PRId32 "]\nPath:            %s\n\n"
                   "==== regions for process %" PRId32
                   "  (non-writable and writable regions are interleaved)\n%s",
                   escaped_name, pid, escaped_path, pid, columns);
    return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}
