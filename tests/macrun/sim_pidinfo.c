/* sim_pidinfo.c - libproc: lists of processes, proc_pidinfo and what is built on it. */
#include <string.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

#define PID_SLACK 20 /* the kernel's answer to "how many" is above the truth */

static int fail_with(int errnum)
{
    (void)mac_fail(errnum);
    return 0;
}

/* ---- lists --------------------------------------------------------------------------------- */

/* Adds the living or the zombies, newest first. */
static size_t list_pids(bool zombies, char *buffer, size_t room, size_t count)
{
    for (size_t i = mac.process_count; i > 0 && count < room; i--) {
        const struct process *process = &mac.processes[i - 1];
        int pid = (int)process->pid;

        if (!process->gone && (process->status == DARWIN_SZOMB) == zombies)
            memcpy(buffer + count++ * sizeof pid, &pid, sizeof pid);
    }
    return count;
}

/* Bytes. */
static int mac_proc_listpids(uint32_t type, uint32_t what, void *buffer, int size)
{
    int fault = mac_fault("proc_listpids", -1);
    size_t room = size > 0 ? (size_t)size / sizeof(int) : 0;
    size_t count;

    (void)what;
    if (fault != 0)
        return fail_with(fault);
    if (type != DARWIN_PROC_ALL_PIDS)
        return fail_with(DARWIN_EINVAL);
    if (buffer == NULL)
        return (int)((mac.process_count + PID_SLACK) * sizeof(int));
    count = list_pids(false, buffer, room, 0);
    count = list_pids(true, buffer, room, count);
    return (int)(count * sizeof(int));
}

static int mac_proc_listallpids(void *buffer, int size)
{
    return mac_proc_listpids(DARWIN_PROC_ALL_PIDS, 0, buffer, size) / (int)sizeof(int);
}

/* ---- one process --------------------------------------------------------------------------- */

static struct darwin_bsdinfo bsdinfo_of(const struct process *process)
{
    uint32_t uid = (uint32_t)process->uid, gid = (uint32_t)process->gid;
    struct darwin_bsdinfo info = {
        .pbi_flags = (uint32_t)process->flags,
        .pbi_status = (uint32_t)process->status,
        .pbi_pid = (uint32_t)process->pid,
        .pbi_ppid = (uint32_t)process->ppid,
        .pbi_uid = uid,
        .pbi_gid = gid,
        .pbi_ruid = uid,
        .pbi_rgid = gid,
        .pbi_svuid = uid,
        .pbi_svgid = gid,
        .pbi_nfiles = (uint32_t)(process->fds),
        .pbi_pgid = (uint32_t)process->pid,
        .e_tdev = UINT32_MAX,
        .pbi_nice = (int32_t)process->nice,
        .pbi_start_tvsec = process->start_sec,
        .pbi_start_tvusec = process->start_usec,
    };

    mac_put_text(info.pbi_comm, sizeof info.pbi_comm, process->comm);
    mac_put_text(info.pbi_name, sizeof info.pbi_name, process->name);
    return info;
}

static struct darwin_bsdshortinfo shortinfo_of(const struct process *process)
{
    uint32_t uid = (uint32_t)process->uid, gid = (uint32_t)process->gid;
    struct darwin_bsdshortinfo info = {
        .pbsi_pid = (uint32_t)process->pid,
        .pbsi_ppid = (uint32_t)process->ppid,
        .pbsi_pgid = (uint32_t)process->pid,
        .pbsi_status = (uint32_t)process->status,
        .pbsi_flags = (uint32_t)process->flags,
        .pbsi_uid = uid,
        .pbsi_gid = gid,
        .pbsi_ruid = uid,
        .pbsi_rgid = gid,
        .pbsi_svuid = uid,
        .pbsi_svgid = gid,
    };

    mac_put_text(info.pbsi_comm, sizeof info.pbsi_comm, process->comm);
    return info;
}

static struct darwin_taskinfo taskinfo_of(const struct process *process)
{
    return (struct darwin_taskinfo){
        .pti_virtual_size = process->virtual_size,
        .pti_resident_size = process->resident,
        .pti_total_user = process->user_time,
        .pti_total_system = process->system_time,
        .pti_policy = 1,
        .pti_pageins = (int32_t)process->pageins,
        .pti_threadnum = (int32_t)process->threads,
        .pti_priority = 31,
    };
}

static struct darwin_uniqidentifierinfo uniqid_of(const struct process *process)
{
    struct darwin_uniqidentifierinfo info = {
        .p_uniqueid = process->uniqueid,
        .p_puniqueid = process->puniqueid,
        .p_idversion = (int32_t)process->idversion,
    };

    memcpy(info.p_uuid, process->uuid, sizeof info.p_uuid);
    return info;
}

/* Bytes. The first ones are sockets, then pipes, then files. */
static int list_fds(const struct process *process, void *buffer, int size)
{
    size_t room = size > 0 ? (size_t)size / sizeof(struct darwin_fdinfo) : 0;
    size_t count = process->fds < room ? (size_t)process->fds : room;

    if (buffer == NULL)
        return (int)((process->fds + PID_SLACK) * sizeof(struct darwin_fdinfo));
    for (size_t i = 0; i < count; i++) {
        struct darwin_fdinfo info = {(int32_t)i, DARWIN_PROX_FDTYPE_VNODE};

        if (i < process->sockets)
            info.proc_fdtype = DARWIN_PROX_FDTYPE_SOCKET;
        else if (i < process->sockets + process->pipes)
            info.proc_fdtype = DARWIN_PROX_FDTYPE_PIPE;
        memcpy((char *)buffer + i * sizeof info, &info, sizeof info);
    }
    return (int)(count * sizeof(struct darwin_fdinfo));
}

