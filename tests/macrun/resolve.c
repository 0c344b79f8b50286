/*
 * resolve.c - what each name that the program imports is bound to.
 *
 * A function that nobody serves, or whose calls are watched, is bound to a stub: a few instructions
 * that load the address of its struct import and jump to what is common to all of them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

#define IMPORTS_MAX   1024
#define LIBRARIES_MAX 8
#define STUB_BYTES    32

struct import {
    const char *name, *library;
    const char *how;   /* it was resolved, or why not */
    uintptr_t target;  /* 0: nothing; at TARGET_OFFSET */
    uintptr_t address; /* what the program gets */
    atomic_ulong calls;
    bool is_variable;
};

#define TARGET_OFFSET 24
_Static_assert(offsetof(struct import, target) == TARGET_OFFSET, "macrun_watched jumps there");

static struct import imports[IMPORTS_MAX];
static size_t import_count;
static uint8_t *stubs;
static struct {
    const char *name;
    void *handle;
} libraries[LIBRARIES_MAX];
static size_t library_count;
static struct watch watch;
static FILE *trace;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- stubs --------------------------------------------------------------------------------- */

/* Called by the code below, with the import and the arguments in registers. */
void macrun_is_trapped(const struct import *import) __attribute__((noreturn));
void macrun_is_called(struct import *import, const uint64_t *arguments);
void macrun_trapped(void);
void macrun_watched(void);

/* r11: the import. All that can hold an argument survives. */
__asm__(".text\n"
        ".globl macrun_trapped\n"
        "macrun_trapped:\n"
        "  andq $-16, %rsp\n"
        "  movq %r11, %rdi\n"
        "  call macrun_is_trapped\n"
        ".globl macrun_watched\n"
        "macrun_watched:\n"
        "  pushq %rbp\n"
        "  movq %rsp, %rbp\n"
        "  subq $208, %rsp\n"
        "  andq $-16, %rsp\n"
        "  movq %rdi, (%rsp)\n"
        "  movq %rsi, 8(%rsp)\n"
        "  movq %rdx, 16(%rsp)\n"
        "  movq %rcx, 24(%rsp)\n"
        "  movq %r8, 32(%rsp)\n"
        "  movq %r9, 40(%rsp)\n"
        "  movq %rax, 48(%rsp)\n"
        "  movq %r11, 56(%rsp)\n"
        "  movups %xmm0, 64(%rsp)\n"
        "  movups %xmm1, 80(%rsp)\n"
        "  movups %xmm2, 96(%rsp)\n"
        "  movups %xmm3, 112(%rsp)\n"
        "  movups %xmm4, 128(%rsp)\n"
        "  movups %xmm5, 144(%rsp)\n"
        "  movups %xmm6, 160(%rsp)\n"
        "  movups %xmm7, 176(%rsp)\n"
        "  movq %r11, %rdi\n"
        "  movq %rsp, %rsi\n"
        "  call macrun_is_called\n"
        "  movq (%rsp), %rdi\n"
        "  movq 8(%rsp), %rsi\n"
        "  movq 16(%rsp), %rdx\n"
        "  movq 24(%rsp), %rcx\n"
        "  movq 32(%rsp), %r8\n"
        "  movq 40(%rsp), %r9\n"
        "  movq 48(%rsp), %rax\n"
        "  movq 56(%rsp), %r11\n"
        "  movups 64(%rsp), %xmm0\n"
        "  movups 80(%rsp), %xmm1\n"
        "  movups 96(%rsp), %xmm2\n"
        "  movups 112(%rsp), %xmm3\n"
        "  movups 128(%rsp), %xmm4\n"
        "  movups 144(%rsp), %xmm5\n"
        "  movups 160(%rsp), %xmm6\n"
        "  movups 176(%rsp), %xmm7\n"
        "  movq %rbp, %rsp\n"
        "  popq %rbp\n"
        "  jmp *24(%r11)\n"); /* TARGET_OFFSET */

void macrun_is_trapped(const struct import *import)
{
    (void)fflush(NULL);
    (void)fprintf(stderr, "macrun: call of %s (%s): %s\n", import->name, import->library,
                  import->how);
    _Exit(EXIT_UNRESOLVED);
}

void macrun_is_called(struct import *import, const uint64_t *arguments)
{
    int before = errno;

    atomic_fetch_add(&import->calls, 1);
    if (trace != NULL)
        (void)fprintf(trace, "%s(%#lx, %#lx, %#lx, %#lx)\n", import->name, arguments[0],
                      arguments[1], arguments[2], arguments[3]);
    errno = before;
}

static uintptr_t make_stub(const struct import *import, function *tail)
{
    uint8_t *stub;
    uintptr_t values[2] = {(uintptr_t)import, (uintptr_t)tail};

    if (stubs == NULL) {
        stubs = mmap(NULL, (size_t)IMPORTS_MAX * STUB_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (stubs == MAP_FAILED)
            die("no memory for stubs");
    }
    stub = stubs + (size_t)(import - imports) * STUB_BYTES;
    memcpy(stub, "\x49\xbb", 2); /* movabs r11 */
    memcpy(stub + 2, &values[0], 8);
    memcpy(stub + 10, "\x49\xba", 2); /* movabs r10 */
    memcpy(stub + 12, &values[1], 8);
    memcpy(stub + 20, "\x41\xff\xe2", 3); /* jmp r10 */
    return (uintptr_t)stub;
}

/* ---- looking up ---------------------------------------------------------------------------- */

static const struct shim *find_shim(const char *name)
{
    static const struct shim *const tables[] = {
        shims_directories, shims_errno,        shims_files,   shims_host,        shims_identity,
        shims_kexts,       shims_libc,         shims_memory,  shims_memory_info, shims_pidinfo,
        shims_ports,       shims_region_calls, shims_signals, shims_spawn,       shims_sysctl,
        shims_task_ports,  shims_threads,      shims_time,    shims_process};

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct shim *shim = tables[i]; shim->name != NULL; shim++)
            if (strcmp(shim->name, name) == 0)
                return shim;
    return NULL;
}

