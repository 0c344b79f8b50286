/*
 * memory_status.h - "memoryStatus" in Apple's reports: the machine's memory when it was written.
 */
#ifndef FORMATS_APPLE_MEMORY_STATUS_H
#define FORMATS_APPLE_MEMORY_STATUS_H

#include <jansson.h>

#include "formats/apple/report_zones.h"

/* Reads what there is, and returns the page size that it says; 0: none. status NULL, or of another
 * type: nothing. */
uint64_t memory_status_read(const json_t *status, struct report_zones *zones);

#endif
