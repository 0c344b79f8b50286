/*
 * abi.c - a program for a Mac that tries what differs between it and Linux, on abi.macsim.
 *
 *     abi FOLDER       prints a line for each expectation that does not hold; 1: there are some
 *     abi crash|overflow|leak|double
 *
 * FOLDER is empty. What macrun shows of the simulated kernel is compared with numbers of the
 * scenario, so that a structure of another shape cannot pass.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libproc.h>
#include <mach/mach.h>
#include <mach/mach_time.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/macrun/abi_kernel.h"

static int failures;

void holds(const char *file, int line, int truth, const char *text)
{
    int errnum = errno;

    if (truth)
        return;
    failures++;
    printf("%s:%d: not so: %s (errno %d: %s)\n", file, line, text, errnum, strerror(errnum));
}

/* ---- the library --------------------------------------------------------------------------- */

static void try_text(const char *folder)
{
    char path[256], line[64], text[16];
    FILE *file;

    snprintf(path, sizeof path, "%s/text", folder);
    file = fopen(path, "w+");
    HOLDS(file != NULL && fprintf(file, "%s %5.2f %llu\n", "a", 2.5, ~0ULL) == 29);
    HOLDS(file != NULL && fseek(file, 0, SEEK_SET) == 0 && fgets(line, sizeof line, file) == line);
    HOLDS(strcmp(line, "a  2.50 18446744073709551615\n") == 0);
    HOLDS(file != NULL && fclose(file) == 0 && unlink(path) == 0);
    HOLDS(strlcpy(text, "abcdef", 4) == 6 && strcmp(text, "abc") == 0);
    HOLDS(strlcat(text, "xyz", 5) == 6 && strcmp(text, "abcx") == 0);
    memset(line, 1, sizeof line);
    bzero(line, sizeof line);
    HOLDS(line[0] == 0 && line[63] == 0);
}

