/* How a process of a Mac is read: what is asked of the kernel, in which order, and how often. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/kern.h"
#include "capture/macos/ports.h"
#include "capture/macos/process.h"
#include "capture/macos/subject.h"
#include "tests/unit/fake_processes.h"
#include "tests/unit/kept_output.h"

#define LAUNCHD 0 /* their places in the list */
#define DOCK    1
#define LOCKERD 2
#define SHELL   3
#define WIRECAP 4
#define FAKES   5
#define USUAL   FAKE_MAP_OF(fake_usual)

static struct fake_process processes[FAKES];
static struct output *output;
static struct arena arena;
static struct host host;
static struct process row;

static const char *const ledger_names[] = {
    "cpu_time",           "wired_mem",           "page_table",
    "graphics_footprint", "internal_compressed", "graphics_nofootprint"};

static const struct darwin_owned_object surface = {
    .object_id = 0x91f3, .virtual_size = 33554432, .wired_size = 33554432, .bits = 8};

static const struct fake_process usual[FAKES] = {
    [LAUNCHD] = {.pid = 1,
                 .unique_id = 1,
                 .info = {.whole = true, .name = "launchd"},
                 .path = "/sbin/launchd",
                 .signing_id = "org.base.launchd",
                 .signing_flags = DARWIN_CS_PLATFORM_BINARY,
                 .map = USUAL},
    [DOCK] = {.pid = 88,
              .unique_id = 88,
              .info = {.whole = true, .ppid = 1, .uid = 501, .name = "Dock"},
              .path = "/System/Library/CoreServices/Dock",
              .signing_id = "org.base.dock",
              .signing_flags = DARWIN_CS_VALID | DARWIN_CS_PLATFORM_BINARY,
              .map = USUAL},
    [LOCKERD] = {.pid = 713,
                 .unique_id = 4711,
                 .info = {.whole = true,
                          .ppid = 1,
                          .uid = 0,
                          .thread_count = 7,
                          .start_us = 1700000000000000,
                          .virtual_bytes = 4294967296,
                          .name = "lockerd"},
                 .path = "/usr/local/libexec/lockerd",
                 .signing_id = "org.look.lockerd",
                 .team = "ABCDE12345",
                 .signing_flags = DARWIN_CS_VALID | DARWIN_CS_RUNTIME,
                 .usage = {.wired_size = 67108864,
                           .resident_size = 70000000,
                           .footprint = 69000000},
                 .ledgers = {{0},
                             {.balance = 1},
                             {.balance = 212992},
                             {.balance = 1000},
                             {.balance = 114688},
                             {.balance = 24}},
                 .ports = {.size = 100, .free = 58},
                 .owned = &surface,
                 .owned_count = 1,
                 .map = USUAL},
    [SHELL] = {.pid = 900,
               .unique_id = 4800,
               .info = {.whole = true, .ppid = 713, .uid = 501, .name = "sh"},
               .path = "/bin/sh",
               .arguments = "\2\0\0\0/bin/sh\0\0\0\0sh\0/etc/job\0TOKEN=secret\0",
               .argument_bytes = 38,
               .map = USUAL},
    [WIRECAP] = {.pid = 950,
                 .own = true,
                 .unique_id = 5000,
                 .info = {.whole = true, .ppid = 900, .name = "wirecap"},
                 .path = "/usr/local/bin/wirecap",
                 .map = USUAL},
};

static void enter(void)
{
    memcpy(processes, usual, sizeof processes);
    fake_mac = (struct fake_mac){.processes = processes,
                                 .process_count = FAKES,
                                 .ledgers = ledger_names,
                                 .ledger_count = 6,
                                 .list_counts = {5}};
    output = kept_output();
    host = (struct host){.page_bytes = 16384, .darwin = 23, .apple_silicon = true};
    host.options.regions = true;
}

static void leave(void)
{
    processes_close(&host);
    kept_output_free(output);
    arena_free(&arena);
}

TestSuite(mac_process, .init = enter, .fini = leave);

/* What opening asks is forgotten. */
static void begin(void)
{
    cr_assert(processes_open(&host));
    cr_assert_eq(fake_mac.ports_held, 0);
    fake_mac.asked[0] = '\0';
}

