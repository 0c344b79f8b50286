/* shim_libc.c - the rest of libSystem: a few functions that the host lacks, and those it has. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/macrun/macrun.h"

/* Names whose arguments, results and constants mean the same on both systems. errno needs no care
 * (shim_errno.c), nor do flags that only one of them has: none of these takes any. */
const char *const same_names[] = {
    /* strings and memory */
    "memcpy", "memmove", "memset", "memcmp", "memchr", "bzero", "strlen", "strnlen", "strcmp",
    "strncmp", "strncasecmp", "strchr", "strrchr", "strstr", "strdup", "strndup", "__memcpy_chk",
    "__memmove_chk", "__memset_chk", "__snprintf_chk", "__vsnprintf_chk", "malloc", "calloc",
    "realloc", "free",
    /* input and output */
    "printf", "fprintf", "snprintf", "vsnprintf", "puts", "fputs", "fgets", "fread", "fwrite",
    "fflush", "fclose", "fseek", "ferror", "read", "close", "pipe", "lseek", "poll", "unlink",
    "mkdir", "rmdir", "fchown", "ftruncate", "isatty",
    /* the rest */
    "qsort", "bsearch", "exit", "_exit", "getenv", "gmtime_r", "localtime_r", "strftime",
    "nanosleep", "getopt_long", "pthread_detach", "pthread_attr_init", "pthread_attr_destroy",
    "pthread_attr_setstacksize", NULL};

/* ---- the compiler's ------------------------------------------------------------------------ */

static void mac_bzero(void *at, size_t size)
{
    memset(at, 0, size);
}

/* Lazy pointers are bound when the program is loaded, so nobody calls it. */
static void unused_binder(void)
{
    abort();
}

static void *mac_dlsym(void *library, const char *name)
{
    char symbol[128];

    (void)library;
    (void)snprintf(symbol, sizeof symbol, "_%s", name);
    return (void *)resolve(symbol, "dlsym", true);
}

const struct shim shims_libc[] = {SHIM_DATA(__stdoutp, stdout),
                                  SHIM_DATA(__stderrp, stderr),
                                  SHIM_DATA(optarg, optarg),
                                  SHIM_DATA(optind, optind),
                                  SHIM_DATA(opterr, opterr),
                                  SHIM_AS(__bzero, mac_bzero),
                                  SHIM_AS(dyld_stub_binder, unused_binder),
                                  SHIM(dlsym),
                                  SHIM_END};
