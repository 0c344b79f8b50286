/* Who holds which locked page, on made-up pagemap and kpageflags files below a folder. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/linux/join_state.h"
#include "capture/linux/object_pages.h"
#include "capture/store.h"

#define PAGE     ((uint64_t)4096)
#define SHARED   PAGE_PRESENT
#define OWN      (PAGE_PRESENT | PAGE_EXCLUSIVE)
#define UNLOCKED ((uint64_t)1 << 5) /* on an LRU list */

static struct host host;
static char root[] = "/tmp/test_locked.XXXXXX";

static void set_up(void)
{
    cr_assert_not_null(mkdtemp(root));
    host.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    host.page_bytes = PAGE;
    cr_assert_eq(mkdirat(host.root, "proc", 0700), 0);
    close(openat(host.root, "proc/kpageflags", O_WRONLY | O_CREAT, 0600));
}

static void tear_down(void)
{
    char command[64];

    close(host.root);
    (void)snprintf(command, sizeof command, "rm -rf %s", root);
    cr_assert_eq(system(command), 0);
}

TestSuite(locked, .init = set_up, .fini = tear_down);

static void put_word(const char *path, uint64_t index, uint64_t word)
{
    int fd = openat(host.root, path, O_WRONLY | O_CREAT, 0600);

    cr_assert_eq(pwrite(fd, &word, sizeof word, (off_t)(index * sizeof word)), 8);
    close(fd);
}

static void put_frames(uint64_t frame, uint64_t count, uint64_t flags)
{
    for (uint64_t i = 0; i < count; i++)
        put_word("proc/kpageflags", frame + i, flags);
}

/* The process has these frames at this page of its address space. */
static void map(int32_t pid, uint64_t page, uint64_t frame, uint64_t count, uint64_t bits)
{
    char path[64];

    (void)snprintf(path, sizeof path, "proc/%d", pid);
    (void)mkdirat(host.root, path, 0700);
    (void)snprintf(path, sizeof path, "proc/%d/pagemap", pid);
    for (uint64_t i = 0; i < count; i++)
        put_word(path, page + i, (frame + i) | bits);
}

static struct locked_region region(int32_t pid, uint64_t page, uint64_t count)
{
    return (struct locked_region){
        .pid = pid, .start = page * PAGE, .end = (page + count) * PAGE, .type = "anon"};
}

static int share(struct locked_region *regions, size_t count)
{
    int errnum;
    struct pages *pages = pages_create(&host, &errnum);

    cr_assert_not_null(pages);
    cr_assert(locked_share(pages, regions, count));
    errnum = pages->errnum;
    pages_free(pages);
    return errnum;
}

static uint64_t bytes(const struct locked_region *region)
{
    return region->own_bytes + region->shared_bytes;
}

Test(locked, own_pages)
{
    struct locked_region regions[] = {region(10, 100, 8)};

    map(10, 100, 5000, 8, OWN);
    put_frames(5000, 6, FRAME_UNEVICTABLE);
    put_frames(5006, 1, FRAME_MLOCKED);
    put_frames(5007, 1, UNLOCKED);
    cr_assert_eq(share(regions, 1), 0);
    cr_assert_eq(regions[0].own_bytes, 7 * PAGE);
    cr_assert_eq(regions[0].shared_bytes, 0);
}

/* Mapped by four, which is why it is not exclusive, but locked by one: it is all his. */
Test(locked, who_merely_maps_holds_nothing)
{
    struct locked_region regions[] = {region(10, 100, 8)};

    for (int32_t pid = 10; pid < 14; pid++)
        map(pid, 100, 5000, 8, SHARED);
    put_frames(5000, 8, FRAME_UNEVICTABLE);
    share(regions, 1);
    cr_assert_eq(bytes(&regions[0]), 8 * PAGE);
}

Test(locked, equal_parts_and_the_remainder_to_the_first)
{
    struct locked_region regions[] = {region(10, 100, 5), region(11, 200, 5), region(12, 300, 5)};

    map(10, 100, 5000, 5, SHARED);
    map(11, 200, 5000, 5, SHARED);
    map(12, 300, 5000, 5, SHARED);
    put_frames(5000, 5, FRAME_UNEVICTABLE);
    share(regions, 3);
    cr_assert_eq(bytes(&regions[0]), 5 * (uint64_t)1366);
    cr_assert_eq(bytes(&regions[1]), 5 * (uint64_t)1365);
    cr_assert_eq(bytes(&regions[2]), 5 * (uint64_t)1365);
    cr_assert_eq(bytes(&regions[0]) + bytes(&regions[1]) + bytes(&regions[2]), 5 * PAGE);
}

