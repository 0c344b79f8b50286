/*
 * kext_plist.h - what kext_request answers, as kextstat(8) prints it.
 *
 *     <dict ID="0"><key>org.example.driver.Wheel</key><dict ID="1">
 *         <key>OSBundleLoadTag</key><integer size="32" ID="2">0x8d</integer> ...
 *         <key>OSBundleWiredSize</key><integer IDREF="7"/></dict></dict>
 *
 * What was written before is referred to by its number. The text comes from the kernel, with what
 * extensions say of themselves in it: nothing in it is believed.
 */
#ifndef CAPTURE_MACOS_KEXT_PLIST_H
#define CAPTURE_MACOS_KEXT_PLIST_H

#include "capture/output.h"
#include "formats/str.h"

/* The request that asks for just what is printed. */
extern const char kext_plist_request[];

/* Writes kextstat's header and a line for each extension, in the order of their indices, into the
 * current member, as that release prints it. Returns how many there are. *cut: the text ends too
 * early, or not all of it was read. */
size_t kext_plist_write(struct str plist, unsigned darwin, struct output *output, bool *cut);

#endif
