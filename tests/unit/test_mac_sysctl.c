/* The walk through the kernel's variables, and what it prints of each kind. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture/macos/darwin.h"
#include "capture/macos/sysctl_value.h"
#include "capture/macos/sysctl_walk.h"
#include "tests/unit/kept_output.h"

#define READ   0x80000000u
#define MASKED 0x04000000u

enum { NODE = 1, INT, STRING, QUAD, OPAQUE };

/* A variable of a made-up kernel. */
struct variable {
    int mib[4];
    size_t mib_count;
    const char *name, *format;
    uint32_t kind;
    const void *value;
    size_t len;
    int errnum; /* of reading it */
    unsigned reads;
};

struct kernel {
    struct variable *variables;
    size_t count;
    bool looping; /* the last one leads back to the first */
    int errnum;   /* behind the last one, instead of ENOENT */
};

static bool is_at(const struct variable *variable, const int *mib, size_t count)
{
    return variable->mib_count == count && memcmp(variable->mib, mib, count * sizeof *mib) == 0;
}

static bool is_behind(const struct variable *variable, const int *mib, size_t count)
{
    for (size_t i = 0; i < count && i < variable->mib_count; i++)
        if (variable->mib[i] != mib[i])
            return variable->mib[i] > mib[i];
    return variable->mib_count > count;
}

static int answer(void *value, size_t *len, const void *bytes, size_t bytes_len)
{
    if (*len < bytes_len)
        return ENOMEM;
    memcpy(value, bytes, bytes_len);
    *len = bytes_len;
    return 0;
}

static int answer_next(const struct kernel *kernel, const int *mib, size_t count, void *value,
                       size_t *len)
{
    const struct variable *first = &kernel->variables[0];

    for (size_t i = 0; i < kernel->count; i++)
        if (is_behind(&kernel->variables[i], mib, count))
            return answer(value, len, kernel->variables[i].mib,
                          kernel->variables[i].mib_count * sizeof *mib);
    if (kernel->errnum != 0)
        return kernel->errnum;
    return kernel->looping ? answer(value, len, first->mib, first->mib_count * sizeof *mib)
                           : ENOENT;
}

static int answer_format(const struct variable *variable, void *value, size_t *len)
{
    char bytes[128];

    memcpy(bytes, &variable->kind, sizeof variable->kind);
    strcpy(bytes + sizeof variable->kind, variable->format);
    return answer(value, len, bytes, sizeof variable->kind + strlen(variable->format) + 1);
}

static int call(void *context, const int *mib, size_t count, void *value, size_t *len)
{
    struct kernel *kernel = context;
    bool about = mib[0] == 0;

    if (about && mib[1] == 2)
        return answer_next(kernel, mib + 2, count - 2, value, len);
    for (size_t i = 0; i < kernel->count; i++) {
        struct variable *variable = &kernel->variables[i];

        if (about && is_at(variable, mib + 2, count - 2))
            return mib[1] == 1 ? answer(value, len, variable->name, strlen(variable->name) + 1)
                               : answer_format(variable, value, len);
        if (about || !is_at(variable, mib, count))
            continue;
        variable->reads++;
        return variable->errnum != 0 ? variable->errnum
                                     : answer(value, len, variable->value, variable->len);
    }
    return ENOENT;
}

static const struct kept *walk(struct variable *variables, size_t count, bool looping,
                               struct output *output)
{
    struct kernel kernel = {variables, count, looping, 0};

    cr_assert_eq(setenv("TZ", "UTC", 1), 0);
    tzset();
    sysctl_walk(call, &kernel, output);
    return kept_member(output, "sysctl.txt");
}

static const int32_t minus_one = -1, six = 6;
static const int32_t three[] = {1, 2, -3};
static const uint64_t huge = UINT64_MAX;
static const int64_t boot[] = {1762156931, 148211};
static const struct {
    uint32_t loads[4];
    int64_t scale;
} loads = {{2048 + 512, 2048, 1024, 0}, 2048};
static const int32_t clock_info[] = {100, 10000, 0, 90, 80};
static const struct darwin_swap_usage swap = {.total = (uint64_t)3 << 30,
                                              .available = (uint64_t)1 << 29,
                                              .used = 5 * ((uint64_t)1 << 29),
                                              .page_bytes = 4096,
                                              .encrypted = 1};

