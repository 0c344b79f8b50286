/* abi_kernel.c - what the simulated kernel answers about the Mac of abi.macsim: see abi.c. */
#include "tests/macrun/abi_kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "capture/macos/darwin_calls.h"

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
    HOLDS(rows[47].flags == VM_KERN_SITE_COUNTER && rows[47].tag == 256 && rows[47].size == 0);
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
    HOLDS(log != 0 && strlen((const char *)log) + 1 == log_bytes);
    vm_deallocate(mach_task_self(), log, log_bytes);
}

/* ---- sysctl -------------------------------------------------------------------------------- */

static void try_sysctl_values(void)
{
    char text[64];
    uint64_t numbers[3];
    struct timeval boot;
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
    HOLDS(sysctlbyname("kern.ostype", NULL, NULL, "x", 2) == -1 && errno == EPERM);
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

void try_kernel(void)
{
    host = mach_host_self();
    try_statistics();
    try_memory_info();
    try_kexts();
    try_sysctl_values();
    try_sysctl_walk();
    try_processes();
    HOLDS(mach_port_deallocate(mach_task_self(), host) == 0);
}
