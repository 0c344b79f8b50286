/*
 * test_sources.c - load.h: evidence that wirecap has not written. Apple's sysdiagnose, folders and
 * archives of what tools printed, single files.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/format.h"
#include "formats/load.h"
#include "tests/unit/making.h"

TestSuite(sources, .fini = making_end);

#define TOP "sysdiagnose_2026.03.07_11-24-31+0100_macOS_Maple9-1_24Z310"

#define KEXT_HEADER \
    "Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n"
#define KEXTS(name)                                                         \
    KEXT_HEADER "  150    0 0xffffff7f98f8d000 0x1000     0x1000     " name \
                " (1.0) 6A9D456A-D1B1-316E-90CD-78E5B0002C5E <7 6 3>\n"
#define PS                                                                       \
    "USER               PID  PPID  %CPU %MEM      VSZ    RSS   TT  STAT STARTED" \
    "      TIME COMMAND\n"                                                       \
    "root               713     1   0.3  0.8  4934652  68420   ??  Ss    9:14AM" \
    "   0:10.58 /usr/libexec/milld\n"
#define EXTENSIONS                                                       \
    "1 extension(s)\n--- com.apple.system_extension.network_extension\n" \
    "enabled\tactive\tteamID\tbundleID (version)\tname\t[state]\n"       \
    "*\t*\tQ1W2E3R4T5\torg.example.filter (1.0/1)\tFilter\t[activated enabled]\n"
#define VMMAP_ERROR                                                                               \
    "vmmap[40148]: vmmap cannot examine process 713 (with name like '713') because it no longer " \
    "appears to be running.\n"

#define MEMBERS(array) (array), sizeof(array) / sizeof *(array)

static void load_ok(struct loaded *loaded, const char *path)
{
    struct err err;

    cr_assert(load_bundle(path, loaded, &err), "%s", err.text);
}

static void check_fails(const char *path, const char *why)
{
    struct loaded loaded;
    struct err err;

    cr_assert_not(load_bundle(path, &loaded, &err));
    cr_assert_not_null(strstr(err.text, why), "%s", err.text);
}

static const char *note_of(const struct loaded *loaded, const char *member)
{
    const struct snapshot *snap = &loaded->snapshot;

    for (size_t i = 0; i < snap->note_count && i < SNAPSHOT_NOTES_MAX; i++)
        if (strcmp(snap->notes[i].member, member) == 0)
            return snap->notes[i].what;
    return "";
}

/* That note, and no other about the member. */
static void check_note(const struct loaded *loaded, const char *member, const char *what)
{
    cr_assert_not_null(strstr(note_of(loaded, member), what), "%s: %s", member,
                       note_of(loaded, member));
}

static const char *put(const char *name, const char *content)
{
    return making_file(name, content, strlen(content));
}

/* ---- sysdiagnose ---- */

static const struct making_member apple[] = {
    {TOP "/", "", MAKING_FOLDER, 0},
    {TOP "/logs/ps.txt", KEXTS("org.example.earlier"), MAKING_FILE, 0},
    {TOP "/crashes_and_spins/", "", MAKING_FOLDER, 0},
    {TOP "/crashes_and_spins/kextstat.txt", KEXTS("org.example.earlier"), MAKING_FILE, 0},
    {TOP "/crashes_and_spins/ps.txt", PS, MAKING_FILE, 0},
    {TOP "/mount.txt", "/dev/disk1s1 on / (apfs, local)\n", MAKING_FILE, 0},
    {TOP "/ps_thread.txt", PS, MAKING_FILE, 0},
    {TOP "/ps.txt", PS, MAKING_FILE, 0},
    {TOP "/sysdiagnose.log", "12:00:00 [1] done\n", MAKING_FILE, 0},
    {TOP "/kextstat.txt", KEXTS("org.example.now"), MAKING_FILE, 0},
};