#define VARIABLE(a, b, name, format, kind, value)                    \
    {                                                                \
        {a, b}, 2, name, format, kind, &(value), sizeof(value), 0, 0 \
    }
#define TEXT(a, b, name, text)                                        \
    {                                                                 \
        {a, b}, 2, name, "A", READ | STRING, text, sizeof(text), 0, 0 \
    }

Test(mac_sysctl, every_type_as_sysctl_prints_it)
{
    struct variable variables[] = {
        TEXT(1, 1, "kern.ostype", "Darwin"),
        VARIABLE(1, 8, "kern.clockrate", "S,clockinfo", READ | OPAQUE, clock_info),
        VARIABLE(1, 21, "kern.boottime", "S,timeval", READ | OPAQUE, boot),
        TEXT(1, 22, "kern.empty", ""),
        VARIABLE(2, 2, "vm.loadavg", "S,loadavg", READ | OPAQUE, loads),
        VARIABLE(2, 5, "vm.swapusage", "S,xsw_usage", READ | OPAQUE, swap),
        VARIABLE(6, 3, "hw.ncpu", "I", READ | INT, six),
        VARIABLE(6, 4, "hw.minus", "I", READ | INT, minus_one),
        VARIABLE(6, 5, "hw.unsigned", "IU", READ | INT, minus_one),
        VARIABLE(6, 6, "hw.array", "I", READ | INT, three),
        VARIABLE(6, 24, "hw.memsize", "QU", READ | QUAD, huge),
        VARIABLE(6, 25, "hw.quad", "Q", READ | QUAD, huge),
        VARIABLE(6, 26, "hw.long", "LU", READ | OPAQUE, huge),
    };
    struct output *output = kept_output();
    const struct kept *kept = walk(variables, sizeof variables / sizeof *variables, false, output);

    cr_assert_eq(kept->status, STATUS_OK);
    cr_assert_str_eq(
        kept->text,
        "kern.ostype: Darwin\n"
        "kern.clockrate: { hz = 100, tick = 10000, tickadj = 0, profhz = 80, stathz = 90 }\n"
        "kern.boottime: { sec = 1762156931, usec = 148211 } Mon Nov  3 08:02:11 2025\n"
        "kern.empty: \n"
        "vm.loadavg: { 1.25 1.00 0.50 }\n"
        "vm.swapusage: total = 3072.00M  used = 2560.00M  free = 512.00M  (encrypted)\n"
        "hw.ncpu: 6\n"
        "hw.minus: -1\n"
        "hw.unsigned: 4294967295\n"
        "hw.array: 1 2 -3\n"
        "hw.memsize: 18446744073709551615\n"
        "hw.quad: -1\n"
        "hw.long: 18446744073709551615\n");
    kept_output_free(output);
}

Test(mac_sysctl, the_reader_reads_it)
{
    static const uint64_t memory = (uint64_t)16 << 30;
    static const int32_t page = 16384;
    struct variable variables[] = {
        TEXT(1, 2, "kern.osrelease", "23.6.0"),
        VARIABLE(1, 21, "kern.boottime", "S,timeval", READ | OPAQUE, boot),
        TEXT(1, 65, "kern.osversion", "23G93"),
        TEXT(1, 101, "kern.bootsessionuuid", "0472C339-F22F-4EA0-ACB4-9D9BDF32D29F"),
        TEXT(1, 102, "kern.osproductversion", "14.6.1"),
        VARIABLE(2, 5, "vm.swapusage", "S,xsw_usage", READ | OPAQUE, swap),
        VARIABLE(6, 3, "hw.ncpu", "I", READ | INT, six),
        VARIABLE(6, 7, "hw.pagesize", "I", READ | INT, page),
        VARIABLE(6, 24, "hw.memsize", "Q", READ | QUAD, memory),
    };
    struct output *output = kept_output();
    struct arena arena = {0};
    struct snapshot snap;

    cr_assert(kept_read(walk(variables, sizeof variables / sizeof *variables, false, output),
                        sysctl_read, 23, &arena, &snap));
    cr_assert_str_eq(snap.manifest.os, "macOS 14.6.1");
    cr_assert_str_eq(snap.manifest.build, "23G93");
    cr_assert_str_eq(snap.manifest.boot_id, "0472C339-F22F-4EA0-ACB4-9D9BDF32D29F");
    cr_assert_eq(snap.manifest.boot_time_s.n, 1762156931);
    cr_assert_eq(snap.manifest.page_bytes.n, 16384);
    cr_assert_eq(snap.manifest.memory.bytes, memory);
    cr_assert_eq(snap.mac_totals[MAC_SWAP_USED].bytes, swap.used);
    cr_assert_eq(snap.note_count, 0);
    arena_free(&arena);
    kept_output_free(output);
}

