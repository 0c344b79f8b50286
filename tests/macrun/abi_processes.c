/* abi_processes.c - what the simulated kernel answers about processes of abi.macsim: see abi.c. */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture/macos/darwin_calls.h"
#include "tests/macrun/abi_kernel.h"

#define PLAYER   300
#define HARDENED 310
#define UNDEAD   320
#define LEAVING  330

static void try_list(void)
{
    int pids[32], count = proc_listallpids(NULL, 0);
    int found = 0;

    HOLDS(count == 7 + 20); /* they may become more */
    count = proc_listallpids(pids, sizeof pids);
    HOLDS(count == 7 && pids[count - 1] == UNDEAD);
    for (int i = 0; i < count; i++)
        found += pids[i] == 0 || pids[i] == 1 || pids[i] == PLAYER || pids[i] == getpid();
    HOLDS(found == 4);
}

static void try_info(void)
{
    struct proc_bsdinfo info;
    struct proc_taskallinfo all;
    struct darwin_unique_id unique;
    struct darwin_ipc_table ports;
    struct proc_fdinfo files[32];
    char path[PROC_PIDPATHINFO_MAXSIZE];

    HOLDS(proc_pidinfo(PLAYER, PROC_PIDTBSDINFO, 0, &info, sizeof info) == sizeof info);
    HOLDS(info.pbi_uid == 501 && info.pbi_ppid == 1 && strcmp(info.pbi_name, "player") == 0);
    HOLDS(info.pbi_start_tvsec == 1789999000 && info.pbi_start_tvusec == 250000);
    HOLDS(proc_pidinfo(PLAYER, PROC_PIDTBSDINFO, 0, &info, 8) == 0 && errno == ENOMEM);
    HOLDS(proc_pidinfo(PLAYER, PROC_PIDTASKALLINFO, 0, &all, sizeof all) == 0 && errno == EPERM);
    HOLDS(proc_pidinfo(HARDENED, PROC_PIDTASKALLINFO, 0, &all, sizeof all) == sizeof all);
    HOLDS(proc_pidinfo(4242, PROC_PIDTBSDINFO, 0, &info, sizeof info) == 0 && errno == ESRCH);
    HOLDS(proc_pidinfo(PLAYER, 17, 0, &unique, sizeof unique) == 56 && unique.unique == 4711);
    HOLDS(proc_pidinfo(PLAYER, 32, 0, &ports, 8) == 8 && ports.size - ports.free == 40);
    HOLDS(proc_pidpath(PLAYER, path, sizeof path) == 46 && strstr(path, "/player") != NULL);
    HOLDS(proc_pidinfo(PLAYER, PROC_PIDLISTFDS, 0, files, sizeof files) == 5 * sizeof *files);
    HOLDS(files[1].proc_fdtype == PROX_FDTYPE_SOCKET && files[2].proc_fdtype == PROX_FDTYPE_PIPE);
}

/* One that is found only by those who say that it may be one. */
static void try_zombie(void)
{
    struct proc_bsdinfo info;
    struct darwin_unique_id unique;
    struct rusage_info_v0 usage;
    mach_port_t port;

    HOLDS(proc_pidinfo(UNDEAD, PROC_PIDTBSDINFO, 0, &info, sizeof info) == 0 && errno == ESRCH);
    HOLDS(proc_pidinfo(UNDEAD, PROC_PIDTBSDINFO, 1, &info, sizeof info) == sizeof info);
    HOLDS(info.pbi_status == 5);
    HOLDS(proc_pidinfo(UNDEAD, 17, 0, &unique, sizeof unique) == 0 && errno == ESRCH);
    HOLDS(proc_pidinfo(UNDEAD, 17, 1, &unique, sizeof unique) == 56);
    HOLDS(proc_pid_rusage(UNDEAD, RUSAGE_INFO_V0, (rusage_info_t *)&usage) == 0);
    HOLDS(task_for_pid(mach_task_self(), UNDEAD, &port) == KERN_FAILURE);
}

