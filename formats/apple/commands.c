/* commands.c - see commands.h. */
#include "formats/apple/commands.h"

#include <string.h>

static struct str base_name(struct str path)
{
    size_t at = path.len;

    while (at > 0 && path.at[at - 1] != '/')
        at--;
    return (struct str){path.at + at, path.len - at};
}

/* "-zsh" is a login shell, "(cc)" has no arguments any more, "sshd: ..." tells what it does. */
static struct str plain_name(struct str name)
{
    (void)str_skip(&name, "-");
    if (name.len > 2 && name.at[0] == '(' && name.at[name.len - 1] == ')')
        return (struct str){name.at + 1, name.len - 2};
    if (name.len > 1 && name.at[name.len - 1] == ':')
        name.len--;
    return name;
}

struct program program_of_path(struct str path)
{
    path = str_trim(path);
    if (!str_starts(path, "/"))
        return (struct program){.name = plain_name(base_name(path))};
    return (struct program){path, base_name(path)};
}

static struct str up_to(struct str text, const char *mark)
{
    size_t at = str_find(text, mark);

    if (at != SIZE_MAX)
        text.len = at;
    return text;
}

/* Apple's own folders of programs have no blanks in them; nor do those of Unix. */
static bool has_no_blanks(struct str path)
{
    static const char *const folders[] = {"/usr/", "/bin/", "/sbin/", "/opt/"};

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (str_starts(path, folders[i]))
            return true;
    return false;
}

/* What follows the last `mark`; empty when there is none. */
static struct str behind(struct str path, const char *mark)
{
    struct str rest = {0};
    size_t at;

    while ((at = str_find(path, mark)) != SIZE_MAX) {
        at += strlen(mark);
        rest = path = (struct str){path.at + at, path.len - at};
    }
    return rest;
}

/* The name of a program in a bundle can have blanks: "Paper Mill https://..." Empty: in none. */
static struct str name_in_bundle(struct str path)
{
    static const char *const folders[] = {"/Contents/MacOS/", ".app/"};
    struct str name, kept;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        name = behind(path, folders[i]);
        kept = up_to(name, "/");
        while (kept.len < name.len && kept.len > 0 && kept.at[kept.len - 1] != ' ')
            kept.len--;
        if (kept.len > 0)
            return str_trim(kept);
    }
    return (struct str){0};
}

/* Elsewhere a name has no blanks, but folders do: "/Library/Application Support/Mill/millerd x". */
static struct str without_arguments(struct str command)
{
    struct str path = up_to(up_to(command, " -"), " /"), name = name_in_bundle(path);

    if (name.len == 0) {
        if (str_starts(path, "/System/"))
            path = up_to(path, " ");
        name = up_to(base_name(path), " ");
    }
    path.len = (size_t)(name.at + name.len - path.at);
    return path;
}

struct program program_of_command(struct str command)
{
    struct str word;

    command = str_trim(command);
    if (str_starts(command, "/") && !has_no_blanks(command))
        return program_of_path(without_arguments(command));
    /* "(Paper Mill)": what is in brackets is the whole name. */
    if (str_starts(command, "(") && str_ends(command, ")"))
        return program_of_path(command);
    (void)str_word(&command, &word);
    return program_of_path(word);
}
