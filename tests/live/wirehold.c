/*
 * wirehold - takes an exact amount of wired memory and holds it.
 *
 * usage: wirehold [--name NAME] METHOD [AMOUNT...]
 *
 * Prints one line "ready ..." when the memory is there; ends when its standard input closes, or
 * when it is killed. Several processes of one method are called NAME1, NAME2, ...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/str.h"
#include "tests/live/hold.h"

static int usage(void)
{
    fputs("usage: wirehold [--name NAME] METHOD [AMOUNT...]\n", stderr);
    for (const struct hold_method *m = hold_methods; m->name != NULL; m++)
        fprintf(stderr, "    %-18s %s\n", m->name, m->amounts);
    return 2;
}

static const struct hold_method *find_method(const char *name)
{
    for (const struct hold_method *m = hold_methods; m->name != NULL; m++) {
        if (strcmp(m->name, name) == 0)
            return m;
    }
    return NULL;
}

/* Until the other end of standard input is gone. */
static void wait_for_the_end(void)
{
    char byte;

    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
}

int main(int argc, char **argv)
{
    struct hold hold = {.name = "wirehold"};
    const struct hold_method *method;
    struct err err;
    int next = 1;

    if (argc > 3 && strcmp(argv[1], "--name") == 0) {
        hold.name = argv[2];
        next = 3;
    }
    method = next < argc ? find_method(argv[next++]) : NULL;
    if (method == NULL || (size_t)(argc - next) != method->amount_count)
        return usage();
    for (size_t i = 0; i < method->amount_count; i++) {
        if (!str_u64(str_of(argv[next]), 10, &hold.amounts[i]) || hold.amounts[i] > 1 << 20)
            return usage();
        next++;
    }

    hold_set_name(hold.name);
    if (!method->take(&hold, &err)) {
        fprintf(stderr, "wirehold: %s: %s\n", method->name, err.text);
        return 2;
    }
    printf("ready %s\n", method->name);
    fflush(stdout);
    wait_for_the_end();
    return 0;
}
