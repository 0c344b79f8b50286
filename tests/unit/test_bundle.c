/* test_bundle.c - bundle.h: what is read, and what is refused. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "formats/bundle.h"
#include "tests/unit/making.h"

TestSuite(bundle, .fini = making_end);

static const char *const kinds[] = {
    [BUNDLE_OURS] = "ours",       [BUNDLE_SYSDIAGNOSE] = "sysdiagnose",
    [BUNDLE_ARCHIVE] = "archive", [BUNDLE_FOLDER] = "folder",
    [BUNDLE_FILE] = "file",
};

/* What a walk showed, as lines "name size crc [content]". */
struct seen {
    char text[8192];
    size_t used;
    uint64_t wanted;
    bool stop;
    bool skips;      /* all but what is wanted by name */
    bool greedy;     /* wants twice as much whenever there is more */
    char what[1024]; /* "kind top" */
    char left_out[1024];
};

static void begin(void *context, enum bundle_kind kind, const char *top)
{
    struct seen *seen = context;

    cr_assert(eq(str, seen->what, ""), "begun twice");
    (void)snprintf(seen->what, sizeof seen->what, "%s %s", kinds[kind], top);
}

static uint64_t want(void *context, const char *member, struct str so_far)
{
    struct seen *seen = context;

    cr_assert(so_far.len == 0 || seen->wanted > 0);
    if (strncmp(member, "unseen", 6) == 0)
        return BUNDLE_SKIP;
    if (seen->greedy && so_far.len > 0)
        return so_far.len < 8 ? 2 * so_far.len : BUNDLE_SKIP;
    return strcmp(member, "skipped") == 0 ? 0 : seen->wanted;
}

static bool show(void *context, const char *member, struct str content, bool cut, uint64_t size,
                 uint32_t crc, struct err *err)
{
    struct seen *seen = context;
    int len = snprintf(seen->text + seen->used, sizeof seen->text - seen->used,
                       "%s %llu %08x %.*s%s\n", member, (unsigned long long)size, crc,
                       (int)(content.len < 100 ? content.len : 100), content.at, cut ? " cut" : "");

    cr_assert(seen->what[0] != '\0', "not begun");
    cr_assert(len > 0 && seen->used + (size_t)len < sizeof seen->text);
    seen->used += (size_t)len;
    return !seen->stop || err_set(err, "stopped");
}

static void leave_out(void *context, const char *member)
{
    struct seen *seen = context;

    (void)strcat(strcat(seen->left_out, member), " ");
}

static bool read_bundle(const char *path, struct seen *seen, struct err *damage, struct err *err)
{
    struct bundle_visitor visitor = {seen, begin, want, show, leave_out};

    seen->what[0] = '\0';
    return bundle_read(path, &visitor, damage, err);
}

static void check_reads_as(const char *path, const char *what, const char *expected)
{
    struct seen seen = {.wanted = 1000};
    struct err damage, err;

    cr_assert(read_bundle(path, &seen, &damage, &err), "%s", err.text);
    cr_assert(eq(str, damage.text, ""));
    cr_assert(eq(str, seen.text, (char *)expected));
    cr_assert(what == NULL || strcmp(seen.what, what) == 0, "%s", seen.what);
}

static void check_reads(const char *path, const char *expected)
{
    check_reads_as(path, NULL, expected);
}

static void check_refuses(const char *path, const char *why)
{
    struct seen seen = {.wanted = 1000};
    struct err damage, err = {""};

    cr_assert_not(read_bundle(path, &seen, &damage, &err));
    cr_assert_not_null(strstr(err.text, why), "%s", err.text);
}

#define MEMBERS(array) (array), sizeof(array) / sizeof *(array)
#define SYSDIAGNOSE    "sysdiagnose_2026.03.07_11-24-31+0100_macOS_Maple9-1_24Z310"