/* ---- proc_pidinfo -------------------------------------------------------------------------- */

/* Flavors that only the same user and root may read, unless they are for everybody. */
static const struct flavor {
    int number;
    size_t size; /* the least */
    bool for_everybody;
    unsigned since;
} flavors[] = {
    {DARWIN_PROC_PIDLISTFDS, 0, false, 0},
    {DARWIN_PROC_PIDTASKALLINFO, sizeof(struct darwin_taskallinfo), false, 0},
    {DARWIN_PROC_PIDTBSDINFO, sizeof(struct darwin_bsdinfo), false, 0},
    {DARWIN_PROC_PIDREGIONINFO, sizeof(struct darwin_regioninfo), false, 0},
    {DARWIN_PROC_PIDPATHINFO, 1, true, 0},
    {DARWIN_PROC_PIDT_SHORTBSDINFO, sizeof(struct darwin_bsdshortinfo), true, 0},
    {DARWIN_PROC_PIDUNIQIDENTIFIERINFO, sizeof(struct darwin_uniqidentifierinfo), true, 0},
    {DARWIN_PROC_PIDREGIONPATHINFO2, sizeof(struct darwin_regionwithpathinfo), false, 0},
    {DARWIN_PROC_PIDIPCTABLEINFO, sizeof(struct darwin_ipctableinfo), false, 20},
};

static const struct flavor *find_flavor(int number)
{
    for (size_t i = 0; i < sizeof flavors / sizeof *flavors; i++)
        if (flavors[i].number == number && mac.darwin >= flavors[i].since)
            return &flavors[i];
    return NULL;
}

/* Of a zombie little is told, and that to who says that it may be one: by an argument. */
static bool finds_zombies(int number, uint64_t argument)
{
    return argument != 0 &&
           (number == DARWIN_PROC_PIDTBSDINFO || number == DARWIN_PROC_PIDT_SHORTBSDINFO ||
            number == DARWIN_PROC_PIDUNIQIDENTIFIERINFO);
}

/* An errno, or 0: the process may be asked. */
static int check_question(const struct flavor *flavor, int pid, uint64_t argument, int size,
                          struct process **process)
{
    int fault;

    if (flavor == NULL)
        return DARWIN_EINVAL;
    if (size < 0 || (size_t)size < flavor->size)
        return DARWIN_ENOMEM;
    if (flavor->number == DARWIN_PROC_PIDPATHINFO && size > DARWIN_PROC_PIDPATHINFO_MAXSIZE)
        return DARWIN_EOVERFLOW;
    *process =
        finds_zombies(flavor->number, argument) ? mac_process_or_zombie(pid) : mac_process(pid);
    if (*process == NULL)
        return DARWIN_ESRCH;
    fault = mac_fault("proc_pidinfo", pid);
    if (fault == 0)
        fault = mac_fault_of("proc_pidinfo", (unsigned)flavor->number, pid);
    if (fault == 0 && !flavor->for_everybody && !mac_may_read(*process))
        fault = DARWIN_EPERM;
    return fault;
}

static int put_path(const struct process *process, void *buffer, int size)
{
    if (*process->path == '\0')
        return fail_with(DARWIN_ENOENT);
    mac_put_text(buffer, (size_t)size, process->path);
    return size;
}

#define ANSWER(value)                           \
    do {                                        \
        __typeof__(value) answer = (value);     \
        memcpy(buffer, &answer, sizeof answer); \
        return sizeof answer;                   \
    } while (0)

static int mac_proc_pidinfo(int pid, int number, uint64_t argument, void *buffer, int size)
{
    const struct flavor *flavor = find_flavor(number);
    struct process *process = NULL;
    int errnum = check_question(flavor, pid, argument, size, &process);

    if (errnum != 0)
        return fail_with(errnum);
    switch (number) {
    case DARWIN_PROC_PIDLISTFDS:
        return list_fds(process, buffer, size);
    case DARWIN_PROC_PIDTASKALLINFO:
        ANSWER(((struct darwin_taskallinfo){bsdinfo_of(process), taskinfo_of(process)}));
    case DARWIN_PROC_PIDTBSDINFO:
        ANSWER(bsdinfo_of(process));
    case DARWIN_PROC_PIDPATHINFO:
        return put_path(process, buffer, size);
    case DARWIN_PROC_PIDT_SHORTBSDINFO:
        ANSWER(shortinfo_of(process));
    case DARWIN_PROC_PIDUNIQIDENTIFIERINFO:
        ANSWER(uniqid_of(process));
    case DARWIN_PROC_PIDIPCTABLEINFO:
        if (process->ports == NOT_GIVEN)
            return fail_with(DARWIN_EINVAL);
        ANSWER(
            ((struct darwin_ipctableinfo){(uint32_t)process->ports * 2, (uint32_t)process->ports}));
    default:
        return pid_region(process, number, argument, buffer);
    }
}

static int mac_proc_pidpath(int pid, void *buffer, uint32_t size)
{
    return mac_proc_pidinfo(pid, DARWIN_PROC_PIDPATHINFO, 0, buffer, (int)size) > 0
               ? (int)strlen(buffer)
               : 0;
}

const struct shim shims_pidinfo[] = {SHIM(proc_listallpids), SHIM(proc_pidinfo), SHIM(proc_pidpath),
                                     SHIM_END};
