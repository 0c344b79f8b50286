/* mac.c - questions about the simulated Mac: see mac.h. */
#include "tests/macrun/mac.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/macrun/macrun.h"

struct mac mac;

/* ---- settings ------------------------------------------------------------------------------ */

const char *mac_setting(const char *key, const char *otherwise)
{
    for (size_t i = 0; i < mac.host_count; i++)
        if (strcmp(mac.host[i].key, key) == 0)
            return mac.host[i].value;
    return otherwise;
}

bool mac_lacks(const char *symbol)
{
    if (mac.darwin < 20 && strcmp(symbol, "task_read_for_pid") == 0)
        return true;
    for (size_t i = 0; i < mac.missing_count; i++)
        if (strcmp(mac.missing[i], symbol) == 0)
            return true;
    return false;
}

const char *mac_path(const char *path)
{
    static _Thread_local char translated[PATH_MAX];

    for (size_t i = 0; i < mac.file_count; i++) {
        const struct setting *file = &mac.files[i];
        size_t len = strlen(file->key);

        if (strncmp(path, file->key, len) != 0 || (path[len] != '\0' && path[len] != '/'))
            continue;
        (void)snprintf(translated, sizeof translated, "%s%s", file->value, path + len);
        return translated;
    }
    return path;
}

/* Whether argv is what the words of the match say, as far as they go. */
static bool has_arguments(struct str words, char *const argv[])
{
    struct str word;

    for (size_t i = 1; str_word(&words, &word); i++)
        if (argv[i] == NULL || !str_is(word, argv[i]))
            return false;
    return true;
}

const struct command *mac_command(const char *path, char *const argv[])
{
    for (size_t i = 0; i < mac.command_count; i++) {
        struct str words = str_of(mac.commands[i].match);
        struct str program;

        if (str_word(&words, &program) && str_is(program, path) && has_arguments(words, argv))
            return &mac.commands[i];
    }
    return NULL;
}

void mac_put_text(char *into, size_t size, const char *text)
{
    memset(into, 0, size);
    memcpy(into, text, strnlen(text, size - 1));
}

/* ---- processes ----------------------------------------------------------------------------- */

struct process *mac_self(void)
{
    for (size_t i = mac.process_count; i > 0; i--)
        if (mac.processes[i - 1].is_self != 0)
            return &mac.processes[i - 1];
    die("the scenario has no process for the program");
}

int mac_self_pid(void)
{
    return (int)mac_self()->pid;
}

static struct process *find_process(int pid)
{
    size_t low = 0, high = mac.process_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((int)mac.by_pid[middle]->pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < mac.process_count && (int)mac.by_pid[low]->pid == pid ? mac.by_pid[low] : NULL;
}

struct process *mac_process_or_zombie(int pid)
{
    struct process *process = find_process(pid);

    if (process == NULL || process->gone)
        return NULL;
    if (process->vanish != NOT_GIVEN && atomic_fetch_add(&process->touched, 1) >= process->vanish) {
        process->gone = true;
        return NULL;
    }
    return process;
}

struct process *mac_process(int pid)
{
    struct process *process = mac_process_or_zombie(pid);

    return process != NULL && process->status != DARWIN_SZOMB ? process : NULL;
}

bool mac_walks(struct process *process)
{
    if (process->vanish_walk == NOT_GIVEN)
        return true;
    if (atomic_fetch_add(&process->walked, 1) >= process->vanish_walk)
        process->gone = true;
    return !process->gone;
}

bool mac_may_read(const struct process *process)
{
    return mac.euid == 0 || process->uid == mac.uid;
}

/* ---- time ---------------------------------------------------------------------------------- */

/* Nanoseconds: when the clock was started, and what has passed since only for the program. */
static uint64_t started_ns;
static atomic_uint_fast64_t virtual_ns;

static uint64_t host_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void mac_start_clock(void)
{
    started_ns = host_ns();
}

static uint64_t since_start_ns(void)
{
    return host_ns() - started_ns + virtual_ns;
}

uint64_t mac_epoch_ns(void)
{
    return mac.now_s * 1000000000 + since_start_ns();
}

uint64_t mac_uptime_ns(void)
{
    return (mac.now_s - mac.boot_time_s) * 1000000000 + since_start_ns();
}

/* ---- faults -------------------------------------------------------------------------------- */

#define FAULTS_MAX 64

struct fault {
    const char *api;
    int pid; /* -1: any */
    uint64_t from, to;
    int code;
    uint64_t cost_ns; /* instead of a code */
    atomic_uint_fast64_t seen;
};

static struct fault faults[FAULTS_MAX];
static size_t fault_count;

void mac_add_fault(const char *api, int pid, uint64_t from, uint64_t to, int code, uint64_t cost_ns)
{
    if (fault_count == FAULTS_MAX)
        die("too many faults");
    faults[fault_count++] = (struct fault){api, pid, from, to, code, cost_ns, 0};
}

/* As a thread that the kernel never lets go again. */
static void be_stuck(void)
{
    for (;;)
        (void)pause();
}

int mac_fault(const char *api, int pid)
{
    for (size_t i = 0; i < fault_count; i++) {
        struct fault *fault = &faults[i];
        uint64_t nth;

        if (strcmp(fault->api, api) != 0 || (fault->pid != -1 && fault->pid != pid))
            continue;
        nth = atomic_fetch_add(&fault->seen, 1) + 1;
        if (nth < fault->from || nth > fault->to)
            continue;
        if (fault->code == FAULT_STUCK)
            be_stuck();
        if (fault->cost_ns == 0)
            return fault->code;
        (void)atomic_fetch_add(&virtual_ns, fault->cost_ns);
    }
    return 0;
}

int mac_fault_of(const char *api, unsigned flavor, int pid)
{
    char name[64];

    if (fault_count == 0)
        return 0;
    (void)snprintf(name, sizeof name, "%s.%u", api, flavor);
    return mac_fault(name, pid);
}
