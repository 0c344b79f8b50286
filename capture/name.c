/* name.c - see name.h. */
#include "capture/name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define PART_MAX 39 /* of a system, model or build, with the NUL: all three fit into a top folder */

/* As systems call themselves, not as the manifest spells platforms. */
static const char *system_name(const char *platform)
{
    static const struct {
        const char *platform, *name;
    } systems[] = {
        {"linux", "Linux"},
        {"macos", "macOS"},
    };

    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (strcmp(systems[i].platform, platform) == 0)
            return systems[i].name;
    return platform;
}

/* What a file name, a shell and a web form all take as it is. */
static bool plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr(".,_+-", c) != NULL);
}

/* The text up to `stop`, in plain characters. */
static void put_part(char part[PART_MAX], const char *text, char stop)
{
    size_t len = 0;

    if (text == NULL || *text == '\0' || *text == stop)
        text = "unknown";
    for (; len + 1 < PART_MAX && text[len] != '\0' && text[len] != stop; len++)
        part[len] = (char)(plain(text[len]) ? text[len] : '-');
    while (len > 1 && part[len - 1] == '-')
        len--;
    part[len] = '\0';
}

void name_top(char top[NAME_TOP_MAX], const char *platform, const struct manifest *manifest,
              int64_t taken_s)
{
    char system[PART_MAX], model[PART_MAX], build[PART_MAX], date[25] = "unknown";
    time_t time = (time_t)taken_s;
    struct tm utc;

    put_part(system, system_name(platform), '\0');
    put_part(model, manifest->model, '\0');
    put_part(build, manifest->build, ' ');
    if (gmtime_r(&time, &utc) == NULL ||
        strftime(date, sizeof date, "%Y.%m.%d_%H-%M-%S+0000", &utc) == 0)
        (void)snprintf(date, sizeof date, "unknown");
    (void)snprintf(top, NAME_TOP_MAX, "wirecap_%s_%s_%s_%s", date, system, model, build);
}

bool name_path(char path[NAME_PATH_MAX], const char *out, const char *top, struct err *err)
{
    size_t len = out == NULL ? 0 : strlen(out);
    bool slash = len > 0 && out[len - 1] == '/';
    struct stat status;
    int used;

    if (out == NULL)
        used = snprintf(path, NAME_PATH_MAX, "%s.tar.gz", top);
    else if (strcmp(out, "-") != 0 && stat(out, &status) == 0 && S_ISDIR(status.st_mode))
        used = snprintf(path, NAME_PATH_MAX, "%s%s%s.tar.gz", out, slash ? "" : "/", top);
    else if (slash)
        return err_errno(err, "%s: not a folder to write to", out);
    else
        used = snprintf(path, NAME_PATH_MAX, "%s", out);
    if (used < 0 || (size_t)used + sizeof ".partial" > NAME_PATH_MAX)
        return err_set(err, "%s: the path is too long", out == NULL ? top : out);
    return true;
}

void name_iso_time(char *text, size_t size, int64_t time_s)
{
    time_t time = (time_t)time_s;
    struct tm utc;

    if (gmtime_r(&time, &utc) == NULL || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        (void)snprintf(text, size, "-");
}
