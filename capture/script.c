/* script.c - see script.h. */
#include "capture/script.h"

#include <string.h>
#include <strings.h>

/* An interpreter: `prefix`, then nothing but digits and dots ("python3.11"). */
struct interpreter {
    const char *prefix;
    const char *code;   /* letters: what follows is code; nothing is told */
    const char *value;  /* letters: the next argument belongs to the option */
    const char *module; /* the option whose value is what runs, or NULL */
    const char *values; /* long options with a value in the next argument, each ending in " " */
};

static const struct interpreter interpreters[] = {
    {"python", "c", "WXQ", "-m", "--check-hash-based-pycs "},
    {"pypy", "c", "WXQ", "-m", ""},
    {"perl", "eE", "I", NULL, ""},
    {"ruby", "e", "IrCEFKT", NULL, "--encoding --external-encoding --internal-encoding "},
    {"node", "ep", "rC", NULL,
     "--require --import --loader --experimental-loader --conditions "
     "--input-type --env-file --title "},
    {"nodejs", "ep", "rC", NULL, "--require --import --loader --conditions --env-file --title "},
    {"sh", "cs", "oO", NULL, ""},
    {"bash", "cs", "oO", NULL, "--rcfile --init-file "},
    {"dash", "cs", "o", NULL, ""},
    {"zsh", "cs", "o", NULL, ""},
    {"osascript", "e", "ls", NULL, ""},
    {"php", "rBRE", "cdStz", "-f", "--define --php-ini --server --docroot "},
    {"java", "", "", "-jar",
     "-cp -classpath --class-path -p --module-path --upgrade-module-path "
     "--add-modules --add-opens --add-exports --add-reads --source "
     "--limit-modules --patch-module --enable-native-access -d "},
};

static struct str base_name(struct str path)
{
    size_t from = path.len;

    while (from > 0 && path.at[from - 1] != '/')
        from--;
    return (struct str){path.at + from, path.len - from};
}

/* macOS runs "Python.app/Contents/MacOS/Python". */
static bool skip_name(struct str *text, const char *name)
{
    size_t len = strlen(name);

    if (text->len < len || strncasecmp(text->at, name, len) != 0)
        return false;
    *text = (struct str){text->at + len, text->len - len};
    return true;
}

static const struct interpreter *find_interpreter(struct str path)
{
    struct str base = base_name(path);

    for (size_t i = 0; i < sizeof interpreters / sizeof interpreters[0]; i++) {
        struct str rest = base;

        if (!skip_name(&rest, interpreters[i].prefix))
            continue;
        while (rest.len > 0 && (*rest.at == '.' || (*rest.at >= '0' && *rest.at <= '9')))
            rest = (struct str){rest.at + 1, rest.len - 1};
        if (rest.len == 0)
            return &interpreters[i];
    }
    return NULL;
}

bool script_is_interpreter(struct str path)
{
    return find_interpreter(path) != NULL;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '$' || c == '-';
}

/* A module or class: "http.server", "org.example.Main". */
static bool is_dotted_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_word_byte(text.at[i]))
            return false;
    return text.len > 0;
}

/* A file that means the same tomorrow, and no address with a password in it. */
static bool is_path(struct str text)
{
    if (text.len == 0 || str_find(text, "://") != SIZE_MAX || str_starts(text, "/dev/fd/") ||
        str_starts(text, "/proc/"))
        return false;
    return memchr(text.at, '/', text.len) != NULL || memchr(text.at, '.', text.len) != NULL;
}

static bool is_among(struct str option, const char *list)
{
    struct str rest = str_of(list);
    struct str one;

    while (str_word(&rest, &one))
        if (str_equal(one, option))
            return true;
    return false;
}

/* Long options that are known to stand alone. Of the others we do not know whether the next
 * argument is theirs. */
static const char *const alone = "--login --posix --norc --noprofile --inspect --expose-gc "
                                 "--enable-preview --no-warnings --enable-source-maps "
                                 "--trace-warnings --preserve-symlinks --yjit --jit --";

/* What an option means for the search; GIVE_UP: what follows is code, or not known. */
enum meaning { ALONE, TAKES_VALUE, GIVE_UP, IS_MODULE };

static enum meaning meaning_of(const struct interpreter *interpreter, struct str option)
{
    if (interpreter->module != NULL && str_is(option, interpreter->module))
        return IS_MODULE;
    if (is_among(option, interpreter->values))
        return TAKES_VALUE;
    if (str_starts(option, "--") && memchr(option.at, '=', option.len) == NULL)
        return is_among(option, alone) ? ALONE : GIVE_UP;
    if (str_starts(option, "--") || *interpreter->code == '\0')
        return ALONE;
    for (size_t i = 1; i < option.len; i++) { /* a cluster: "-xec" */
        if (strchr(interpreter->code, option.at[i]) != NULL)
            return GIVE_UP;
        if (strchr(interpreter->value, option.at[i]) != NULL)
            return i + 1 == option.len ? TAKES_VALUE : ALONE;
    }
    return ALONE;
}

static bool next_argument(struct str *cmdline, struct str *argument)
{
    if (cmdline->len == 0)
        return false;
    str_cut(cmdline, '\0', argument);
    return true;
}

const char *script_of(struct str path, struct str cmdline, struct arena *arena)
{
    const struct interpreter *interpreter = find_interpreter(path);
    bool java, after_module = false;
    struct str argument;

    if (interpreter == NULL || !next_argument(&cmdline, &argument))
        return NULL;
    java = strcmp(interpreter->prefix, "java") == 0;
    while (next_argument(&cmdline, &argument)) {
        enum meaning meaning;

        if (after_module && (is_path(argument) || is_dotted_name(argument)))
            return arena_intern(arena, argument);
        if (after_module || argument.len == 0)
            return NULL;
        if (*argument.at != '-' || argument.len == 1) {
            if (is_path(argument) || (java && is_dotted_name(argument)))
                return arena_intern(arena, argument);
            return NULL;
        }
        meaning = meaning_of(interpreter, argument);
        if (meaning == GIVE_UP)
            return NULL;
        if (meaning == TAKES_VALUE && !next_argument(&cmdline, &argument))
            return NULL;
        after_module = meaning == IS_MODULE;
    }
    return NULL;
}
