/* The machine's half of the macOS back end, on a made-up machine. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/clock.h"
#include "capture/macos/host.h"
#include "capture/macos/kern.h"
#include "tests/unit/kept_output.h"
#include "tests/unit/mac_machine.h"

static struct output *output;
static struct arena arena;
static struct host host;

static void enter(void)
{
    output = kept_output();
    host = (struct host){.page_bytes = 16384, .euid = 0, .darwin = 23, .darwin_minor = 6};
    cr_assert(samples_open(&host));
}

static void leave(void)
{
    samples_close(&host);
    kept_output_free(output);
    arena_free(&arena);
}

TestSuite(mac_host, .init = enter, .fini = leave);

#define COUNTERS(wired, counted)                                            \
    {                                                                       \
        .counts = {.wire_count = (wired), .faults = (counted)}, .words = 38 \
    }
static const struct vm_counters moving[] = {
    COUNTERS(100, 1), COUNTERS(103, 2), COUNTERS(101, 3), COUNTERS(110, 4), COUNTERS(107, 5),
};

static void take(const char *phase, unsigned count)
{
    struct err err;

    for (unsigned i = 0; i < count; i++)
        cr_assert(mac_sample(&host, phase, &err), "%s", err.text);
}

/* The columns that do not tell the time. */
static void check_rows(const char *expected)
{
    const struct kept *kept = kept_member(output, "samples.tsv");
    struct str text = {kept->text, kept->len}, line, field;
    char rows[2048];
    size_t used = 0;

    while (str_line(&text, &line)) {
        for (size_t i = 0; line.len > 0; i++) {
            (void)str_cut(&line, '\t', &field);
            if (i == 1)
                continue;
            used += (size_t)snprintf(rows + used, sizeof rows - used, i == 0 ? "%.*s" : " %.*s",
                                     (int)field.len, field.at);
        }
        used += (size_t)snprintf(rows + used, sizeof rows - used, "\n");
    }
    cr_assert_str_eq(rows, expected);
}

/* The order of a capture: samples, groups, a sample, processes, a sample, the join, samples. */
static void take_all(unsigned groups_ms, unsigned processes_ms)
{
    take("before", 2);
    mac_headline(&host, output);
    clock_sleep_ms(groups_ms);
    take("between", 1);
    clock_sleep_ms(processes_ms);
    take("between", 1);
    take("after", 1);
    mac_samples(&host, output, 81000, 9437184);
}

Test(mac_host, the_kernel_is_asked_twice_a_second)
{
    struct snapshot snap;

    mac_machine = (struct mac_machine){.counters = moving, .counters_count = 5};
    take_all(600, 0);
    cr_assert_eq(mac_machine.counters_asked, 4);
    for (size_t i = 2; i < 4; i++)
        cr_assert_geq(mac_machine.asked_us[i] - mac_machine.asked_us[i - 2], 1000000);
    check_rows("phase kept stale wired_bytes peak_bytes cpu_us\n"
               "before 0 0 1638400 - -\n"
               "before 1 0 1687552 - -\n"
               "between 0 0 1654784 - -\n"
               "after 0 0 1802240 - -\n"
               "cost - - 114688 9437184 81000\n");
    cr_assert(kept_read(kept_member(output, "samples.tsv"), samples_read, 23, &arena, &snap));
    cr_assert_eq(snap.note_count, 0);
    cr_assert_eq(snap.sample_count, 4);
    cr_assert_eq(snap.samples[1].amounts[0].bytes, 1687552);
    cr_assert(snap.samples[1].kept);
    cr_assert(kept_read(kept_member(output, "vm_stat.txt"), vm_stat_read, 23, &arena, &snap));
    cr_assert_eq(snap.mac_totals[MAC_WIRED_VM_STAT].bytes, 1687552);
}

/* Half a second before, and what is left of another one after. */
Test(mac_host, a_capture_waits_no_longer_than_it_must)
{
    uint64_t begun_us = clock_now_us();

    mac_machine = (struct mac_machine){.counters = moving, .counters_count = 5};
    take_all(0, 300);
    cr_assert_lt(clock_now_us() - begun_us, 1400000);
    check_rows("phase kept stale wired_bytes peak_bytes cpu_us\n"
               "before 0 0 1638400 - -\n"
               "before 1 0 1687552 - -\n"
               "after 0 0 1654784 - -\n"
               "cost - - -32768 9437184 81000\n");
}

