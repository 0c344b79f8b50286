/*
 * vmmap_member.h - the member vmmap/PID.txt while the regions of a process are read.
 *
 * After VMMAP_PART_MAX it goes on as PID.2.txt and so on, each part with its own header. A process
 * without regions leaves no member.
 */
#ifndef CAPTURE_MACOS_VMMAP_MEMBER_H
#define CAPTURE_MACOS_VMMAP_MEMBER_H

#include "capture/macos/regions.h"
#include "capture/output.h"

#define VMMAP_PART_MAX ((uint64_t)8 << 20) /* bytes of one part */

struct vmmap_member;

/* Begins it. The process lends its name. NULL: out of memory, and nothing is begun. */
struct vmmap_member *vmmap_member_create(struct output *output, const struct process *process);

/* Adds a region: a region_visit_fn. */
void vmmap_member_add(void *member, const struct region *region);

/* How many were added; and how many of them are entries of the process's own map, not of a submap:
 * a number that does not depend on the call by which they were read. */
uint64_t vmmap_member_rows(const struct vmmap_member *member);
uint64_t vmmap_member_own(const struct vmmap_member *member);

/* Ends it with how it went, and frees it. VANISHED leaves nothing of the last part: whoever has that
 * pid now may be somebody else. */
void vmmap_member_end(struct vmmap_member *member, enum status status, int errnum);

#endif
