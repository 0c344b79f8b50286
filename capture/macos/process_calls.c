/* process_calls.c - see process_calls.h. */
#include "capture/macos/process_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/macos/darwin_calls.h"

#define ANSWER_MAX  ((size_t)2 << 20) /* bytes of an answer that says how long it will be */
#define ANSWER_MORE 4096              /* it may have grown meanwhile */

/* libproc returns 0 for an error, which need not have a number. */
static int failure(void)
{
    return errno != 0 ? errno : EIO;
}

/* An answer of one size. */
static int ask(int32_t pid, int flavor, uint64_t argument, void *answer, size_t size)
{
    errno = 0;
    return proc_pidinfo(pid, flavor, argument, answer, (int)size) == (int)size ? 0 : failure();
}

size_t call_pids(int32_t *pids, size_t size)
{
    int count;

    errno = 0;
    count = proc_listallpids(pids, pids == NULL ? 0 : (int)(size * sizeof *pids));
    if (count <= 0)
        return 0;
    return pids != NULL && (size_t)count > size ? size : (size_t)count;
}

static void set_names(struct process_info *info, const char *name, size_t name_size,
                      const char *command, size_t command_size)
{
    bool named = name[0] != '\0';

    memset(info->name, 0, sizeof info->name);
    memcpy(info->name, named ? name : command, named ? name_size : command_size);
}

static void set_general(struct process_info *info, const struct proc_bsdinfo *bsd)
{
    *info = (struct process_info){
        .zombie = bsd->pbi_status == SZOMB,
        .ppid = bsd->pbi_ppid,
        .uid = bsd->pbi_uid,
        .start_us = bsd->pbi_start_tvsec * 1000000 + bsd->pbi_start_tvusec,
    };
    static_assert(sizeof bsd->pbi_name == sizeof info->name, "names");
    set_names(info, bsd->pbi_name, sizeof bsd->pbi_name, bsd->pbi_comm, sizeof bsd->pbi_comm);
}

/* What is told of anybody's process. */
static int ask_little(int32_t pid, struct process_info *info)
{
    struct proc_bsdshortinfo brief;
    int errnum = ask(pid, PROC_PIDT_SHORTBSDINFO, 0, &brief, sizeof brief);

    if (errnum != 0)
        return errnum;
    *info = (struct process_info){
        .zombie = brief.pbsi_status == SZOMB,
        .ppid = brief.pbsi_ppid,
        .uid = brief.pbsi_uid,
    };
    set_names(info, "", 0, brief.pbsi_comm, sizeof brief.pbsi_comm);
    return 0;
}

int call_info(int32_t pid, struct process_info *info)
{
    struct proc_taskallinfo all;
    int errnum = ask(pid, PROC_PIDTASKALLINFO, 0, &all, sizeof all);

    if (errnum == 0) {
        set_general(info, &all.pbsd);
        info->whole = true;
        info->thread_count = (uint32_t)all.ptinfo.pti_threadnum;
        info->virtual_bytes = all.ptinfo.pti_virtual_size;
        return 0;
    }
    if (errnum == ESRCH) { /* gone, or a zombie, which is looked for when the argument says so */
        errnum = ask(pid, PROC_PIDTBSDINFO, 1, &all.pbsd, sizeof all.pbsd);
        if (errnum == 0)
            set_general(info, &all.pbsd);
        return errnum;
    }
    return ask_little(pid, info) == 0 ? 0 : errnum;
}

int call_unique_id(int32_t pid, bool ended, uint64_t *id)
{
    struct darwin_unique_id answer;
    int errnum = ask(pid, DARWIN_PIDUNIQIDENTIFIERINFO, ended, &answer, sizeof answer);

    *id = errnum == 0 ? answer.unique : 0;
    return errnum;
}

int call_path(int32_t pid, char path[CALL_PATH_MAX])
{
    errno = 0;
    if (proc_pidpath(pid, path, CALL_PATH_MAX) <= 0)
        return failure();
    path[CALL_PATH_MAX - 1] = '\0';
    return 0;
}

int call_usage(int32_t pid, struct darwin_rusage *usage)
{
    errno = 0;
    return proc_pid_rusage(pid, RUSAGE_INFO_V0, (rusage_info_t *)usage) == 0 ? 0 : failure();
}

int call_ledger_template(struct darwin_ledger_template *rows, size_t *count)
{
    int room = (int)*count, n = room;

    *count = 0;
    errno = 0;
    if (ledger(DARWIN_LEDGER_TEMPLATE_INFO, (caddr_t)rows, (caddr_t)&n, NULL) != 0)
        return failure();
    *count = n > 0 && n <= room ? (size_t)n : 0;
    return 0;
}

