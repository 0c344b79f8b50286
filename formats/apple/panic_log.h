/*
 * panic_log.h - the text of a panic report, behind the sentence that says why.
 */
#ifndef FORMATS_APPLE_PANIC_LOG_H
#define FORMATS_APPLE_PANIC_LOG_H

#include "formats/apple/report_zones.h"

/* Reads release, kernel, model and moment into the manifest, zones into *zones, and process and
 * extensions into *panic, where they are not known yet. Reads up to the next report in the log,
 * which begins with its message as this one does. line: the first line's number. */
void panic_log_read(struct str log, unsigned line, struct report_zones *zones, struct panic *panic);

/* Whether a line in it says which zone was largest while memory was being sought:
 * "zone_map_exhaustion: Largest zone kalloc.512, size 6442450944". */
bool panic_log_has_largest(struct str log);

#endif
