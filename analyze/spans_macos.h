/*
 * spans_macos.h - who has wired which bytes by mlock on a Mac.
 *
 * A page is wired once, however many processes lock the object that it lies in: it is divided among
 * them in equal parts, and what the division leaves goes to one of them, so that the sum is what the
 * kernel counts. (macOS facts 3.2: object_id_full is the same in every process.)
 */
#ifndef ANALYZE_SPANS_MACOS_H
#define ANALYZE_SPANS_MACOS_H

#include "formats/snapshot.h"

/* Fills shares[i] with the bytes of spans[i] that are its process's own part. skipped[i]: that one is
 * not counted at all (its process is not charged on this ground), and gets 0. */
void share_spans(const struct wired_span *spans, const bool *skipped, size_t count,
                 struct arena *arena, uint64_t *shares);

#endif