static void check_apple(const char *path)
{
    struct loaded loaded;
    const struct snapshot *snap = &loaded.snapshot;

    load_ok(&loaded, path);
    cr_assert_eq(loaded.kind, BUNDLE_SYSDIAGNOSE);
    cr_assert(loaded.complete);
    cr_assert_null(loaded.damage);
    cr_assert(eq(str, loaded.digest, ""));
    cr_assert_eq(snap->note_count, 0, "%s: %s", snap->notes[0].member, snap->notes[0].what);
    cr_assert_eq(snap->extension_count, 1);
    cr_assert(eq(str, (char *)snap->extensions[0].name, "org.example.now"));
    cr_assert_eq(snap->process_count, 1);
    cr_assert(eq(str, (char *)snap->manifest.platform, "macos"));
    cr_assert(eq(str, (char *)snap->manifest.os, "macOS"));
    cr_assert(eq(str, (char *)snap->manifest.model, "Maple9,1"));
    cr_assert(eq(str, (char *)snap->manifest.build, "24Z310"));
    cr_assert(eq(u64, snap->manifest.darwin.n, 24));
    cr_assert(eq(u64, snap->manifest.taken_us.n, UINT64_C(1772879071) * 1000000));
    cr_assert_null(snap->member);
    arena_free(&loaded.arena);
}

static void unpack(const char *folder)
{
    char name[512];

    for (size_t i = 0; i < sizeof apple / sizeof *apple; i++) {
        if (apple[i].kind != MAKING_FILE)
            continue;
        (void)snprintf(name, sizeof name, "%s/%s", folder, apple[i].name);
        put(name, apple[i].content);
    }
}

Test(sources, a_sysdiagnose_says_what_it_has_at_its_top)
{
    static const char *const filters[] = {"none", "gzip", "xz", "zstd"};
    int fd;

    for (size_t i = 0; i < 4; i++)
        check_apple(making_archive("a.tar", "ustar", filters[i], MEMBERS(apple)));
    unpack("u");
    check_apple(making_path("u/" TOP));
    check_apple(making_path("u/" TOP "//"));
    check_apple(making_path("u"));
    fd = open(making_path("a.tar"), O_RDONLY);
    cr_assert(fd >= 0 && dup2(fd, 0) == 0);
    check_apple("-");
}

Test(sources, what_is_called_otherwise_is_known_by_its_log)
{
    struct making_member members[sizeof apple / sizeof *apple];
    char names[sizeof apple / sizeof *apple][256];
    struct loaded loaded;

    for (size_t i = 0; i < sizeof apple / sizeof *apple; i++) {
        (void)snprintf(names[i], sizeof names[i], "monday%s", apple[i].name + strlen(TOP));
        members[i] = apple[i];
        members[i].name = names[i];
    }
    load_ok(&loaded, making_archive("monday.tar", "ustar", "gzip", MEMBERS(members)));
    cr_assert_eq(loaded.kind, BUNDLE_SYSDIAGNOSE);
    cr_assert(loaded.complete);
    cr_assert_eq(loaded.snapshot.note_count, 0);
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert_eq(loaded.snapshot.process_count, 1);
    cr_assert_not(loaded.snapshot.manifest.taken_us.known);
    arena_free(&loaded.arena);
}