Test(locked, twice_in_one_process_is_once)
{
    struct locked_region regions[] = {region(10, 100, 4), region(10, 200, 4), region(11, 100, 4)};

    map(10, 100, 5000, 4, SHARED);
    map(10, 200, 5000, 4, SHARED);
    map(11, 100, 5000, 4, SHARED);
    put_frames(5000, 4, FRAME_UNEVICTABLE);
    share(regions, 3);
    cr_assert_eq(bytes(&regions[0]), 2 * PAGE);
    cr_assert_eq(bytes(&regions[1]), 0);
    cr_assert_eq(bytes(&regions[2]), 2 * PAGE);
}

/* 2^20 frames are counted at a time; these lie in three windows, two of which share a bit. */
Test(locked, far_apart)
{
    static const uint64_t frames[] = {77, 3 << 20 | 78, 67 << 20 | 78};
    struct locked_region regions[] = {region(10, 100, 3), region(11, 100, 3)};

    for (uint64_t i = 0; i < 3; i++) {
        map(10, 100 + i, frames[i], 1, SHARED);
        map(11, 100 + i, frames[i], 1, SHARED);
        put_frames(frames[i], 1, FRAME_UNEVICTABLE);
    }
    share(regions, 2);
    cr_assert_eq(bytes(&regions[0]), 3 * PAGE / 2);
    cr_assert_eq(bytes(&regions[1]), 3 * PAGE / 2);
}

/* Until Linux 6.9 only the first page of a huge page has its flags. */
Test(locked, the_head_speaks_for_the_tail)
{
    struct locked_region regions[] = {region(10, 100, 512), region(11, 100, 100)};

    map(10, 100, 5120, 512, OWN);
    put_frames(5120, 1, FRAME_HEAD | FRAME_UNEVICTABLE);
    put_frames(5121, 511, FRAME_TAIL);
    map(11, 100, 10340, 100, OWN); /* from its middle */
    put_frames(10240, 1, FRAME_HEAD | FRAME_UNEVICTABLE);
    put_frames(10241, 511, FRAME_TAIL);
    share(regions, 2);
    cr_assert_eq(regions[0].own_bytes, 512 * PAGE);
    cr_assert_eq(regions[1].own_bytes, 100 * PAGE);
}

Test(locked, huge_pages)
{
    struct locked_region regions[] = {region(10, 512, 1536), region(11, 512, 512)};

    regions[0].hugetlb = regions[1].hugetlb = true;
    map(10, 512, 1024, 512, OWN);
    map(10, 1024, 2048, 512, SHARED);
    map(10, 1536, 4096, 512, SHARED | PAGE_FILE); /* read from a file, never written */
    map(11, 512, 2048, 512, SHARED);
    put_frames(1024, 512, FRAME_HUGE);
    put_frames(2048, 512, FRAME_HUGE);
    put_frames(4096, 512, FRAME_HUGE);
    share(regions, 2);
    cr_assert_eq(regions[0].own_bytes, 512 * PAGE);
    cr_assert_eq(regions[0].shared_bytes, 256 * PAGE);
    cr_assert_eq(regions[1].shared_bytes, 256 * PAGE);
}

Test(locked, holes_swap_and_the_zero_page)
{
    struct locked_region regions[] = {region(10, 100, 4)};

    map(10, 100, 5000, 1, (uint64_t)1 << 62); /* swapped out */
    map(10, 102, 5001, 1, SHARED);            /* the zero page, which is not on any list */
    map(10, 103, 5002, 1, OWN);
    put_frames(5000, 1, FRAME_UNEVICTABLE);
    put_frames(5001, 1, (uint64_t)1 << 24);
    put_frames(5002, 1, FRAME_UNEVICTABLE);
    share(regions, 1);
    cr_assert_eq(bytes(&regions[0]), PAGE);
}

Test(locked, who_is_gone_costs_only_his_rows)
{
    struct locked_region regions[] = {region(9, 100, 4), region(10, 100, 4)};

    map(10, 100, 5000, 4, SHARED);
    put_frames(5000, 4, FRAME_UNEVICTABLE);
    cr_assert_eq(share(regions, 2), 0);
    cr_assert(regions[0].gone);
    cr_assert_eq(bytes(&regions[0]), 0);
    cr_assert_eq(bytes(&regions[1]), 4 * PAGE);
}

