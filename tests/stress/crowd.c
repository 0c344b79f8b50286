/*
 * crowd - many processes with many regions, while others come and go.
 *
 * usage: crowd PROCESSES REGIONS FILE
 *
 * Each process maps REGIONS pages that the kernel cannot merge, every other one of FILE, and has a
 * name out of a table of bad ones. One more process starts short-lived ones all the time. Prints
 * "ready" when all are there; ends, and all with it, when standard input closes.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "formats/str.h"

#define BRIEF_REGIONS 20
#define BRIEF_US      20000
#define PAUSE_US      1000

/* What a process may call itself. */
static const char *const names[] = {
    "crowd",
    "\033[31mred\033[0m",
    "\033]0;title\007",
    "new\nline",
    "tab\there",
    "back\\slash",
    "\xff\xfe broken",
    "cut \xe2\x82",
    "\xc2\x9b"
    "31mcsi",
    "\xe2\x80\xae"
    "evil",
    "\r over",
    "-",
    "",
    ") R 1 1 (",
    "<b>&amp;|`$(",
    "=1+1",
};

#define NAME_COUNT (sizeof names / sizeof names[0])

static bool map_regions(unsigned count, int file)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    for (unsigned i = 0; i < count; i++) {
        bool of_file = i % 2 != 0;
        int flags = MAP_PRIVATE | (of_file ? 0 : MAP_ANONYMOUS);
        char *at = mmap(NULL, page, PROT_READ | PROT_WRITE, flags, of_file ? file : -1, 0);

        if (at == MAP_FAILED)
            return false;
        at[0] = 1;
    }
    return true;
}

static _Noreturn void stay(unsigned number, unsigned regions, int file, int ready)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, names[number % NAME_COUNT]);
    if (!map_regions(regions, file) || write(ready, "", 1) != 1)
        _exit(2);
    for (;;)
        pause();
}

static _Noreturn void come_and_go(int file)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "churn");
    for (;;) {
        if (fork() == 0) {
            map_regions(BRIEF_REGIONS, file);
            usleep(BRIEF_US);
            _exit(0);
        }
        usleep(PAUSE_US);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
    }
}

/* Starts them all, then waits until each has its regions. */
static bool start(unsigned count, unsigned regions, int file)
{
    int ends[2];
    char byte;

    if (pipe(ends) != 0)
        return false;
    for (unsigned i = 0; i < count; i++) {
        pid_t pid = fork();

        if (pid == 0)
            stay(i, regions, file, ends[1]);
        if (pid < 0)
            return false;
    }
    close(ends[1]);
    for (unsigned i = 0; i < count; i++) {
        if (read(ends[0], &byte, 1) != 1)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    uint64_t count, regions;
    char byte;
    int file;

    if (argc != 4 || !str_u64(str_of(argv[1]), 10, &count) ||
        !str_u64(str_of(argv[2]), 10, &regions) || count > 100000 || regions > 60000) {
        fputs("usage: crowd PROCESSES REGIONS FILE\n", stderr);
        return 2;
    }
    file = open(argv[3], O_RDWR);
    if (file < 0 || !start((unsigned)count, (unsigned)regions, file)) {
        perror("crowd");
        return 2;
    }
    if (fork() == 0)
        come_and_go(file);
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    return 0;
}