/* Numbers, texts, and that nobody changes errno behind the program's back. */
static void try_errno(void)
{
    int ends[2];
    char byte;

    HOLDS(open("/no/such", O_RDONLY) == -1 && errno == ENOENT);
    HOLDS(close(999) == -1 && errno == EBADF);
    HOLDS(pipe(ends) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    HOLDS((fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
    HOLDS(read(ends[0], &byte, 1) == -1 && errno == EAGAIN && EAGAIN == 35);
    HOLDS(strcmp(strerror(EAGAIN), "Resource temporarily unavailable") == 0);
    HOLDS(strcmp(strerror(ENOTEMPTY), "Directory not empty") == 0 && ENOTEMPTY == 66);
    errno = ELOOP;
    HOLDS(errno == ELOOP);
    HOLDS(poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 0) == 0);
    close(ends[1]);
    HOLDS(poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 0) == 1);
    close(ends[0]);
}

static void try_files(const char *folder)
{
    char path[256], other[256];
    struct stat status;
    int fd;

    snprintf(path, sizeof path, "%s/one", folder);
    snprintf(other, sizeof other, "%s/two", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    HOLDS(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC && write(fd, "hello", 5) == 5);
    HOLDS(fcntl(fd, F_FULLFSYNC) == 0 && fsync(fd) == 0 && close(fd) == 0);
    HOLDS(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
    HOLDS(stat(path, &status) == 0 && status.st_size == 5 && S_ISREG(status.st_mode));
    HOLDS(status.st_nlink == 1 && status.st_ino != 0 && status.st_mtimespec.tv_sec > 1000000000);
    HOLDS(rename(path, other) == 0 && stat(path, &status) == -1 && errno == ENOENT);
    fd = open(other, O_RDWR | O_APPEND | O_TRUNC);
    HOLDS(fstat(fd, &status) == 0 && status.st_size == 0 && close(fd) == 0);
    HOLDS(link(other, path) == 0 && lstat(path, &status) == 0 && status.st_nlink == 2);
    HOLDS(open(other, O_RDONLY | O_DIRECTORY) == -1 && errno == ENOTDIR);
    HOLDS(unlink(path) == 0 && unlink(other) == 0);
    HOLDS(stat("/System/Library/Sample", &status) == 0 && status.st_size == 21);
    HOLDS(access("/System/Library/Sample", R_OK) == 0 && access(other, F_OK) == -1);
    HOLDS(readlink(folder, other, sizeof other) == -1 && errno == EINVAL);
}

static void try_folders(const char *folder)
{
    char path[256];
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int files = 0, folders = 0, lengths = 0;
    struct stat status;
    struct dirent *entry;
    DIR *open_folder;

    snprintf(path, sizeof path, "%s/inside", folder);
    HOLDS(mkdir(path, 0700) == 0);
    snprintf(path, sizeof path, "%s/inside/file", folder);
    HOLDS(close(open(path, O_CREAT | O_WRONLY, 0600)) == 0);
    HOLDS(fstatat(fd, "inside/file", &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_size == 0);
    HOLDS(rmdir(folder) == -1 && errno == ENOTEMPTY);
    open_folder = fdopendir(openat(fd, "inside", O_RDONLY | O_DIRECTORY));
    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
        files += entry->d_type == DT_REG && strcmp(entry->d_name, "file") == 0;
        folders += entry->d_type == DT_DIR;
        lengths += strlen(entry->d_name) == entry->d_namlen;
    }
    HOLDS(files == 1 && folders == 2 && lengths == 3);
    HOLDS(open_folder != NULL && closedir(open_folder) == 0);
    HOLDS(unlinkat(fd, "inside/file", 0) == 0 && unlinkat(fd, "inside", AT_REMOVEDIR) == 0);
    HOLDS(close(fd) == 0);
}

static void try_memory(void)
{
    char *at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    vm_address_t given = 0;

    HOLDS(at != MAP_FAILED && (at[8191] = 1) == 1 && munmap(at, 8192) == 0);
    HOLDS(vm_allocate(mach_task_self(), &given, 10000, VM_FLAGS_ANYWHERE) == 0 && given != 0);
    memset((void *)given, 1, 10000);
    HOLDS(vm_deallocate(mach_task_self(), given, 10000) == 0);
}

/* ---- signals and threads ------------------------------------------------------------------- */

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
    errno = EDOM;
}

static void try_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal}, before;
    sigset_t set, others;

    HOLDS(sigaction(SIGUSR1, &action, &before) == 0 && before.sa_handler == SIG_DFL);
    errno = 3;
    HOLDS(raise(SIGUSR1) == 0 && caught == SIGUSR1 && SIGUSR1 == 30 && errno == EDOM);
    HOLDS(signal(SIGUSR1, SIG_IGN) == on_signal && signal(SIGUSR1, SIG_DFL) == SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    HOLDS(sigprocmask(SIG_BLOCK, &set, &others) == 0 && sigaction(SIGUSR2, &action, NULL) == 0);
    HOLDS(raise(SIGUSR2) == 0 && caught == SIGUSR1);
    HOLDS(sigprocmask(SIG_SETMASK, &others, NULL) == 0 && caught == SIGUSR2);
    (sigfillset)(&set); /* the functions, not the macros */
    HOLDS((sigdelset)(&set, SIGTERM) == 0 && set == ~(1U << 14));
    HOLDS((sigemptyset)(&set) == 0 && (sigaddset)(&set, SIGTERM) == 0 && set == 1U << 14);
    HOLDS(kill(99999999, 0) == -1 && errno == ESRCH);
    HOLDS(kill(300, SIGTERM) == -1 && errno == EPERM);
}

enum { THREADS = 8, ROUNDS = 20000 };

static _Thread_local int own_start = 5;
static _Thread_local char own_zeroes[300];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int counted, ready, once_ran;

static void run_once(void)
{
    once_ran++;
}

static void *run(void *argument)
{
    long number = (long)argument;

    pthread_once(&once, run_once);
    own_start += (int)number;
    own_zeroes[299]++;
    errno = (int)number + 100;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counted++;
        pthread_mutex_unlock(&mutex);
    }
    pthread_mutex_lock(&mutex);
    ready++;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    return (void *)(own_start == 5 + number && own_zeroes[299] == 1 && errno == number + 100 ? 1L
                                                                                             : 0L);
}

