/* abi_kernel.c - what the simulated kernel answers about the Mac of abi.macsim: see abi.c. */
#include "tests/macrun/abi_kernel.h"

#include <dlfcn.h>
#include <errno.h>
#include <mach/kmod.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "capture/macos/darwin_calls.h"

#define PLAYER   300
#define HARDENED 310
#define UNDEAD   320
#define LEAVING  330

static mach_port_t host;

/* ---- the machine --------------------------------------------------------------------------- */

static int next_statistics(struct vm_statistics64 *statistics, unsigned wanted)
{
    mach_msg_type_number_t count = wanted;

    memset(statistics, 0xff, sizeof *statistics);
    return host_statistics64(host, HOST_VM_INFO64, (host_info64_t)statistics, &count) == 0
               ? (int)count
               : -1;
}

/* Two answers in earnest in a second, and then the last one again. */
static void try_statistics(void)
{
    struct vm_statistics64 first, second, third;

    HOLDS(next_statistics(&first, HOST_VM_INFO64_COUNT) == 38 && first.wire_count == 100000);
    HOLDS(next_statistics(&second, 100) == 38 && second.wire_count == 100003);
    HOLDS(second.faults == 5010 && second.total_uncompressed_pages_in_compressor == 0);
    HOLDS(next_statistics(&third, HOST_VM_INFO64_COUNT) == 38 && third.faults == 5010);
    HOLDS(next_statistics(&third, 24) == 24 && third.swapins == ~0ULL);
    HOLDS(next_statistics(&third, 23) == -1);
    nanosleep(&(struct timespec){1, 50000000}, NULL);
    HOLDS(next_statistics(&third, HOST_VM_INFO64_COUNT) == 38 && third.wire_count == 100006);
}

static void look_at_zones(const mach_zone_name_t *names, const mach_zone_info_t *zones, unsigned n)
{
    HOLDS(n == 2 && strcmp(names[0].mzn_name, "vm objects") == 0);
    HOLDS(zones[0].mzi_elem_size == 256 && zones[0].mzi_count == 1000);
    HOLDS(zones[0].mzi_cur_size == 300 << 10 && zones[0].mzi_exhaustible == 1);
    HOLDS(zones[0].mzi_collectable == (12 << 10 << 1 | 1));
    HOLDS(strcmp(names[1].mzn_name, "data.kalloc.1024") == 0 && zones[1].mzi_sum_size == 7 << 10);
}

/* Tags at their numbers, rows of nothing, a view, and 14 counters. */
static void look_at_memory(const mach_memory_info_t *rows, unsigned n)
{
    HOLDS(n == 43 + 3 + 1 + 14);
    HOLDS(rows[1].size == 64 << 20 && rows[1].flags == VM_KERN_SITE_WIRED && rows[1].tag == 1);
    HOLDS(rows[1].mapped == 80 << 20 && rows[2].flags == 0 && rows[2].size == 0);
    HOLDS(rows[12].flags == VM_KERN_SITE_HIDE && rows[12].collectable_bytes == 1 << 20);
    HOLDS(rows[40].flags == (VM_KERN_SITE_WIRED | VM_KERN_SITE_KMOD) && rows[40].site == 7);
    HOLDS(rows[41].site == 0xffffff8000654321 && rows[42].flags == 0x500);
    HOLDS(strcmp(rows[42].name, "IOMapper.DMA.device") == 0 && rows[42].site == 0);
    HOLDS(rows[46].flags == VM_KERN_SITE_ZONE_VIEW && rows[46].free == 128);
    HOLDS(rows[49].flags == VM_KERN_SITE_COUNTER && rows[49].site == VM_KERN_COUNT_WIRED);
    HOLDS(rows[49].size == 1638400000 && rows[49].tag == 258);
}

static void try_memory_info(void)
{
    mach_zone_name_array_t names;
    mach_zone_info_array_t zones;
    mach_memory_info_array_t rows;
    mach_msg_type_number_t name_count, zone_count, row_count;

    HOLDS(mach_memory_info(mach_task_self(), &names, &name_count, &zones, &zone_count, &rows,
                           &row_count) == KERN_INVALID_HOST);
    HOLDS(mach_memory_info(host, &names, &name_count, &zones, &zone_count, &rows, &row_count) == 0);
    look_at_zones(names, zones, zone_count);
    look_at_memory(rows, row_count);
    vm_deallocate(mach_task_self(), (vm_address_t)names, name_count * sizeof *names);
    vm_deallocate(mach_task_self(), (vm_address_t)zones, zone_count * sizeof *zones);
    vm_deallocate(mach_task_self(), (vm_address_t)rows, row_count * sizeof *rows);
}