Test(sources, the_name_of_a_sysdiagnose_says_when_and_what)
{
    static const struct {
        const char *top, *os, *model, *build;
        uint64_t taken_s, darwin; /* 0: not known */
    } cases[] = {
        {"sysdiagnose_2019.07.01_23-59-60-0730_Mac_OS_X_Maple8,1_18Z132", "macOS", "Maple8,1",
         "18Z132", 1562052600, 18},
        {"sysdiagnose_2019.07.01_00-00-00+0000_Mac-OS-X_Maple8,1_18Z132", "macOS", "Maple8,1",
         "18Z132", 1561939200, 18},
        {"sysdiagnose_2024.02.29_12-00-00-0800_macOS_VirtualMaple2-1_23Z5328b", "macOS",
         "VirtualMaple2,1", "23Z5328b", 1709236800, 23},
        {"sysdiagnose_2025.11.20_10-00-00+0100_iPhone-OS_iPhone_23Z85", "iOS", NULL, "23Z85",
         1763629200, 0},
        {"sysdiagnose_2025.11.20_10-00-00+0100_iPhone-OS_iPhone_23Z85_again_9", "iOS", NULL,
         "23Z85", 1763629200, 0},
        {"in_progress_sysdiagnose_2025.10.01_01-27-00-0700_Watch-OS_Watch_22Z90.tmp", "watchOS",
         NULL, NULL, 1759307220, 0},
        {"sysdiagnose_2025.11.20_10-00-00_macOS_Maple9-1_24Z310", "macOS", "Maple9,1", "24Z310", 0,
         24},
        {"sysdiagnose_2025.13.20_10-00-00+0100_macOS_Maple9-1_24Z310", "macOS", "Maple9,1",
         "24Z310", 0, 24},
        {"sysdiagnose_2025.11.20_10-00-00+01", NULL, NULL, NULL, 0, 0},
        {"sysdiagnose_2025.11.20_10-00-00+0100___24Z310", NULL, NULL, "24Z310", 1763629200, 24},
        {"sysdiagnose_2025.11.20_10-00-00+0100_9", NULL, NULL, NULL, 1763629200, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[256];
        struct loaded loaded;
        const struct manifest *manifest = &loaded.snapshot.manifest;

        (void)snprintf(name, sizeof name, "%s/kextstat.txt", cases[i].top);
        put(name, KEXTS("org.example.a"));
        load_ok(&loaded, making_path(cases[i].top));
        cr_assert_eq(loaded.kind, BUNDLE_SYSDIAGNOSE, "%s", name);
        cr_assert_str_eq(manifest->os ? manifest->os : "", cases[i].os ? cases[i].os : "");
        cr_assert_str_eq(manifest->model ? manifest->model : "",
                         cases[i].model ? cases[i].model : "");
        cr_assert_str_eq(manifest->build ? manifest->build : "",
                         cases[i].build ? cases[i].build : "");
        cr_assert(eq(u64, manifest->taken_us.n, cases[i].taken_s * 1000000), "%s", name);
        cr_assert(eq(u64, manifest->darwin.n, cases[i].darwin), "%s", name);
        cr_assert_eq(manifest->darwin.known, cases[i].darwin != 0, "%s", name);
        arena_free(&loaded.arena);
    }
}

/* An archive is in the order of a folder on disk, which is any. */
Test(sources, the_first_member_that_is_read_may_come_late)
{
    enum { COUNT = 30000 };
    static char names[COUNT][96];
    static struct making_member members[COUNT];
    struct loaded loaded;

    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(names[i], sizeof names[i], "%s/%s%zu.txt", TOP, i % 2 ? "" : "logs/", i);
        members[i] = (struct making_member){names[i], "x", MAKING_FILE, 0};
    }
    (void)snprintf(names[COUNT - 1], sizeof names[0], "%s/ps.txt", TOP);
    members[COUNT - 1].content = PS;
    load_ok(&loaded, making_archive("a.tar.gz", "ustar", "gzip", members, COUNT));
    cr_assert_eq(loaded.snapshot.process_count, 1);
    cr_assert_eq(loaded.snapshot.note_count, 0);
    arena_free(&loaded.arena);
}

/* Macs have names like "Jürgens MacBook", which archives spell in two ways. */
Test(sources, names_in_any_spelling_do_no_harm)
{
    static const struct making_member members[] = {
        {TOP "/J\xc3\xbcrgens MacBook.mdsdiagnostic/a", "1", MAKING_FILE, 0},
        {TOP "/broken \xff\xfe", "1", MAKING_FILE, 0},
        {TOP "/ps.txt", PS, MAKING_FILE, 0},
    };
    static const char *const spellings[] = {"ustar", "gnutar"};
    struct loaded loaded;

    for (size_t i = 0; i < 2; i++) {
        load_ok(&loaded, making_archive("a.tar", spellings[i], "none", MEMBERS(members)));
        cr_assert_eq(loaded.snapshot.process_count, 1);
        cr_assert_eq(loaded.snapshot.note_count, 0);
        arena_free(&loaded.arena);
    }
}

Test(sources, links_in_a_sysdiagnose_are_noted_once)
{
    enum { COUNT = 50 };
    static char names[COUNT][96];
    struct making_member members[COUNT];
    struct loaded loaded;

    for (size_t count = 3; count <= COUNT; count += COUNT - 3) {
        for (size_t i = 0; i < count; i++) {
            (void)snprintf(names[i], sizeof names[i], "%s/link%02zu", TOP, i);
            members[i] = (struct making_member){names[i], "ps.txt", MAKING_SYMLINK, 0};
        }
        members[count - 1] = (struct making_member){TOP "/ps.txt", PS, MAKING_FILE, 0};
        load_ok(&loaded, making_archive("a.tar", "ustar", "none", members, count));
        cr_assert_eq(loaded.snapshot.process_count, 1);
        cr_assert(loaded.complete);
        if (count == 3) {
            cr_assert_eq(loaded.snapshot.note_count, 2);
            check_note(&loaded, "link01", "a link or a device: skipped");
        } else {
            cr_assert_eq(loaded.snapshot.note_count, 1);
            check_note(&loaded, "link00", "a link or a device: skipped, as are 48 others");
        }
        arena_free(&loaded.arena);
    }
}

