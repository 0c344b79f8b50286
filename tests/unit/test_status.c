/* What the kernel says about one process, when the process has chosen its name with care. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/linux/groups.h"
#include "capture/linux/join_state.h"
#include "capture/linux/status.h"
#include "capture/script.h"
#include "capture/store.h"

#define OF(text) ((struct str){text, sizeof text - 1})

static struct arena arena;

static void free_arena(void)
{
    arena_free(&arena);
}

TestSuite(status, .fini = free_arena);
TestSuite(script, .fini = free_arena);

Test(status, a_process)
{
    struct process process = {0};

    cr_assert(status_stat(OF("713 (lockerd) S 1 713 713 0 -1 4194560 98 0 0 0 1 2 0 0 20 0 5 0 "
                             "135919 3133440 394\n"),
                          &arena, &process));
    cr_assert_str_eq(process.name, "lockerd");
    cr_assert_eq(process.ppid, 1);
    cr_assert_eq(process.thread_count.n, 5);
    cr_assert_eq(process.start.n, 135919);
    cr_assert_not(process.kernel);
}

Test(status, a_kernel_thread)
{
    struct process process = {0};

    cr_assert(status_stat(OF("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 24 0 0"),
                          &arena, &process));
    cr_assert(process.kernel);
}

Test(status, the_last_parenthesis_ends_the_name)
{
    struct process process = {0};

    cr_assert(status_stat(OF("9 (a) R 1 1 (b\n) ) S 7 1 1 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 55 1 1"),
                          &arena, &process));
    cr_assert_str_eq(process.name, "a) R 1 1 (b\n) ");
    cr_assert_eq(process.ppid, 7);
    cr_assert_eq(process.start.n, 55);
}

Test(status, what_is_no_stat)
{
    static const char *const texts[] = {"", "(", ")", ")(", "1 (x", "1 (x)", "1 (x) S 1 1\n"};
    struct process process = {0};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_assert_not(status_stat(str_of(texts[i]), &arena, &process), "%s", texts[i]);
}

Test(status, amounts)
{
    struct process process = {0};

    status_status(OF("Name:\tVmLck: 9 kB\nUid:\t1000\t1001\t0\t0\nVmLck:\t  262144 kB\n"
                     "VmPin:\t 4 kB\nVmRSS:\t 1616 kB\nVmPTE:\t      44 kB\nVmSwap:\t 8 kB\n"
                     "HugetlbPages:\t    2048 kB\n"),
                  &process);
    cr_assert_eq(process.uid.n, 1001);
    cr_assert_eq(process.locked.bytes, 262144 * 1024);
    cr_assert_eq(process.pinned.bytes, 4096);
    cr_assert_eq(process.resident.bytes, 1616 * 1024);
    cr_assert_eq(process.page_tables.bytes, 44 * 1024);
    cr_assert_eq(process.swapped.bytes, 8192);
    cr_assert_eq(process.hugetlb.bytes, 2048 * 1024);
}

Test(status, a_zombie_has_no_amounts)
{
    struct process process = {0};

    status_status(OF("Name:\tx\nState:\tZ (zombie)\nVmLck:\t12\nVmPTE:\t99999999999999999 kB\n"),
                  &process);
    cr_assert_not(process.locked.known);
    cr_assert_not(process.page_tables.known);
    cr_assert_not(process.uid.known);
}

static const char *unit_of(const char *text)
{
    struct process process = {0};

    status_cgroup(str_of(text), &arena, &process);
    return process.unit != NULL ? process.unit : "none";
}

Test(status, units)
{
    cr_assert_str_eq(unit_of("0::/system.slice/a:b.service\n"), "/system.slice/a:b.service");
    cr_assert_str_eq(unit_of("4:memory:/x\n1:name=systemd:/s\n"), "/s");
    cr_assert_str_eq(unit_of("1:name=systemd:/s\n0::/\n"), "/s");
    cr_assert_str_eq(unit_of("1:name=systemd:/\n0::/u\n"), "/u");
    cr_assert_str_eq(unit_of("4:memory:/x\n0::/\n"), "/");
    cr_assert_str_eq(unit_of(""), "none");
}

/* Arguments separated by "|". */
static const char *script(const char *path, const char *arguments)
{
    char cmdline[256];
    size_t len = strlen(arguments) + 1;
    const char *found;

    memcpy(cmdline, arguments, len);
    for (size_t i = 0; i < len; i++)
        if (cmdline[i] == '|')
            cmdline[i] = '\0';
    found = script_of(str_of(path), (struct str){cmdline, len}, &arena);
    return found != NULL ? found : "none";
}

Test(script, what_runs)
{
    cr_assert_str_eq(script("/usr/bin/python3.11", "python|-u|/srv/app.py|--password=x"),
                     "/srv/app.py");
    cr_assert_str_eq(script("/usr/bin/python3.11", "python|-X|dev|-m|http.server|80"),
                     "http.server");
    cr_assert_str_eq(script("/bin/dash", "sh|/etc/init.d/x|start"), "/etc/init.d/x");
    cr_assert_str_eq(script("/usr/bin/node", "node|--require|./secret.js|app.js"), "app.js");
    cr_assert_str_eq(script("/usr/bin/java", "java|-Xmx1g|-cp|/a:/b|org.example.Main|x"),
                     "org.example.Main");
    cr_assert_str_eq(script("/usr/bin/java", "java|-Dp=s|-jar|/srv/a.jar"), "/srv/a.jar");
    cr_assert_str_eq(script("/usr/bin/php8.2", "php|-f|/srv/x.php"), "/srv/x.php");
    cr_assert_str_eq(script("/usr/bin/ruby3.1", "ruby|-I|lib|bin/run.rb"), "bin/run.rb");
    cr_assert_str_eq(script("/bin/bash", "bash|--|./run.sh"), "./run.sh");
}