/* mach/host_priv.h declares it with types that are arrays of characters. */
static void try_kexts(void)
{
    char request[] = "<dict><key>Kext Request Predicate</key>"
                     "<string>Get Loaded Kext Info</string></dict>";
    vm_offset_t response = 0, log = 0;
    mach_msg_type_number_t response_bytes = 0, log_bytes = 0;
    kern_return_t result = 1;
    const char *text;

    HOLDS(kext_request(host, 0, (vm_offset_t)request, sizeof request, &response, &response_bytes,
                       &log, &log_bytes, &result) == 0 &&
          result == 0);
    text = (const char *)response;
    HOLDS(strlen(text) + 1 == response_bytes);
    HOLDS(strstr(text, "<key>com.example.driver</key>") != NULL);
    HOLDS(strstr(text, ">1.2 &lt;&amp;></string>") != NULL);
    HOLDS(strstr(text, "<key>OSBundleRetainCount</key><integer size=\"32\" ID=\"8\">0x2<") != NULL);
    HOLDS(strstr(text, ">ChssPQobLD1OXwobLD1OXw==</data>") != NULL);
    HOLDS(strstr(text, "<integer size=\"32\" IDREF=\"4\"/><integer size=\"32\" ID=") != NULL);
    vm_deallocate(mach_task_self(), response, response_bytes);
}

/* ---- sysctl -------------------------------------------------------------------------------- */

static void try_sysctl_values(void)
{
    char text[64];
    uint64_t numbers[3];
    struct timeval boot;
    int loose = 0;
    size_t size = sizeof text;

    HOLDS(sysctlbyname("kern.osproductversion", text, &size, NULL, 0) == 0 && size == 7);
    HOLDS(strcmp(text, "14.6.1") == 0);
    size = 2;
    HOLDS(sysctlbyname("kern.osproductversion", text, &size, NULL, 0) == -1 && errno == ENOMEM);
    HOLDS(sysctlbyname("no.such", NULL, &size, NULL, 0) == -1 && errno == ENOENT);
    HOLDS(sysctlbyname("kern.closed", text, &size, NULL, 0) == -1 && errno == EPERM);
    size = sizeof numbers;
    HOLDS(sysctlbyname("hw.cachesize", numbers, &size, NULL, 0) == 0 && size == 24);
    HOLDS(numbers[0] == 1ULL << 34 && numbers[2] == 4 << 20);
    size = sizeof boot;
    HOLDS(sysctl((int[]){CTL_KERN, KERN_BOOTTIME}, 2, &boot, &size, NULL, 0) == 0 && size == 16);
    HOLDS(boot.tv_sec == 1790000000 - 7200);
    size = sizeof loose;
    HOLDS(sysctlbyname("kern.loose", NULL, NULL, &(int){6}, sizeof(int)) == 0);
    HOLDS(sysctlbyname("kern.loose", &loose, &size, NULL, 0) == 0 && loose == 6);
}

/* All that the walk comes by: names, with what `next` also gives. */
static void try_sysctl_walk(void)
{
    int next[CTL_MAXNAME + 2] = {0, 2, 1}, count = 3, seen = 0, masked = 0;
    size_t size = CTL_MAXNAME * sizeof *next;
    int oid[CTL_MAXNAME];

    while (sysctl(next, (unsigned)count, oid, &size, NULL, 0) == 0) {
        char answer[256];
        unsigned kind;
        size_t answer_size = sizeof answer;
        int words = (int)(size / sizeof *oid);

        memcpy(next + 2, oid, size);
        next[1] = 4;
        HOLDS(sysctl(next, (unsigned)words + 2, answer, &answer_size, NULL, 0) == 0);
        memcpy(&kind, answer, sizeof kind);
        answer_size = sizeof answer;
        next[1] = 1;
        HOLDS(sysctl(next, (unsigned)words + 2, answer, &answer_size, NULL, 0) == 0);
        HOLDS(strchr(answer, '.') != NULL);
        masked += (kind & 0x04000000) != 0;
        seen++;
        next[1] = 2;
        count = words + 2;
        size = CTL_MAXNAME * sizeof *next;
    }
    HOLDS(errno == ENOENT && seen > 20 && masked == 2); /* kern.secret, vm.get_owned_vmobjects */
}

