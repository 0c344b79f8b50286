/*
 * memory.c - kernel_memory.tsv and zones.tsv.
 *
 * Asked once and early: to answer, the kernel wires memory of its own.
 */
#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"

void memory_write(struct host *host, struct output *output)
{
    struct memory_answer answer;

    call_memory(host->darwin, &answer);
    memory_answer_write(&answer, host->darwin, host->euid == 0, output);
    call_memory_end(&answer);
}
