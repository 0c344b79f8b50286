/* abi_kernel.h - what the parts of the program for a Mac share: see abi.c. */
#ifndef TESTS_MACRUN_ABI_KERNEL_H
#define TESTS_MACRUN_ABI_KERNEL_H

#define HOLDS(truth) holds(__FILE__, __LINE__, (truth), #truth)

void holds(const char *file, int line, int truth, const char *text);

/* What the simulated kernel answers; of it, what it answers about processes. */
void try_kernel(void);
void try_processes(void);

#endif