/* ---- processes ----------------------------------------------------------------------------- */

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
    struct darwin_coalitions coalitions;
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
    HOLDS(proc_pidinfo(PLAYER, 20, 0, &coalitions, 40) == 40 && coalitions.jetsam == 78);
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
    struct darwin_ledger_info about;
    int count = 8;

    HOLDS(proc_pid_rusage(PLAYER, RUSAGE_INFO_V0, (rusage_info_t *)&usage) == 0);
    HOLDS(usage.ri_wired_size == 64 << 10 &&
          usage.ri_resident_size == (4 + 16 + 12 + 9 + 1) * 4096);
    HOLDS(ledger(DARWIN_LEDGER_INFO, (caddr_t)PLAYER, (caddr_t)&about, NULL) == 0);
    HOLDS(about.entries == 4);
    HOLDS(ledger(DARWIN_LEDGER_TEMPLATE_INFO, (caddr_t)names, (caddr_t)&count, NULL) == 0);
    HOLDS(count == 4 && strcmp(names[1].name, "page_table") == 0);
    HOLDS(strcmp(names[1].units, "bytes") == 0);
    HOLDS(ledger(DARWIN_LEDGER_ENTRY_INFO, (caddr_t)PLAYER, (caddr_t)entries, (caddr_t)&count) ==
          0);
    HOLDS(count == 4 && entries[1].balance == -16384 && entries[1].debit == 2);
    HOLDS(entries[2].balance == 65536 && entries[3].balance == (9 + 2 + 12) * 4096);
}

static void try_signatures(void)
{
    unsigned char blob[64];
    unsigned flags = 0;

    HOLDS(csops(PLAYER, DARWIN_CS_IDENTITY, blob, sizeof blob) == 0);
    HOLDS(blob[7] == 27 && strcmp((char *)blob + 8, "com.example.player") == 0);
    HOLDS(csops(PLAYER, DARWIN_CS_TEAMID, blob, sizeof blob) == 0 && blob[7] == 19);
    HOLDS(csops(PLAYER, DARWIN_CS_TEAMID, blob, 9) == -1 && errno == ERANGE && blob[7] == 19);
    HOLDS(csops(PLAYER, DARWIN_CS_CDHASH, blob, 20) == 0 && blob[1] == 0x11 && blob[19] == 0x33);
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
    int (*task_read)(mach_port_t, int, mach_port_t *) =
        (int (*)(mach_port_t, int, mach_port_t *))dlsym(RTLD_DEFAULT, "task_read_for_pid");
    mach_port_t task = 0, again = 0;
    time_t before = time(NULL);
    int state;

    HOLDS(task_for_pid(mach_task_self(), 0, &task) == KERN_FAILURE);
    HOLDS(task_for_pid(mach_task_self(), 1, &task) == KERN_FAILURE);
    HOLDS(task_for_pid(mach_task_self(), HARDENED, &task) == KERN_FAILURE);
    HOLDS(time(NULL) - before >= 2);
    HOLDS(task_read(mach_task_self(), 1, &task) == -1 && errno == EPERM);
    HOLDS(task_read(mach_task_self(), PLAYER, &task) == 0);
    HOLDS(task_read(mach_task_self(), PLAYER, &again) == 0 && again == task);
    HOLDS(mach_vm_purgable_control(task, 0, VM_PURGABLE_GET_STATE, &state) ==
          MACH_SEND_INVALID_DEST);
    look_at_regions(task);
    look_at_owned(task);
    HOLDS(mach_port_deallocate(mach_task_self(), task) == 0);
    HOLDS(mach_port_deallocate(mach_task_self(), again) == 0);
}

/* The same regions without a port: submaps are not descended. */
static void try_port_free_regions(void)
{
    struct proc_regionwithpathinfo info;
    uint64_t address = 0;
    int count = 0, submaps = 0;

    while (proc_pidinfo(PLAYER, PROC_PIDREGIONPATHINFO, address, &info, sizeof info) > 0) {
        count++;
        submaps += info.prp_prinfo.pri_flags == 3; /* and it is shared */
        if (count == 1)
            HOLDS(strstr(info.prp_vip.vip_path, "/player") != NULL);
        if (count == 2)
            HOLDS(info.prp_prinfo.pri_user_wired_count == 1 && info.prp_prinfo.pri_user_tag == 7);
        address = info.prp_prinfo.pri_address + info.prp_prinfo.pri_size;
    }
    HOLDS(errno == EINVAL && count == 7 && submaps == 1);
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

    HOLDS(task_for_pid(mach_task_self(), LEAVING, &task) == 0);
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&info, &count) == 0);
    address += size;
    HOLDS(mach_vm_region_recurse(task, &address, &size, &depth, (int *)&info, &count) ==
          MACH_SEND_INVALID_DEST);
    HOLDS(kill(LEAVING, 0) == -1 && errno == ESRCH);
    HOLDS(mach_port_deallocate(mach_task_self(), task) == 0);
}

void try_kernel(void)
{
    host = mach_host_self();
    try_statistics();
    try_memory_info();
    try_kexts();
    try_sysctl_values();
    try_sysctl_walk();
    try_list();
    try_info();
    try_zombie();
    try_usage();
    try_signatures();
    try_ports();
    try_port_free_regions();
    try_leaving();
    HOLDS(mach_port_deallocate(mach_task_self(), host) == 0);
}
