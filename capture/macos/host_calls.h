/*
 * host_calls.h - what is asked of the kernel about the machine as a whole.
 *
 * Calls and nothing else; no header of Apple's is needed to use them. Errors of Mach are a
 * kern_return_t (kern.h), others an errno; 0 is success in both.
 */
#ifndef CAPTURE_MACOS_HOST_CALLS_H
#define CAPTURE_MACOS_HOST_CALLS_H

#include "capture/macos/memory_info.h"
#include "capture/macos/vm_stat_text.h"

uint64_t call_page_bytes(void); /* of the kernel, not of this program */

/* host_statistics64. The kernel has no more than two real answers a second for a program that is not
 * Apple's, and repeats the last one between them. */
int call_vm_counters(struct vm_counters *counters);

/* mach_memory_info: names and sizes of its arrays follow from the release. The answer is the kernel's
 * memory and ends with call_memory_end(), also after an error. */
void call_memory(unsigned darwin, struct memory_answer *answer);
void call_memory_end(struct memory_answer *answer);

/* kext_request, in XML. The answer ends with call_kexts_end(). *result: what the kernel's own code for
 * extensions says. */
int call_kexts(const char *request, struct str *answer, int *result);
void call_kexts_end(struct str *answer);

/* sysctl(3), as sysctl_walk() wants it. */
int call_sysctl(void *context, const int *mib, size_t count, void *value, size_t *len);

/* A variable by its name, NUL-terminated. False: there is none, or it does not fit. */
bool call_sysctl_text(const char *name, char *text, size_t size);

/* A variable of 32 or 64 bits, taken as not negative. */
bool call_sysctl_number(const char *name, uint64_t *number);

/* The other bytes of a variable; false: it has not this size. */
bool call_sysctl_bytes(const char *name, void *value, size_t size);

/* The hardware's UUID. */
bool call_hardware_uuid(uint8_t uuid[16]);

#endif