static void try_threads(void)
{
    pthread_t threads[THREADS];
    pthread_mutex_t nothing;
    pthread_cond_t made;
    pthread_attr_t attributes;
    struct timespec until;
    long well = 0;

    own_start = 77;
    HOLDS(pthread_attr_init(&attributes) == 0);
    HOLDS(pthread_attr_setstacksize(&attributes, 1 << 20) == 0);
    for (long i = 0; i < THREADS; i++)
        HOLDS(pthread_create(&threads[i], &attributes, run, (void *)i) == 0);
    pthread_mutex_lock(&mutex);
    while (ready < THREADS)
        HOLDS(pthread_cond_wait(&condition, &mutex) == 0);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;

        HOLDS(pthread_join(threads[i], &result) == 0);
        well += (long)result;
    }
    HOLDS(well == THREADS && counted == THREADS * ROUNDS && once_ran == 1 && own_start == 77);
    HOLDS(own_zeroes[299] == 0 && pthread_attr_destroy(&attributes) == 0);
    HOLDS(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == EBUSY);
    clock_gettime(CLOCK_REALTIME, &until);
    HOLDS(pthread_cond_timedwait(&condition, &mutex, &until) == ETIMEDOUT && ETIMEDOUT == 60);
    HOLDS(pthread_mutex_unlock(&mutex) == 0 && pthread_cond_init(&made, NULL) == 0);
    HOLDS(pthread_cond_broadcast(&made) == 0 && pthread_cond_destroy(&made) == 0);
    HOLDS(pthread_cond_signal(&made) == EINVAL);
    memset(&nothing, 0, sizeof nothing);
    HOLDS(pthread_mutex_lock(&nothing) == EINVAL);
}

/* ---- children ------------------------------------------------------------------------------ */

static int spawn(const char *path, char *const argv[], int *pid, int *from)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int ends[2], errnum;

    HOLDS(pipe(ends) == 0 && posix_spawn_file_actions_init(&actions) == 0);
    HOLDS(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0);
    HOLDS(posix_spawn_file_actions_adddup2(&actions, ends[1], 1) == 0);
    HOLDS(posix_spawn_file_actions_adddup2(&actions, ends[1], 2) == 0);
    HOLDS(posix_spawn_file_actions_addclose(&actions, ends[0]) == 0);
    HOLDS(posix_spawnattr_init(&attributes) == 0);
    HOLDS(posix_spawnattr_setflags(&attributes,
                                   POSIX_SPAWN_CLOEXEC_DEFAULT | POSIX_SPAWN_SETPGROUP) == 0);
    errnum = posix_spawn(pid, path, &actions, &attributes, argv, NULL);
    HOLDS(posix_spawn_file_actions_destroy(&actions) == 0);
    HOLDS(posix_spawnattr_destroy(&attributes) == 0);
    close(ends[1]);
    *from = ends[0];
    return errnum;
}