static const struct making_member honest[] = {
    {"top", "", MAKING_FOLDER, 0},
    {"top/manifest.txt", "format: 1\n", MAKING_FILE, 0},
    {"top/proc", "", MAKING_FOLDER, 0},
    {"top/proc/meminfo", "MemTotal: 5 kB\n", MAKING_FILE, 0},
    {"top/skipped", "123456789", MAKING_FILE, 0},
    {"top/empty", "", MAKING_FILE, 0},
};

/* cbf43926 is the check value of CRC-32. */
static uint32_t crc_of(const char *text)
{
    return (uint32_t)crc32(0, (const unsigned char *)text, (unsigned)strlen(text));
}

static const char *expected_honest(void)
{
    static char text[512];

    (void)snprintf(text, sizeof text,
                   "manifest.txt 10 %08x format: 1\n\n"
                   "proc/meminfo 15 %08x MemTotal: 5 kB\n\n"
                   "skipped 9 cbf43926  cut\n"
                   "empty 0 00000000 \n",
                   crc_of("format: 1\n"), crc_of("MemTotal: 5 kB\n"));
    return text;
}

Test(bundle, every_kind_of_archive_reads_alike)
{
    static const char *const formats[] = {"ustar", "pax", "gnutar"};
    static const char *const filters[] = {"none", "gzip", "xz", "zstd"};

    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 4; j++)
            check_reads(making_archive("a.tar", formats[i], filters[j], MEMBERS(honest)),
                        expected_honest());
}

static void append_gzip(FILE *out, const char *bytes, size_t len)
{
    z_stream z = {0};
    unsigned char packed[4096];

    cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (unsigned)len;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    cr_assert_eq(fwrite(packed, 1, sizeof packed - z.avail_out, out), sizeof packed - z.avail_out);
    deflateEnd(&z);
}

static char *slurp(const char *path, size_t *len)
{
    static char bytes[1 << 20];
    FILE *file = fopen(path, "rb");

    cr_assert_not_null(file);
    *len = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return bytes;
}

Test(bundle, concatenated_gzip_members_are_one_archive)
{
    const char *plain = making_archive("plain.tar", "ustar", "none", MEMBERS(honest));
    const char *path = making_path("many.tar.gz");
    size_t len;
    const char *bytes = slurp(plain, &len);
    FILE *out = fopen(path, "wb");

    for (size_t at = 0; at < len; at += 512)
        append_gzip(out, bytes + at, len - at < 512 ? len - at : 512);
    (void)fclose(out);
    check_reads(path, expected_honest());
}

Test(bundle, standard_input_is_read)
{
    const char *path = making_archive("a.tar", "ustar", "gzip", MEMBERS(honest));
    int fd = open(path, O_RDONLY);

    cr_assert(fd >= 0 && dup2(fd, 0) == 0);
    check_reads("-", expected_honest());
}

Test(bundle, an_archive_of_the_folder_s_inside_has_no_top)
{
    static const struct making_member dot[] = {
        {"./", "", MAKING_FOLDER, 0},
        {"./proc/meminfo", "1", MAKING_FILE, 0},
        {"./manifest.txt", "2", MAKING_FILE, 0},
    };
    static const struct making_member bare[] = {
        {"manifest.txt", "2", MAKING_FILE, 0},
        {"proc/meminfo", "1", MAKING_FILE, 0},
    };

    check_reads(making_archive("a.tar", "ustar", "none", MEMBERS(dot)),
                "proc/meminfo 1 83dcefb7 1\nmanifest.txt 1 1ad5be0d 2\n");
    check_reads(making_archive("b.tar", "ustar", "none", MEMBERS(bare)),
                "manifest.txt 1 1ad5be0d 2\nproc/meminfo 1 83dcefb7 1\n");
}

