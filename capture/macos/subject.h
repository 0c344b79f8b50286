/*
 * subject.h - one process while it is read: where the answers about it meet.
 */
#ifndef CAPTURE_MACOS_SUBJECT_H
#define CAPTURE_MACOS_SUBJECT_H

#include "capture/macos/process.h"

struct subject {
    struct host *host;
    struct arena *arena;
    struct output *output;
    struct process *process;
    bool zombie;   /* it has ended: nothing is left but its name */
    bool platform; /* one of the system's own programs */
};

static inline struct count subject_count(uint64_t n)
{
    return (struct count){n, true};
}

/* In general. False, with the process's status: it cannot even be said which process it is. */
bool subject_info(struct subject *subject);

/* Whether the pid is nobody's any more, or somebody else's. */
bool subject_is_gone(const struct subject *subject);

/* Its path and who signed it; and the script of an interpreter, for which its arguments are asked. */
void subject_identity(struct subject *subject);
void subject_script(struct subject *subject);

/* Memory by its usage and its ledgers; and how many ports and open files it has. */
void subject_usage(struct subject *subject);
void subject_tables(struct subject *subject);

/* vmmap/PID.txt and what it owns. */
void subject_regions(struct subject *subject);

#endif
