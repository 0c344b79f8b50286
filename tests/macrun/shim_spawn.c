/*
 * shim_spawn.c - posix_spawn: the tools that the scenario has ([commands]) are played by macrun
 * itself (play.c); there are no others.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

#define ACTIONS_MAX 16

enum action_kind { ACTION_OPEN, ACTION_DUP2 };

struct action {
    enum action_kind kind;
    int fd, to, flags;
    unsigned mode;
    char *path;
};

/* What posix_spawn_file_actions_t and posix_spawnattr_t point to. */
struct actions {
    struct action list[ACTIONS_MAX];
    size_t count;
};

struct attributes {
    int flags, group;
    uint32_t default_signals, mask;
};

/* ---- what is asked for --------------------------------------------------------------------- */

static int mac_posix_spawn_file_actions_init(struct actions **actions)
{
    *actions = calloc(1, sizeof **actions);
    return *actions != NULL ? 0 : DARWIN_ENOMEM;
}

static int mac_posix_spawn_file_actions_destroy(struct actions **actions)
{
    for (size_t i = 0; i < (*actions)->count; i++)
        free((*actions)->list[i].path);
    free(*actions);
    *actions = NULL;
    return 0;
}

static int add_action(struct actions *actions, struct action action)
{
    if (actions->count == ACTIONS_MAX)
        return DARWIN_ENOMEM;
    actions->list[actions->count++] = action;
    return 0;
}

/* Tools are given /dev/null, or nothing with a name: flags of opening are not translated. */
static int mac_posix_spawn_file_actions_addopen(struct actions **actions, int fd, const char *path,
                                                int flags, unsigned mode)
{
    if ((flags & ~O_ACCMODE) != 0)
        return DARWIN_ENOTSUP;
    return add_action(*actions, (struct action){ACTION_OPEN, fd, fd, flags, mode, strdup(path)});
}

static int mac_posix_spawn_file_actions_adddup2(struct actions **actions, int fd, int to)
{
    return add_action(*actions, (struct action){.kind = ACTION_DUP2, .fd = fd, .to = to});
}

static int mac_posix_spawnattr_init(struct attributes **attributes)
{
    *attributes = calloc(1, sizeof **attributes);
    return *attributes != NULL ? 0 : DARWIN_ENOMEM;
}

static int mac_posix_spawnattr_destroy(struct attributes **attributes)
{
    free(*attributes);
    *attributes = NULL;
    return 0;
}

static int mac_posix_spawnattr_setflags(struct attributes **attributes, short flags)
{
    (*attributes)->flags = flags;
    return 0;
}

static int mac_posix_spawnattr_setpgroup(struct attributes **attributes, int group)
{
    (*attributes)->group = group;
    return 0;
}

static int mac_posix_spawnattr_setsigdefault(struct attributes **attributes, const uint32_t *set)
{
    (*attributes)->default_signals = *set;
    return 0;
}

static int mac_posix_spawnattr_setsigmask(struct attributes **attributes, const uint32_t *set)
{
    (*attributes)->mask = *set;
    return 0;
}

/* ---- in the host's terms ------------------------------------------------------------------- */

/* Close-on-exec by default: what no action made is closed. The tools' files are 0, 1 and 2. */
static void close_others(const struct actions *actions, posix_spawn_file_actions_t *host)
{
    bool made[3] = {false, false, false};

    for (size_t i = 0; actions != NULL && i < actions->count; i++)
        if (actions->list[i].to >= 0 && actions->list[i].to < 3)
            made[actions->list[i].to] = true;
    for (int fd = 0; fd < 3; fd++)
        if (!made[fd] && fcntl(fd, F_GETFD) >= 0)
            (void)posix_spawn_file_actions_addclose(host, fd);
    (void)posix_spawn_file_actions_addclosefrom_np(host, 3);
}

static void actions_to_host(const struct actions *actions, posix_spawn_file_actions_t *host)
{
    (void)posix_spawn_file_actions_init(host);
    for (size_t i = 0; actions != NULL && i < actions->count; i++) {
        const struct action *action = &actions->list[i];

        if (action->kind == ACTION_OPEN)
            (void)posix_spawn_file_actions_addopen(host, action->fd, mac_path(action->path),
                                                   action->flags, action->mode);
        else
            (void)posix_spawn_file_actions_adddup2(host, action->fd, action->to);
    }
}

