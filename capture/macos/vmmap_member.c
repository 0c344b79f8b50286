/* vmmap_member.c - see vmmap_member.h. */
#include "capture/macos/vmmap_member.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/macos/vmmap_text.h"

#define ROWS_MAX   65536 /* bytes of rows that are held back before they are written */
#define HEADER_MAX 32768

struct vmmap_member {
    struct output *output;
    const struct process *process;
    struct region_image image;
    unsigned part; /* from 1 */
    char name[40];
    uint64_t rows, own;
    size_t len;
    char bytes[ROWS_MAX + HEADER_MAX + VMMAP_ROW_MAX];
};

static void flush(struct vmmap_member *member)
{
    if (member->len > 0)
        output_write(member->output, member->bytes, member->len);
    member->len = 0;
}

static void begin_part(struct vmmap_member *member)
{
    int32_t pid = member->process->pid;

    member->part++;
    if (member->part == 1)
        (void)snprintf(member->name, sizeof member->name, "vmmap/%" PRId32 ".txt", pid);
    else
        (void)snprintf(member->name, sizeof member->name, "vmmap/%" PRId32 ".%u.txt", pid,
                       member->part);
    output_begin(member->output, "%s", member->name);
}

struct vmmap_member *vmmap_member_create(struct output *output, const struct process *process)
{
    struct vmmap_member *member = malloc(sizeof *member);

    if (member == NULL)
        return NULL;
    member->output = output;
    member->process = process;
    member->image = (struct region_image){0};
    member->part = 0;
    member->rows = member->own = 0;
    member->len = 0;
    begin_part(member);
    return member;
}

/* The header comes with the first region of a part. */
static void make_room(struct vmmap_member *member)
{
    const struct process *process = member->process;
    bool first = member->rows == 0;

    if (member->len >= ROWS_MAX)
        flush(member);
    if (!first &&
        output_size_bytes(member->output) + member->len + VMMAP_ROW_MAX > VMMAP_PART_MAX) {
        flush(member);
        output_end(member->output, STATUS_OK, 0);
        begin_part(member);
        first = true;
    }
    if (first)
        member->len = vmmap_text_header(member->bytes, HEADER_MAX, process->pid, process->name,
                                        process->path);
}

void vmmap_member_add(void *context, const struct region *region)
{
    struct vmmap_member *member = context;

    make_room(member);
    member->len += vmmap_text_row(member->bytes + member->len, region, &member->image);
    member->rows++;
    member->own += region->depth == 0;
}

uint64_t vmmap_member_rows(const struct vmmap_member *member)
{
    return member->rows;
}

uint64_t vmmap_member_own(const struct vmmap_member *member)
{
    return member->own;
}

void vmmap_member_end(struct vmmap_member *member, enum status status, int errnum)
{
    struct output *output = member->output;

    flush(member);
    if (status == STATUS_VANISHED) {
        output_drop(output);
        output_missing(output, status, errnum, "%s", member->name);
    } else if (status == STATUS_OK && member->rows == 0) {
        output_drop(output);
    } else {
        output_end(output, status, errnum);
    }
    free(member);
}
