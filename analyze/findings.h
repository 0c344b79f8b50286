/*
 * findings.h - what a reader of the report should be told beside the rows.
 *
 * Findings and suspects are evaluated on the side that holds more. They are never part of a sum:
 * a suspect is something that moved together with a row, and is always inferred.
 *
 * Codes are stable: W is a warning, N a note; 1xx about rows, 2xx about what lies beside the total,
 * 3xx about the residual, 4xx about the evidence.
 */
#ifndef ANALYZE_FINDINGS_H
#define ANALYZE_FINDINGS_H

#include "analyze/comparison.h"

/* Fills findings and suspects. */
void find_findings(struct comparison *comparison);

void add_finding(struct comparison *comparison, struct finding finding);

/* "BEFORE", "AFTER", "BEFORE and AFTER"; NULL: neither. */
const char *which_side(bool before, bool after);

#endif
