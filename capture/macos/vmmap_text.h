/*
 * vmmap_text.h - regions in vmmap's layout, with the columns that the readers of our bundles need.
 *
 *     REGION TYPE  START - END  [ VSIZE RSDNT DIRTY SWAP WIRED] PRT/MAX SHRMOD PURGE OFFSET ...
 *     MALLOC_LARGE 10a000000-10e000000 [65536K 65536K 0K 0K 65536K] rw-/rwx SM=PRV - 0 0x9d3f... - -
 *
 * Sizes are whole K; "-" is not known, or none. WIRED is the whole region when the process has wired
 * it by mlock, else nothing: no other wiring is known by region. OBJECT is in hexadecimal, with 0x
 * in front. The detail is last, a path, escaped as in formats/escape.h.
 */
#ifndef CAPTURE_MACOS_VMMAP_TEXT_H
#define CAPTURE_MACOS_VMMAP_TEXT_H

#include "capture/macos/region_names.h"
#include "formats/escape.h"

#define VMMAP_PATH_MAX 1024 /* bytes of a region's path; the kernel has no longer ones */
#define VMMAP_ROW_MAX  (ESCAPE_MAX * VMMAP_PATH_MAX + 512) /* room that always suffices */

/* The lines above the rows. Returns their length, less than size. name and path may be NULL. */
size_t vmmap_text_header(char *out, size_t size, int32_t pid, const char *name, const char *path);

/* One row, with its newline. Returns its length. */
size_t vmmap_text_row(char out[VMMAP_ROW_MAX], const struct region *region,
                      struct region_image *image);

#endif
