/*
 * versions.h - versions as Apple's tools print them behind a bundle id: "(1.3.0d7)".
 */
#ifndef FORMATS_APPLE_VERSIONS_H
#define FORMATS_APPLE_VERSIONS_H

#include "formats/str.h"

/* Takes the version, whose "(" is taken already, and its ")" off the front of *text. It may hold
 * parentheses: "1.0 (beta)". Empty when it is cut off or not known ("????"). */
struct str version_take(struct str *text);

#endif
