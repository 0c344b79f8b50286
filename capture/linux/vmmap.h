/*
 * vmmap.h - regions in the layout of macOS's vmmap, with the columns that Linux needs.
 *
 *     REGION TYPE  START - END  [ VSIZE RSDNT DIRTY SWAP WIRED] PRT/MAX SHRMOD PURGE OFFSET ...
 *     heap  55d0a9b000-55d0abc000  [ 132K 20K 20K 0K 0K] rw-/rwx SM=PRV PURGE=N 00000000 - rd,wr -
 *
 * Sizes are whole K, columns are separated by blanks, the type is one word, and the detail is
 * escaped as in formats/escape.h and last; "-" is not known, or none. WIRED is what is locked
 * (divided by the number of mappers) and huge pages.
 */
#ifndef CAPTURE_LINUX_VMMAP_H
#define CAPTURE_LINUX_VMMAP_H

#include "capture/linux/smaps.h"
#include "formats/snapshot.h"

/* Room that always suffices for one row. */
#define VMMAP_ROW_MAX (4 * SMAPS_LINE_MAX + 2048)

/* The lines above the rows. Returns their length, at most size. */
size_t vmmap_header(char *out, size_t size, const struct process *process);

/* One row, with its newline. Returns its length. */
size_t vmmap_row(char out[VMMAP_ROW_MAX], const char *type, const struct smaps_region *region);

/* Locked and huge pages of the region. */
struct amount vmmap_wired(const struct smaps_region *region);

/* "fe:00:247134" into out, or "-" when nothing is mapped. */
#define VMMAP_OBJECT_MAX 48
size_t vmmap_object(char out[VMMAP_OBJECT_MAX], const struct smaps_region *region);

#endif
