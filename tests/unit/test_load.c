/* test_load.c - load.h: a bundle becomes a snapshot, and its completeness is judged. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "formats/format.h"
#include "formats/load.h"
#include "formats/sha256.h"
#include "tests/unit/making.h"

TestSuite(load, .fini = making_end);

#define MANIFEST "format: 1\nplatform: linux\npage_bytes: 4096\n"
#define SLABINFO                                                 \
    "slabinfo - version: 2.1\n"                                  \
    "dentry 1 1 192 21 1 : tunables 0 0 0 : slabdata 10 10 0\n"  \
    "Acpi-Parse 1 1 56 73 1 : tunables 0 0 0 : slabdata 2 2 0\n" \
    "unheard-of 1 1 56 73 1 : tunables 0 0 0 : slabdata 2 2 0\n"
#define SLAB                     \
    "name\talias\treclaimable\n" \
    "Acpi-Parse\t:0000056\t0\n:0000056\t:0000056\t0\ndentry\tdentry\t1\n"
#define VMMAP                                                      \
    "REGION TYPE START - END [ VSIZE WIRED] FLAGS REGION DETAIL\n" \
    "anon 1000-2000 [ 4K 4K] lo -\nanon 3000-4000 [ 4K 4K] lo -\n"

struct file {
    const char *name, *content;
};

static const struct file files[] = {
    {"manifest.txt", MANIFEST},
    {"proc/slabinfo", SLABINFO},
    {"sys/kernel/slab.tsv", SLAB},
    {"sysctl.txt", "vm.swappiness: 60\n"},
    {"vmmap/713.txt", VMMAP},
    {"vmmap/713.2.txt", VMMAP},
    {"processes.tsv", "pid\tname\n713\tlockerd\n"},
};

#define FILES (sizeof files / sizeof *files)

static void add_source(char *text, size_t size, const char *name, const char *content)
{
    size_t used = strlen(text);
    unsigned long crc = crc32(0, (const unsigned char *)content, (unsigned)strlen(content));

    (void)snprintf(text + used, size - used, "%s\tok\t0\t%zu\t1\t%08lx\t-\n", name, strlen(content),
                   crc);
}

/* Makes the bundle "b", and its sources.tsv in *sources. */
static const char *make_bundle(char sources[4096])
{
    char name[256];

    (void)strcpy(sources, "member\tstatus\terrno\tbytes\tus\tcrc32\tnote\n");
    for (size_t i = 0; i < FILES; i++) {
        (void)snprintf(name, sizeof name, "b/%s", files[i].name);
        making_file(name, files[i].content, strlen(files[i].content));
        add_source(sources, 4096, files[i].name, files[i].content);
    }
    (void)strcat(sources, "locked.tsv\tdenied\t13\t-\t1\t-\t-\n");
    making_file("b/sources.tsv", sources, strlen(sources));
    return making_path("b");
}

static bool has_note(const struct loaded *loaded, const char *member, const char *what)
{
    const struct snapshot *snap = &loaded->snapshot;

    for (size_t i = 0; i < snap->note_count; i++)
        if (strcmp(snap->notes[i].member, member) == 0 && strstr(snap->notes[i].what, what) != NULL)
            return true;
    return false;
}

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

Test(load, a_whole_bundle_is_complete)
{
    char sources[4096], hex[SHA256_HEX];
    uint8_t digest[SHA256_BYTES];
    struct loaded loaded;

    load_ok(&loaded, make_bundle(sources));
    sha256(str_of(sources), digest);
    sha256_hex(digest, hex);
    cr_assert(eq(str, loaded.digest, hex));
    cr_assert(loaded.complete);
    cr_assert_null(loaded.damage);
    cr_assert_eq(loaded.snapshot.note_count, 0);
    cr_assert_eq(loaded.snapshot.source_count, FILES + 1);
    cr_assert(loaded.snapshot.sources[0].intact && !loaded.snapshot.sources[FILES].seen);
    cr_assert_null(loaded.snapshot.member);
    arena_free(&loaded.arena);
}

