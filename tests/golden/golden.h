/*
 * golden.h - comparing a text with the file that holds what it should be.
 *
 * With GOLDEN=update in the environment the file is written instead: `cmake --build ... --target
 * golden`, then read the diff. Nobody edits a golden by hand.
 */
#ifndef TESTS_GOLDEN_GOLDEN_H
#define TESTS_GOLDEN_GOLDEN_H

#include <stddef.h>

/* Fails the test, with the first line that differs, unless text is what the file holds. */
void golden_check(const char *path, const char *text, size_t len);

/* The whole file, with a NUL behind it, to be freed; fails the test when it cannot be read. */
char *golden_read(const char *path, size_t *len);

/* The folder with this test's files: TESTS_DIR of the environment, which CTest sets. */
const char *golden_dir(void);

#endif
