/* regions.c - see regions.h. */
#include "capture/macos/regions.h"

#include <errno.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/kern.h"
#include "capture/macos/region_names.h"
#include "capture/output.h"

#define DEPTH_MAX 16 /* of submaps in submaps: there are two */

/* The next mapped file at or above the address that was last looked for. */
struct file {
    uint64_t start, end; /* end is 0: the kernel told of none */
    uint64_t pause,
        rests; /* then so many regions are passed before it is asked again; still left */
    char path[sizeof((struct darwin_proc_region_path *)0)->path];
    size_t path_len;
};

/* Where a walk is. */
struct position {
    const struct region_walk *walk;
    uint64_t address;
    uint32_t depth;           /* of submaps that it is in: at most DEPTH_MAX */
    uint64_t ends[DEPTH_MAX]; /* of those */
    struct file file;
};

/* ---- paths ---- */

static bool find_file(const struct region_calls *calls, uint64_t address, struct file *file)
{
    struct darwin_proc_region_path answer;

    if (calls->info(calls->context, DARWIN_PIDREGIONPATHINFO2, address, &answer, sizeof answer) !=
            (int)sizeof answer ||
        __builtin_add_overflow(answer.region.address, answer.region.size, &file->end) ||
        file->end <= address)
        return false;
    file->start = answer.region.address;
    file->path_len = strnlen(answer.path, sizeof answer.path);
    memcpy(file->path, answer.path, file->path_len);
    return true;
}

/* The kernel says the same when there are no more files and when one of them cannot be told: so it is
 * asked again, but ever less often. */
static void look_for_file(struct position *position, uint64_t address)
{
    struct file *file = &position->file;

    if (file->rests > 0) {
        file->rests--;
    } else if (find_file(position->walk->calls, address, file)) {
        file->pause = 0;
    } else {
        file->end = 0;
        file->rests = file->pause = file->pause == 0 ? 1 : file->pause * 2;
    }
}

/* One call for each mapped file, whatever lies between them. */
static void set_path(struct position *position, struct region *region)
{
    struct file *file = &position->file;

    region->path = (struct str){"", 0};
    if (region->pager == NO || region->submap || region->depth > 0)
        return;
    if (file->end <= region->start)
        look_for_file(position, region->start);
    if (file->start <= region->start && region->start < file->end)
        region->path = (struct str){file->path, file->path_len};
}

/* ---- one region, and on ---- */

static void visit(struct position *position, struct region *region)
{
    set_path(position, region);
    position->walk->visit(position->walk->context, region);
}

/* Sets where a region begins and ends. What was visited before the process changed its map is not
 * visited again. False: it leads nowhere; no process has memory at the end of the address space. */
static bool place(const struct position *position, uint64_t start, uint64_t size,
                  struct region *region)
{
    region->start = start;
    if (__builtin_add_overflow(start, size, &region->end) || region->end <= start ||
        region->end <= position->address)
        return false;
    if (start < position->address) {
        region->offset_bytes += position->address - start;
        region->start = position->address;
    }
    return true;
}

static struct amount pages(const struct region_walk *walk, uint32_t count)
{
    return amount_of(count * walk->page_bytes);
}

/* ---- by the task's port ---- */

static struct region of_short(const struct darwin_region_short *info)
{
    return (struct region){
        .submap = info->is_submap != 0,
        .protection = (uint32_t)info->protection,
        .max_protection = (uint32_t)info->max_protection,
        .tag = info->user_tag,
        .share_mode = info->share_mode,
        .user_wired_count = info->user_wired_count,
        .offset_bytes = info->offset,
        .object_id = info->user_wired_count > 0 ? info->object_id : 0, /* better than none */
        .pager = info->external_pager != 0 ? YES : NO,
    };
}

static struct region of_long(const struct region_walk *walk, const struct darwin_region *info,
                             uint32_t count)
{
    struct region region = {
        .submap = info->is_submap != 0,
        .protection = (uint32_t)info->protection,
        .max_protection = (uint32_t)info->max_protection,
        .tag = info->user_tag,
        .share_mode = info->share_mode,
        .user_wired_count = info->user_wired_count,
        .offset_bytes = info->offset,
        .object_id = count >= DARWIN_REGION_COUNT ? info->object_id_full : info->object_id,
        .pager = info->external_pager != 0 ? YES : NO,
    };

    if (region.submap) /* its pages were not looked at */
        return region;
    region.resident = pages(walk, info->pages_resident);
    region.dirty = pages(walk, info->pages_dirtied);
    region.swapped = pages(walk, info->pages_swapped_out);
    return region;
}

