/*
 * sysdiagnose.h - what the names in Apple's own bundles say.
 *
 *     sysdiagnose_2026.03.07_11-24-31+0100_macOS_MacBookPro99-9_24Z310
 *     sysdiagnose_2026.03.07_11-24-31+0100_Mac_OS_X_MacBookPro99,9_18Z310
 *     sysdiagnose_2026.03.07_11-24-31+0100_iPhone-OS_iPhone_23Z85
 *
 * The moment, with its time zone; the system; the model, on macOS; the build of the system.
 */
#ifndef FORMATS_SYSDIAGNOSE_H
#define FORMATS_SYSDIAGNOSE_H

#include "formats/snapshot.h"

/* A file that each of them has at its top, whatever the folder is called. */
#define SYSDIAGNOSE_LOG "sysdiagnose.log"

/* Whether a folder of that name is one. */
bool sysdiagnose_is(const char *top);

/* Adds to the manifest what the name says and nothing else did. */
void sysdiagnose_fill(const char *top, struct snapshot *snap);

#endif
