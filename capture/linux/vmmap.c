/* vmmap.c - see vmmap.h. */
#include "capture/linux/vmmap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/row.h"
#include "formats/escape.h"

static struct amount sum(const struct smaps_region *region, const enum smaps_figure *figures,
                         size_t count)
{
    struct amount sum = {0, false};

    for (size_t i = 0; i < count; i++) {
        if (!region->known[figures[i]])
            continue;
        sum.known = true;
        sum.bytes += region->bytes[figures[i]];
    }
    return sum;
}

struct amount vmmap_wired(const struct smaps_region *region)
{
    static const enum smaps_figure wired[] = {SMAPS_LOCKED, SMAPS_SHARED_HUGETLB,
                                              SMAPS_PRIVATE_HUGETLB};

    return sum(region, wired, sizeof wired / sizeof wired[0]);
}

static void put_sizes(struct row *row, const struct smaps_region *region)
{
    static const enum smaps_figure resident[] = {SMAPS_RSS};
    static const enum smaps_figure dirty[] = {SMAPS_SHARED_DIRTY, SMAPS_PRIVATE_DIRTY};
    static const enum smaps_figure swap[] = {SMAPS_SWAP};

    row_text(row, " [");
    row_k(row, (struct amount){region->end - region->start, true}); /* address space: of any size */
    row_k(row, sum(region, resident, 1));
    row_k(row, sum(region, dirty, 2));
    row_k(row, sum(region, swap, 1));
    row_k(row, vmmap_wired(region));
    row_text(row, "] ");
}

/* "rw-/rwx": what it is, and what mprotect may make it. */
static void put_protection(struct row *row, const struct smaps_region *region)
{
    memcpy(row->at, region->protection, 3);
    row->at += 3;
    if (region->flags.len == 0) {
        row_text(row, "/-  ");
        return;
    }
    *row->at++ = '/';
    *row->at++ = smaps_flag(region, "mr") ? 'r' : '-';
    *row->at++ = smaps_flag(region, "mw") ? 'w' : '-';
    *row->at++ = smaps_flag(region, "me") ? 'x' : '-';
}

static const char *share_mode(const struct smaps_region *region)
{
    const uint64_t *bytes = region->bytes;

    if (!region->known[SMAPS_RSS])
        return " -     ";
    if (bytes[SMAPS_RSS] == 0 && vmmap_wired(region).bytes == 0)
        return " SM=NUL";
    if (region->protection[3] == 's')
        return " SM=SHM";
    return bytes[SMAPS_SHARED_CLEAN] + bytes[SMAPS_SHARED_DIRTY] > 0 ? " SM=COW" : " SM=PRV";
}

static const char *purge(const struct smaps_region *region)
{
    if (!region->known[SMAPS_LAZY_FREE])
        return " -      ";
    return region->bytes[SMAPS_LAZY_FREE] > 0 ? " PURGE=V" : " PURGE=N";
}

static void put_two_digits(struct row *row, uint32_t number)
{
    if (number < 16)
        *row->at++ = '0';
    row_number(row, number, 16, 0, ":");
}

size_t vmmap_object(char out[VMMAP_OBJECT_MAX], const struct smaps_region *region)
{
    struct row row = {out};

    if (region->inode == 0 && region->major == 0 && region->minor == 0) {
        row_text(&row, "-");
    } else {
        put_two_digits(&row, region->major);
        put_two_digits(&row, region->minor);
        row_number(&row, region->inode, 10, 0, "");
    }
    *row.at = '\0';
    return (size_t)(row.at - out);
}

/* "rd wr mr" becomes "rd,wr,mr". */
static void put_flags(struct row *row, struct str flags)
{
    if (flags.len == 0)
        row_text(row, "-");
    for (size_t i = 0; i < flags.len; i++) {
        char c = flags.at[i];

        if (c == ' ')
            c = ',';
        else if (c < ' ' || c > '~')
            c = '?';
        *row->at++ = c;
    }
}

size_t vmmap_row(char out[VMMAP_ROW_MAX], const char *type, const struct smaps_region *region)
{
    struct row row = {out};
    const char *from;

    row_text(&row, type);
    row_pad(&row, out, 14);
    row_number(&row, region->start, 16, 16, "-");
    from = row.at;
    row_number(&row, region->end, 16, 0, "");
    row_pad(&row, from, 16);
    put_sizes(&row, region);
    put_protection(&row, region);
    row_text(&row, share_mode(region));
    row_text(&row, purge(region));
    row_number(&row, region->offset, 16, 10, " ");
    from = row.at;
    row.at += vmmap_object(row.at, region);
    row_pad(&row, from, 15);
    row_text(&row, " ");
    from = row.at;
    put_flags(&row, region->flags);
    row_pad(&row, from, 24);
    row_text(&row, " ");
    if (region->path.len > 0)
        row.at += escape_name(row.at, VMMAP_ROW_MAX - 1 - (size_t)(row.at - out), region->path);
    else
        row_text(&row, "-");
    row_text(&row, "\n");
    return (size_t)(row.at - out);
}

size_t vmmap_header(char *out, size_t size, const struct process *process)
{
    static const char *const columns =
        "REGION TYPE             START - END              [    VSIZE    RSDNT    DIRTY     SWAP"
        "    WIRED] PRT/MAX SHRMOD PURGE      OFFSET OBJECT          FLAGS                    "
        "REGION DETAIL\n";
    char name[ESCAPE_MAX * 64 + 3] = "-";
    char path[ESCAPE_MAX * 4096 + 3] = "-";
    int len;

    if (process->name != NULL)
        escape_name(name, sizeof name, str_of(process->name));
    if (process->path != NULL)
        escape_name(path, sizeof path, str_of(process->path));
    len = snprintf(out, size,
                   "Process:         %s [%" PRId32 "]\nPath:            %s\n\n"
                   "==== regions for process %" PRId32
                   "  (non-writable and writable regions are interleaved)\n%s",
                   name, process->pid, path, process->pid, columns);
    return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}
