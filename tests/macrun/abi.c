/*
 * abi.c - a program for a Mac that tries what differs between it and Linux, on abi.macsim.
 *
 *     abi FOLDER       prints a line for each expectation that does not hold; 1: there are some
 *     abi crash|leak|foreign
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
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
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
    char path[256], line[64];
    FILE *file;

    snprintf(path, sizeof path, "%s/text", folder);
    file = fopen(path, "w+");
    HOLDS(file != NULL && fprintf(file, "%s %5.2f %llu\n", "a", 2.5, ~0ULL) == 29);
    HOLDS(file != NULL && fseek(file, 0, SEEK_SET) == 0 && fgets(line, sizeof line, file) == line);
    HOLDS(strcmp(line, "a  2.50 18446744073709551615\n") == 0);
    HOLDS(file != NULL && fclose(file) == 0 && unlink(path) == 0);
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
    HOLDS(stat(other, &status) == 0 && status.st_size == 0 && close(fd) == 0);
    HOLDS(link(other, path) == 0 && lstat(path, &status) == 0 && status.st_nlink == 2);
    HOLDS(open(other, O_RDONLY | O_DIRECTORY) == -1 && errno == ENOTDIR);
    HOLDS(unlink(path) == 0 && unlink(other) == 0);
    HOLDS(stat("/System/Library/Sample", &status) == 0 && status.st_size == 21);
}

static void try_folders(const char *folder)
{
    char inside[256], path[300];
    int files = 0, folders = 0, lengths = 0;
    struct stat status;
    struct dirent *entry;
    DIR *open_folder;

    snprintf(inside, sizeof inside, "%s/inside", folder);
    HOLDS(mkdir(inside, 0700) == 0);
    snprintf(path, sizeof path, "%s/file", inside);
    HOLDS(close(open(path, O_CREAT | O_WRONLY, 0600)) == 0);
    HOLDS(rmdir(inside) == -1 && errno == ENOTEMPTY);
    open_folder = opendir(inside);
    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
        files += entry->d_type == DT_REG && strcmp(entry->d_name, "file") == 0;
        folders += entry->d_type == DT_DIR;
        lengths += strlen(entry->d_name) == entry->d_namlen;
    }
    HOLDS(files == 1 && folders == 2 && lengths == 3);
    HOLDS(open_folder != NULL &&
          fstatat(dirfd(open_folder), "file", &status, AT_SYMLINK_NOFOLLOW) == 0);
    HOLDS(S_ISREG(status.st_mode) && status.st_size == 0);
    HOLDS(open_folder != NULL && closedir(open_folder) == 0);
    HOLDS(unlink(path) == 0 && rmdir(inside) == 0);
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
    HOLDS(pthread_sigmask(SIG_BLOCK, &set, &others) == 0 && sigaction(SIGUSR2, &action, NULL) == 0);
    HOLDS(raise(SIGUSR2) == 0 && caught == SIGUSR1);
    HOLDS(pthread_sigmask(SIG_SETMASK, &others, &set) == 0 && caught == SIGUSR2);
    HOLDS(set == 1U << (SIGUSR2 - 1));
    action.sa_flags = SA_SIGINFO;
    HOLDS(sigaction(SIGUSR1, &action, NULL) == -1 && errno == ENOTSUP);
    HOLDS(kill(99999999, 0) == -1 && errno == ESRCH);
    HOLDS(kill(300, SIGTERM) == -1 && errno == EPERM);
}

enum { THREADS = 8, ROUNDS = 20000 };

static _Thread_local int own_start = 5;
static _Thread_local char own_zeroes[300];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int counted;

static void *run(void *argument)
{
    long number = (long)argument;

    own_start += (int)number;
    own_zeroes[299]++;
    errno = (int)number + 100;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counted++;
        pthread_mutex_unlock(&mutex);
    }
    return (void *)(own_start == 5 + number && own_zeroes[299] == 1 && errno == number + 100 ? 1L
                                                                                             : 0L);
}

static void try_threads(void)
{
    pthread_t threads[THREADS];
    pthread_mutex_t nothing, made;
    pthread_attr_t attributes;
    long well = 0;

    own_start = 77;
    HOLDS(pthread_attr_init(&attributes) == 0);
    HOLDS(pthread_attr_setstacksize(&attributes, 1 << 20) == 0);
    for (long i = 0; i < THREADS; i++)
        HOLDS(pthread_create(&threads[i], &attributes, run, (void *)i) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;

        HOLDS(pthread_join(threads[i], &result) == 0);
        well += (long)result;
    }
    HOLDS(well == THREADS && counted == THREADS * ROUNDS && own_start == 77);
    HOLDS(own_zeroes[299] == 0 && pthread_attr_destroy(&attributes) == 0);
    HOLDS(pthread_mutex_init(&made, NULL) == 0 && pthread_mutex_lock(&made) == 0);
    HOLDS(pthread_mutex_unlock(&made) == 0 && pthread_mutex_destroy(&made) == 0);
    HOLDS(pthread_mutex_lock(&made) == EINVAL);
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
    struct timespec now, raw, uptime;

    HOLDS(clock_gettime(CLOCK_MONOTONIC_RAW, &raw) == 0);
    HOLDS(clock_gettime(CLOCK_UPTIME_RAW, &uptime) == 0);
    HOLDS(raw.tv_sec >= 7200 && raw.tv_sec < 7300 && uptime.tv_sec >= raw.tv_sec);
    HOLDS(clock_gettime(77, &raw) == -1 && errno == EINVAL);
    HOLDS(clock_gettime(CLOCK_REALTIME, &now) == 0 && now.tv_nsec < 1000000000);
    HOLDS(now.tv_sec >= 1790000000 && now.tv_sec < 1790000100);
}

static void try_system(void)
{
    struct rusage usage;

    HOLDS(vm_kernel_page_size == 16384 && sysconf(_SC_NPROCESSORS_ONLN) == 8);
    HOLDS(getpid() > 330 && geteuid() == 0);
    HOLDS(getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 1000000); /* bytes */
    HOLDS(dlsym(RTLD_DEFAULT, "task_read_for_pid") != NULL);
    HOLDS(dlsym(RTLD_DEFAULT, "no_such_function") == NULL);
}

/* ---- main ---------------------------------------------------------------------------------- */

__attribute__((noinline)) static int misbehave(const char *how)
{
    if (strcmp(how, "crash") == 0)
        *(volatile int *)1 = 1;
    else if (strcmp(how, "leak") == 0)
        mach_host_self();
    else if (strcmp(how, "foreign") == 0)
        vm_deallocate(mach_task_self(), 4096, 4096);
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
    try_signals();
    try_threads();
    try_children();
    try_time();
    try_system();
    try_kernel();
    return failures != 0;
}