static void try_usage(void)
{
    struct rusage_info_v0 usage;
    struct darwin_ledger_template names[8];
    struct darwin_ledger_entry entries[8];
    int count = 8;

    HOLDS(proc_pid_rusage(PLAYER, RUSAGE_INFO_V0, (rusage_info_t *)&usage) == 0);
    HOLDS(usage.ri_wired_size == 64 << 10 &&
          usage.ri_resident_size == (4 + 16 + 12 + 9 + 1) * 16384);
    HOLDS(ledger(DARWIN_LEDGER_TEMPLATE_INFO, (caddr_t)names, (caddr_t)&count, NULL) == 0);
    HOLDS(count == 4 && strcmp(names[1].name, "page_table") == 0);
    HOLDS(strcmp(names[1].units, "bytes") == 0);
    HOLDS(ledger(DARWIN_LEDGER_ENTRY_INFO, (caddr_t)PLAYER, (caddr_t)entries, (caddr_t)&count) ==
          0);
    HOLDS(count == 4 && entries[1].balance == -16384 && entries[1].debit == 2);
    HOLDS(entries[2].balance == 65536 && entries[3].balance == (9 + 2 + 12) * 16384);
}

static void try_signatures(void)
{
    unsigned char blob[64];
    unsigned flags = 0;

    HOLDS(csops(PLAYER, DARWIN_CS_IDENTITY, blob, sizeof blob) == 0);
    HOLDS(blob[7] == 27 && strcmp((char *)blob + 8, "com.example.player") == 0);
    HOLDS(csops(PLAYER, DARWIN_CS_TEAMID, blob, sizeof blob) == 0 && blob[7] == 19);
    HOLDS(csops(PLAYER, DARWIN_CS_TEAMID, blob, 9) == -1 && errno == ERANGE && blob[7] == 19);
    HOLDS(csops(1, DARWIN_CS_STATUS, &flags, sizeof flags) == 0);
    HOLDS((flags & DARWIN_CS_PLATFORM_BINARY) != 0);
    HOLDS(csops(1, DARWIN_CS_TEAMID, blob, sizeof blob) == -1 && errno == ENOENT);
    HOLDS(csops(LEAVING, DARWIN_CS_IDENTITY, blob, sizeof blob) == -1 && errno == EINVAL);
}

/* ---- regions ------------------------------------------------------------------------------- */

static void look_at_regions(mach_port_t task)
{
    struct vm_region_submap_info_64 info;
    struct vm_region_submap_short_info_64 brief;
    mach_vm_address_t address = 0x100050000;
    mach_vm_size_t size = 0;
    natural_t depth = 0;
    mach_msg_type_number_t count = VM_REGION_SUBMAP_INFO_V2_COUNT_64;

    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&info, &count) == 0);
    HOLDS(address == 0x100100000 && size == 64 << 10 && count == 19 && info.user_tag == 7);
    HOLDS(info.pages_resident == 16 && info.pages_dirtied == 9 && info.pages_swapped_out == 2);
    HOLDS(info.user_wired_count == 1 && info.share_mode == SM_PRIVATE && info.ref_count == 2);
    HOLDS(info.object_id_full == 0xffffabcd00000011 && info.pages_reusable == 3);
    count = VM_REGION_SUBMAP_SHORT_INFO_COUNT_64;
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&brief, &count) == 0);
    HOLDS(count == 12 && brief.user_tag == 7 && brief.user_wired_count == 1);
    HOLDS(brief.share_mode == SM_PRIVATE && brief.object_id == info.object_id);
    address = 0x200010000; /* the third of three */
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&brief, &count) == 0);
    HOLDS(address == 0x200010000 && size == 16 << 10);
    address += size; /* the submap, and what is in it */
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&brief, &count) == 0);
    HOLDS(address == 0x7ff800000000 && size == 1 << 30 && depth == 0 && brief.is_submap);
    depth = 1;
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&brief, &count) == 0);
    HOLDS(size == 64 << 10 && depth == 1 && !brief.is_submap);
    address += size;
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&brief, &count) == 0);
    HOLDS(address == 0x7fffffe00000 && depth == 0);
    address += size;
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&brief, &count) ==
          KERN_INVALID_ADDRESS);
}

static void look_at_owned(mach_port_t task)
{
    struct {
        uint64_t count;
        struct darwin_owned_object objects[4];
    } answer;
    size_t size = 0;

    HOLDS(sysctlbyname("vm.get_owned_vmobjects", NULL, &size, &task, sizeof task) == 0);
    HOLDS(size >= sizeof(uint64_t) + sizeof *answer.objects);
    size = sizeof answer;
    HOLDS(sysctlbyname("vm.get_owned_vmobjects", &answer, &size, &task, sizeof task) == 0);
    HOLDS(answer.count == 1 && answer.objects[0].object_id == 0xabc0);
    HOLDS(answer.objects[0].wired_size == 512 << 10 && (answer.objects[0].bits >> 1 & 7) == 3);
}

