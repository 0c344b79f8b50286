/* smaps, taken apart in any pieces, and rendered in vmmap's layout. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/linux/region.h"
#include "capture/linux/smaps.h"
#include "capture/linux/vmmap.h"
#include "formats/escape.h"

#define OF(text) ((struct str){text, sizeof text - 1})
#define FIGURES                                                                               \
    "Size:                 16 kB\nKernelPageSize:        4 kB\nRss:                  12 kB\n" \
    "Pss:                   3 kB\nPss_Dirty:             1 kB\nShared_Clean:          4 kB\n" \
    "Shared_Dirty:          0 kB\nPrivate_Clean:         0 kB\nPrivate_Dirty:         8 kB\n" \
    "LazyFree:              4 kB\nShared_Hugetlb:        0 kB\nPrivate_Hugetlb:       0 kB\n" \
    "Swap:                  4 kB\nSwapPss:               1 kB\nLocked:                3 kB\n" \
    "THPeligible:           0\n"

struct collected {
    char text[65536];
    size_t len;
    struct region_below below;
};

static void collect(void *context, const struct smaps_region *region)
{
    struct collected *all = context;
    char *row = malloc(VMMAP_ROW_MAX);
    size_t len = vmmap_row(row, region_type(region, &all->below), region);

    cr_assert(len <= VMMAP_ROW_MAX);
    if (all->len + len < sizeof all->text) {
        memcpy(all->text + all->len, row, len);
        all->len += len;
        all->text[all->len] = '\0';
    }
    free(row);
}

/* The rows for this text, fed in pieces of `step` bytes. */
static struct collected *rows_of(struct str text, size_t step)
{
    struct smaps *smaps = malloc(sizeof *smaps);
    struct collected *all = calloc(1, sizeof *all);

    smaps_begin(smaps, collect, all);
    for (size_t at = 0; at < text.len; at += step)
        smaps_feed(smaps, text.at + at, text.len - at < step ? text.len - at : step);
    smaps_end(smaps);
    free(smaps);
    return all;
}

static void expect_rows(struct str text, const char *expected)
{
    static const size_t steps[] = {1, 7, 64, 4096, 1 << 20};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct collected *all = rows_of(text, steps[i]);

        cr_assert_str_eq(all->text, expected, "in pieces of %zu: %s", steps[i], all->text);
        free(all);
    }
}

Test(smaps, a_locked_region_of_a_file)
{
    expect_rows(
        OF("7f0c2a000000-7f0c2a004000 r-xp 00001000 fe:00 247134                 /usr/lib/a "
           "b\n" FIGURES "VmFlags: rd ex mr mw me lo sd \n"),
        "text             7f0c2a000000-7f0c2a004000     [      16K      12K       8K       4K      "
        " "
        "3K] r-x/rwx SM=COW PURGE=V     1000 fe:00:247134    rd,ex,mr,mw,me,lo,sd     /usr/lib/a "
        "b\n");
}

Test(smaps, what_is_not_there_is_not_known)
{
    expect_rows(OF("1000-3000 rw-s 00000000 00:1f 7 /x\nLocked: 8 kB\n"),
                "file                     1000-3000             [       8K        -        -     "
                "   -       8K] rw-/-   -      -              0 00:1f:7         -                  "
                "      /x\n");
}

Test(smaps, a_name_comes_back_whole)
{
    struct arena arena = {0};
    struct collected *all = rows_of(
        OF("1000-2000 rw-p 0 00:1f 7    /tmp/a\\012Locked: 99 kB\t\\134\x1b[2J (deleted)\n"), 5);
    const char *detail = strstr(all->text, "/tmp");

    cr_assert_not_null(detail);
    cr_assert_null(memchr(all->text, '\x1b', all->len));
    cr_assert_str_eq(unescape_name(&arena, (struct str){detail, strcspn(detail, "\n")}),
                     "/tmp/a\nLocked: 99 kB\t\\\x1b[2J (deleted)");
    cr_assert(strstr(all->text, "99K") == NULL, "a name must not become a figure");
    arena_free(&arena);
    free(all);
}

