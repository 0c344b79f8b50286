/*
 * mac_machine.h - a made-up Mac's answers, in place of capture/macos/host_calls.c.
 */
#ifndef TESTS_UNIT_MAC_MACHINE_H
#define TESTS_UNIT_MAC_MACHINE_H

#include "capture/macos/host_calls.h"

struct mac_variable {
    const char *name;
    const char *text;  /* of a text variable; or NULL */
    const void *value; /* of any other one */
    size_t len;
};

struct mac_machine {
    const struct mac_variable *variables;
    size_t variable_count;
    const uint8_t *uuid; /* 16 bytes; NULL: not to be had */
    const char *kexts;   /* NULL: denied */
    int kexts_result;    /* of the kernel's own code for extensions */
    /* vm counters: what each call answers, one after the other; the last one then stays. */
    const struct vm_counters *counters;
    size_t counters_count;
    int counters_error;
    size_t counters_asked;
    uint64_t asked_us[64];
};

extern struct mac_machine mac_machine;

#endif
