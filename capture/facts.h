/*
 * facts.h - lines of manifest.txt, "key: value".
 */
#ifndef CAPTURE_FACTS_H
#define CAPTURE_FACTS_H

#include "capture/output.h"

/* NULL: not known. */
void fact_text(struct output *output, const char *key, const char *value);
void fact_number(struct output *output, const char *key, bool known, uint64_t number);
void fact_yes_no(struct output *output, const char *key, enum yes_no value);

/* machine_id and token_key. The machine's own id never leaves it: only what a keyed hash makes of
 * it. NULL: not known. */
void fact_machine(struct output *output, const char *id);

#endif