Test(sources, a_member_of_use_that_is_a_link_is_not_followed)
{
    struct loaded loaded;

    put("outside.txt", PS);
    put(TOP "/kextstat.txt", KEXTS("org.example.a"));
    cr_assert_eq(symlink(making_path("outside.txt"), making_path(TOP "/ps.txt")), 0);
    load_ok(&loaded, making_path(TOP));
    check_note(&loaded, "ps.txt", "a link or a device: skipped");
    cr_assert_eq(loaded.snapshot.process_count, 0);
    arena_free(&loaded.arena);
}

Test(sources, a_tool_that_failed_is_a_note)
{
    struct loaded loaded;

    put(TOP "/ps.txt", PS);
    put(TOP "/kextstat.txt", "");
    put(TOP "/systemextensions.txt", KEXTS("org.example.a"));
    put(TOP "/top.txt", "top: command not found\n");
    load_ok(&loaded, making_path(TOP));
    cr_assert(eq(str, (char *)note_of(&loaded, "kextstat.txt"),
                 "skipped: empty: the tool printed nothing"));
    check_note(&loaded, "systemextensions.txt", "skipped: not the output of");
    check_note(&loaded, "systemextensions.txt", "; it looks like kextstat");
    check_note(&loaded, "top.txt", "skipped: not the output of top");
    cr_assert_eq(loaded.snapshot.note_count, 3);
    cr_assert_eq(loaded.snapshot.extension_count, 0);
    cr_assert(loaded.complete);
    arena_free(&loaded.arena);
}

Test(sources, a_sysdiagnose_that_says_nothing_is_refused)
{
    put("a/" TOP "/mount.txt", "x");
    check_fails(making_path("a/" TOP), "a sysdiagnose without any file that is read here");
    put("a/" TOP "/ps.txt", "");
    check_fails(making_path("a/" TOP),
                "nothing in it can be read: ps.txt: skipped: empty: the tool printed nothing");
}

Test(sources, a_sysdiagnose_that_is_cut_is_not_complete)
{
    static const struct making_member members[] = {
        {TOP "/kextstat.txt", KEXTS("org.example.a"), MAKING_FILE, 0},
        {TOP "/ps.txt", PS, MAKING_FILE, 0},
    };
    const char *path = making_archive("a.tar", "ustar", "none", MEMBERS(members));
    struct loaded loaded;

    cr_assert_eq(truncate(path, 512 * 3 + 100), 0);
    load_ok(&loaded, path);
    cr_assert_not(loaded.complete);
    cr_assert_not_null(loaded.damage);
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert_eq(loaded.snapshot.process_count, 0);
    arena_free(&loaded.arena);
    cr_assert_eq(truncate(path, 512 + 100), 0);
    check_fails(path, "nothing can be read: kextstat.txt: the archive is damaged");
}

/* Members of ours in Apple's folder are none; nor are Linux's. */
Test(sources, only_what_apple_has_is_read_of_apple_s)
{
    struct loaded loaded;

    put(TOP "/ps.txt", PS);
    put(TOP "/processes.tsv", "pid\n1\n2\n");
    put(TOP "/dmesg.txt", "Memory: 1K/2K available (3K kernel code)\n");
    put(TOP "/vmmap/713.txt", "x");
    load_ok(&loaded, making_path(TOP));
    cr_assert_eq(loaded.snapshot.process_count, 1);
    cr_assert_eq(loaded.snapshot.note_count, 0);
    arena_free(&loaded.arena);
}

#define ALLMEMORY                                                                             \
    "Process Name [ PID]  Architecture    PrivateRes/NoSpec   Copied    Dirty    "            \
    "Swapped   Shared/NoSpec\n"                                                               \
    "===================  ============    ================= ========= ========= "             \
    "=========  =============\n"                                                              \
    "milld [ 713]:    64-bit        41026  /   40811      1102     18868       203  12777 / " \
    "10757\n"