static void read_pid(int32_t pid, bool light)
{
    if (host.processes == NULL)
        begin();
    fake_mac.asked[0] = '\0';
    mac_process(&host, pid, light, output, &arena, &row);
    cr_assert_eq(fake_mac.ports_held, 0);
}

static void read_one(size_t which)
{
    read_pid(usual[which].pid, false);
}

static const struct kept *regions_of_713(void)
{
    return kept_member(output, "vmmap/713.txt");
}

static const struct kept *owned(void)
{
    mac_join(&host, output);
    return kept_member(output, "owned.tsv");
}

static bool has(struct amount amount, uint64_t bytes)
{
    return amount.known && amount.bytes == bytes;
}

static bool counts(struct count count, uint64_t n)
{
    return count.known && count.n == n;
}

/* ---- the usual way ---- */

Test(mac_process, by_a_port_to_read)
{
    read_one(LOCKERD);
    cr_assert_str_eq(fake_mac.asked,
                     "unique_id 713, info 713, path 713, signing 713, usage 713, ledger 713, "
                     "ports 713, files 713, task_read 713, owned 713, "
                     "recurse 713, file 713, recurse 713, end 713, unique_id 713");
    cr_assert_str_eq(row.method, "task_read");
    cr_assert_eq(row.status, STATUS_OK);
    cr_assert_eq(row.regions_status, STATUS_OK);
    cr_assert(counts(row.region_count, FAKE_USUAL));
    cr_assert_eq(regions_of_713()->status, STATUS_OK);
    cr_assert_not_null(strstr(regions_of_713()->text, "Process:         lockerd [713]\n"));
    cr_assert_not_null(strstr(owned()->text, "713\t0x91f3\t4\t33554432\t0\t33554432\n"));
}

Test(mac_process, row_of_a_process)
{
    static const struct darwin_file files[] = {
        {0, 1}, {1, DARWIN_FILE_PIPE}, {2, DARWIN_FILE_SOCKET}, {3, DARWIN_FILE_SOCKET}, {9, 99}};

    processes[LOCKERD].files = files;
    processes[LOCKERD].file_count = 5;
    read_one(LOCKERD);
    cr_assert_eq(row.pid, 713);
    cr_assert_eq(row.ppid, 1);
    cr_assert(counts(row.uid, 0));
    cr_assert(counts(row.start, 1700000000000000));
    cr_assert(counts(row.unique_id, 4711));
    cr_assert(counts(row.thread_count, 7));
    cr_assert(counts(row.port_count, 42));
    cr_assert(counts(row.fd_count, 5));
    cr_assert(counts(row.pipe_count, 1));
    cr_assert(counts(row.socket_count, 2));
    cr_assert_str_eq(row.name, "lockerd");
    cr_assert_str_eq(row.path, "/usr/local/libexec/lockerd");
    cr_assert_str_eq(row.signing_id, "org.look.lockerd");
    cr_assert_str_eq(row.team, "ABCDE12345");
    cr_assert_null(row.script);
    cr_assert(has(row.wired, 67108864));
    cr_assert(has(row.resident, 70000000));
    cr_assert(has(row.footprint, 69000000));
    cr_assert(has(row.page_tables, 212992));
    cr_assert(has(row.swapped, 114688));
    cr_assert(has(row.graphics, 1024));
    cr_assert(has(row.virtual_size, 4294967296));
    cr_assert_not(row.kernel);
}

/* ---- task ports ---- */

Test(mac_process, before_there_were_ports_to_read)
{
    fake_mac.no_task_read = true;
    read_one(LOCKERD);
    cr_assert_str_eq(row.method, "task");
    cr_assert_eq(fake_asked("task 713"), 1);
    cr_assert_eq(row.regions_status, STATUS_OK);
}

Test(mac_process, a_port_for_anything_where_none_is_to_read)
{
    processes[LOCKERD].read_errnum = EPERM;
    read_one(LOCKERD);
    cr_assert_str_eq(row.method, "task");
    cr_assert_not_null(strstr(fake_mac.asked, "task_read 713, task 713, owned 713"));
}

