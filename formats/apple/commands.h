/*
 * commands.h - which program a command line of ps runs.
 */
#ifndef FORMATS_APPLE_COMMANDS_H
#define FORMATS_APPLE_COMMANDS_H

#include "formats/str.h"

struct program {
    struct str path; /* from "/" on; empty when the command does not say it */
    struct str name; /* empty when there is none */
};

/* Of a command with its arguments: "/sbin/launchd -s", "-zsh", "(cc)", "sshd: anna [priv]". Where a
 * path with blanks ends is not said: it is cut where arguments seem to begin. */
struct program program_of_command(struct str command);

/* Of an executable alone, blanks and all: "/Applications/Mill.app/Contents/MacOS/Paper Mill". */
struct program program_of_path(struct str path);

#endif