/* The same counters after half a second are the last answer once more. */
Test(mac_host, stale_answers_are_told)
{
    static const struct vm_counters answers[] = {COUNTERS(100, 1), COUNTERS(100, 1),
                                                 COUNTERS(104, 2), COUNTERS(104, 2)};

    mac_machine = (struct mac_machine){.counters = answers, .counters_count = 4};
    take_all(600, 0);
    cr_assert_eq(mac_machine.counters_asked, 5, "what is after is asked for once more");
    check_rows("phase kept stale wired_bytes peak_bytes cpu_us\n"
               "before 1 0 1638400 - -\n"
               "before 0 1 - - -\n"
               "between 0 0 1703936 - -\n"
               "after 0 1 - - -\n"
               "cost - - - 9437184 81000\n");
}

/* Wired memory that stands still is no reason to take an answer for a copy. */
Test(mac_host, still_is_not_stale)
{
    static const struct vm_counters answers[] = {COUNTERS(100, 1), COUNTERS(100, 2)};

    mac_machine = (struct mac_machine){.counters = answers, .counters_count = 2};
    take("before", 2);
    mac_samples(&host, output, 1, 2);
    check_rows("phase kept stale wired_bytes peak_bytes cpu_us\n"
               "before 0 0 1638400 - -\n"
               "before 1 0 1638400 - -\n"
               "cost - - - 2 1\n");
}

/* A capture without them is still worth having. */
Test(mac_host, no_counters)
{
    struct snapshot snap;

    mac_machine = (struct mac_machine){.counters_error = KERN_CODE_INVALID_HOST};
    take_all(0, 0);
    cr_assert_eq(kept_member(output, "vm_stat.txt")->status, STATUS_DENIED);
    cr_assert_str_eq(kept_member(output, "vm_stat.txt")->note,
                     "host_statistics64 answered 22, KERN_INVALID_HOST");
    check_rows("phase kept stale wired_bytes peak_bytes cpu_us\ncost - - - 9437184 81000\n");
    cr_assert(kept_read(kept_member(output, "samples.tsv"), samples_read, 23, &arena, &snap));
    cr_assert_eq(snap.sample_count, 0);
}

static const uint8_t uuid[16] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
                                 1,    2,    3,    4,    5,    6,    7,    8};
static const uint64_t memory = (uint64_t)32 << 30;
static const uint32_t cpus = 12, level = 2;
static const int64_t boot[] = {1762156931, 148211};

static const struct mac_variable variables[] = {
    {"kern.osproductversion", "14.6.1", NULL, 0},
    {"kern.osversion", "23G93", NULL, 0},
    {"kern.uuid", "6D1B8A04-53C7-3E19-9A42-0C7F5B3E18D6", NULL, 0},
    {"kern.bootsessionuuid", "0472C339-F22F-4EA0-ACB4-9D9BDF32D29F", NULL, 0},
    {"hw.model", "Mac15,6", NULL, 0},
    {"hw.memsize", NULL, &memory, sizeof memory},
    {"hw.ncpu", NULL, &cpus, sizeof cpus},
    {"kern.boottime", NULL, boot, sizeof boot},
    {"kern.memorystatus_vm_pressure_level", NULL, &level, sizeof level},
};

static struct snapshot describe(struct manifest *manifest)
{
    struct snapshot snap;

    output_begin(output, "manifest.txt");
    mac_manifest(&host, output, &arena, manifest);
    output_end(output, STATUS_OK, 0);
    cr_assert(kept_read(kept_member(output, "manifest.txt"), manifest_read, 0, &arena, &snap));
    return snap;
}