/* Each is tried once, and then it is read without. */
Test(mac_process, denied_once)
{
    processes[LOCKERD].read_errnum = processes[LOCKERD].task_errnum = EPERM;
    read_one(LOCKERD);
    cr_assert_str_eq(fake_mac.asked,
                     "unique_id 713, info 713, path 713, signing 713, usage 713, ledger 713, "
                     "ports 713, files 713, task_read 713, task 713, "
                     "region 713, file 713, region 713, file 713, region 713, file 713, "
                     "region 713, unique_id 713");
    cr_assert_str_eq(row.method, "pidinfo");
    cr_assert_eq(row.regions_status, STATUS_OK);
    cr_assert(counts(row.region_count, FAKE_USUAL));
    cr_assert_eq(owned()->status, STATUS_DENIED);
}

/* Who is gone has no other port either. */
Test(mac_process, gone_when_it_is_asked_for)
{
    processes[LOCKERD].read_errnum = ESRCH;
    read_one(LOCKERD);
    cr_assert_eq(fake_asked("task_read 713"), 1);
    cr_assert_eq(fake_asked("task 713"), 0);
}

/* System Integrity Protection shows at launchd; then no program of the system is tried. */
Test(mac_process, launchd_is_denied)
{
    processes[LAUNCHD].read_errnum = processes[LAUNCHD].task_errnum = EPERM;
    processes[LAUNCHD].signing_flags = 0; /* launchd is known without */
    cr_assert(processes_open(&host));
    cr_assert_eq(fake_asked("task_read 1"), 1);
    cr_assert_eq(fake_asked("task 1"), 1);
    read_one(LAUNCHD);
    cr_assert_eq(fake_asked("task_read 1") + fake_asked("task 1"), 0);
    cr_assert_str_eq(row.method, "pidinfo");
    read_one(DOCK);
    cr_assert_eq(fake_asked("task_read 88") + fake_asked("task 88"), 0);
    cr_assert_str_eq(row.method, "pidinfo");
    read_one(LOCKERD);
    cr_assert_str_eq(row.method, "task_read");
    read_one(WIRECAP);
    cr_assert_str_eq(row.method, "task");
}

Test(mac_process, launchd_is_not_denied)
{
    read_one(DOCK);
    cr_assert_str_eq(row.method, "task_read");
    read_one(LAUNCHD);
    cr_assert_str_eq(row.method, "task_read");
}

/* A prompt might come up. Of ourselves we need not ask. */
Test(mac_process, who_is_not_root_tries_none)
{
    host.euid = 501;
    cr_assert(processes_open(&host));
    cr_assert_str_eq(fake_mac.asked, "");
    read_one(SHELL);
    cr_assert_null(strstr(fake_mac.asked, "task"));
    cr_assert_str_eq(row.method, "pidinfo");
    processes[LOCKERD].map.no_info = true;
    read_one(LOCKERD);
    cr_assert_str_eq(row.method, "none");
    cr_assert_eq(row.regions_status, STATUS_DENIED);
    cr_assert_eq(row.status, STATUS_OK);
    cr_assert_not(row.region_count.known);
    cr_assert_eq(regions_of_713()->status, STATUS_DENIED);
    cr_assert_eq(regions_of_713()->errnum, EPERM);
    read_one(WIRECAP);
    cr_assert_null(strstr(fake_mac.asked, "task"));
    cr_assert_str_eq(row.method, "task");
}

/* A port that the kernel hands out and then has no use for. */
Test(mac_process, a_port_that_is_good_for_nothing)
{
    processes[LOCKERD].map.fails_first = 1;
    processes[LOCKERD].map.failure = KERN_CODE_INVALID_SECURITY;
    read_one(LOCKERD);
    cr_assert_str_eq(row.method, "pidinfo");
    cr_assert_eq(row.regions_status, STATUS_OK);
    cr_assert_eq(kept_count(output), 1);
}

Test(mac_process, nothing_helps)
{
    processes[LOCKERD].map.fails_first = 1;
    processes[LOCKERD].map.failure = KERN_CODE_INVALID_SECURITY;
    processes[LOCKERD].map.no_info = true;
    read_one(LOCKERD);
    cr_assert_str_eq(row.method, "none");
    cr_assert_eq(row.regions_status, STATUS_DENIED);
}

