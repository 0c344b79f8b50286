/*
 * sim_sysctl.c - sysctls by name, by number, and the walk over {0, 1} to {0, 5}.
 *
 * Two entries are calls rather than values: the arguments of a process, and the VM objects that a
 * task owns.
 */
#include <stdio.h>
#include <string.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

/* ---- answers ------------------------------------------------------------------------------- */

/* As the kernel copies out: without a buffer the size, in a small one what fits, and ENOMEM. */
static int put(const void *value, size_t size, void *old, size_t *old_size)
{
    if (old_size == NULL)
        return 0;
    if (old == NULL) {
        *old_size = size;
        return 0;
    }
    if (*old_size < size) {
        memcpy(old, value, *old_size);
        return mac_fail(DARWIN_ENOMEM);
    }
    memcpy(old, value, size);
    *old_size = size;
    return 0;
}

/* The port's name goes in, the task's objects come out: as many as there is room for. A buffer counts
 * for no more than is needed, so that of no objects there is no answer at all. */
static int put_owned(void *old, size_t *old_size, const void *new, size_t new_size)
{
    const size_t each = sizeof(struct darwin_owned_object);
    const struct process *process;
    uint32_t port = 0;
    size_t need, size;
    uint64_t count;
    int pid;

    if (new == NULL || new_size != sizeof port || old_size == NULL)
        return mac_fail(DARWIN_EINVAL);
    memcpy(&port, new, sizeof port);
    pid = pid_of_port(port, PORT_READ_RIGHT);
    process = pid >= 0 ? mac_process(pid) : NULL;
    if (process == NULL)
        return mac_fail(DARWIN_ESRCH);
    need = process->owned_count > 0 ? sizeof count + process->owned_count * each : 0;
    if (old == NULL) {
        *old_size = need;
        return 0;
    }
    size = *old_size < need ? *old_size : need;
    if (size < sizeof count + each)
        return mac_fail(DARWIN_ENOMEM);
    count = (size - sizeof count) / each;
    memcpy(old, &count, sizeof count);
    memcpy((char *)old + sizeof count, process->owned, count * each);
    *old_size = sizeof count + count * each;
    return 0;
}

/* argc, the path of the executable, NULs up to a multiple of eight, the arguments. */
static int put_arguments(int pid, void *old, size_t *old_size)
{
    const struct process *process = mac_process(pid);
    char buffer[4096] = {0};
    struct str rest, argument;
    size_t at = sizeof(int32_t);
    int32_t count = 0;

    if (process == NULL || !mac_may_read(process))
        return mac_fail(DARWIN_EINVAL);
    at += (size_t)snprintf(buffer + at, 1024, "%s", process->path) + 1;
    at = (at + 7) / 8 * 8;
    rest = str_of(process->args != NULL ? process->args : process->path);
    while (str_line(&rest, &argument) && at + argument.len < sizeof buffer) {
        memcpy(buffer + at, argument.at, argument.len);
        at += argument.len + 1;
        count++;
    }
    memcpy(buffer, &count, sizeof count);
    return put(buffer, at, old, old_size);
}

static int put_value(struct sysctl *sysctl, void *old, size_t *old_size, const void *new,
                     size_t new_size)
{
    char api[160];
    int errnum = sysctl->errnum;

    (void)snprintf(api, sizeof api, "sysctl:%s", sysctl->name);
    if (errnum == 0)
        errnum = mac_fault(api, -1);
    if (errnum == 0 && (sysctl->kind & SYSCTL_TYPE_MASK) == DARWIN_CTLTYPE_NODE)
        errnum = DARWIN_EISDIR;
    if (errnum != 0)
        return mac_fail(errnum);
    if (strcmp(sysctl->name, SYSCTL_OWNED) == 0)
        return put_owned(old, old_size, new, new_size);
    if (new != NULL)
        return mac_fail(DARWIN_EPERM); /* there is none that can be changed */
    return put(sysctl->value, sysctl->value_bytes, old, old_size);
}

/* ---- the calls ----------------------------------------------------------------------------- */

/* What {0, question, oid...} asks about the tree. */
static int put_about(int question, const int *oid, size_t count, void *old, size_t *old_size)
{
    const struct sysctl *sysctl =
        question == DARWIN_CTL_NEXT ? sysctl_behind(oid, count) : sysctl_at(oid, count);
    char format[64];
    size_t len;

    if (sysctl == NULL)
        return mac_fail(DARWIN_ENOENT);
    switch (question) {
    case DARWIN_CTL_NAME:
        return put(sysctl->name, strlen(sysctl->name) + 1, old, old_size);
    case DARWIN_CTL_NEXT:
        return put(sysctl->oid, sysctl->oid_count * sizeof *sysctl->oid, old, old_size);
    case DARWIN_CTL_FORMAT:
        memcpy(format, &sysctl->kind, sizeof sysctl->kind);
        len = (size_t)snprintf(format + sizeof sysctl->kind, sizeof format - sizeof sysctl->kind,
                               "%s", sysctl->format);
        return put(format, sizeof sysctl->kind + len + 1, old, old_size);
    default:
        return mac_fail(DARWIN_ENOENT);
    }
}

static int put_oid(const char *name, size_t len, void *old, size_t *old_size)
{
    const struct sysctl *sysctl = sysctl_named((struct str){name, strnlen(name, len)});

    if (sysctl == NULL)
        return mac_fail(DARWIN_ENOENT);
    return put(sysctl->oid, sysctl->oid_count * sizeof *sysctl->oid, old, old_size);
}

static int mac_sysctl(const int *oid, unsigned count, void *old, size_t *old_size, const void *new,
                      size_t new_size)
{
    struct sysctl *sysctl;

    if (count < 2 || count > DARWIN_CTL_MAXNAME + 2)
        return mac_fail(DARWIN_EINVAL);
    if (count == 3 && oid[0] == DARWIN_CTL_KERN && oid[1] == DARWIN_KERN_PROCARGS2)
        return put_arguments(oid[2], old, old_size);
    if (oid[0] == 0 && oid[1] == DARWIN_CTL_OID)
        return put_oid(new, new_size, old, old_size);
    if (oid[0] == 0)
        return put_about(oid[1], oid + 2, count - 2, old, old_size);
    sysctl = sysctl_at(oid, count);
    return sysctl != NULL ? put_value(sysctl, old, old_size, new, new_size)
                          : mac_fail(DARWIN_ENOENT);
}

static int mac_sysctlbyname(const char *name, void *old, size_t *old_size, const void *new,
                            size_t new_size)
{
    struct sysctl *sysctl = sysctl_named(str_of(name));

    return sysctl != NULL ? put_value(sysctl, old, old_size, new, new_size)
                          : mac_fail(DARWIN_ENOENT);
}

const struct shim shims_sysctl[] = {SHIM(sysctl), SHIM(sysctlbyname), SHIM_END};