int call_ledger_entries(int32_t pid, struct darwin_ledger_entry *entries, size_t *count)
{
    int room = (int)*count, n = room;

    *count = 0;
    errno = 0;
    if (ledger(DARWIN_LEDGER_ENTRY_INFO, (caddr_t)(intptr_t)pid, (caddr_t)entries, (caddr_t)&n) !=
        0)
        return failure();
    *count = n > 0 && n <= room ? (size_t)n : 0;
    return 0;
}

int call_signing(int32_t pid, unsigned operation, void *answer, size_t size)
{
    errno = 0;
    return csops(pid, operation, answer, size) == 0 ? 0 : failure();
}

int call_arguments(int32_t pid, char **bytes, size_t *len)
{
    int mib[] = {CTL_KERN, KERN_PROCARGS2, pid};
    size_t size = 0;
    int errnum;

    errno = 0;
    if (sysctl(mib, 3, NULL, &size, NULL, 0) != 0)
        return failure();
    if (size == 0 || size > ANSWER_MAX)
        return ENOMEM;
    *bytes = malloc(size);
    if (*bytes == NULL)
        return ENOMEM;
    *len = size;
    if (sysctl(mib, 3, *bytes, len, NULL, 0) == 0 && *len <= size)
        return 0;
    errnum = failure();
    free(*bytes);
    return errnum;
}

int call_port_table(int32_t pid, struct darwin_ipc_table *table)
{
    return ask(pid, DARWIN_PIDIPCTABLEINFO, 0, table, sizeof *table);
}

int call_files(int32_t pid, struct darwin_file **files, size_t *count)
{
    int size, got, errnum;

    errno = 0;
    size = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, NULL, 0); /* some more than there are */
    if (size <= 0)
        return failure();
    if ((size_t)size > ANSWER_MAX)
        return ENOMEM;
    *files = malloc((size_t)size);
    if (*files == NULL)
        return ENOMEM;
    errno = 0;
    got = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, *files, size);
    if (got < 0 || got > size || (got == 0 && errno != 0)) {
        errnum = failure();
        free(*files);
        return errnum;
    }
    *count = (size_t)got / sizeof **files;
    return 0;
}

int call_task_read(int32_t pid, uint32_t *port)
{
    task_read_for_pid_fn *task_read = NULL;
    void *found = dlsym(RTLD_DEFAULT, "task_read_for_pid");
    mach_port_name_t name = MACH_PORT_NULL;

    if (found == NULL)
        return ENOSYS;
    memcpy(&task_read, &found, sizeof found);
    errno = 0;
    if (task_read(mach_task_self(), pid, &name) != 0)
        return failure();
    *port = name;
    return name == MACH_PORT_NULL || name == MACH_PORT_DEAD ? ESRCH : 0;
}

int call_task(int32_t pid, uint32_t *port)
{
    mach_port_name_t name = MACH_PORT_NULL;

    if (task_for_pid(mach_task_self(), pid, &name) != KERN_SUCCESS)
        return EPERM; /* it says no more than that it failed */
    *port = name;
    return name == MACH_PORT_NULL || name == MACH_PORT_DEAD ? ESRCH : 0;
}

bool call_task_own(int32_t pid, uint32_t *port)
{
    *port = mach_task_self();
    return pid == getpid();
}

void call_task_end(uint32_t port)
{
    if (port != mach_task_self())
        (void)mach_port_deallocate(mach_task_self(), port);
}

int call_owned(uint32_t port, char **bytes, size_t *len)
{
    static const char name[] = "vm.get_owned_vmobjects";
    mach_port_name_t task = port;
    size_t size = 0;
    int errnum;

    *bytes = NULL;
    *len = 0;
    errno = 0;
    if (sysctlbyname(name, NULL, &size, &task, sizeof task) != 0)
        return failure();
    if (size == 0)
        return 0; /* it owns nothing, and the kernel would call any buffer too small */
    size = size > ANSWER_MAX - ANSWER_MORE ? ANSWER_MAX : size + ANSWER_MORE;
    *bytes = malloc(size);
    if (*bytes == NULL)
        return ENOMEM;
    *len = size;
    if (sysctlbyname(name, *bytes, len, &task, sizeof task) == 0 && *len <= size)
        return 0;
    errnum = failure();
    free(*bytes);
    *len = 0;
    return errnum;
}