/* Asks for the region at or above position, without moving on. False, with *end: there is none. */
static bool ask(const struct position *position, bool whole, struct region *region,
                enum status *end)
{
    const struct region_calls *calls = position->walk->calls;
    union {
        struct darwin_region whole;
        struct darwin_region_short brief;
    } info;
    uint64_t start = position->address, size = 0;
    uint32_t depth = position->depth;
    uint32_t asked = whole ? DARWIN_REGION_COUNT : DARWIN_REGION_SHORT_COUNT, count = asked;
    uint32_t least = whole ? DARWIN_REGION_V0_COUNT : DARWIN_REGION_SHORT_COUNT;
    int code;

    memset(&info, 0, sizeof info);
    code = calls->recurse(calls->context, &start, &size, &depth, &info, &count);
    if (code == KERN_CODE_INVALID_ADDRESS)
        *end = STATUS_OK;
    else
        *end = code == KERN_CODE_SUCCESS ? STATUS_FAILED : kern_status(code);
    if (code != KERN_CODE_SUCCESS || count < least || count > asked || depth > position->depth)
        return false;
    *region = whole ? of_long(position->walk, &info.whole, count) : of_short(&info.brief);
    region->depth = depth;
    return place(position, start, size, region);
}

/* Whether its pages say something about wired memory. */
static bool matters(const struct region *region)
{
    return !region->submap && region->end - region->start <= REGION_LONG_MAX &&
           (region->user_wired_count > 0 || region_is_of_device(region->tag));
}

static bool is_same(const struct region *a, const struct region *b)
{
    return a->start == b->start && a->end == b->end && a->depth == b->depth &&
           a->submap == b->submap;
}

/* The short answer, and the long one where it is worth its cost and still about the same. */
static bool ask_twice(const struct position *position, struct region *region, enum status *end)
{
    struct position again = *position;
    struct region whole;
    enum status ignored;

    if (position->walk->full)
        return ask(position, true, region, end);
    if (!ask(position, false, region, end))
        return false;
    again.address = region->start;
    if (matters(region) && ask(&again, true, &whole, &ignored) && is_same(region, &whole))
        *region = whole;
    return true;
}

/* Goes into a submap that was just visited. False: it is too deep, or the kernel should have gone on
 * with what is in it. */
static bool enter(struct position *position, const struct region *region)
{
    if (region->depth >= DEPTH_MAX || position->depth > region->depth)
        return false;
    position->ends[region->depth] = region->end;
    position->depth = region->depth + 1;
    position->address = region->start;
    return true;
}

/* Leaves the submaps that end at or before address, and goes on there: so the next submap is seen
 * before what is in it, and even if nothing is. False: none of them does. */
static bool leave(struct position *position, uint64_t address)
{
    uint32_t depth = position->depth;

    while (position->depth > 0 && position->ends[position->depth - 1] <= address)
        position->depth--;
    if (position->depth == depth)
        return false;
    position->address = address;
    return true;
}

enum status regions_of_task(const struct region_walk *walk)
{
    struct position position = {.walk = walk};
    struct region region;
    enum status end;

    while (ask_twice(&position, &region, &end)) {
        if (leave(&position, region.start))
            continue;
        visit(&position, &region);
        if (region.submap && enter(&position, &region))
            continue;
        position.address = region.end;
        (void)leave(&position, region.end);
    }
    return end;
}

/* ---- by the process's number ---- */

static struct region of_proc(const struct region_walk *walk, const struct darwin_proc_region *info)
{
    struct region region = {
        .submap = (info->flags & DARWIN_PROC_REGION_SUBMAP) != 0,
        .protection = info->protection,
        .max_protection = info->max_protection,
        .tag = info->user_tag,
        .share_mode = info->share_mode,
        .user_wired_count = info->user_wired_count,
        .offset_bytes = info->offset,
        .object_id = info->object_id,
    };

    if (region.submap) /* its pages were not looked at */
        return region;
    region.resident = pages(walk, info->pages_resident);
    region.dirty = pages(walk, info->pages_dirtied);
    region.swapped = pages(walk, info->pages_swapped_out);
    return region;
}

enum status regions_of_pid(const struct region_walk *walk)
{
    const struct region_calls *calls = walk->calls;
    struct position position = {.walk = walk};
    struct darwin_proc_region info;
    struct region region;
    int got;

    for (;;) {
        got =
            calls->info(calls->context, DARWIN_PIDREGIONINFO, position.address, &info, sizeof info);
        if (got != (int)sizeof info)
            return got == -EINVAL ? STATUS_OK : output_status_of(got < 0 ? -got : EIO);
        region = of_proc(walk, &info);
        if (!place(&position, info.address, info.size, &region))
            return STATUS_FAILED;
        visit(&position, &region);
        position.address = region.end;
    }
}
