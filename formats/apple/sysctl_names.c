/* sysctl_names.c - see sysctl_names.h. */
#include "formats/apple/sysctl_names.h"

#include "formats/readers.h"

#define LIKE_BYTES  ((size_t)8 << 10)
#define AROUND_SWAP 6 /* lines: a prompt, a greeting */

static bool is_name(struct str name)
{
    bool dot = false;

    if (name.len == 0 || *name.at < 'a' || *name.at > 'z')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '-' && c != '.')
            return false;
        dot = dot || c == '.';
    }
    return dot && name.at[name.len - 1] != '.';
}

bool sysctl_split(struct str line, struct str *name, struct str *value)
{
    size_t len = 0;

    line = str_trim(line);
    while (len < line.len && line.at[len] != ':' && line.at[len] != '=')
        len++;
    if (len == line.len)
        return false;
    *name = str_trim((struct str){line.at, len});
    *value = str_trim((struct str){line.at + len + 1, line.len - len - 1});
    return is_name(*name);
}

bool sysctl_is_swap(struct str line)
{
    return str_starts(str_trim(line), "total = ") && str_find(line, "used = ") != SIZE_MAX;
}

/* Linux has kernel., vm. and net., too; the BSDs have kern. and hw., and say who they are. */
static bool is_of_mac(struct str name)
{
    static const char *const starts[] = {
        "kern.",        "hw.",           "machdep.",      "iogpu.",
        "vm.swapusage", "vm.compressor", "vm.shared_r",   "security.mac.",
        "sysctl.proc_", "vm.cs_",        "vm.global_",    "vm.user_wire",
        "vm.page_free", "vm.swap_",      "vm.memory_pre", "vm.self_",
    };

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(name, starts[i]))
            return true;
    return false;
}

bool sysctl_has_names(struct str text)
{
    struct str line, name, value;
    bool any = false;

    while (str_line(&text, &line)) {
        if (sysctl_is_swap(line)) {
            any = true;
            continue;
        }
        if (!sysctl_split(line, &name, &value))
            continue;
        if (str_is(name, "kern.ostype") && !str_is(value, "Darwin"))
            return false;
        any = any || is_of_mac(name);
    }
    return any;
}

static bool is_swap_usage(struct str line, struct str name, struct str value)
{
    return sysctl_is_swap(line) || (str_is(name, "vm.swapusage") && sysctl_is_swap(value));
}

/* Mostly lines with names: prose and logs can mention one. A line of what is swapped is like no
 * other, and mostly pasted alone, with what stood around it. */
bool sysctl_is_like(struct str text)
{
    struct str rest, line, name = {0}, value = {0};
    size_t named = 0, others = 0;
    bool swap = false;

    if (text.len > LIKE_BYTES)
        text.len = LIKE_BYTES;
    rest = text;
    while (str_line(&rest, &line)) {
        bool split = sysctl_split(line, &name, &value);

        if (split || sysctl_is_swap(line)) {
            named++;
            swap = swap || is_swap_usage(line, name, value);
        } else {
            others += str_trim(line).len > 0;
        }
    }
    if (named < others && !(swap && others <= AROUND_SWAP))
        return false;
    return named > 0 && sysctl_has_names(text);
}
