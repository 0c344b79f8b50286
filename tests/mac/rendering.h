/*
 * rendering.h - one moment of a made-up Mac, as the members of a capture: text that goes through the
 * readers like everybody's.
 */
#ifndef TESTS_MAC_RENDERING_H
#define TESTS_MAC_RENDERING_H

#include "formats/load.h"
#include "tests/mac/model.h"

/* Renders that side and reads it into *loaded, whose arena the caller frees. A member that its reader
 * refuses, or has a note about, fails the test. */
void load_model(const struct model *model, int side, struct loaded *loaded);

#endif