static void attributes_to_host(const struct attributes *attributes, posix_spawnattr_t *host)
{
    int flags = attributes != NULL ? attributes->flags : 0;
    short host_flags = 0;
    sigset_t set;

    (void)posix_spawnattr_init(host);
    if ((flags & DARWIN_POSIX_SPAWN_SETPGROUP) != 0) {
        host_flags |= POSIX_SPAWN_SETPGROUP;
        (void)posix_spawnattr_setpgroup(host, attributes->group);
    }
    if ((flags & DARWIN_POSIX_SPAWN_SETSIGDEF) != 0) {
        host_flags |= POSIX_SPAWN_SETSIGDEF;
        signals_to_host(attributes->default_signals, &set);
        (void)posix_spawnattr_setsigdefault(host, &set);
    }
    if ((flags & DARWIN_POSIX_SPAWN_SETSIGMASK) != 0) {
        host_flags |= POSIX_SPAWN_SETSIGMASK;
        signals_to_host(attributes->mask, &set);
        (void)posix_spawnattr_setsigmask(host, &set);
    }
    (void)posix_spawnattr_setflags(host, host_flags);
}

/* ---- starting ------------------------------------------------------------------------------ */

static void note_spawn(const char *path, char *const argv[], char *const environment[])
{
    trace_note("spawn %s\n", path);
    for (size_t i = 0; argv[i] != NULL; i++)
        trace_note("spawn argument %s\n", argv[i]);
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++)
        trace_note("spawn environment %s\n", environment[i]);
}

static int start(int *pid, const struct command *command, const struct actions *actions,
                 const struct attributes *attributes, char *const environment[])
{
    char *argv[PLAY_ARGUMENTS], *none[] = {NULL};
    posix_spawn_file_actions_t host_actions;
    posix_spawnattr_t host_attributes;
    struct play_text text;
    int errnum;

    play_arguments(command, &text, argv);
    actions_to_host(actions, &host_actions);
    attributes_to_host(attributes, &host_attributes);
    if (attributes != NULL && (attributes->flags & DARWIN_POSIX_SPAWN_CLOEXEC_DEFAULT) != 0)
        close_others(actions, &host_actions);
    errnum = posix_spawn(pid, argv[0], &host_actions, &host_attributes, argv,
                         environment != NULL ? environment : none);
    play_forget(argv);
    (void)posix_spawn_file_actions_destroy(&host_actions);
    (void)posix_spawnattr_destroy(&host_attributes);
    return errno_to_mac(errnum);
}

/* An errno. */
static int mac_posix_spawn(int *pid, const char *path, struct actions **actions,
                           struct attributes **attributes, char *const argv[],
                           char *const environment[])
{
    const struct command *command = mac_command(path, argv);
    int fault = mac_fault("posix_spawn", -1);
    int ignored;

    note_spawn(path, argv, environment);
    if (fault != 0)
        return fault;
    if (command == NULL || command->missing)
        return DARWIN_ENOENT;
    return start(pid != NULL ? pid : &ignored, command, actions != NULL ? *actions : NULL,
                 attributes != NULL ? *attributes : NULL, environment);
}

const struct shim shims_spawn[] = {SHIM(posix_spawn),
                                   SHIM(posix_spawn_file_actions_init),
                                   SHIM(posix_spawn_file_actions_destroy),
                                   SHIM(posix_spawn_file_actions_addopen),
                                   SHIM(posix_spawn_file_actions_adddup2),
                                   SHIM(posix_spawnattr_init),
                                   SHIM(posix_spawnattr_destroy),
                                   SHIM(posix_spawnattr_setflags),
                                   SHIM(posix_spawnattr_setpgroup),
                                   SHIM(posix_spawnattr_setsigdefault),
                                   SHIM(posix_spawnattr_setsigmask),
                                   SHIM_END};