/* By exec a task loses its ports, and the process goes on. Rows are not mixed with another way's. */
Test(mac_process, a_port_that_dies_in_the_middle)
{
    processes[LOCKERD].map.fails_after = 3; /* the third answer is the second region's */
    processes[LOCKERD].map.failure = KERN_CODE_INVALID_DEST;
    read_one(LOCKERD);
    cr_assert_str_eq(row.method, "task_read");
    cr_assert_eq(row.status, STATUS_OK);
    cr_assert_eq(row.regions_status, STATUS_FAILED);
    cr_assert_not(row.region_count.known);
    cr_assert_eq(regions_of_713()->status, STATUS_FAILED);
    cr_assert_not_null(strstr(regions_of_713()->text, "MALLOC_SMALL"));
    cr_assert_null(strstr(fake_mac.asked, "region 713"));
}

/* ---- who is gone ---- */

static void check_nothing_is_left(void)
{
    cr_assert_eq(row.status, STATUS_VANISHED);
    cr_assert_eq(row.regions_status, STATUS_VANISHED);
    cr_assert_eq(row.fds_status, STATUS_VANISHED);
    cr_assert_not(row.region_count.known);
    cr_assert_eq(regions_of_713()->status, STATUS_VANISHED);
    cr_assert_eq(regions_of_713()->errnum, ESRCH);
    cr_assert_eq(regions_of_713()->len, 0);
    cr_assert_eq(owned()->len, 0);
}

Test(mac_process, vanishes_while_it_is_read_by_its_port)
{
    static const int codes[] = {KERN_CODE_INVALID_DEST, KERN_CODE_TERMINATED, 4,
                                KERN_CODE_INVALID_ADDRESS};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        processes[LOCKERD].vanishes = true;
        processes[LOCKERD].map.fails_after = 2;
        processes[LOCKERD].map.failure = codes[i];
        read_one(LOCKERD);
        check_nothing_is_left();
        leave();
        enter();
    }
}

Test(mac_process, vanishes_while_it_is_read_by_its_pid)
{
    processes[LOCKERD].read_errnum = processes[LOCKERD].task_errnum = EPERM;
    processes[LOCKERD].vanishes = true;
    processes[LOCKERD].map.fails_after = 2;
    processes[LOCKERD].map.failure = ESRCH;
    read_one(LOCKERD);
    check_nothing_is_left();
}

/* It has ended, and is still there: its memory is not. */
Test(mac_process, ends_while_it_is_read)
{
    processes[LOCKERD].ends = true;
    processes[LOCKERD].map.fails_after = 2;
    processes[LOCKERD].map.failure = KERN_CODE_INVALID_ADDRESS;
    read_one(LOCKERD);
    check_nothing_is_left();
}

/* Its map was read to the end; but whose was it? */
Test(mac_process, somebody_else_has_its_pid)
{
    processes[LOCKERD].later_id = 4712;
    read_one(LOCKERD);
    check_nothing_is_left();
}

Test(mac_process, is_gone_before_it_is_read)
{
    fake_mac.process_count = LOCKERD;
    read_one(LOCKERD);
    cr_assert_eq(row.status, STATUS_VANISHED);
    cr_assert_eq(row.regions_status, STATUS_VANISHED);
    cr_assert_null(row.method);
    cr_assert_str_eq(fake_mac.asked, "unique_id 713, info 713");
    cr_assert_eq(kept_count(output), 0);
}

Test(mac_process, has_ended_and_waits_for_its_parent)
{
    processes[LOCKERD].info.zombie = true;
    processes[LOCKERD].info.whole = false;
    read_one(LOCKERD);
    cr_assert_eq(row.status, STATUS_OK);
    cr_assert_eq(row.regions_status, STATUS_OK);
    cr_assert_str_eq(row.method, "none");
    cr_assert_str_eq(row.name, "lockerd");
    cr_assert(counts(row.unique_id, 4711));
    cr_assert(has(row.wired, 0));
    cr_assert(has(row.page_tables, 0));
    cr_assert(counts(row.region_count, 0));
    cr_assert_null(strstr(fake_mac.asked, "task"));
    cr_assert_eq(kept_count(output), 0);
}

/* ---- who is not asked for everything ---- */