/* System Integrity Protection and the hardened runtime deny, and time passes for the latter. */
static void try_ports(void)
{
    task_read_for_pid_fn *task_read =
        (task_read_for_pid_fn *)dlsym(RTLD_DEFAULT, "task_read_for_pid");
    mach_port_t task = 0, again = 0;
    struct timespec before, after;

    HOLDS(task_for_pid(mach_task_self(), 0, &task) == KERN_FAILURE);
    HOLDS(task_for_pid(mach_task_self(), 1, &task) == KERN_FAILURE);
    clock_gettime(CLOCK_REALTIME, &before);
    HOLDS(task_for_pid(mach_task_self(), HARDENED, &task) == KERN_FAILURE);
    clock_gettime(CLOCK_REALTIME, &after);
    HOLDS(after.tv_sec - before.tv_sec >= 2);
    HOLDS(task_read(mach_task_self(), 1, &task) == -1 && errno == EPERM);
    HOLDS(task_read(mach_task_self(), PLAYER, &task) == 0);
    HOLDS(task_read(mach_task_self(), PLAYER, &again) == 0 && again == task);
    look_at_regions(task);
    look_at_owned(task);
    HOLDS(mach_port_deallocate(mach_task_self(), task) == 0);
    HOLDS(mach_port_deallocate(mach_task_self(), again) == 0);
}

/* The same regions without a port: submaps are not descended; then those of files alone. */
static void try_port_free_regions(void)
{
    struct proc_regioninfo info;
    struct proc_regionwithpathinfo file;
    uint64_t address = 0;
    int count = 0, submaps = 0;

    while (proc_pidinfo(PLAYER, PROC_PIDREGIONINFO, address, &info, sizeof info) > 0) {
        count++;
        submaps += info.pri_flags == 3; /* and it is shared */
        if (count == 2)
            HOLDS(info.pri_user_wired_count == 1 && info.pri_user_tag == 7);
        address = info.pri_address + info.pri_size;
    }
    HOLDS(errno == EINVAL && count == 7 && submaps == 1);
    HOLDS(proc_pidinfo(PLAYER, DARWIN_PIDREGIONPATHINFO2, 0, &file, sizeof file) == sizeof file);
    HOLDS(strstr(file.prp_vip.vip_path, "/player") != NULL);
    address = file.prp_prinfo.pri_address + file.prp_prinfo.pri_size;
    HOLDS(proc_pidinfo(PLAYER, DARWIN_PIDREGIONPATHINFO2, address, &file, sizeof file) == 0);
    HOLDS(errno == EINVAL);
    HOLDS(proc_pidinfo(0, PROC_PIDREGIONINFO, 0, &info, sizeof info) == 0 && errno == EPERM);
}

static void try_leaving(void)
{
    mach_vm_address_t address = 0;
    mach_vm_size_t size;
    natural_t depth = 0;
    mach_msg_type_number_t count = VM_REGION_SUBMAP_INFO_V2_COUNT_64;
    struct vm_region_submap_info_64 info;
    mach_port_t task = 0;
    size_t len = 0;

    HOLDS(task_for_pid(mach_task_self(), LEAVING, &task) == 0);
    HOLDS(sysctlbyname("vm.get_owned_vmobjects", NULL, &len, &task, sizeof task) == 0 && len == 0);
    len = sizeof info;
    HOLDS(sysctlbyname("vm.get_owned_vmobjects", &info, &len, &task, sizeof task) == -1);
    HOLDS(errno == ENOMEM); /* it owns nothing */
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&info, &count) == 0);
    address += size;
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&info, &count) ==
          MACH_SEND_INVALID_DEST);
    HOLDS(kill(LEAVING, 0) == -1 && errno == ESRCH);
    HOLDS(mach_port_deallocate(mach_task_self(), task) == 0);
}

void try_processes(void)
{
    try_list();
    try_info();
    try_zombie();
    try_usage();
    try_signatures();
    try_ports();
    try_port_free_regions();
    try_leaving();
}