Test(mac_host, the_manifest_reads_back)
{
    struct manifest manifest = {0};
    struct snapshot snap;

    mac_machine = (struct mac_machine){.variables = variables,
                                       .variable_count = sizeof variables / sizeof *variables,
                                       .uuid = uuid};
    snap = describe(&manifest);
    cr_assert_str_eq(snap.manifest.os, "macOS 14.6.1");
    cr_assert_str_eq(snap.manifest.build, "23G93");
    cr_assert_str_eq(snap.manifest.model, "Mac15,6");
    cr_assert_str_eq(snap.manifest.kernel_uuid, "6D1B8A04-53C7-3E19-9A42-0C7F5B3E18D6");
    cr_assert_str_eq(snap.manifest.boot_id, "0472C339-F22F-4EA0-ACB4-9D9BDF32D29F");
    /* HMAC-SHA-256 of "12345678-9ABC-DEF0-0102-030405060708" under "wirediff machine id" */
    cr_assert_str_eq(snap.manifest.machine_id,
                     "dc1026cba9c84c44e39d2fe5a36eef40a1dcbd64cd3d1b8930bbee341604d70a");
    cr_assert_eq(snap.manifest.darwin.n, 23);
    cr_assert_eq(snap.manifest.page_bytes.n, 16384);
    cr_assert_eq(snap.manifest.memory.bytes, memory);
    cr_assert_eq(snap.manifest.cpu_count.n, 12);
    cr_assert_eq(snap.manifest.privileged, YES);
    cr_assert_eq((int64_t)snap.manifest.uptime_s.n, clock_epoch_us() / 1000000 - 1762156931,
                 "unless a second just passed");
    cr_assert_not_null(strstr(kept_member(output, "manifest.txt")->text, "\nprivilege: root\n"));
    cr_assert_str_eq(manifest.os, snap.manifest.os);
    cr_assert_str_eq(manifest.build, snap.manifest.build);
    cr_assert_str_eq(manifest.model, snap.manifest.model);
    cr_assert_eq(manifest.privileged, YES);
}

Test(mac_host, a_machine_that_says_nothing)
{
    struct manifest manifest = {0};
    struct snapshot snap;

    mac_machine = (struct mac_machine){0};
    host.euid = 501;
    snap = describe(&manifest);
    cr_assert_str_eq(snap.manifest.os, "macOS 14");
    cr_assert_null(snap.manifest.build);
    cr_assert_null(snap.manifest.machine_id);
    cr_assert(!snap.manifest.memory.known);
    cr_assert_eq(snap.manifest.privileged, NO);
    cr_assert_not_null(strstr(kept_member(output, "manifest.txt")->text, "\nprivilege: uid 501\n"));
}

/* The clock was set back since: nobody knows for how long it runs. */
Test(mac_host, a_machine_that_starts_tomorrow)
{
    const int64_t moment[] = {clock_epoch_us() / 1000000 + 86400, 0};
    const struct mac_variable variable = {"kern.boottime", NULL, moment, sizeof moment};
    struct manifest manifest = {0};

    mac_machine = (struct mac_machine){.variables = &variable, .variable_count = 1};
    (void)describe(&manifest);
    cr_assert_eq((int64_t)manifest.boot_time_s.n, moment[0]);
    cr_assert_not(manifest.uptime_s.known);
    cr_assert_not_null(strstr(kept_member(output, "manifest.txt")->text, "\nuptime_s: -\n"));
}

Test(mac_host, releases_by_darwin)
{
    static const struct {
        unsigned darwin;
        const char *os;
    } cases[] = {{17, "macOS 10.13"}, {19, "macOS 10.15"}, {20, "macOS 11"},
                 {24, "macOS 15"},    {25, "macOS 26"},    {0, NULL}};
    static const struct mac_variable compatible[][2] = {
        {{"kern.osproductversion", "10.16", NULL, 0}},
        {{"kern.osproductversion", "16.0", NULL, 0}},
        {{"kern.osproductversion", "17.9", NULL, 0},
         {"kern.osproductversioncompat", "17.9", NULL, 0}},
    };

    for (size_t i = 0; i < 3 * sizeof cases / sizeof *cases; i++) {
        struct manifest manifest = {0};
        const char *os = cases[i / 3].os;

        mac_machine = (struct mac_machine){.variables = compatible[i % 3],
                                           .variable_count = i % 3 == 2 ? 2 : 1};
        host.darwin = cases[i / 3].darwin;
        output_begin(output, "manifest.%zu.txt", i);
        mac_manifest(&host, output, &arena, &manifest);
        output_end(output, STATUS_OK, 0);
        if (os == NULL)
            cr_assert_null(manifest.os);
        else
            cr_assert_str_eq(manifest.os, os);
    }
}