/* Some do something when they are read, and some tell secrets. */
Test(mac_sysctl, what_is_hidden_is_not_even_read)
{
    struct variable variables[] = {
        VARIABLE(1, 1, "kern.masked", "I", READ | MASKED | INT, six),
        VARIABLE(1, 2, "kern.write_only", "I", INT, six),
        VARIABLE(1, 3, "kern.opaque", "S,unheard_of", READ | OPAQUE, loads),
        VARIABLE(1, 4, "kern.node", "N", READ | NODE, six),
        VARIABLE(1, 5, "kern.no_format", "", READ | INT, six),
        VARIABLE(1, 6, "kern.deprecated", "-", READ | INT, six),
        VARIABLE(1, 7, "kern.seen", "I", READ | INT, six),
    };
    struct output *output = kept_output();
    const struct kept *kept = walk(variables, sizeof variables / sizeof *variables, false, output);

    cr_assert_str_eq(kept->text, "kern.seen: 6\n");
    for (size_t i = 0; i < 6; i++)
        cr_assert_eq(variables[i].reads, 0, "%s", variables[i].name);
    kept_output_free(output);
}

Test(mac_sysctl, what_cannot_be_read_is_left_out)
{
    static char large[65537];
    struct variable variables[] = {
        VARIABLE(1, 1, "kern.denied", "I", READ | INT, six),
        VARIABLE(1, 2, "kern.gone", "A", READ | STRING, six),
        VARIABLE(1, 3, "kern.large", "A", READ | STRING, large),
        VARIABLE(1, 4, "kern.short", "I", READ | INT, "ab"),
        VARIABLE(1, 5, "kern.boottime", "S,timeval", READ | OPAQUE, six),
        VARIABLE(1, 6, "kern.nothing", "I", READ | INT, six),
        VARIABLE(1, 7, "kern.seen", "I", READ | INT, six),
        VARIABLE(1, 8, "kern.format",
                 "I 34567890123456789012345678901234567890123456789012345678901234567890",
                 READ | INT, six),
        VARIABLE(1, 9, "kern.grew", "A", READ | STRING, six), /* while it was read */
    };
    struct output *output = kept_output();

    variables[8].errnum = ENOMEM;
    variables[0].errnum = EPERM;
    variables[1].errnum = ENOENT;
    variables[3].len = 2;
    variables[5].len = 0;
    cr_assert_str_eq(walk(variables, sizeof variables / sizeof *variables, false, output)->text,
                     "kern.seen: 6\n");
    kept_output_free(output);
}

/* A value cannot pass for another variable, or for a terminal's codes. */
Test(mac_sysctl, hostile_texts)
{
    static const char unended[] = {'a', 'b'};
    struct variable variables[] = {
        TEXT(1, 1, "kern.lines", "one\nkern.bootsessionuuid: x\r\n\n3\x1b[2J\x7f"),
        TEXT(1, 2, "kern.two words", "lost"),
        TEXT(1, 3, "kern.colon: 1", "lost"),
        TEXT(1, 4, "kern.esc\x1b", "lost"),
        TEXT(1, 5, "", "lost"),
        VARIABLE(1, 6, "kern.unended", "A", READ | STRING, unended),
        TEXT(1, 7, "kern.behind", "a\0b"),
    };
    struct output *output = kept_output();

    cr_assert_str_eq(walk(variables, sizeof variables / sizeof *variables, false, output)->text,
                     "kern.lines: one\nkern.lines: kern.bootsessionuuid: x\nkern.lines: \n"
                     "kern.lines: 3?[2J?\nkern.unended: ab\nkern.behind: a\n");
    kept_output_free(output);
}