Test(locked, hidden_frames_are_no_answer)
{
    struct locked_region regions[] = {region(10, 100, 4)};

    map(10, 100, 0, 1, OWN);
    cr_assert_eq(share(regions, 1), EPERM);
}

static uint64_t object_bytes(struct locked_region *regions, size_t count, struct amount resident)
{
    int errnum;
    struct pages *pages = pages_create(&host, &errnum);
    uint64_t bytes = 0;

    cr_assert_not_null(pages);
    cr_assert(object_pages(pages, regions, count, resident, &bytes));
    pages_free(pages);
    return bytes;
}

/* Two map different parts, one of them twice and one page of it not locked yet. */
Test(locked, an_object_holds_each_page_once)
{
    struct locked_region regions[] = {region(10, 100, 4), region(11, 200, 4), region(11, 300, 6),
                                      region(12, 100, 6)};

    regions[1].offset = 2 * PAGE;
    map(10, 100, 5000, 4, SHARED);
    map(11, 200, 5002, 3, SHARED);
    map(11, 300, 5000, 2, SHARED);
    put_frames(5000, 5, FRAME_UNEVICTABLE);
    put_frames(5003, 1, UNLOCKED);
    cr_assert_eq(object_bytes(regions, 4, (struct amount){0, false}), 4 * PAGE);
    cr_assert_not(regions[2].gone);
    cr_assert(regions[3].gone);
    cr_assert_eq(object_bytes(regions, 4, (struct amount){5 * PAGE, true}), 4 * PAGE);
}

/* Where a mapping has another page at this place of the file, it does not hide the one that is held. */
Test(locked, a_page_that_is_not_held_hides_no_other)
{
    struct locked_region regions[] = {region(10, 100, 1), region(11, 200, 1)};

    map(10, 100, 5000, 1, SHARED);
    map(11, 200, 6000, 1, SHARED);
    put_frames(5000, 1, UNLOCKED);
    put_frames(6000, 1, FRAME_UNEVICTABLE);
    cr_assert_eq(object_bytes(regions, 2, (struct amount){0, false}), PAGE);
}

/* How locked.tsv ended. */
static enum status status_of_locked(void)
{
    struct store *store = store_create();
    struct output *output = output_create(store);
    enum status status = STATUS_OK;
    char path[64];
    struct err err;

    (void)unlinkat(host.root, "b.tar.gz.partial", 0);
    (void)snprintf(path, sizeof path, "%s/b.tar.gz", root);
    cr_assert(bundle_create(&store->writer, path, "b", 0, &err), "%s", err.text);
    cr_assert(join_open(&host));
    linux_join(&host, output);
    join_close(&host);
    for (size_t i = 0; i < STATUSES; i++)
        if (i != STATUS_OK && store->sources.counts[i] > 0)
            status = (enum status)i;
    bundle_abandon(store->writer);
    output_free(output);
    store_free(store);
    return status;
}

/* So many ramfs mounts, none of which is what is found there now. */
static void put_mounts(unsigned count)
{
    FILE *file;
    char path[64];

    (void)mkdirat(host.root, "proc/self", 0700);
    (void)mkdirat(host.root, "mnt", 0700);
    (void)snprintf(path, sizeof path, "%s/proc/self/mountinfo", root);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    for (unsigned i = 0; i < count; i++)
        fprintf(file, "%u 1 0:%u / /mnt rw - ramfs none rw\n", i + 30, i + 100000);
    (void)fclose(file);
}

/* Its pages stay where nobody claims them; all others are known. */
Test(locked, a_file_system_that_is_covered_costs_only_itself)
{
    host.options.regions = true;
    put_mounts(1);
    cr_assert_eq(status_of_locked(), STATUS_OK);
}

Test(locked, more_file_systems_than_are_looked_at)
{
    host.options.regions = true;
    put_mounts(RAMFS_MAX);
    cr_assert_eq(status_of_locked(), STATUS_OK);
    put_mounts(RAMFS_MAX + 1);
    cr_assert_eq(status_of_locked(), STATUS_TRUNCATED);
}

/* Who else locks the same pages was not read. */
Test(locked, the_regions_of_some_are_not_all)
{
    host.options.regions = true;
    host.options.pid_count = 1;
    cr_assert_eq(status_of_locked(), STATUS_TRUNCATED);
}