static bool is_same(const char *name)
{
    for (size_t i = 0; same_names[i] != NULL; i++)
        if (strcmp(same_names[i], name) == 0)
            return true;
    return false;
}

/* In the library itself: what it was linked with does not count. 0: it is not there. */
static uintptr_t look_up_in(void *library, const char *name)
{
    void *found = dlsym(library, name);
    struct link_map *map = NULL;
    Dl_info info;

    if (found == NULL || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0 || dladdr(found, &info) == 0)
        return 0;
    return strcmp(info.dli_fname, map->l_name) == 0 ? (uintptr_t)found : 0;
}

static void look_up(struct import *import, const char *name)
{
    const struct shim *shim = find_shim(name);

    if (mac_lacks(name)) {
        import->how = "this release of macOS lacks it";
    } else if (shim != NULL) {
        import->how = "ours";
        import->is_variable = shim->object != NULL;
        import->target = shim->object != NULL ? (uintptr_t)shim->object : (uintptr_t)shim->function;
    } else if (is_same(name)) {
        import->target = (uintptr_t)dlsym(RTLD_DEFAULT, name);
        import->how = import->target != 0 ? "same" : "the host's C library lacks it";
    }
    for (size_t i = 0; i < library_count && import->target == 0 && import->how == NULL; i++) {
        import->target = look_up_in(libraries[i].handle, name);
        if (import->target != 0)
            import->how = libraries[i].name;
    }
    if (import->how == NULL)
        import->how = "macrun does not serve it";
}

/* Mach-O's name in C: without the underscore, and without what tells variants of one function
 * apart ($INODE64). */
static void plain_name(char *plain, size_t size, const char *symbol)
{
    (void)snprintf(plain, size, "%s", *symbol == '_' ? symbol + 1 : symbol);
    plain[strcspn(plain, "$")] = '\0';
}

static struct import *add_import(const char *symbol, const char *library)
{
    struct import *import = &imports[import_count];
    char name[128];

    if (import_count == IMPORTS_MAX)
        die("too many imports");
    import_count++;
    import->name = strdup(symbol);
    import->library = library;
    plain_name(name, sizeof name, symbol);
    look_up(import, name);
    import->address = import->target;
    if (import->target == 0)
        import->address = make_stub(import, macrun_trapped);
    else if (!import->is_variable && (watch.trace != NULL || watch.count != NULL))
        import->address = make_stub(import, macrun_watched);
    return import;
}

uintptr_t resolve(const char *symbol, const char *library, bool weak)
{
    struct import *import = NULL;

    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < import_count && import == NULL; i++)
        if (strcmp(imports[i].name, symbol) == 0)
            import = &imports[i];
    if (import == NULL)
        import = add_import(symbol, library);
    (void)pthread_mutex_unlock(&lock);
    return weak && import->target == 0 ? 0 : import->address;
}

void resolve_library(const char *name)
{
    if (library_count == LIBRARIES_MAX)
        die("too many libraries");
    libraries[library_count].name = name;
    libraries[library_count].handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (libraries[library_count].handle == NULL)
        die("%s", dlerror());
    library_count++;
}

/* ---- watching ------------------------------------------------------------------------------ */

static FILE *open_report(const char *path)
{
    FILE *file = fopen(path, "we");

    if (file == NULL)
        die("%s: %s", path, strerror(errno));
    return file;
}

void resolve_watch(const struct watch *wanted)
{
    watch = *wanted;
    if (watch.trace != NULL) {
        trace = open_report(watch.trace);
        setlinebuf(trace);
    }
}

void trace_note(const char *format, ...)
{
    va_list args;

    if (trace == NULL)
        return;
    va_start(args, format);
    (void)vfprintf(trace, format, args);
    va_end(args);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct import *)a)->name, ((const struct import *)b)->name);
}

bool resolve_list(void)
{
    bool whole = true;

    qsort(imports, import_count, sizeof *imports, by_name);
    for (size_t i = 0; i < import_count; i++) {
        const struct import *import = &imports[i];

        (void)printf("%-34s %-22s %s%s\n", import->name, import->library,
                     import->target == 0 ? "NOTHING: " : "", import->how);
        whole = whole && import->target != 0;
    }
    return whole;
}

static void write_counts(void)
{
    FILE *file = open_report(watch.count);

    for (size_t i = 0; i < import_count; i++)
        if (imports[i].calls > 0)
            (void)fprintf(file, "%lu %s\n", (unsigned long)imports[i].calls, imports[i].name);
    (void)fclose(file);
}

void resolve_finish(void)
{
    bool ok;

    (void)fflush(NULL);
    if (watch.count != NULL)
        write_counts();
    if (!watch.leaks)
        return;
    ok = kernel_memory_report();
    ok = ports_report() && ok;
    if (!ok)
        _Exit(EXIT_LEAKS);
}
