/* Files as "ls -l" lists them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "capture/macos/ls_line.h"
#include "tests/unit/kept_output.h"

#define NOW ((int64_t)1772620500) /* 2026-03-04 10:35 UTC */

static void put(struct output *output, const char *name, mode_t mode, off_t size, int64_t time_s,
                unsigned id)
{
    struct stat stat = {.st_mode = S_IFREG | mode, .st_nlink = 1, .st_size = size};

    stat.st_mtime = (time_t)time_s;
    stat.st_uid = id;
    stat.st_gid = id;
    ls_line_put(output, name, &stat, NOW);
}

Test(mac_ls_line, as_ls_lists_them)
{
    struct output *output = kept_output();
    struct arena arena = {0};
    struct snapshot snap;
    const struct kept *kept;

    cr_assert_eq(setenv("TZ", "UTC", 1), 0);
    tzset();
    output_begin(output, "swapfiles.txt");
    output_printf(output, "total 6291456\n");
    put(output, "sleepimage", 01600, (off_t)2 << 30, NOW - 300, 0);
    put(output, "swapfile0", 0600, (off_t)1 << 30, NOW, 0);
    put(output, "swapfile1", 06755, 0, NOW - 400 * 86400, 501);
    put(output, "odd\nname", 07000, 7, INT64_MAX, 0);
    output_end(output, STATUS_OK, 0);
    kept = kept_member(output, "swapfiles.txt");
    cr_assert_str_eq(kept->text,
                     "total 6291456\n"
                     "-rw------T  1 root  wheel   2147483648 Mar  4 10:30 sleepimage\n"
                     "-rw-------  1 root  wheel   1073741824 Mar  4 10:35 swapfile0\n"
                     "-rwsr-sr-x  1 501   501              0 Jan 28  2025 swapfile1\n"
                     "---S--S--T  1 root  wheel            7 Jan  1  1970 odd\\nname\n");
    cr_assert(kept_read(kept, swap_files_read, 23, &arena, &snap));
    cr_assert_eq(snap.swap_file_count, 2);
    cr_assert_eq(snap.swap_files[0].size.bytes, 1 << 30);
    arena_free(&arena);
    kept_output_free(output);
}
