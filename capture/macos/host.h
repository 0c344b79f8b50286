/*
 * host.h - the state of the macOS back end, and its entries.
 *
 * Two halves: the machine as a whole (here), and its processes (process.h). Each is thin where it
 * calls the kernel (host_calls.c, and the calls of the process half) and includes no header of
 * Apple's anywhere else, so that all the rest is compiled and tested on any system.
 *
 * All fields but those that say so are set by mac_open and only read afterwards, by all threads.
 */
#ifndef CAPTURE_MACOS_HOST_H
#define CAPTURE_MACOS_HOST_H

#include "capture/backend.h"

struct samples;   /* what vm_stat counts, several times: samples.c */
struct processes; /* what processes share: process.h */

struct host {
    struct capture_options options; /* borrowed */
    uint64_t page_bytes;            /* of the kernel: what it counts in */
    uint32_t euid;
    unsigned darwin, darwin_minor; /* 23 and 6: macOS 14.6; 0 when not known */
    bool apple_silicon;            /* the machine, not this program: it may be translated */
    struct samples *samples;
    enum yes_no launchd_port; /* whether it is to be had: if not, no platform binary's is */
    struct processes *processes;
};

bool mac_open(struct host **out, const struct capture_options *options, struct err *err);
void mac_close(struct host *host);

/* manifest.c */
void mac_manifest(struct host *host, struct output *output, struct arena *arena,
                  struct manifest *manifest);

/* samples.c */
bool samples_open(struct host *host);
void samples_close(struct host *host);
bool mac_sample(struct host *host, const char *phase, struct err *err);
void mac_headline(struct host *host, struct output *output);
void mac_samples(struct host *host, struct output *output, uint64_t cost_us, uint64_t cost_bytes);

/* Groups of sources. */
void memory_write(struct host *host, struct output *output); /* kernel_memory.tsv, zones.tsv */
void kexts_write(struct host *host, struct output *output);  /* kextstat.txt */
void system_extensions_write(struct host *host, struct output *output); /* systemextensions.txt */
void swap_write(struct host *host, struct output *output);              /* swapfiles.txt */
void pressure_write(struct host *host, struct output *output);          /* pressure.txt */
void sysctl_write(struct host *host, struct output *output);            /* sysctl.txt */

#endif
