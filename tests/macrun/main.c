/*
 * macrun - runs a macOS x86_64 program on Linux, on a Mac that a scenario describes.
 *
 * usage: macrun [--scenario FILE] [--lib SONAME]... [--trace FILE] [--count FILE] [--leaks]
 *               PROGRAM [ARGUMENT...]
 *        macrun [--scenario FILE] [--lib SONAME]... --list PROGRAM
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macho.h"
#include "tests/macrun/macrun.h"

struct options {
    const char *scenario;
    struct watch watch;
    bool list;
    int program; /* index in argv */
};

void die(const char *format, ...)
{
    va_list args;

    (void)fputs("macrun: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    exit(EXIT_NOT_LOADED);
}

struct str map_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    void *at;

    if (fd < 0 || fstat(fd, &status) != 0 || status.st_size == 0)
        die("%s: cannot be read", path);
    at = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    (void)close(fd);
    if (at == MAP_FAILED)
        die("%s: %s", path, strerror(errno));
    return (struct str){at, (size_t)status.st_size};
}

static int usage(void)
{
    (void)fputs("usage: macrun [--scenario FILE] [--lib SONAME]... [--trace FILE] [--count FILE]\n"
                "              [--leaks] PROGRAM [ARGUMENT...]\n"
                "       macrun [--scenario FILE] [--lib SONAME]... --list PROGRAM\n",
                stderr);
    return EXIT_USAGE;
}

/* Takes one option with its value; false: it is none. */
static bool take_valued(struct options *options, const char *name, const char *value)
{
    if (strcmp(name, "--scenario") == 0)
        options->scenario = value;
    else if (strcmp(name, "--lib") == 0)
        resolve_library(value);
    else if (strcmp(name, "--trace") == 0)
        options->watch.trace = value;
    else if (strcmp(name, "--count") == 0)
        options->watch.count = value;
    else
        return false;
    return true;
}

static bool read_options(struct options *options, int argc, char **argv)
{
    int at = 1;

    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "--list") == 0)
            options->list = true;
        else if (strcmp(argv[at], "--leaks") == 0)
            options->watch.leaks = true;
        else if (at + 1 < argc && take_valued(options, argv[at], argv[at + 1]))
            at++;
        else
            return false;
    }
    options->program = at;
    return at < argc;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    static char program[4096]; /* the program may ask for it as long as it runs */
    int status;

    if (argc > 1 && strcmp(argv[1], PLAY_OPTION) == 0)
        return play(argv);
    if (!read_options(&options, argc, argv))
        return usage();
    if (realpath(argv[options.program], program) == NULL)
        die("%s: %s", argv[options.program], strerror(errno));
    scenario_load(options.scenario, program);
    resolve_watch(&options.watch);
    image_load(program);
    if (options.list)
        return resolve_list() ? 0 : EXIT_UNRESOLVED;
    crash_catch();
    (void)atexit(resolve_finish);
    mac_start_clock();
    errno = 0;
    status = image_start(argc - options.program, argv + options.program, environ);
    exit(status);
}
