/*
 * play.c - macrun in the part of a tool of the simulated Mac: prints its files, ends as it does.
 *
 * One process, and no shell, so that whoever kills the tool has killed all of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/str.h"
#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

void play_arguments(const struct command *command, struct play_text *text,
                    char *argv[PLAY_ARGUMENTS])
{
    static char program[] = "/proc/self/exe", option[] = PLAY_OPTION;

    (void)snprintf(text->status, sizeof text->status, "%d", command->status);
    (void)snprintf(text->manner, sizeof text->manner, "%d", (int)command->manner);
    argv[0] = program;
    argv[1] = option;
    argv[2] = strdup(command->out);
    argv[3] = strdup(command->err);
    argv[4] = text->status;
    argv[5] = text->manner;
    argv[6] = NULL;
}

void play_forget(char *argv[PLAY_ARGUMENTS])
{
    free(argv[2]);
    free(argv[3]);
}

static uint64_t number(const char *text)
{
    uint64_t value = 0;

    (void)str_u64(str_of(text), 10, &value);
    return value;
}

/* False: nobody reads it any more. */
static bool print_file(const char *path, int to)
{
    char buffer[64 << 10];
    ssize_t got = 0;
    bool ok = true;
    int fd = *path != '\0' ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0 && *path != '\0')
        die("%s: %s", path, strerror(errno));
    while (fd >= 0 && ok && (got = read(fd, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0; ok && done < got;) {
            ssize_t put = write(to, buffer + done, (size_t)(got - done));

            ok = put >= 0;
            done += put;
        }
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

/* Nobody waits so long for a tool: a test that was killed leaves none behind for ever. */
#define LIFE_MAX_S 900

int play(char **argv)
{
    enum manner manner = (enum manner)number(argv[5]);

    (void)signal(SIGPIPE, SIG_IGN);
    (void)alarm(LIFE_MAX_S);
    (void)print_file(argv[3], STDERR_FILENO);
    while (print_file(argv[2], STDOUT_FILENO) && manner == PLAY_FLOODS)
        continue;
    while (manner == PLAY_HANGS)
        (void)pause();
    return (int)number(argv[4]);
}