Test(mac_process, the_kernel_itself)
{
    struct fake_process kernel = {
        .info = {.whole = true, .thread_count = 500, .name = "kernel_task"}, .map = {.words = 19}};

    processes[LOCKERD] = kernel;
    read_pid(0, false);
    cr_assert_str_eq(fake_mac.asked, "unique_id 0, info 0, path 0, usage 0, ledger 0");
    cr_assert(row.kernel);
    cr_assert_null(row.method);
    cr_assert_null(row.signing_id);
    cr_assert_eq(row.status, STATUS_OK);
    cr_assert_eq(row.regions_status, STATUS_ABSENT);
    cr_assert(counts(row.thread_count, 500));
}

/* A user is told little of it. */
Test(mac_process, the_kernel_itself_denied)
{
    struct fake_process kernel = {.info = {.name = "kernel_task"}, .map = {.words = 19}};

    processes[LOCKERD] = kernel;
    read_pid(0, false);
    cr_assert_eq(row.status, STATUS_DENIED);
    cr_assert_eq(row.regions_status, STATUS_DENIED);
    cr_assert_eq(row.fds_status, STATUS_DENIED);
}

/* Something is stuck: nothing that may have to wait for its memory. */
Test(mac_process, lightly)
{
    read_pid(713, true);
    cr_assert_str_eq(fake_mac.asked, "unique_id 713, info 713, path 713, signing 713, usage 713, "
                                     "ledger 713, unique_id 713");
    cr_assert_eq(row.status, STATUS_OK);
    cr_assert_eq(row.regions_status, STATUS_TIMED_OUT);
    cr_assert_eq(row.fds_status, STATUS_TIMED_OUT);
    cr_assert_str_eq(row.method, "none");
    cr_assert(has(row.wired, 67108864));
    cr_assert_eq(kept_count(output), 0);
}

Test(mac_process, without_regions)
{
    host.options.regions = false;
    cr_assert(processes_open(&host));
    cr_assert_str_eq(fake_mac.asked, "");
    read_one(LOCKERD);
    cr_assert_null(strstr(fake_mac.asked, "task"));
    cr_assert_eq(row.regions_status, STATUS_ABSENT);
    cr_assert_eq(row.fds_status, STATUS_OK);
    cr_assert_str_eq(row.method, "none");
    cr_assert_eq(owned()->status, STATUS_ABSENT);
}

Test(mac_process, regions_of_those_that_are_named)
{
    static const int32_t pids[] = {900, 713};

    host.options.pids = pids;
    host.options.pid_count = 2;
    read_one(LOCKERD);
    cr_assert_eq(row.regions_status, STATUS_OK);
    read_one(DOCK);
    cr_assert_eq(row.regions_status, STATUS_ABSENT);
    cr_assert_null(strstr(fake_mac.asked, "task"));
}

Test(mac_process, all_pages_when_that_is_asked_for)
{
    host.options.full = true;
    read_one(LOCKERD);
    cr_assert_eq(processes[LOCKERD].map.short_calls, 0);
    cr_assert_gt(processes[LOCKERD].map.long_calls, 0);
    leave();
    enter();
    read_one(LOCKERD);
    cr_assert_gt(processes[LOCKERD].map.short_calls, processes[LOCKERD].map.long_calls);
}

/* The kernel counts in its own pages, whatever pages programs have. */
Test(mac_process, pages_of_another_size)
{
    host.page_bytes = 16384;
    read_one(LOCKERD); /* 4096 resident pages, as many dirty ones, and 7 */
    cr_assert_not_null(
        strstr(regions_of_713()->text, "[   65536K   65536K   65536K     112K   65536K]"));
    leave();
    enter();
    host.page_bytes = 4096;
    read_one(LOCKERD);
    cr_assert_not_null(
        strstr(regions_of_713()->text, "[   65536K   16384K   16384K      28K   65536K]"));
}

/* ---- what is not told ---- */