Test(bundle, what_macos_puts_beside_files_is_not_there)
{
    static const struct making_member members[] = {
        {"./._top", "x", MAKING_FILE, 0},
        {"./top/._a", "x", MAKING_FILE, 0},
        {"./top/a", "1", MAKING_FILE, 0},
    };

    check_reads(making_archive("a.tar", "ustar", "none", MEMBERS(members)), "a 1 83dcefb7 1\n");
}

static const enum making_kind not_files[] = {MAKING_SYMLINK, MAKING_HARDLINK, MAKING_FIFO};

Test(bundle, links_and_devices_in_a_bundle_of_ours_are_refused)
{
    for (size_t i = 0; i < 3; i++) {
        struct making_member members[] = {
            {"top/manifest.txt", "1", MAKING_FILE, 0},
            {"top/b", "top/manifest.txt", not_files[i], 0},
        };

        check_refuses(making_archive("a.tar", "pax", "gzip", MEMBERS(members)), "link or a device");
    }
}

/* Also in front of everything else, where it is not known yet whose archive this is. */
Test(bundle, links_and_devices_of_others_are_left_out)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t at = 0; at < 3; at++) {
            struct making_member members[] = {
                {SYSDIAGNOSE "/a", "1", MAKING_FILE, 0},
                {SYSDIAGNOSE "/b", "2", MAKING_FILE, 0},
                {SYSDIAGNOSE "/c", "3", MAKING_FILE, 0},
            };
            struct seen seen = {.wanted = 1000};
            struct err damage, err;

            members[at].kind = not_files[i];
            cr_assert(read_bundle(making_archive("a.tar", "pax", "gzip", MEMBERS(members)), &seen,
                                  &damage, &err),
                      "%s", err.text);
            cr_assert(eq(str, seen.what, "sysdiagnose " SYSDIAGNOSE));
            cr_assert_eq(seen.left_out[0], (char)('a' + at));
            cr_assert_eq(strlen(seen.left_out), 2);
            cr_assert_eq(strchr(seen.text, '\n') + 1 < seen.text + seen.used, true);
        }
}

Test(bundle, names_tell_whose_an_archive_is)
{
    static const struct {
        const char *name, *what;
    } cases[] = {
        {"top/manifest.txt", "ours top"},
        {"manifest.txt", "ours "},
        {SYSDIAGNOSE "/manifest.txt", "ours " SYSDIAGNOSE},
        {SYSDIAGNOSE "/logs/a", "sysdiagnose " SYSDIAGNOSE},
        {"./in_progress_" SYSDIAGNOSE "/a", "sysdiagnose in_progress_" SYSDIAGNOSE},
        {"sysdiagnose_of_mine/a", "archive sysdiagnose_of_mine"},
        {"top/a", "archive top"},
        {"a", "archive "},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct making_member member = {cases[i].name, "1", MAKING_FILE, 0};
        struct seen seen = {.wanted = 1000};
        struct err damage, err;

        cr_assert(read_bundle(making_archive("a.tar", "ustar", "none", &member, 1), &seen, &damage,
                              &err));
        cr_assert(eq(str, seen.what, (char *)cases[i].what));
    }
}

Test(bundle, what_is_not_wanted_is_not_shown_but_unpacked)
{
    static const struct making_member members[] = {
        {"top/unseen", "123456789", MAKING_FILE, 0},
        {"top/a", "1", MAKING_FILE, 0},
    };
    static const struct making_member bomb[] = {
        {"top/unseen", NULL, MAKING_FILE, (size_t)80 << 20},
    };

    check_reads(making_archive("a.tar", "ustar", "gzip", MEMBERS(members)), "a 1 83dcefb7 1\n");
    check_refuses(making_archive("bomb.tar.gz", "ustar", "gzip", MEMBERS(bomb)), "500 times");
}

