/*
 * mac_os.h - releases, kernels and moments as Apple's reports spell them, into the manifest, where
 * nothing has said them before.
 */
#ifndef FORMATS_APPLE_MAC_OS_H
#define FORMATS_APPLE_MAC_OS_H

#include "formats/snapshot.h"

/* "macOS 14.5 (23F79)", "iPhone OS 17.2 (21C62)", or a build alone: "14C109". */
void mac_os_say(struct snapshot *snap, unsigned line, struct str release);

/* "Darwin Kernel Version 23.5.0: Wed May  1 ..." */
void mac_kernel_say(struct snapshot *snap, struct str version);

/* "2024-05-03 10:22:11.25 +0200". A moment without a zone is not known, and nothing is said. */
void mac_moment_say(struct snapshot *snap, struct str moment);

/* Sets *name, unless it is set, or the text is empty. */
void mac_name_say(struct snapshot *snap, unsigned line, const char **name, struct str text);

#endif
