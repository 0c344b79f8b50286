/* Which sample of the headline's terms is kept. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "capture/linux/groups.h"
#include "capture/linux/samples.h"

static char root[] = "/tmp/samples.XXXXXX";

static void put(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

/* So much is wired, and all of it unaccounted for. */
static void put_wired(unsigned kib)
{
    char text[512];

    (void)snprintf(text, sizeof text,
                   "MemTotal: 1000000 kB\nMemFree: %u kB\nActive: 0 kB\nInactive: 0 kB\n"
                   "KReclaimable: 0 kB\nUnevictable: 0 kB\n",
                   1000000 - kib);
    put("proc/meminfo", text);
}

static struct host *open_host(void)
{
    static struct capture_options options = {.root = root};
    char path[256];
    struct host *host;
    struct err err;

    cr_assert_not_null(mkdtemp(root));
    (void)snprintf(path, sizeof path, "%s/proc", root);
    cr_assert_eq(mkdir(path, 0700), 0);
    put_wired(1);
    put("proc/vmstat", "nr_isolated_anon 0\nnr_isolated_file 0\n");
    put("proc/zoneinfo", "Node 0, zone DMA\n present 9\n managed 9\n count: 0\n");
    cr_assert(linux_open(&host, &options, &err), "%s", err.text);
    return host;
}

static void close_host(struct host *host)
{
    char command[256];

    linux_close(host);
    (void)snprintf(command, sizeof command, "rm -r %s", root);
    cr_assert_eq(system(command), 0);
}

static void sample(struct host *host, const char *phase, unsigned kib)
{
    struct err err;

    put_wired(kib);
    cr_assert(linux_sample(host, phase, &err), "%s", err.text);
}

Test(linux_samples, the_smallest_residual_before_is_kept)
{
    struct host *host = open_host();

    cr_assert_not(host->live);
    sample(host, "before", 131072 + 70000);
    sample(host, "before", 70000);
    sample(host, "before", 70004);
    sample(host, "between", 60000);
    sample(host, "after", 50000);
    cr_assert_eq(host->samples->row_count, 5);
    cr_assert_eq(host->samples->kept, 1);
    cr_assert_eq(host->samples->best.terms.residual_bytes, 70000 * 1024);
    cr_assert_eq(host->samples->rows[4].terms.wired_bytes, 50000 * 1024);
    close_host(host);
}

Test(linux_samples, a_sample_whose_total_is_not_known_is_the_last_resort)
{
    struct host *host = open_host();
    struct err err;

    put("proc/meminfo", "MemTotal: 1000000 kB\n");
    cr_assert(linux_sample(host, "before", &err));
    cr_assert_eq(host->samples->kept, 0);
    sample(host, "before", 70000);
    cr_assert_eq(host->samples->kept, 1);
    put("proc/meminfo", "MemTotal: 1000000 kB\n");
    cr_assert(linux_sample(host, "before", &err));
    cr_assert_eq(host->samples->kept, 1);
    close_host(host);
}

Test(linux_samples, without_meminfo_there_is_no_sample)
{
    struct host *host = open_host();
    char path[256];
    struct err err;

    (void)snprintf(path, sizeof path, "%s/proc/meminfo", root);
    cr_assert_eq(remove(path), 0);
    cr_assert_not(linux_sample(host, "before", &err));
    cr_assert_eq(host->samples->row_count, host->samples->kept);
    close_host(host);
}
