/* ls_line.c - see ls_line.h. */
#include "capture/macos/ls_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define HALF_A_YEAR_S ((int64_t)15778476)

/* The letters of neither, "x", a special bit, and both. */
static char special(mode_t mode, mode_t x, mode_t bit, const char letters[4])
{
    unsigned at = (mode & x) != 0;

    return letters[at + ((mode & bit) != 0 ? 2 : 0)];
}

/* Of a regular file: nothing else is listed. */
static void mode_text(mode_t mode, char text[11])
{
    static const char letters[] = "-rw-rw-rw-";

    (void)snprintf(text, 11, "----------");
    for (unsigned i = 1; i < 9; i++)
        if ((mode >> (9 - i) & 1) != 0)
            text[i] = letters[i];
    text[3] = special(mode, S_IXUSR, S_ISUID, "-xSs");
    text[6] = special(mode, S_IXGRP, S_ISGID, "-xSs");
    text[9] = special(mode, S_IXOTH, S_ISVTX, "-xTt");
}

static void owner_text(char text[16], uint32_t id, const char *name_of_0)
{
    if (id == 0)
        (void)snprintf(text, 16, "%s", name_of_0);
    else
        (void)snprintf(text, 16, "%" PRIu32, id);
}

/* "Mar  4 10:35", or "Mar  4  2024" */
static void time_text(char text[32], int64_t at_s, int64_t now_s)
{
    bool old = at_s < now_s - HALF_A_YEAR_S || at_s > now_s + HALF_A_YEAR_S;
    time_t time = (time_t)at_s;
    struct tm tm;

    if (localtime_r(&time, &tm) == NULL ||
        strftime(text, 32, old ? "%b %e  %Y" : "%b %e %H:%M", &tm) == 0)
        (void)snprintf(text, 32, "Jan  1  1970");
}

void ls_line_put(struct output *output, const char *name, const struct stat *stat, int64_t now_s)
{
    char mode[11], user[16], group[16], time[32];

    mode_text(stat->st_mode, mode);
    owner_text(user, stat->st_uid, "root");
    owner_text(group, stat->st_gid, "wheel");
    time_text(time, stat->st_mtime, now_s);
    output_printf(output, "%s %2" PRIu64 " %-5s %-6s %11" PRId64 " %s ", mode,
                  (uint64_t)stat->st_nlink, user, group, (int64_t)stat->st_size, time);
    output_name(output, name);
    output_printf(output, "\n");
}