Test(smaps, types)
{
    static const struct {
        const char *text, *type;
    } cases[] = {
        {"1000-2000 rw-p 0 00:00 0    [heap]\n", "heap"},
        {"1000-2000 rw-p 0 00:00 0    [stack]\n", "stack"},
        {"1000-2000 r-xp 0 00:00 0    [vdso]\n", "vdso"},
        {"1000-2000 rw-p 0 00:00 0    [anon:jemalloc]\n", "anon"},
        {"1000-2000 rw-p 0 00:00 0\n", "anon"},
        {"1000-2000 ---p 0 00:00 0\n", "guard"},
        {"1000-9000000 ---p 0 00:00 0\n", "reserved"},
        {"1000-2000 rw-s 0 00:01 32770    /SYSV00005a17 (deleted)\n", "shm"},
        {"1000-2000 rw-s 0 00:01 5    /dev/zero (deleted)\n", "shm"},
        {"1000-2000 rw-s 0 00:01 5    /memfd:x (deleted)\n", "memfd"},
        {"1000-2000 rw-s 0 00:0d 5    /secretmem (deleted)\n", "secretmem"},
        {"1000-2000 rw-s 0 00:0e 5    anon_inode:[io_uring]\n", "io_uring"},
        {"1000-2000 rw-s 0 00:0e 5    anon_inode:bpf-map\n", "bpf_map"},
        {"1000-2000 rw-s 0 00:0e 5    socket:[17]\n", "socket"},
        {"1000-2000 rw-s 0 00:06 5    /dev/mem\nVmFlags: rd wr sh io pf \n", "device"},
        {"1000-2000 rw-s 0 00:06 5    /memfd:h\nVmFlags: rd wr sh ht \n", "hugetlb"},
        {"1000-2000 r--p 0 fe:00 5    /bin/sh\n", "rodata"},
        {"1000-2000 rw-p 0 fe:00 5    /bin/sh\n", "data"},
        {"1000-2000 rw-s 0 fe:00 5    /var/db\n", "file"},
        {"1000-2000 ---p 0 00:00 0\n2000-900000 rw-p 0 00:00 0\n", "thread_stack"},
        {"1000-2000 rw-p 0 fe:00 5    /bin/sh\n2000-4000 rw-p 0 00:00 0\n", "bss"},
        {"1000-2000 rw-p 0 fe:00 5    /bin/sh\n3000-4000 rw-p 0 00:00 0\n", "anon"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct collected *all = rows_of(str_of(cases[i].text), 4096);
        const char *newline = memchr(all->text, '\n', all->len - 1);
        const char *row = newline != NULL ? newline + 1 : all->text;
        size_t len = strcspn(row, " ");

        cr_assert(len == strlen(cases[i].type) && memcmp(row, cases[i].type, len) == 0, "%s is %s",
                  cases[i].text, row);
        free(all);
    }
}

Test(smaps, lines_without_end_are_cut)
{
    size_t len = 200000;
    char *text = malloc(len + 128);
    size_t head = (size_t)sprintf(text, "1000-2000 rw-p 0 fe:00 5    /");
    struct collected *all;

    memset(text + head, '\x80', len);
    memcpy(text + head + len, "\nRss: 4 kB\n3000-4000 rw-p 0 00:00 0\n", 37);
    all = rows_of((struct str){text, head + len + 37}, 4096);
    cr_assert_not_null(strstr(all->text, "3000-4000"));
    free(all);
    free(text);
}

Test(smaps, nonsense_is_no_region)
{
    expect_rows(OF(""), "");
    expect_rows(OF("Rss: 4 kB\nVmFlags: lo\n\n\n:\n-\n0\nf-\na-b\n"), "");
    expect_rows(OF("2000-1000 rw-p 0 00:00 0\nRss: 4 kB\n"), "");
    expect_rows(OF("1000-2000 rw-pp 0 00:00 0\n"), "");
    expect_rows(OF("1000-2000 rw-p 0 0 0\n"), "");
    expect_rows(OF("1000-2000 rw-p 0 00:00 99999999999999999999\n"), "");
}

Test(smaps, figures_that_do_not_fit_are_not_known)
{
    struct collected *all =
        rows_of(OF("1000-2000 rw-p 0 00:00 0\nRss: 99999999999999999 kB\nSwap: -4 kB\n"), 3);

    cr_assert_not_null(strstr(all->text, "[       4K        -        -        -        -]"));
    free(all);
}

/* From 10 GiB on, sizes fill their columns: they still stand apart. */
Test(smaps, large_sizes_are_words_of_their_own)
{
    expect_rows(OF("7f0000000000-7f4000000000 rw-p 00000000 00:00 0 \n"
                   "Rss: 201326592 kB\nShared_Dirty: 0 kB\nPrivate_Dirty: 16777216 kB\n"
                   "Swap: 10485760 kB\nLocked: 201326592 kB\nShared_Hugetlb: 0 kB\n"
                   "Private_Hugetlb: 0 kB\nVmFlags: rd wr lo\n"),
                "anon             7f0000000000-7f4000000000     "
                "[ 268435456K 201326592K 16777216K 10485760K 201326592K] rw-/--- SM=PRV "
                "-              0 -               rd,wr,lo                 -\n");
}

Test(smaps, the_header_names_the_columns)
{
    struct process process = {.pid = 7, .name = "a\nb", .path = NULL};
    char text[4096];

    text[vmmap_header(text, sizeof text - 1, &process)] = '\0';
    cr_assert_not_null(strstr(text, "Process:         a\\nb [7]\n"));
    cr_assert_not_null(strstr(text, "REGION TYPE"));
    cr_assert_not_null(strstr(text, "WIRED] PRT/MAX SHRMOD PURGE"));
}