Test(mac_process, of_whom_little_is_told)
{
    processes[LOCKERD].info = (struct process_info){.ppid = 1, .uid = 501, .name = "lockerd"};
    processes[LOCKERD].usage_errnum = EPERM;
    processes[LOCKERD].ledger_errnum = EPERM;
    processes[LOCKERD].files_errnum = EPERM;
    host.euid = 501;
    processes[LOCKERD].map.no_info = true;
    read_one(LOCKERD);
    cr_assert_eq(row.status, STATUS_DENIED);
    cr_assert_eq(row.regions_status, STATUS_DENIED);
    cr_assert_eq(row.fds_status, STATUS_DENIED);
    cr_assert_str_eq(row.name, "lockerd");
    cr_assert_str_eq(row.signing_id, "org.look.lockerd");
    cr_assert(counts(row.uid, 501));
    cr_assert_not(row.start.known);
    cr_assert_not(row.thread_count.known);
    cr_assert_not(row.wired.known);
    cr_assert_not(row.resident.known);
    cr_assert_not(row.page_tables.known);
    cr_assert_not(row.virtual_size.known);
    cr_assert_not(row.graphics.known);
    cr_assert_not(row.fd_count.known);
}

/* What was read is not said to be denied. */
Test(mac_process, of_whom_only_that_is_not_told)
{
    processes[LOCKERD].info = (struct process_info){.ppid = 1, .uid = 501, .name = "lockerd"};
    read_one(LOCKERD);
    cr_assert_eq(row.status, STATUS_DENIED);
    cr_assert_eq(row.regions_status, STATUS_OK);
    cr_assert_eq(row.fds_status, STATUS_OK);
}

Test(mac_process, about_whom_the_kernel_fails)
{
    processes[LOCKERD].info_errnum = EIO;
    read_one(LOCKERD);
    cr_assert_eq(row.status, STATUS_FAILED);
    cr_assert_eq(row.regions_status, STATUS_FAILED);
    cr_assert_eq(row.fds_status, STATUS_FAILED);
}

Test(mac_process, wired_memory_by_its_ledger)
{
    processes[LOCKERD].usage_errnum = EPERM;
    processes[LOCKERD].ledgers[1].balance = 4096;
    read_one(LOCKERD);
    cr_assert(has(row.wired, 4096));
    cr_assert_not(row.resident.known);
}

/* Intel's kernel has the ledger and counts nothing in it. */
Test(mac_process, page_tables_of_intel)
{
    host.apple_silicon = false;
    processes[LOCKERD].ledgers[2].balance = 0;
    read_one(LOCKERD);
    cr_assert_not(row.page_tables.known);
    processes[LOCKERD].ledgers[2].balance = 4096; /* one that does count */
    read_one(LOCKERD);
    cr_assert(has(row.page_tables, 4096));
    host.apple_silicon = true;
    read_one(DOCK);
    cr_assert(has(row.page_tables, 0));
}

/* A sum of which one part is not known is not known. */
Test(mac_process, graphics_by_halves)
{
    fake_mac.ledger_count = 5;
    read_one(LOCKERD);
    cr_assert_not(row.graphics.known);
    cr_assert(row.swapped.known);
}

Test(mac_process, a_kernel_without_ledgers)
{
    fake_mac.ledgers = NULL;
    read_one(LOCKERD);
    cr_assert_not(row.page_tables.known);
    cr_assert_not(row.graphics.known);
    cr_assert(has(row.wired, 67108864));
}

Test(mac_process, more_free_ports_than_ports)
{
    processes[LOCKERD].ports = (struct darwin_ipc_table){.size = 3, .free = 4};
    read_one(LOCKERD);
    cr_assert_not(row.port_count.known);
}

Test(mac_process, unique_ids_are_not_told)
{
    processes[LOCKERD].unique_id = 0;
    read_one(LOCKERD);
    cr_assert_not(row.unique_id.known);
    cr_assert_eq(row.status, STATUS_OK);
    cr_assert_eq(row.regions_status, STATUS_OK);
}

/* ---- names ---- */

/* Nobody's arguments are asked for but an interpreter's, and of those only the script is kept. */
Test(mac_process, scripts)
{
    read_one(SHELL);
    cr_assert_eq(fake_asked("arguments 900"), 1);
    cr_assert_str_eq(row.script, "/etc/job");
    read_one(LOCKERD);
    cr_assert_eq(fake_asked("arguments 713"), 0);
}