Test(script, what_is_nobodys_business)
{
    static const struct {
        const char *path, *arguments;
    } cases[] = {
        {"/usr/bin/python3", "python3|-c|/secret/code.py"},
        {"/usr/bin/python3", "python3|-Sc|/secret/code.py"},
        {"/usr/bin/python3", "python3"},
        {"/usr/bin/python3", "python3|--token|/secret.txt"},
        {"/bin/bash", "bash|-lc|/secret.sh"},
        {"/bin/sh", "sh|-s|/secret.sh"},
        {"/usr/bin/perl", "perl|-e|/secret/"},
        {"/usr/bin/node", "node|--eval|a.b"},
        {"/usr/bin/node", "node|https://user:password@host/x.js"},
        {"/usr/bin/python3", "python3|hunter2"},
        {"/usr/bin/java", "java|-jar"},
        {"/usr/bin/mysqld", "mysqld|/secret.cnf"},
        {"/usr/bin/pythonic", "pythonic|/secret.py"},
        {"", "|/secret.py"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_str_eq(script(cases[i].path, cases[i].arguments), "none", "%s",
                         cases[i].arguments);
}

/* What a failed assertion must not leave behind. */
static void wait_for_the_end(void)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        (void)pause();
}

/* A child that has memory of its own. */
static int32_t start_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        wait_for_the_end();
    cr_assert_gt(pid, 0);
    return pid;
}

static _Atomic int32_t sharing_pid;

/* A child that shares ours: its parent, this thread, stands still until it ends. */
static void *start_sharing(void *unused)
{
    pid_t pid = vfork();

    if (pid == 0) {
        sharing_pid = (int32_t)syscall(SYS_getpid);
        wait_for_the_end();
    }
    (void)waitpid(pid, NULL, 0);
    return unused;
}

/* How many of its regions came to the join. */
static size_t read_process(struct host *host, int32_t pid, struct process *process)
{
    struct store *store = store_create();
    struct output *output = output_create(store);
    size_t before = host->join->region_count;

    linux_process(host, pid, false, output, &arena, process);
    output_free(output);
    store_free(store);
    cr_assert_eq(process->regions_status, STATUS_OK);
    return host->join->region_count - before;
}

/* It would be counted twice: 32 MiB under mlock and one such child were 64. */
Test(status, memory_that_is_another_ones)
{
    struct capture_options options = {.root = "/", .regions = true};
    struct process own = {0}, shared = {0}, other = {0};
    int32_t forked;
    pthread_t parent;
    struct host *host;
    struct err err;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq(page, MAP_FAILED);
    /* By its number: sanitizers make nothing of mlock(). */
    if (syscall(SYS_mlock, page, 4096) != 0 || syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 0) != 0)
        cr_skip("no mlock, or no kcmp");
    cr_assert(linux_open(&host, &options, &err), "%s", err.text);
    forked = start_child();
    cr_assert_eq(pthread_create(&parent, NULL, start_sharing, NULL), 0);
    while (sharing_pid == 0)
        (void)sched_yield();
    cr_assert_gt(read_process(host, getpid(), &own), 0);
    cr_assert_eq(read_process(host, sharing_pid, &shared), 0);
    (void)read_process(host, forked, &other);
    cr_assert_eq(kill(sharing_pid, SIGKILL), 0);
    cr_assert_eq(pthread_join(parent, NULL), 0);
    cr_assert_eq(kill(forked, SIGKILL), 0);
    cr_assert_eq(waitpid(forked, NULL, 0), forked);
    cr_assert_not(own.mm_of.known);
    cr_assert(shared.mm_of.known);
    cr_assert_eq(shared.mm_of.n, (uint64_t)getpid());
    cr_assert_gt(shared.region_count.n, 0);
    cr_assert_not(other.mm_of.known);
    linux_close(host);
    (void)munmap(page, 4096);
}

static void count_name(struct host *host, const char *name, void *context)
{
    (void)host;
    (void)name;
    ++*(size_t *)context;
}

/* A recorded root can hold any link; none of them leads to this machine, by whatever call. */
Test(host, links_of_a_recorded_root_stay_in_it)
{
    char root[] = "/tmp/wirediff-root-XXXXXX", target[64];
    struct host host = {0};
    struct stat stat;
    size_t count = 0;
    bool cut;

    cr_assert_not_null(mkdtemp(root));
    host.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_geq(host.root, 0);
    cr_assert_eq(symlinkat("/etc/passwd", host.root, "file"), 0);
    cr_assert_eq(symlinkat("/proc", host.root, "proc"), 0);
    cr_assert_eq(symlinkat("../../../../../../proc/self", host.root, "self"), 0);
    cr_expect_lt(host_open(&host, "file"), 0);
    cr_expect_lt(host_open(&host, "self/status"), 0);
    cr_expect_not(host_stat(&host, "file", true, &stat));
    cr_expect_not(host_stat(&host, "proc/self/status", false, &stat));
    cr_expect_not(host_link(&host, "proc/self/exe", target, sizeof target));
    cr_expect_not(host_each(&host, "proc/sys", 10, count_name, &count, &cut));
    cr_expect_lt(host_open_folder(&host, "proc"), 0);
    cr_expect_eq(count, 0);
    cr_expect(host_link(&host, "file", target, sizeof target));
    cr_expect_str_eq(target, "/etc/passwd");
    (void)unlinkat(host.root, "file", 0);
    (void)unlinkat(host.root, "proc", 0);
    (void)unlinkat(host.root, "self", 0);
    (void)close(host.root);
    cr_assert_eq(rmdir(root), 0);
}