Test(mac_sysctl, a_tree_that_leads_back)
{
    struct variable variables[] = {
        VARIABLE(1, 1, "kern.one", "I", READ | INT, six),
        VARIABLE(1, 2, "kern.two", "I", READ | INT, six),
    };
    struct output *output = kept_output();
    const struct kept *kept = walk(variables, 2, true, output);

    cr_assert_eq(kept->status, STATUS_TRUNCATED);
    cr_assert_str_eq(kept->text, "kern.one: 6\nkern.two: 6\n");
    cr_assert_str_neq(kept->note, "");
    kept_output_free(output);
}

/* What was read until then is kept, and said to be a part. */
Test(mac_sysctl, a_tree_that_breaks_off)
{
    struct variable variables[] = {VARIABLE(1, 1, "kern.one", "I", READ | INT, six)};
    struct output *output = kept_output();
    struct kernel kernel = {variables, 1, false, EPERM};
    const struct kept *kept;

    sysctl_walk(call, &kernel, output);
    kept = kept_member(output, "sysctl.txt");
    cr_assert_eq(kept->status, STATUS_TRUNCATED);
    cr_assert_eq(kept->errnum, EPERM);
    cr_assert_str_eq(kept->text, "kern.one: 6\n");
    cr_assert_str_eq(kept->note, "the kernel's list of variables breaks off");
    kept_output_free(output);
}

Test(mac_sysctl, no_tree_to_be_had)
{
    struct output *output = kept_output();
    struct kernel kernel = {NULL, 0, false, EPERM};

    sysctl_walk(call, &kernel, output);
    cr_assert_eq(kept_member(output, "sysctl.txt")->status, STATUS_DENIED);
    cr_assert_eq(kept_member(output, "sysctl.txt")->errnum, EPERM);
    kept_output_free(output);
}

/* A number that is none, or as many of them as no variable has. */
static int odd_next(void *context, const int *mib, size_t count, void *value, size_t *len)
{
    (void)mib;
    (void)count;
    memset(value, 1, *len);
    *len = *(const size_t *)context;
    return 0;
}

Test(mac_sysctl, odd_numbers_end_the_walk)
{
    static const size_t lengths[] = {0, 3, 13 * sizeof(int)};

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct output *output = kept_output();
        size_t len = lengths[i];

        sysctl_walk(odd_next, &len, output);
        cr_assert_neq(kept_member(output, "sysctl.txt")->status, STATUS_OK);
        cr_assert_eq(kept_member(output, "sysctl.txt")->len, 0);
        kept_output_free(output);
    }
}

Test(mac_sysctl, an_empty_tree)
{
    struct output *output = kept_output();

    cr_assert_eq(walk(NULL, 0, false, output)->status, STATUS_ABSENT);
    kept_output_free(output);
}

static int endless(void *context, const int *mib, size_t count, void *value, size_t *len)
{
    unsigned *calls = context;
    const uint32_t kind = READ | STRING;
    int next[3] = {1, 2, 0};
    char format[] = "....A";

    (*calls)++;
    if (mib[0] != 0) {
        memset(value, 'x', *len);
        return 0;
    }
    switch (mib[1]) {
    case 2:
        next[2] = count == 5 ? mib[4] + 1 : 1;
        return answer(value, len, next, sizeof next);
    case 4:
        memcpy(format, &kind, sizeof kind);
        return answer(value, len, format, sizeof format);
    default:
        return answer(value, len, "kern.endless", sizeof "kern.endless");
    }
}

Test(mac_sysctl, an_endless_tree)
{
    struct output *output = kept_output();
    unsigned calls = 0;
    const struct kept *kept;

    sysctl_walk(endless, &calls, output);
    kept = kept_member(output, "sysctl.txt");
    cr_assert_eq(kept->status, STATUS_TRUNCATED);
    cr_assert_lt(kept->len, (size_t)9 << 20);
    kept_output_free(output);
}