/* From 2 bytes over 4 to 8, and no further. */
Test(bundle, more_can_be_wanted_on_the_way)
{
    static const struct making_member members[] = {
        {"top/a", "1234567", MAKING_FILE, 0},
        {"top/b", "12345678", MAKING_FILE, 0},
        {"top/c", "123456789", MAKING_FILE, 0},
    };
    struct seen seen = {.wanted = 2, .greedy = true};
    struct err damage, err;

    cr_assert(read_bundle(making_archive("a.tar", "ustar", "none", MEMBERS(members)), &seen,
                          &damage, &err));
    cr_assert(eq(str, seen.text, "a 7 5003699f 1234567\nb 8 9ae0daaf 12345678\n"));
}

Test(bundle, names_that_lead_elsewhere_are_refused)
{
    static const struct {
        const char *name, *why;
    } cases[] = {
        {"/etc/passwd", "absolute"},
        {"top/../../etc/passwd", "points out of"},
        {"..", "points out of"},
        {"top/a/..", "points out of"},
        {"other/a", "outside of the bundle's folder"},
        {"b", "outside of the bundle's folder"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct making_member members[] = {
            {"top/a", "1", MAKING_FILE, 0},
            {cases[i].name, "1", MAKING_FILE, 0},
        };

        check_refuses(making_archive("a.tar", "ustar", "none", MEMBERS(members)), cases[i].why);
    }
}

Test(bundle, a_longer_name_than_1024_bytes_is_refused)
{
    char name[BUNDLE_NAME_MAX + 2];
    struct making_member member = {name, "1", MAKING_FILE, 0};
    struct seen seen = {.wanted = 10};
    struct err damage, err;

    memset(name, 'n', sizeof name);
    memcpy(name, "top/", 4);
    name[BUNDLE_NAME_MAX] = '\0';
    cr_assert(
        read_bundle(making_archive("a.tar", "pax", "none", &member, 1), &seen, &damage, &err));
    name[BUNDLE_NAME_MAX] = 'n';
    name[BUNDLE_NAME_MAX + 1] = '\0';
    check_refuses(making_archive("a.tar", "pax", "none", &member, 1), "more than 1024 bytes");
}

Test(bundle, what_unpacks_to_500_times_its_size_is_refused)
{
    static const struct making_member bomb[] = {
        {"top/zeros", NULL, MAKING_FILE, (size_t)80 << 20},
    };
    static const struct making_member small[] = {
        {"top/zeros", NULL, MAKING_FILE, (size_t)60 << 20},
    };
    struct seen seen = {.wanted = 0};
    struct err damage, err;

    check_refuses(making_archive("bomb.tar.gz", "ustar", "gzip", MEMBERS(bomb)), "500 times");
    check_refuses(making_archive("bomb.tar.xz", "ustar", "xz", MEMBERS(bomb)), "500 times");
    check_refuses(making_archive("bomb.tar.zst", "ustar", "zstd", MEMBERS(bomb)), "500 times");
    cr_assert(read_bundle(making_archive("small.tar.gz", "ustar", "gzip", MEMBERS(small)), &seen,
                          &damage, &err));
}

/* What is skipped is never read, but it is unpacked all the same. */
Test(bundle, many_skipped_members_are_a_bomb_too)
{
    enum { COUNT = 5000 };
    static struct making_member members[COUNT];

    for (size_t i = 0; i < COUNT; i++)
        members[i] = (struct making_member){"top/._x", NULL, MAKING_FILE, 20000};
    check_refuses(making_archive("many.tar.gz", "ustar", "gzip", members, COUNT), "500 times");
}

Test(bundle, a_member_is_cut_where_its_format_ends)
{
    static const struct making_member members[] = {
        {"top/a", "123456789", MAKING_FILE, 0},
        {"top/b", "1234", MAKING_FILE, 0},
    };
    struct seen seen = {.wanted = 4};
    struct err damage, err;

    cr_assert(read_bundle(making_archive("a.tar", "ustar", "none", MEMBERS(members)), &seen,
                          &damage, &err));
    cr_assert(eq(str, seen.text, "a 9 cbf43926 1234 cut\nb 4 9be3e0a3 1234\n"));
}

/* Of a header that is cut it cannot be told what it was: a file of whatever it is. */
Test(bundle, an_archive_cut_anywhere_yields_what_is_whole)
{
    static const char *const filters[] = {"none", "gzip", "xz", "zstd"};

    for (size_t i = 0; i < 4; i++) {
        const char *path = making_archive("a.tar", "ustar", filters[i], MEMBERS(honest));
        size_t len;
        char *bytes = slurp(path, &len);

        for (size_t cut = 0; cut<len; cut += len> 2000 ? 97 : 1) {
            struct seen seen = {.wanted = 1000};
            struct err damage, err;

            if (!read_bundle(making_file("cut.tar", bytes, cut), &seen, &damage, &err))
                cr_assert_not_null(strstr(err.text, "cannot be read"), "%s", err.text);
            else if (strcmp(seen.what, "file cut.tar") == 0)
                cr_assert(damage.text[0] != '\0' || cut < 512);
            else
                cr_assert_eq(strncmp(expected_honest(), seen.text, seen.used), 0, "%s", seen.text);
        }
    }
}

enum { NOISY = 40, NOISE_BYTES = 3000 };

/* An archive that does not compress well, so that a cut has much in front of it. */
static const char *noisy_archive(const char *name, const char *filter, const char *top)
{
    static char names[NOISY][96], contents[NOISY][NOISE_BYTES + 1];
    struct making_member members[NOISY];
    uint32_t random = 4711;

    for (size_t i = 0; i < NOISY; i++) {
        (void)snprintf(names[i], sizeof names[i], "%s/%zu", top, i);
        for (size_t j = 0; j < NOISE_BYTES; j++) {
            random = random * 1664525 + 1013904223;
            contents[i][j] = "0123456789abcdef"[random >> 28];
        }
        members[i] = (struct making_member){.name = names[i], .content = contents[i]};
    }
    return making_archive(name, "ustar", filter, members, NOISY);
}

/* How many bytes zlib gets out of a file; *whole: it ends where it should. */
static size_t unpacked_bytes(const char *path, bool *whole)
{
    gzFile file = gzopen(path, "rb");
    char bytes[4096];
    size_t sum = 0;
    int n;

    while ((n = gzread(file, bytes, sizeof bytes)) > 0)
        sum += (size_t)n;
    *whole = gzclose(file) == Z_OK;
    return sum;
}

static void check_cuts(const char *path)
{
    static char bytes[1 << 20];
    size_t len, all;

    memcpy(bytes, slurp(path, &len), sizeof bytes);
    for (size_t cut = 500; cut < len; cut += 500) {
        struct seen seen = {.wanted = 10};
        struct err damage = {""}, err = {""};
        bool whole;
        size_t lines = 0;

        path = making_file("cut.tar.gz", bytes, cut);
        all = unpacked_bytes(path, &whole) / (512 + (NOISE_BYTES + 511) / 512 * 512);
        (void)read_bundle(path, &seen, &damage, &err);
        for (const char *at = seen.text; (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        cr_assert_geq(lines, all, "cut at %zu: %zu of %zu members", cut, lines, all);
        cr_assert(whole || damage.text[0] != '\0' || err.text[0] != '\0', "cut at %zu", cut);
    }
}

/* Not one that lies whole in front of the cut may be lost. */
Test(bundle, a_cut_costs_no_member_in_front_of_it)
{
    const char *path = making_path("many.tar.gz");
    size_t len;
    const char *bytes = slurp(noisy_archive("plain.tar", "none", "top"), &len);
    FILE *out = fopen(path, "wb");

    for (size_t at = 0; at < len; at += 2048)
        append_gzip(out, bytes + at, len - at < 2048 ? len - at : 2048);
    (void)fclose(out);
    check_cuts(path);
    check_cuts(noisy_archive("one.tar.gz", "gzip", "top"));
}

/* The checksum behind a gzip member is wrong, or what follows it is none. */
Test(bundle, damaged_gzip_is_told)
{
    const char *path = noisy_archive("a.tar.gz", "gzip", "top");
    struct seen seen = {.wanted = 10};
    struct err damage, err;
    size_t len;
    char *bytes = slurp(path, &len);

    bytes[len - 8] ^= 1;
    cr_assert(read_bundle(making_file("bad.gz", bytes, len), &seen, &damage, &err));
    cr_assert_not_null(strstr(damage.text, "the compressed data is damaged"), "%s", damage.text);
    bytes[len - 8] ^= 1;
    memset(bytes + len, 0, 1000);
    cr_assert(read_bundle(making_file("zeros.gz", bytes, len + 1000), &seen, &damage, &err));
    cr_assert(eq(str, damage.text, ""));
    bytes[len] = 'x';
    cr_assert(read_bundle(making_file("tail.gz", bytes, len + 1000), &seen, &damage, &err));
    cr_assert_not_null(strstr(damage.text, "the compressed data is damaged"), "%s", damage.text);
}

/* Padding with zeros makes it as large as it has to be. */
static void check_large(const char *bytes, size_t len, off_t size, const char *why)
{
    const char *path = making_file("large.gz", bytes, len);
    struct seen seen = {.wanted = 10};
    struct err damage, err;

    if (size > 0)
        cr_assert_eq(truncate(path, size), 0);
    cr_assert(read_bundle(path, &seen, &damage, &err), "%s", err.text);
    cr_assert_not_null(strstr(damage.text, why), "%s", damage.text);
    cr_assert(why[0] != '\0' || damage.text[0] == '\0', "%s", damage.text);
}

/* Checksums of what is large and Apple's are not worth their time; lengths cost nothing. */
Test(bundle, of_a_large_sysdiagnose_the_length_is_checked)
{
    const off_t large = ((off_t)32 << 20) + 1;
    size_t len;

    for (size_t i = 0; i < 2; i++) {
        bool apple = i == 0;
        char *bytes = slurp(noisy_archive("a.tar.gz", "gzip", apple ? SYSDIAGNOSE : "top"), &len);

        check_large(bytes, len, large, "");
        bytes[len - 8] ^= 1; /* the checksum */
        check_large(bytes, len, 0, "incorrect data check");
        check_large(bytes, len, large, apple ? "" : "incorrect data check");
        bytes[len - 8] ^= 1;
        bytes[len - 1] ^= 1; /* the length */
        check_large(bytes, len, 0, "incorrect length");
        check_large(bytes, len, large, "incorrect length");
    }
}

/* Wherever the reads of the file happen to end. */
Test(bundle, lengths_are_found_across_reads)
{
    const char *path = making_path("large.tar.gz");
    const char *plain = noisy_archive("plain.tar", "none", SYSDIAGNOSE);
    struct seen seen = {.wanted = 10};
    struct err damage, err;
    size_t len;
    const char *bytes = slurp(plain, &len);
    FILE *out = fopen(path, "wb");

    for (size_t at = 0; at < len; at += 61)
        append_gzip(out, bytes + at, len - at < 61 ? len - at : 61);
    (void)fclose(out);
    cr_assert_eq(truncate(path, ((off_t)32 << 20) + 1), 0);
    cr_assert(read_bundle(path, &seen, &damage, &err), "%s", err.text);
    cr_assert(eq(str, damage.text, ""));
}

Test(bundle, damage_is_told_and_costs_only_what_follows)
{
    const char *path = making_archive("a.tar", "ustar", "none", MEMBERS(honest));
    struct seen seen = {.wanted = 1000};
    struct err damage, err;
    size_t len;
    char *bytes = slurp(path, &len);

    memset(bytes + 4 * 512, 'x', 512); /* the header of proc/meminfo, or thereabouts */
    cr_assert(read_bundle(making_file("bad.tar", bytes, len), &seen, &damage, &err));
    cr_assert_not_null(strstr(damage.text, "damaged"), "%s", damage.text);
    cr_assert_eq(strncmp(seen.text, "manifest.txt", 12), 0);
}

Test(bundle, what_is_no_archive_is_one_file)
{
    static const char text[] = "hello";
    FILE *out = fopen(making_path("text.gz"), "wb");
    int fd;

    append_gzip(out, text, 3);
    append_gzip(out, text + 3, 2);
    (void)fclose(out);
    check_reads_as(making_file("text", text, 5), "file text", "text 5 3610a686 hello\n");
    check_reads_as(making_path("text.gz"), "file text.gz", "text.gz 5 3610a686 hello\n");
    check_reads_as(making_file("empty", "", 0), "file empty", "empty 0 00000000 \n");
    fd = open(making_path("text"), O_RDONLY);
    cr_assert(fd >= 0 && dup2(fd, 0) == 0);
    check_reads_as("-", "file standard input", "standard input 5 3610a686 hello\n");
    check_refuses(making_path("missing"), "cannot be opened");
}

Test(bundle, a_file_may_be_compressed_in_any_way)
{
    static const char *const filters[] = {"none", "gzip", "xz", "zstd"};

    for (size_t i = 0; i < 4; i++)
        check_reads_as(making_packed("file", filters[i], "hello"), "file file",
                       "file 5 3610a686 hello\n");
}

Test(bundle, a_file_that_is_cut_is_damaged)
{
    struct seen seen = {.wanted = 1000};
    struct err damage, err;
    const char *path = making_packed("file", "gzip", "hello");
    size_t len;
    const char *bytes = slurp(path, &len);

    cr_assert(read_bundle(making_file("cut.gz", bytes, len - 4), &seen, &damage, &err));
    cr_assert_not_null(strstr(damage.text, "the compressed data is cut"), "%s", damage.text);
    cr_assert(eq(str, seen.text, "cut.gz 5 3610a686 hello\n"));
}

/* Of what nothing is wanted not even the rest is unpacked. */
Test(bundle, a_file_of_no_use_is_not_read_to_its_end)
{
    char zeros[4096] = "";
    FILE *out = fopen(making_path("unseen.gz"), "wb");
    struct seen seen = {.wanted = 1000};
    struct err damage, err;

    for (size_t i = 0; i < 30000; i++)
        append_gzip(out, zeros, sizeof zeros);
    (void)fclose(out);
    cr_assert(read_bundle(making_path("unseen.gz"), &seen, &damage, &err), "%s", err.text);
    cr_assert(eq(str, seen.text, ""));
}

Test(bundle, the_visitor_can_stop)
{
    struct seen seen = {.wanted = 1000, .stop = true};
    struct err damage, err;

    cr_assert_not(read_bundle(making_archive("a.tar", "ustar", "none", MEMBERS(honest)), &seen,
                              &damage, &err));
    cr_assert(eq(str, err.text, "stopped"));
}

Test(bundle, a_folder_reads_in_the_same_order_everywhere)
{
    making_file("b/sources.tsv", "1", 1);
    making_file("b/zz", "1", 1);
    making_file("b/proc/vmstat", "1", 1);
    making_file("b/proc/meminfo", "1", 1);
    making_file("b/manifest.txt", "1", 1);
    making_file("b/._manifest.txt", "1", 1);
    making_file("b/a", "1", 1);
    check_reads_as(making_path("b"), "ours b",
                   "manifest.txt 1 83dcefb7 1\na 1 83dcefb7 1\nproc/meminfo 1 83dcefb7 1\n"
                   "proc/vmstat 1 83dcefb7 1\nzz 1 83dcefb7 1\nsources.tsv 1 83dcefb7 1\n");
}

Test(bundle, names_tell_whose_a_folder_is)
{
    static const struct {
        const char *name, *what, *path;
    } cases[] = {
        {"a/manifest.txt", "ours a", "a"},
        {"b/sources.tsv", "ours b", "b"},
        {"c/proc/meminfo", "ours c", "c"},
        {"d/sysdiagnose.log", "sysdiagnose d", "d"},
        {SYSDIAGNOSE "/vm_stat.txt", "sysdiagnose " SYSDIAGNOSE, SYSDIAGNOSE "/"},
        {"e/vm_stat.txt", "folder e", "e/."},
        {"f/" SYSDIAGNOSE "/vm_stat.txt", "sysdiagnose " SYSDIAGNOSE, "f"},
        {"g/x/manifest.txt", "ours x", "g"},
        {"h/x/sysdiagnose.log", "sysdiagnose x", "h"},
        {"i/x/vm_stat.txt", "folder i", "i"},
        {"j/x/x/manifest.txt", "folder j", "j"},
        {"k", "folder k", "k"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen = {.wanted = 1000};
        struct err damage, err;

        if (strchr(cases[i].name, '/') == NULL)
            cr_assert_eq(mkdir(making_path(cases[i].name), 0755), 0);
        else
            making_file(cases[i].name, "1", 1);
        cr_assert(read_bundle(making_path(cases[i].path), &seen, &damage, &err), "%s", err.text);
        cr_assert(eq(str, seen.what, (char *)cases[i].what));
    }
}

/* What a desktop leaves beside it does not count, another file does. */
Test(bundle, the_folder_around_a_bundle_is_as_good)
{
    making_file("b/" SYSDIAGNOSE "/a", "1", 1);
    making_file("b/.DS_Store", "1", 1);
    check_reads_as(making_path("b"), "sysdiagnose " SYSDIAGNOSE, "a 1 83dcefb7 1\n");
    making_file("b/another", "1", 1);
    check_reads_as(making_path("b"), "folder b",
                   ".DS_Store 1 83dcefb7 1\nanother 1 83dcefb7 1\n" SYSDIAGNOSE
                   "/a 1 83dcefb7 1\n");
}

Test(bundle, folders_of_no_use_are_not_entered)
{
    making_file("b/a", "1", 1);
    making_file("b/unseen/a", "1", 1);
    making_file("b/unseen.txt", "1", 1);
    check_reads(making_path("b"), "a 1 83dcefb7 1\n");
}

static void check_not_followed(const char *member)
{
    struct seen seen = {.wanted = 1000};
    struct err damage, err;

    making_file("other/a", "1", 1);
    cr_assert_eq(link(making_path("b/manifest.txt"), making_path("kept")), 0);
    check_refuses(making_path("b"), "link or a device");
    cr_assert_eq(unlink(making_path("b/manifest.txt")), 0);
    cr_assert(read_bundle(making_path("b"), &seen, &damage, &err), "%s", err.text);
    cr_assert(eq(str, seen.text, ""));
    cr_assert(eq(str, seen.left_out, (char *)member));
    cr_assert_eq(rename(making_path("kept"), making_path("b/manifest.txt")), 0);
    cr_assert_eq(unlink(making_path("b/b")), 0);
}

Test(bundle, links_in_a_folder_are_not_followed)
{
    making_file("b/manifest.txt", "1", 1);
    cr_assert_eq(symlink("/etc/passwd", making_path("b/b")), 0);
    check_not_followed("b ");
    cr_assert_eq(symlink("/etc", making_path("b/b")), 0);
    check_not_followed("b ");
    cr_assert_eq(mkfifo(making_path("b/b"), 0600), 0);
    check_not_followed("b ");
}

Test(bundle, folders_without_end_are_refused)
{
    char name[512] = "b";

    for (size_t i = 0; i < 40; i++)
        (void)strcat(name, "/d");
    (void)strcat(name, "/file");
    making_file(name, "1", 1);
    check_refuses(making_path("b"), "too deep");
}