#define VM_STAT                                                    \
    "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n" \
    "Pages free:                                4711.\n"           \
    "Pages wired down:                        231211.\n"

static void check_pages(const char *path)
{
    struct loaded loaded;

    load_ok(&loaded, path);
    cr_assert_eq(loaded.snapshot.process_count, 1);
    cr_assert(eq(u64, loaded.snapshot.processes[0].private_resident.bytes, 41026 * 16384));
    cr_assert_eq(loaded.snapshot.note_count, 0);
    arena_free(&loaded.arena);
}

/* allmemory counts pages, and only others say how large they are. */
Test(sources, pages_wait_for_who_knows_their_size)
{
    static const struct making_member members[] = {
        {TOP "/allmemory.txt", ALLMEMORY, MAKING_FILE, 0},
        {TOP "/vm_stat.txt", VM_STAT, MAKING_FILE, 0},
    };
    static const struct making_member loose[] = {
        {"x/all", ALLMEMORY, MAKING_FILE, 0},
        {"x/vm", VM_STAT, MAKING_FILE, 0},
    };

    check_pages(making_archive("a.tar", "ustar", "none", MEMBERS(members)));
    check_pages(making_archive("b.tar", "ustar", "none", MEMBERS(loose)));
    for (size_t i = 0; i < 2; i++)
        put(loose[i].name, loose[i].content);
    check_pages(making_path("x"));
}

/* When it came up is said by the one, when it was asked by the other. */
Test(sources, the_name_and_the_boot_give_the_uptime)
{
    struct loaded loaded;

    put(TOP "/sysctl.txt", "kern.ostype: Darwin\nkern.osrelease: 24.4.0\nkern.boottime: { sec = "
                           "1772700000, usec = 5 } Thu Mar  5 09:40:00 2026\nhw.pagesize: 16384\n");
    load_ok(&loaded, making_path(TOP));
    cr_assert(eq(u64, loaded.snapshot.manifest.uptime_s.n, 1772879071 - 1772700000));
    arena_free(&loaded.arena);
}

/* ---- folders and archives of loose files ---- */

static const struct making_member kept[] = {
    {"kept/loaded today.log", "\xef\xbb\xbf" KEXTS("org.example.now"), MAKING_FILE, 0},
    {"kept/a listing", PS, MAKING_FILE, 0},
    {"kept/.hidden", KEXTS("org.example.hidden"), MAKING_FILE, 0},
    {"kept/deeper/k.txt", KEXTS("org.example.deeper"), MAKING_FILE, 0},
};

static void check_kept(const char *path, enum bundle_kind kind)
{
    struct loaded loaded;

    load_ok(&loaded, path);
    cr_assert_eq(loaded.kind, kind);
    cr_assert(loaded.complete);
    cr_assert_eq(loaded.snapshot.note_count, 0, "%s: %s", loaded.snapshot.notes[0].member,
                 loaded.snapshot.notes[0].what);
    cr_assert(eq(str, (char *)loaded.snapshot.manifest.platform, "macos"));
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert(eq(str, (char *)loaded.snapshot.extensions[0].name, "org.example.now"));
    cr_assert_eq(loaded.snapshot.process_count, 1);
    arena_free(&loaded.arena);
}

Test(sources, loose_files_are_known_by_what_they_say)
{
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        put(kept[i].name, kept[i].content);
    check_kept(making_path("kept"), BUNDLE_FOLDER);
    check_kept(making_archive("kept.tar.gz", "pax", "gzip", MEMBERS(kept)), BUNDLE_ARCHIVE);
}

/* The first that can be read; in an archive it may come last. */
Test(sources, of_two_of_a_kind_the_first_by_name_counts)
{
    static const struct making_member members[] = {
        {"x/kextstat.txt", KEXTS("org.example.other"), MAKING_FILE, 0},
        {"x/k2-tuesday", KEXTS("org.example.tuesday"), MAKING_FILE, 0},
        {"x/k1-monday", KEXTS("org.example.monday"), MAKING_FILE, 0},
        {"x/k0", "", MAKING_FILE, 0},
    };
    struct loaded loaded;

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        put(members[i].name, members[i].content);
    load_ok(&loaded, making_path("x"));
    cr_assert(eq(str, (char *)loaded.snapshot.extensions[0].name, "org.example.monday"));
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    check_note(&loaded, "k0", "the output of no tool that is read here: skipped");
    check_note(&loaded, "k2-tuesday", "a second kextstat: skipped");
    check_note(&loaded, "kextstat.txt", "a second kextstat: skipped");
    cr_assert_eq(loaded.snapshot.note_count, 3);
    arena_free(&loaded.arena);
    load_ok(&loaded, making_archive("x.tar", "ustar", "none", MEMBERS(members)));
    cr_assert(eq(str, (char *)loaded.snapshot.extensions[0].name, "org.example.monday"));
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert_eq(loaded.snapshot.note_count, 3);
    arena_free(&loaded.arena);
}

