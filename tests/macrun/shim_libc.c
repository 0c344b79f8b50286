/* shim_libc.c - the rest of libSystem: a few functions that the host lacks, and those it has. */
#include <dlfcn.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

/* Names whose arguments, results and constants mean the same on both systems. errno needs no care
 * (shim_errno.c), nor do flags that only one of them has: none of these takes any. */
const char *const same_names[] = {
    /* strings and memory */
    "memcpy", "memmove", "memset", "memcmp", "memchr", "memmem", "bzero", "strlen", "strnlen",
    "strcpy", "strncpy", "stpcpy", "strcat", "strncat", "strcmp", "strncmp", "strcasecmp",
    "strncasecmp", "strchr", "strrchr", "strstr", "strspn", "strcspn", "strpbrk", "strdup",
    "strndup", "__memcpy_chk", "__memmove_chk", "__memset_chk", "__strcpy_chk", "__strncpy_chk",
    "__strcat_chk", "__strncat_chk", "__snprintf_chk", "__vsnprintf_chk", "__sprintf_chk",
    /* memory */
    "malloc", "calloc", "realloc", "free", "posix_memalign", "munmap", "mprotect",
    /* input and output */
    "printf", "fprintf", "dprintf", "snprintf", "vprintf", "vfprintf", "vsnprintf", "asprintf",
    "vasprintf", "puts", "fputs", "putchar", "putc", "fputc", "fgets", "fgetc", "getc", "getline",
    "fread", "fwrite", "fflush", "fclose", "fdopen", "fseek", "ftell", "feof", "ferror", "clearerr",
    "fileno", "setvbuf", "read", "pread", "pwrite", "close", "dup", "dup2", "pipe", "lseek",
    "unlink", "mkdir", "rmdir", "chmod", "fchmod", "fchown", "umask", "ftruncate", "isatty",
    "mkstemp", "realpath",
    /* the rest */
    "qsort", "bsearch", "abs", "strtol", "strtoul", "strtoll", "strtoull", "strtod", "exit",
    "_exit", "abort", "getenv", "gmtime_r", "localtime_r", "timegm", "mktime", "strftime", "tzset",
    "nanosleep", "usleep", "sleep", "pause", "getopt", "getopt_long", "pthread_self",
    "pthread_equal", "pthread_detach", "pthread_attr_init", "pthread_attr_destroy",
    "pthread_attr_setstacksize", "sched_yield", "arc4random", "arc4random_buf", NULL};

/* ---- strings ------------------------------------------------------------------------------- */

static size_t mac_strlcpy(char *to, const char *from, size_t size)
{
    size_t len = strlen(from);

    if (size > 0) {
        size_t fits = len < size ? len : size - 1;

        memcpy(to, from, fits);
        to[fits] = '\0';
    }
    return len;
}

static size_t mac_strlcat(char *to, const char *from, size_t size)
{
    size_t len = strnlen(to, size);

    return len + mac_strlcpy(to + len, from, size - len);
}

/* The compiler knows the room. */
static size_t checked_strlcpy(char *to, const char *from, size_t size, size_t room)
{
    if (size > room)
        die("strlcpy beyond its array");
    return mac_strlcpy(to, from, size);
}

static size_t checked_strlcat(char *to, const char *from, size_t size, size_t room)
{
    if (size > room)
        die("strlcat beyond its array");
    return mac_strlcat(to, from, size);
}

static void mac_bzero(void *at, size_t size)
{
    memset(at, 0, size);
}

/* ---- the compiler's ------------------------------------------------------------------------ */

static long stack_guard = 0x00a7c3e59b1f2d00;

static void mac_stack_chk_fail(void)
{
    (void)fputs("macrun: the program has written beyond an array on its stack\n", stderr);
    abort();
}

static void mac_assert_rtn(const char *where, const char *file, int line, const char *what)
{
    (void)fprintf(stderr, "Assertion failed: (%s), function %s, file %s, line %d.\n", what, where,
                  file, line);
    abort();
}

/* Lazy pointers are bound when the program is loaded, so nobody calls it. */
static void unused_binder(void)
{
    abort();
}

/* ---- libraries ----------------------------------------------------------------------------- */

/* There is libSystem, and no other library to be opened. */
static char lib_system[] = "libSystem";

static void *mac_dlopen(const char *path, int mode)
{
    (void)mode;
    return path == NULL || strstr(path, lib_system) != NULL ? lib_system : NULL;
}

static void *mac_dlsym(void *library, const char *name)
{
    char symbol[128];

    (void)library;
    (void)snprintf(symbol, sizeof symbol, "_%s", name);
    return (void *)resolve(symbol, "dlsym", true);
}

const struct shim shims_libc[] = {SHIM_DATA(__stdinp, stdin),
                                  SHIM_DATA(__stdoutp, stdout),
                                  SHIM_DATA(__stderrp, stderr),
                                  SHIM_DATA(environ, environ),
                                  SHIM_DATA(optarg, optarg),
                                  SHIM_DATA(optind, optind),
                                  SHIM_DATA(opterr, opterr),
                                  SHIM_DATA(optopt, optopt),
                                  SHIM_DATA(__stack_chk_guard, stack_guard),
                                  SHIM_AS(__stack_chk_fail, mac_stack_chk_fail),
                                  SHIM_AS(__assert_rtn, mac_assert_rtn),
                                  SHIM_AS(__bzero, mac_bzero),
                                  SHIM_AS(dyld_stub_binder, unused_binder),
                                  SHIM(strlcpy),
                                  SHIM(strlcat),
                                  SHIM_AS(__strlcpy_chk, checked_strlcpy),
                                  SHIM_AS(__strlcat_chk, checked_strlcat),
                                  SHIM(dlopen),
                                  SHIM(dlsym),
                                  SHIM_END};