Test(load, a_changed_byte_is_found)
{
    for (size_t i = 0; i < FILES; i++) {
        char sources[4096], name[256], content[512];
        struct loaded loaded;

        (void)make_bundle(sources);
        (void)snprintf(name, sizeof name, "b/%s", files[i].name);
        (void)snprintf(content, sizeof content, "%s", files[i].content);
        content[strlen(content) - 2] ^= 1;
        making_file(name, content, strlen(content));
        load_ok(&loaded, making_path("b"));
        cr_assert_not(loaded.complete, "%s", name);
        cr_assert(has_note(&loaded, files[i].name, "changed or damaged"), "%s", name);
        arena_free(&loaded.arena);
    }
}

Test(load, a_size_that_is_not_the_listed_one_is_found)
{
    static const char sources[] = "member\tstatus\tbytes\tcrc32\nsysctl.txt\tok\t8\tcbf43926\n"
                                  "manifest.txt\tok\t-\t-\n";
    struct loaded loaded;

    making_file("b/manifest.txt", MANIFEST, strlen(MANIFEST));
    making_file("b/sysctl.txt", "123456789", 9);
    making_file("b/sources.tsv", sources, strlen(sources));
    load_ok(&loaded, making_path("b"));
    cr_assert_not(loaded.complete);
    cr_assert(has_note(&loaded, "sysctl.txt", "changed or damaged"));
    cr_assert(has_note(&loaded, "manifest.txt", "changed or damaged"));
    arena_free(&loaded.arena);
}

Test(load, a_missing_member_is_found)
{
    char sources[4096];
    struct loaded loaded;

    (void)make_bundle(sources);
    (void)unlink(making_path("b/vmmap/713.2.txt"));
    load_ok(&loaded, making_path("b"));
    cr_assert_not(loaded.complete);
    cr_assert_eq(loaded.snapshot.region_count, 1);
    arena_free(&loaded.arena);
}

Test(load, without_sources_nothing_is_complete)
{
    char sources[4096];
    struct loaded loaded;

    (void)make_bundle(sources);
    (void)unlink(making_path("b/sources.tsv"));
    load_ok(&loaded, making_path("b"));
    cr_assert_not(loaded.complete);
    cr_assert(eq(str, loaded.digest, ""));
    arena_free(&loaded.arena);
}

Test(load, what_is_not_listed_is_noted)
{
    char sources[4096];
    struct loaded loaded;

    (void)make_bundle(sources);
    making_file("b/extra.txt", "x", 1);
    load_ok(&loaded, making_path("b"));
    cr_assert(loaded.complete);
    cr_assert(has_note(&loaded, "extra.txt", "not listed"));
    arena_free(&loaded.arena);
}

Test(load, regions_carry_the_process_of_their_member)
{
    char sources[4096];
    struct loaded loaded;

    load_ok(&loaded, make_bundle(sources));
    cr_assert_eq(loaded.snapshot.region_count, 2, "one group of each member");
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(loaded.snapshot.regions[i].pid, 713);
        cr_assert(eq(u64, loaded.snapshot.regions[i].bytes, 8192));
        cr_assert(eq(u64, loaded.snapshot.regions[i].count, 2));
    }
    arena_free(&loaded.arena);
}

Test(load, zones_learn_what_they_stand_for)
{
    char sources[4096];
    struct loaded loaded;
    const struct zone *zones;

    load_ok(&loaded, make_bundle(sources));
    zones = loaded.snapshot.zones;
    cr_assert_eq(loaded.snapshot.zone_count, 3);
    cr_assert(zones[0].alias == NULL && zones[0].reclaimable == YES);
    cr_assert(eq(u64, zones[0].size.bytes, 40960));
    cr_assert(eq(str, (char *)zones[1].alias, ":0000056"));
    cr_assert_eq(zones[1].reclaimable, NO);
    cr_assert(zones[2].alias == NULL && zones[2].reclaimable == UNSAID);
    arena_free(&loaded.arena);
}