Test(sources, what_no_tool_printed_is_noted)
{
    char name[64];
    struct loaded loaded;

    put("x/ps", PS);
    put("x/letter.txt", "Dear Anna,\n");
    making_file("x/picture.png", "\x89PNG\0\0", 6);
    load_ok(&loaded, making_path("x"));
    check_note(&loaded, "letter.txt", "the output of no tool that is read here: skipped");
    check_note(&loaded, "picture.png", "the output of no tool that is read here: skipped");
    cr_assert_eq(loaded.snapshot.note_count, 2);
    arena_free(&loaded.arena);
    for (int i = 0; i < 100; i++) {
        (void)snprintf(name, sizeof name, "x/%03d.txt", i);
        put(name, "Dear Anna,\n");
    }
    load_ok(&loaded, making_path("x"));
    check_note(&loaded, "000.txt", "skipped, as are 101 others");
    cr_assert_eq(loaded.snapshot.note_count, 1);
    arena_free(&loaded.arena);
}

Test(sources, what_is_not_unpacked_is_noted)
{
    struct loaded loaded;

    cr_assert_eq(mkdir(making_path("x"), 0755), 0);
    making_archive("x/sysdiagnose.tar.gz", "ustar", "gzip", MEMBERS(apple));
    check_fails(making_path("x"), "nothing in it is read here; sysdiagnose.tar.gz: not unpacked");
    put("x/ps", PS);
    put("x/outputs.zip", "PK\3\4xyz");
    load_ok(&loaded, making_path("x"));
    check_note(&loaded, "outputs.zip", "not unpacked: unpack it, or name it alone");
    check_note(&loaded, "sysdiagnose.tar.gz", "not unpacked: unpack it, or name it alone");
    cr_assert_eq(loaded.snapshot.note_count, 2);
    arena_free(&loaded.arena);
}

Test(sources, a_name_of_ours_is_no_proof)
{
    struct loaded loaded;

    put("x/ps.txt", KEXTS("org.example.a"));
    put("x/samples.tsv", PS);
    load_ok(&loaded, making_path("x"));
    check_note(&loaded, "ps.txt", "skipped: not the output of");
    check_note(&loaded, "ps.txt", "; it looks like kextstat");
    cr_assert_eq(loaded.snapshot.process_count, 1, "samples.tsv is what ps printed");
    cr_assert_eq(loaded.snapshot.extension_count, 0);
    cr_assert_eq(loaded.kind, BUNDLE_FOLDER);
    arena_free(&loaded.arena);
}

Test(sources, an_archive_without_end_of_strangers_is_refused)
{
    enum { COUNT = 20002 };
    static char names[COUNT][32];
    static struct making_member members[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(names[i], sizeof names[i], "src/%zu.txt", i);
        members[i] = (struct making_member){names[i], "x", MAKING_FILE, 0};
    }
    check_fails(making_archive("src.tar.gz", "ustar", "gzip", members, COUNT),
                "nothing that is read here among its first 20000 files; read are bundles");
}

#define CRASH_END                                                                       \
    "VM Region Summary:\nReadOnly portion of Libraries: Total=1.1G resident=0K(0%)\n\n" \
    "                                VIRTUAL   REGION \n"                               \
    "REGION TYPE                        SIZE    COUNT (non-coalesced) \n"               \
    "===========                     =======  ======= \n"                               \
    "MALLOC                           512.0M        4 \n"                               \
    "===========                     =======  ======= \n"                               \
    "TOTAL                            512.0M        4 \n"