Test(mac_host, a_version_that_is_told_to_all_programs_alike)
{
    static const struct mac_variable same[] = {
        {"kern.osproductversion", "26.1", NULL, 0},
        {"kern.osproductversioncompat", "16.0", NULL, 0},
    };
    struct manifest manifest = {0};

    mac_machine = (struct mac_machine){.variables = same, .variable_count = 2};
    (void)describe(&manifest);
    cr_assert_str_eq(manifest.os, "macOS 26.1");
}

/* What to do depends on who was refused. */
Test(mac_host, kernel_memory_that_is_denied)
{
    memory_write(&host, output);
    cr_assert_eq(kept_member(output, "kernel_memory.tsv")->status, STATUS_DENIED);
    cr_assert_not_null(strstr(kept_member(output, "zones.tsv")->note, "tells root"));
    kept_output_free(output);
    output = kept_output();
    host.euid = 501;
    memory_write(&host, output);
    cr_assert_not_null(strstr(kept_member(output, "kernel_memory.tsv")->note, "with sudo"));
    cr_assert_not_null(strstr(kept_member(output, "zones.tsv")->note, "with sudo"));
}

Test(mac_host, pressure)
{
    struct snapshot snap;

    mac_machine = (struct mac_machine){.variables = variables,
                                       .variable_count = sizeof variables / sizeof *variables};
    pressure_write(&host, output);
    cr_assert_str_eq(kept_member(output, "pressure.txt")->text,
                     "kern.memorystatus_vm_pressure_level: 2\n");
    cr_assert(kept_read(kept_member(output, "pressure.txt"), sysctl_read, 23, &arena, &snap));
    cr_assert_eq(snap.note_count, 0);
}

Test(mac_host, no_word_of_pressure)
{
    mac_machine = (struct mac_machine){0};
    pressure_write(&host, output);
    cr_assert_eq(kept_member(output, "pressure.txt")->status, STATUS_ABSENT);
    cr_assert_str_eq(kept_member(output, "pressure.txt")->note,
                     "this kernel has none of the variables that tell it");
}

static void make_file(const char *folder, const char *name, off_t size)
{
    char path[256];
    int fd;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(pwrite(fd, "x", 1, size - 1), 1);
    cr_assert_eq(close(fd), 0);
}

static uint64_t blocks_of(const char *folder, const char *name)
{
    char path[256];
    struct stat stat;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(lstat(path, &stat), 0);
    return (uint64_t)stat.st_blocks;
}

static void remove_all(const char *folder, const char *const *names)
{
    char path[256];

    for (; *names != NULL; names++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, *names);
        cr_assert_eq(remove(path), 0, "%s", path);
    }
    cr_assert_eq(remove(folder), 0);
}

/* Where the kernel says that it swaps to; only files, and none that is hidden. */
Test(mac_host, swap_files)
{
    static const char *const names[] = {"swapfile1", "swapfile0",  ".hidden", "link",
                                        "folder",    "sleepimage", NULL};
    char folder[] = "/tmp/test_mac_host.XXXXXX", prefix[64], total[64];
    const struct mac_variable variable = {"vm.swapfileprefix", prefix, NULL, 0};
    const struct kept *kept;
    struct snapshot snap;
    char path[256];

    cr_assert_not_null(mkdtemp(folder));
    make_file(folder, "swapfile1", 65536);
    make_file(folder, "swapfile0", 1048576);
    make_file(folder, "sleepimage", 4096);
    make_file(folder, ".hidden", 7);
    (void)snprintf(path, sizeof path, "%s/link", folder);
    cr_assert_eq(symlink("swapfile0", path), 0);
    (void)snprintf(path, sizeof path, "%s/folder", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    (void)snprintf(prefix, sizeof prefix, "%s/swapfile", folder);
    mac_machine = (struct mac_machine){.variables = &variable, .variable_count = 1};
    swap_write(&host, output);
    kept = kept_member(output, "swapfiles.txt");
    (void)snprintf(total, sizeof total, "total %" PRIu64 "\n",
                   blocks_of(folder, "swapfile0") + blocks_of(folder, "swapfile1") +
                       blocks_of(folder, "sleepimage"));
    remove_all(folder, names);
    cr_assert_eq(kept->status, STATUS_OK);
    cr_assert_eq(strncmp(kept->text, total, strlen(total)), 0, "%s", kept->text);
    cr_assert_null(strstr(kept->text, "hidden"));
    cr_assert_null(strstr(kept->text, "link"));
    cr_assert_null(strstr(kept->text, "folder"));
    cr_assert(kept_read(kept, swap_files_read, 23, &arena, &snap));
    cr_assert_eq(snap.note_count, 0);
    cr_assert_eq(snap.swap_file_count, 2);
    cr_assert_str_eq(snap.swap_files[0].name, "swapfile0");
    cr_assert_eq(snap.swap_files[0].size.bytes, 1048576);
    cr_assert_eq(snap.swap_files[1].size.bytes, 65536);
}

Test(mac_host, no_folder_for_swap_files)
{
    static const struct mac_variable variable = {"vm.swapfileprefix", "/no/such/swapfile", NULL, 0};

    mac_machine = (struct mac_machine){.variables = &variable, .variable_count = 1};
    swap_write(&host, output);
    cr_assert_eq(kept_member(output, "swapfiles.txt")->status, STATUS_ABSENT);
    cr_assert_str_eq(kept_member(output, "swapfiles.txt")->note, "/no/such cannot be listed");
}

/* A prefix of no folder is none; macOS always had them here. */
Test(mac_host, where_swap_files_used_to_be)
{
    static const char *const prefixes[] = {NULL, "/swapfile", "swapfile"};

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const struct mac_variable variable = {"vm.swapfileprefix", prefixes[i], NULL, 0};
        struct output *other = kept_output();

        mac_machine = (struct mac_machine){.variables = &variable, .variable_count = 1};
        swap_write(&host, other);
        if (kept_member(other, "swapfiles.txt")->status != STATUS_OK) /* here, too, it may be */
            cr_assert_str_eq(kept_member(other, "swapfiles.txt")->note,
                             "/private/var/vm cannot be listed");
        kept_output_free(other);
    }
}

