/*
 * scenario.h - what the readers of a scenario's sections share.
 *
 * A line that does not fit its section ends macrun, with the file's name and the line's number:
 * scenarios are ours.
 */
#ifndef TESTS_MACRUN_SCENARIO_H
#define TESTS_MACRUN_SCENARIO_H

#include "tests/macrun/mac.h"

#define FIELDS_MAX 24

/* A line of a section: "key = value", or fields between tabs. */
struct line {
    struct str text;
    struct str key, value;
    struct str fields[FIELDS_MAX];
    size_t field_count;
};

void scenario_bad(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* At least so many fields. */
void line_needs(const struct line *line, size_t fields, const char *form);

/* The field, or an empty one. */
struct str line_field(const struct line *line, size_t index);

uint64_t scenario_number(struct str text); /* decimal, 0x hexadecimal; K M G T */
int64_t scenario_signed(struct str text);
const char *scenario_name(struct str text); /* unescaped; as formats/escape.h has it */
const char *scenario_file(struct str text); /* relative to the scenario; "" for none */
size_t scenario_bytes(struct str text, uint8_t *bytes, size_t max); /* hexadecimal */
void scenario_all_bytes(struct str text, uint8_t *bytes, size_t count);
int scenario_code(struct str text); /* an errno or kern_return, by name or number */

/* A field "key=value". */
bool scenario_pair(struct str field, struct str *key, struct str *value);

/* Sections: scenario_sections.c, _memory.c, _sysctl.c, _process.c; sim_kexts.c. */
void read_host(const struct line *line);
void read_vm(const struct line *line);
void read_command(const struct line *line);
void read_file(const struct line *line);
void read_ledger_template(const struct line *line);
void read_missing(const struct line *line);
void read_fault(const struct line *line);
void read_memory(const struct line *line);
void read_zone(const struct line *line);
void read_kext(const struct line *line);
void read_sysctl(const struct line *line);
void read_process(const struct line *line); /* of the one begun last */
void begin_process(void);
void read_region(const struct line *line, struct process *process);

/* When all is read: what the scenario left out. */
void finish_processes(const char *program);
void finish_sysctls(void);

#endif