/* The table of regions of a crash report comes behind its threads. */
Test(sources, a_long_text_is_looked_at_to_its_end)
{
    enum { LINES = 5000 };
    char *text = malloc(LINES * 64 + sizeof CRASH_END + 64);
    struct loaded loaded;
    size_t used = (size_t)sprintf(text, "Process:               milld [713]\n");

    for (int i = 0; i < LINES; i++)
        used += (size_t)sprintf(text + used, "%d   libmill.dylib  0x00000001a2b3c4d%d grind + 7\n",
                                i, i % 10);
    used += (size_t)sprintf(text + used, "%s", CRASH_END);
    making_file("x/milld.crash", text, used);
    free(text);
    load_ok(&loaded, making_path("x"));
    cr_assert_gt(loaded.snapshot.region_type_count, 0);
    arena_free(&loaded.arena);
}

/* ---- bundles of ours that lost their order ---- */

static const struct making_member linux_members[] = {
    {"b/kextstat.txt", KEXTS("zram"), MAKING_FILE, 0},
    {"b/notes.txt", PS, MAKING_FILE, 0},
    {"b/proc/modules", "zram 40960 1 - Live 0x0\n", MAKING_FILE, 0},
    {"b/manifest.txt", "format: 1\nplatform: linux\n", MAKING_FILE, 0},
};

/* On Linux kextstat.txt is made for people, and read by no one. */
Test(sources, a_linux_bundle_in_another_order_is_no_mac)
{
    struct loaded loaded;

    for (size_t count = 4; count >= 3; count--) { /* with and without its manifest */
        load_ok(&loaded, making_archive("b.tar", "ustar", "none", linux_members, count));
        cr_assert_eq(loaded.kind, BUNDLE_OURS);
        cr_assert_eq(loaded.snapshot.extension_count, 1);
        cr_assert(eq(u64, loaded.snapshot.extensions[0].size.bytes, 40960));
        cr_assert_not(loaded.snapshot.extensions[0].load_tag.known);
        cr_assert_eq(loaded.snapshot.process_count, 0);
        cr_assert_eq(loaded.snapshot.note_count, count == 4 ? 0 : 1);
        cr_assert_not(loaded.complete);
        arena_free(&loaded.arena);
    }
    for (size_t i = 0; i < 3; i++)
        put(linux_members[i].name, linux_members[i].content);
    load_ok(&loaded, making_path("b"));
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert(eq(u64, loaded.snapshot.extensions[0].size.bytes, 40960));
    arena_free(&loaded.arena);
}

Test(sources, a_mac_bundle_in_another_order_is_read)
{
    static const struct making_member members[] = {
        {"b/kextstat.txt", KEXTS("org.example.now"), MAKING_FILE, 0},
        {"b/notes.txt", PS, MAKING_FILE, 0},
        {"b/manifest.txt", "format: 1\nplatform: macos\nos: macOS 14.0\nbuild: 23Z344\n",
         MAKING_FILE, 0},
    };
    struct loaded loaded;

    load_ok(&loaded, making_archive("b.tar", "ustar", "none", MEMBERS(members)));
    cr_assert_eq(loaded.kind, BUNDLE_OURS);
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert_eq(loaded.snapshot.process_count, 0, "what is not of the bundle is not read");
    cr_assert(eq(u64, loaded.snapshot.manifest.darwin.n, 23));
    arena_free(&loaded.arena);
}

/* ---- single files ---- */

static void check_single(const char *path)
{
    struct loaded loaded;

    load_ok(&loaded, path);
    cr_assert_eq(loaded.kind, BUNDLE_FILE);
    cr_assert(loaded.complete);
    cr_assert(eq(str, loaded.digest, ""));
    cr_assert_eq(loaded.snapshot.note_count, 0);
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert(eq(str, (char *)loaded.snapshot.manifest.platform, "macos"));
    arena_free(&loaded.arena);
}

Test(sources, a_single_file_is_evidence)
{
    static const char *const filters[] = {"none", "gzip", "xz", "zstd"};
    int fd;

    for (size_t i = 0; i < 4; i++)
        check_single(making_packed("kexts of monday", filters[i], KEXTS("org.example.a")));
    check_single(put("ps.txt", KEXTS("org.example.a"))); /* the name is not asked first */
    fd = open(making_path("ps.txt"), O_RDONLY);
    cr_assert(fd >= 0 && dup2(fd, 0) == 0);
    check_single("-");
}

