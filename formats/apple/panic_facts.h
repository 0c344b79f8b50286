/*
 * panic_facts.h - the lines of a panic report that say one thing each: release, kernel, model,
 * moment, process.
 */
#ifndef FORMATS_APPLE_PANIC_FACTS_H
#define FORMATS_APPLE_PANIC_FACTS_H

#include "formats/snapshot.h"

enum panic_fact {
    NO_FACT,
    FACT_RELEASE,
    FACT_KERNEL,
    FACT_KERNEL_UUID,
    FACT_BOOT_ID,
    FACT_MODEL,
    FACT_UPTIME,
    FACT_BOOT_TIME,
    FACT_MOMENT,
    FACT_PROCESS,
    FACT_TASK
};

struct panic_facts {
    struct snapshot *snap;   /* its manifest gets what is about the machine... */
    struct panic *panic;     /* ...and this the process, where they are not known yet */
    enum panic_fact pending; /* its value is on the next line */
};

/* Reads the line, which is not empty and not indented, if it is one of them. */
bool panic_facts_read(struct panic_facts *facts, unsigned line, struct str text);

#endif