Test(mac_process, what_looks_like_a_variable_is_no_script)
{
    processes[SHELL].arguments = "\2\0\0\0/bin/sh\0\0\0\0sh\0/TOKEN=secret\0";
    processes[SHELL].argument_bytes = 32;
    read_one(SHELL);
    cr_assert_null(row.script);
    processes[SHELL].arguments = NULL;
    read_one(SHELL);
    cr_assert_null(row.script);
}

Test(mac_process, hostile_names)
{
    memset(processes[LOCKERD].info.name, '\x1b', sizeof processes[LOCKERD].info.name);
    processes[LOCKERD].path = "/tmp/\x1b]0;x\x07\n==== regions for process 1";
    read_one(LOCKERD);
    cr_assert_eq(strlen(row.name), sizeof processes[LOCKERD].info.name);
    cr_assert_null(strchr(regions_of_713()->text, '\x1b'));
    cr_assert_null(strstr(regions_of_713()->text, "\n==== regions for process 1\n"));
    cr_assert_not_null(strstr(regions_of_713()->text, "\\n==== regions for process 1\n"));
}

/* The longest that is kept, and a longer one, which is not kept cut: two would look the same. */
Test(mac_process, long_signing_ids)
{
    static char id[NAME_BYTES_MAX + 2];

    memset(id, 'i', NAME_BYTES_MAX);
    processes[LOCKERD].signing_id = id;
    read_one(LOCKERD);
    cr_assert_str_eq(row.signing_id, id);
    id[NAME_BYTES_MAX] = 'i';
    read_one(LOCKERD);
    cr_assert_null(row.signing_id);
    cr_assert_str_eq(row.team, "ABCDE12345");
}

/* ---- what processes own ---- */

Test(mac_process, a_kernel_that_tells_of_no_objects)
{
    processes[LOCKERD].owned_errnum = ENOENT;
    read_one(LOCKERD);
    cr_assert_eq(row.regions_status, STATUS_OK);
    cr_assert_eq(owned()->status, STATUS_ABSENT);
}

Test(mac_process, objects_of_one_are_missing)
{
    processes[LOCKERD].owned_errnum = EPERM;
    read_one(LOCKERD);
    read_one(SHELL);
    cr_assert_eq(owned()->status, STATUS_TRUNCATED);
}

/* ---- the list ---- */

static bool list(size_t *count, bool *whole)
{
    int32_t *pids;
    struct err err;
    bool ok = mac_list(&host, &pids, count, whole, &err);

    for (size_t i = 0; i < *count; i++)
        cr_assert_eq(pids[i], (int32_t)i);
    free(pids);
    return ok;
}

Test(mac_process, a_list)
{
    size_t count;
    bool whole;

    cr_assert(list(&count, &whole));
    cr_assert(whole);
    cr_assert_eq(count, 5);
    cr_assert_eq(fake_mac.lists, 2);
}

/* Processes come faster than they are listed: some room more, and at last what there is. */
Test(mac_process, a_list_that_grows)
{
    static const size_t growing[8] = {100, 300, 400, 200},
                        without_end[8] = {100, 200, 400, 800, 1600, 3200};
    size_t count;
    bool whole;

    memcpy(fake_mac.list_counts, growing, sizeof growing);
    cr_assert(list(&count, &whole));
    cr_assert(whole);
    cr_assert_eq(count, 200);
    cr_assert_eq(fake_mac.lists, 4);
    memcpy(fake_mac.list_counts, without_end, sizeof without_end);
    fake_mac.lists = 0;
    cr_assert(list(&count, &whole));
    cr_assert_not(whole);
    cr_assert_geq(count, 100);
    cr_assert_leq(fake_mac.lists, 5);
}

/* More than any system can have: it is cut, and said to be. */
Test(mac_process, a_list_beyond_all_bounds)
{
    size_t count;
    bool whole;

    fake_mac.list_counts[0] = (size_t)1 << 21;
    cr_assert(list(&count, &whole));
    cr_assert_not(whole);
    cr_assert_eq(count, (size_t)1 << 20);
}

Test(mac_process, no_list)
{
    size_t count;
    bool whole;

    fake_mac.list_counts[0] = 0;
    cr_assert_not(list(&count, &whole));
    cr_assert_not(whole);
    cr_assert_eq(count, 0);
}