Test(sources, of_several_outputs_in_one_file_one_is_read_and_the_others_are_told)
{
    const char *path = put("all of it", EXTENSIONS KEXTS("org.example.a"));
    struct loaded loaded;

    load_ok(&loaded, path);
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    cr_assert_gt(loaded.snapshot.note_count, 0);
    cr_assert_not_null(
        strstr(loaded.snapshot.notes[loaded.snapshot.note_count - 1].what,
               "what systemextensionsctl list printed stands here too and is not read"));
    arena_free(&loaded.arena);
}

Test(sources, a_single_file_of_no_use_is_refused_with_the_reason)
{
    static const char *const readable[] = {
        "wirecap",         "sysdiagnose", "vm_stat",
        "zprint",          "kextstat",    "systemextensionsctl list",
        "vmmap",           "footprint",   "taskinfo",
        "allmemory",       "top",         "ps",
        "sysctl",          "sw_vers",     "memory_pressure",
        "/private/var/vm", "panic",       "Jetsam",
    };
    struct loaded loaded;
    struct err err;

    cr_assert_not(load_bundle(put("letter", "\n  Dear Anna,\n"), &loaded, &err));
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++)
        cr_assert_not_null(strstr(err.text, readable[i]), "%s", readable[i]);
    cr_assert_null(strchr(err.text, '\n'));
    check_fails(making_path("letter"), "it says \"Dear Anna,\"; read are");
    check_fails(put("v", VMMAP_ERROR), "vmmap cannot examine process 713");
    check_fails(put("kextstat.txt", "zsh: command not found: kextstat\n"),
                "kextstat.txt: not the output of kextstat");
    check_fails(put("empty", ""), "empty: empty: the tool printed nothing");
    check_fails(put("ps.txt", ""), "ps.txt: empty: the tool printed nothing");
    check_fails(put("blank", "\n \n"), "the tool printed nothing");
    check_fails(put("kept.zip", "PK\3\4xyz"), "a zip archive: unpack it");
    check_fails(making_file("binary",
                            "\x7f"
                            "ELF\2\1\1\0\0",
                            9),
                "neither text nor a tar archive");
    check_fails(put("escape", "\x1b[31mred\n"), "it says \"\\x1b[31mred\"");
}

Test(sources, a_single_file_that_is_cut_is_not_complete)
{
    const char *path = making_packed("k.gz", "gzip", KEXTS("org.example.a"));
    struct loaded loaded;
    struct stat st;

    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(truncate(path, st.st_size - 4), 0);
    load_ok(&loaded, path);
    cr_assert_not(loaded.complete);
    cr_assert_eq(loaded.snapshot.extension_count, 1);
    arena_free(&loaded.arena);
}

/* ---- what texts look like ---- */

static char *read_whole(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text;
    long end;

    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fseek(file, 0, SEEK_END), 0);
    end = ftell(file);
    cr_assert_geq(end, 0);
    rewind(file);
    *len = (size_t)end;
    text = malloc(*len > 0 ? *len : 1);
    cr_assert_eq(fread(text, 1, *len, file), *len);
    (void)fclose(file);
    return text;
}

static int is_text(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".txt") == 0;
}

/* What of the samples of one format looks like it, and nothing like another that is read. */
static size_t check_looks(const struct format *format)
{
    char folder[4096], path[8192];
    struct dirent **entries;
    size_t alike = 0;
    int count;

    (void)snprintf(folder, sizeof folder, "%s/data/%s", getenv("TESTS_DIR"), format->name);
    count = scandir(folder, &entries, is_text, alphasort);
    for (int i = 0; i < count; i++) {
        struct arena arena = {0};
        struct snapshot snap = {.arena = &arena, .member = format->name};
        const struct format *like;
        struct str text;
        struct err err;
        char *bytes;

        (void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        bytes = read_whole(path, &text.len);
        text.at = bytes;
        like = format_like(text);
        alike += like == format;
        if (like != NULL && like != format)
            cr_assert_not(format->read(text, &snap, &err), "%s looks like %s", path, like->name);
        free(bytes);
        free(entries[i]);
        arena_free(&arena);
    }
    free(entries);
    return alike;
}

Test(sources, samples_look_like_their_own_format)
{
    for (size_t i = 0; i < format_count; i++)
        if (formats[i].is_like != NULL)
            cr_assert_gt(check_looks(&formats[i]), 0, "%s", formats[i].name);
}