Test(mac_host, extensions_that_the_kernel_lists)
{
    mac_machine = (struct mac_machine){
        .kexts = "<dict><key>a.b</key><dict><key>CFBundleIdentifier</key><string>a.b</string>"
                 "<key>OSBundleLoadTag</key><integer>5</integer></dict></dict>"};
    kexts_write(&host, output);
    cr_assert_eq(kept_member(output, "kextstat.txt")->status, STATUS_OK);
    cr_assert_not_null(strstr(kept_member(output, "kextstat.txt")->text, "    5    0 0"));
}

/* This system has none of the tools that are asked next. */
Test(mac_host, extensions_that_nobody_lists)
{
    static const struct {
        const char *kexts;
        int result;
        unsigned darwin;
        enum status status;
        const char *note;
    } cases[] = {
        {NULL, 0, 23, STATUS_DENIED,
         "no list of extensions: kext_request answered 8, KERN_NO_ACCESS; /usr/bin/kmutil is not "
         "there; /usr/sbin/kextstat is not there"},
        {"<dict></dict>", 0, 24, STATUS_FAILED,
         "no list of extensions: kext_request answered with an empty list; /usr/bin/kmutil is not "
         "there; /usr/sbin/kextstat is not there"},
        {"<dict></dict>", (int)0xdc008004, 19, STATUS_DENIED,
         "no list of extensions: kext_request was refused with 0xdc008004; /usr/sbin/kextstat is "
         "not there"},
        {"<dict><key>a.b</key><dict><key>CFBundleIdentifier</key><string>a.b</string>"
         "<key>OSBundleLoadTag</key><integer>5</integer></dict></dict>",
         5, 19, STATUS_FAILED,
         "no list of extensions: kext_request was refused with 0x5; /usr/sbin/kextstat is not "
         "there"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct output *other = kept_output();

        mac_machine =
            (struct mac_machine){.kexts = cases[i].kexts, .kexts_result = cases[i].result};
        host.darwin = cases[i].darwin;
        kexts_write(&host, other);
        cr_assert_eq(kept_member(other, "kextstat.txt")->status, cases[i].status);
        cr_assert_str_eq(kept_member(other, "kextstat.txt")->note, cases[i].note);
        kept_output_free(other);
    }
}

Test(mac_host, system_extensions_that_nobody_lists)
{
    system_extensions_write(&host, output);
    cr_assert_eq(kept_member(output, "systemextensions.txt")->status, STATUS_ABSENT);
    cr_assert_str_eq(kept_member(output, "systemextensions.txt")->note,
                     "/usr/bin/systemextensionsctl is not there");
}