static void try_children(void)
{
    char *argv[] = {"tool", "showloaded", NULL}, *other[] = {"tool", NULL};
    char text[128] = "";
    size_t len = 0;
    int pid, status, from;
    ssize_t got;

    HOLDS(spawn("/usr/bin/tool", argv, &pid, &from) == 0);
    while ((got = read(from, text + len, sizeof text - 1 - len)) > 0)
        len += (size_t)got;
    close(from);
    HOLDS(strcmp(text, "what it complains of\nwhat the tool prints\n") == 0);
    HOLDS(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3);
    HOLDS(spawn("/usr/bin/tool", other, &pid, &from) == 0); /* it hangs */
    HOLDS(waitpid(pid, &status, WNOHANG) == 0 && kill(-pid, SIGBUS) == 0);
    HOLDS(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
    close(from);
    HOLDS(spawn("/usr/bin/absent", other, &pid, &from) == ENOENT && close(from) == 0);
    HOLDS(spawn("/bin/sh", other, &pid, &from) == ENOENT && close(from) == 0);
    HOLDS(waitpid(-1, &status, 0) == -1 && errno == ECHILD);
}

/* ---- time and the system ------------------------------------------------------------------- */

static void try_time(void)
{
    mach_timebase_info_data_t base;
    struct timespec raw, uptime;
    struct timeval now;

    HOLDS(clock_gettime(CLOCK_MONOTONIC_RAW, &raw) == 0);
    HOLDS(clock_gettime(CLOCK_UPTIME_RAW, &uptime) == 0);
    HOLDS(raw.tv_sec >= 7200 && raw.tv_sec < 7300 && uptime.tv_sec >= raw.tv_sec);
    HOLDS(clock_gettime(77, &raw) == -1 && errno == EINVAL);
    HOLDS(gettimeofday(&now, NULL) == 0 && now.tv_usec < 1000000);
    HOLDS(now.tv_sec >= 1790000000 && now.tv_sec < 1790000100 && time(NULL) - now.tv_sec < 2);
    HOLDS(mach_timebase_info(&base) == 0 && base.numer == base.denom);
    HOLDS(mach_absolute_time() / 1000000000 - 7200 < 100);
}

static void try_system(void)
{
    struct utsname name;
    struct rusage usage;
    char host[64];

    HOLDS(uname(&name) == 0 && strcmp(name.sysname, "Darwin") == 0);
    HOLDS(strcmp(name.release, "23.6.0") == 0 && strcmp(name.machine, "x86_64") == 0);
    HOLDS(gethostname(host, sizeof host) == 0 && strcmp(host, "probe.local") == 0);
    HOLDS(sysconf(_SC_PAGESIZE) == 4096 && getpagesize() == 4096);
    HOLDS(vm_page_size == 4096 && vm_kernel_page_size == 16384);
    HOLDS(sysconf(_SC_NPROCESSORS_ONLN) == 8 && getpid() > 330);
    HOLDS(geteuid() == 0 && getuid() == 0 && getgid() == 0 && getppid() == 1);
    HOLDS(getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 1000000); /* bytes */
    HOLDS(dlsym(RTLD_DEFAULT, "task_read_for_pid") != NULL);
    HOLDS(dlsym(RTLD_DEFAULT, "no_such_function") == NULL);
    HOLDS(dlopen("/System/Library/Frameworks/IOKit.framework/IOKit", RTLD_LAZY) == NULL);
}

/* ---- main ---------------------------------------------------------------------------------- */

/* An array that the compiler's guard stands behind. */
__attribute__((noinline)) static void overflow(size_t size)
{
    volatile char text[16];

    for (size_t i = 0; i < size; i++)
        text[i] = 'x';
}

__attribute__((noinline)) static int misbehave(const char *how)
{
    vm_address_t given = 0;

    if (strcmp(how, "crash") == 0)
        *(volatile int *)1 = 1;
    else if (strcmp(how, "overflow") == 0)
        overflow(64);
    else if (strcmp(how, "leak") == 0)
        mach_host_self();
    else if (strcmp(how, "double") == 0)
        vm_allocate(mach_task_self(), &given, 4096, VM_FLAGS_ANYWHERE);
    vm_deallocate(mach_task_self(), given, given == 0 ? 0 : 4096);
    vm_deallocate(mach_task_self(), given, given == 0 ? 0 : 4096);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    if (*argv[1] != '/')
        return misbehave(argv[1]);
    try_text(argv[1]);
    try_errno();
    try_files(argv[1]);
    try_folders(argv[1]);
    try_memory();
    try_signals();
    try_threads();
    try_children();
    try_time();
    try_system();
    try_kernel();
    return failures != 0;
}