Test(load, a_module_of_two_members_is_one)
{
    static const char proc[] = "zram 40960 1 - Live 0x0 (OE)\n";
    static const char sys[] = "name\tsize_bytes\tinit_text\nlzo\t4096\tff\nzram\t5\tfe\n";
    struct loaded loaded;
    const struct extension *zram;

    making_file("b/manifest.txt", MANIFEST, strlen(MANIFEST));
    making_file("b/proc/modules", proc, strlen(proc));
    making_file("b/sys/module.tsv", sys, strlen(sys));
    load_ok(&loaded, making_path("b"));
    cr_assert_eq(loaded.snapshot.extension_count, 2);
    zram = &loaded.snapshot.extensions[0];
    cr_assert(eq(str, (char *)zram->taint, "OE"));
    cr_assert(eq(u64, zram->size.bytes, 40960));
    cr_assert(eq(u64, zram->init_text_start, 0xfe));
    arena_free(&loaded.arena);
}

Test(load, a_member_that_is_not_what_it_claims_costs_only_itself)
{
    char sources[4096];
    struct loaded loaded;

    (void)make_bundle(sources);
    making_file("b/proc/slabinfo", "cat: Permission denied\n", 23);
    load_ok(&loaded, making_path("b"));
    cr_assert(has_note(&loaded, "proc/slabinfo", "skipped: not /proc/slabinfo"));
    cr_assert_eq(loaded.snapshot.process_count, 1);
    arena_free(&loaded.arena);
}

Test(load, the_first_of_two_members_of_one_name_counts)
{
    static const struct making_member members[] = {
        {"t/manifest.txt", MANIFEST, MAKING_FILE, 0},
        {"t/processes.tsv", "pid\n1\n", MAKING_FILE, 0},
        {"t/processes.tsv", "pid\n2\n3\n", MAKING_FILE, 0},
    };
    struct loaded loaded;

    load_ok(&loaded, making_archive("a.tar.gz", "ustar", "gzip", members, 3));
    cr_assert_eq(loaded.snapshot.process_count, 1);
    cr_assert(has_note(&loaded, "processes.tsv", "a second member of this name"));
    arena_free(&loaded.arena);
}

/* The limit falls into the number of the last line, which must not be read as another one. */
Test(load, a_member_beyond_its_limit_is_cut_at_a_line)
{
    static const char first[] = "TCP: mem 7\n", last[] = "\nUDP: mem 12345\n";
    int32_t number;
    size_t limit = (size_t)format_find(str_of("proc/net/sockstat"), NULL, &number)->bytes_max;
    size_t len = limit - 11 + sizeof last - 1;
    char *text = malloc(len);
    struct loaded loaded;

    memset(text, '.', len);
    memcpy(text, first, sizeof first - 1);
    memcpy(text + limit - 11, last, sizeof last - 1);
    making_file("b/manifest.txt", MANIFEST, strlen(MANIFEST));
    making_file("b/proc/net/sockstat", text, len);
    load_ok(&loaded, making_path("b"));
    cr_assert(has_note(&loaded, "proc/net/sockstat", "larger than can be read"));
    cr_assert(eq(u64, loaded.snapshot.socket_pages.n, 7));
    arena_free(&loaded.arena);
    free(text);
}

Test(load, a_newer_format_is_noted)
{
    struct loaded loaded;

    making_file("b/manifest.txt", "format: 2\n", 10);
    load_ok(&loaded, making_path("b"));
    cr_assert(has_note(&loaded, "manifest.txt", "newer wirecap"));
    arena_free(&loaded.arena);
}

Test(load, damage_is_kept)
{
    static const struct making_member members[] = {
        {"t/manifest.txt", MANIFEST, MAKING_FILE, 0},
        {"t/processes.tsv", "pid\n1\n", MAKING_FILE, 0},
    };
    const char *path = making_archive("a.tar", "ustar", "none", members, 2);
    struct loaded loaded;

    cr_assert_eq(truncate(path, 512 * 3 + 2), 0);
    load_ok(&loaded, path);
    cr_assert_not_null(loaded.damage);
    cr_assert_not(loaded.complete);
    cr_assert(eq(str, (char *)loaded.snapshot.manifest.platform, "linux"));
    arena_free(&loaded.arena);
}

