#include "tests/live/hold.h"

const struct hold_method hold_methods[] = {
    {"anon", "MIB", 1, hold_anon},
    {"mlock", "MIB", 1, hold_mlock},
#ifdef __linux__
    {"mlock-shared", "MIB N", 2, hold_mlock_shared},
    {"mlock-shared-all", "MIB N", 2, hold_mlock_shared_all},
    {"mlock-onfault", "MIB TOUCHED_MIB", 2, hold_mlock_onfault},
    {"shm-lock", "MIB", 1, hold_shm_lock},
    {"secret", "MIB", 1, hold_secret},
    {"hugetlb-private", "MIB", 1, hold_hugetlb_private},
    {"hugetlb-shared", "MIB N", 2, hold_hugetlb_shared},
    {"tmpfs", "MIB", 1, hold_tmpfs},
    {"threads", "N", 1, hold_threads},
    {"pagetables", "MIB", 1, hold_page_tables},
    {"dentries", "N", 1, hold_dentries},
    {"bpf-array", "MIB", 1, hold_bpf_array},
    {"bpf-ringbuf", "MIB", 1, hold_bpf_ringbuf},
    {"pipes", "N", 1, hold_pipes},
    {"unix-queue", "MIB", 1, hold_unix_queue},
#endif
    {NULL, NULL, 0, NULL},
};