Test(load, a_bundle_without_manifest_is_read_and_noted)
{
    struct loaded loaded;

    making_file("b/processes.tsv", "pid\n1\n", 6);
    load_ok(&loaded, making_path("b"));
    cr_assert(has_note(&loaded, "manifest.txt", "there is none"));
    cr_assert_eq(loaded.snapshot.process_count, 1);
    arena_free(&loaded.arena);
}

Test(load, a_table_that_was_cut_is_noted)
{
    struct loaded loaded;

    making_file("b/manifest.txt", MANIFEST, strlen(MANIFEST));
    making_file("b/processes.tsv", "pid\n713\n80", 10);
    load_ok(&loaded, making_path("b"));
    cr_assert(has_note(&loaded, "processes.tsv", "cut in the middle of a line"));
    cr_assert_eq(loaded.snapshot.process_count, 1);
    arena_free(&loaded.arena);
}

/* A million processes are no reason to fail: there is room for what is kept. */
Test(load, more_records_than_are_kept_are_noted)
{
    enum { LINES = 1000000, LINE_BYTES = sizeof "1234567\tname1234567\n" - 1 };
    char *text = malloc((size_t)LINES * LINE_BYTES + 10);
    struct loaded loaded;
    size_t used = (size_t)sprintf(text, "pid\tname\n");

    for (int i = 0; i < LINES; i++)
        used += (size_t)sprintf(text + used, "%d\tname%d\n", i + 1, i);
    making_file("b/manifest.txt", MANIFEST, strlen(MANIFEST));
    making_file("b/processes.tsv", text, used);
    free(text);
    load_ok(&loaded, making_path("b"));
    cr_assert_eq(loaded.snapshot.process_count, RECORDS_MAX);
    cr_assert(has_note(&loaded, "processes.tsv", "too many processes: the rest is skipped"));
    cr_assert_lt(loaded.arena.used_bytes, ARENA_MAX / 4);
    arena_free(&loaded.arena);
}

Test(load, what_is_no_bundle_is_refused)
{
    making_file("other/README", "x", 1);
    making_file("text", "hello\n", 6);
    check_fails(making_path("other"), "other: nothing in it is read here; read are ");
    check_fails(making_path("text"),
                "text: the output of no tool that is read here: it says \"hello\"; read are ");
    check_fails(making_path("missing"), "missing: cannot be opened");
}

Test(load, numbers_in_member_names_are_bounded)
{
    static const struct {
        const char *member;
        int32_t number; /* -1: not a member that we read */
    } cases[] = {
        {"vmmap/713.txt", 713},
        {"vmmap/713.2.txt", 713},
        {"vmmap/2147483647.txt", INT32_MAX},
        {"vmmap/2147483648.txt", -1},
        {"vmmap/.txt", -1},
        {"vmmap/-1.txt", -1},
        {"vmmap/1.txt.txt", -1},
        {"vmmap/1.2.3.txt", -1},
        {"vmmap/1/2.txt", -1},
        {"proc/slabinfo", 0},
        {"proc/slabinfo2", -1},
        {"proc/slabinf", -1},
        {"", -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t number = 77;
        const struct format *format = format_find(str_of(cases[i].member), NULL, &number);

        cr_assert_eq(format != NULL, cases[i].number >= 0, "%s", cases[i].member);
        cr_assert_eq(number, format == NULL ? 0 : cases[i].number, "%s", cases[i].member);
    }
}

/* A bundle that was unpacked and packed again has its members in any order. */
Test(load, pages_are_counted_with_a_manifest_that_comes_later)
{
    static const struct making_member members[] = {
        {.name = "b/proc/slabinfo", .content = SLABINFO},
        {.name = "b/manifest.txt", .content = "format: 1\nplatform: linux\npage_bytes: 16384\n"},
    };
    struct loaded loaded;
    struct err err;

    cr_assert(load_bundle(making_archive("late.tar", "ustar", "none", members, 2), &loaded, &err),
              "%s", err.text);
    cr_assert(eq(sz, loaded.snapshot.zone_count, 3));
    cr_assert(eq(u64, loaded.snapshot.zones[0].size.bytes, 10 * 16384));
    cr_assert_not(has_note(&loaded, "proc/slabinfo", "page size"));
    arena_free(&loaded.arena);
}
