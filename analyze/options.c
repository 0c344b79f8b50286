/* options.c - see options.h. */
#include "analyze/options.h"

#include <getopt.h>
#include <string.h>

#include "formats/str.h"

const char options_usage[] =
    "usage: wirediff [options] BEFORE AFTER\n"
    "\n"
    "Names what accounts for the change in wired memory between two captures.\n"
    "BEFORE and AFTER are bundles that wirecap wrote, Apple's sysdiagnose archives, both packed "
    "or\n"
    "unpacked, outputs of Apple's tools, single or in a folder, or - for standard input.\n"
    "\n"
    "  --format text|json    the report's form (text)\n"
    "  -o FILE               write it to FILE, which must not exist yet\n"
    "  --all                 every row, not only the largest\n"
    "  --top N               rows before the rest is folded (10)\n"
    "  --min SIZE            fold changes smaller than SIZE (0.1M)\n"
    "  --fail-over SIZE      exit with 1 when wired memory grew by more than SIZE\n"
    "  --color auto|always|never\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 done, 1 over the threshold asked for, 2 trouble.\n";

bool options_size(const char *text, int64_t *bytes)
{
    static const char units[] = "KMGT";
    struct str rest = str_of(text), whole;
    uint64_t number = 0, tenths = 0, unit = 1;
    bool point;

    if (str_ends(rest, "iB"))
        rest.len -= 2;
    else if (str_ends(rest, "B"))
        rest.len -= 1;
    if (rest.len > 0 && strchr(units, rest.at[rest.len - 1]) != NULL) {
        unit = (uint64_t)1 << (10 * (strchr(units, rest.at[rest.len - 1]) - units + 1));
        rest.len--;
    }
    point = str_cut(&rest, '.', &whole);
    if (!str_u64(whole, 10, &number) || number >= (uint64_t)INT64_MAX / unit)
        return false;
    if (point && (rest.len != 1 || !str_u64(rest, 10, &tenths)))
        return false;
    *bytes = (int64_t)(number * unit + tenths * unit / 10);
    return true;
}

static bool parse_one(struct options *options, int option, const char *value, struct err *err)
{
    uint64_t number;

    switch (option) {
    case 'f':
        if (strcmp(value, "text") == 0)
            options->format = FORMAT_TEXT;
        else if (strcmp(value, "json") == 0)
            options->format = FORMAT_JSON;
        else
            return err_set(err, "--format %s: the forms are text and json", value);
        return true;
    case 'c':
        if (strcmp(value, "auto") == 0)
            options->color = COLOR_AUTO;
        else if (strcmp(value, "always") == 0)
            options->color = COLOR_ALWAYS;
        else if (strcmp(value, "never") == 0)
            options->color = COLOR_NEVER;
        else
            return err_set(err, "--color %s: say auto, always or never", value);
        return true;
    case 'o':
        options->out = value;
        return true;
    case 'a':
        options->all = true;
        return true;
    case 't':
        if (!str_u64(str_of(value), 10, &number) || number == 0 || number > 1000000)
            return err_set(err, "--top %s: say a number of rows, 1 or more", value);
        options->top = (size_t)number;
        return true;
    case 'm':
        if (!options_size(value, &options->min_bytes))
            return err_set(err, "--min %s: say a size like 512K, 4M or 1.5G", value);
        return true;
    case 'F':
        if (!options_size(value, &options->fail_over_bytes))
            return err_set(err, "--fail-over %s: say a size like 512K, 4M or 1.5G", value);
        return true;
    case 'h':
        options->help = true;
        return true;
    case 'V':
        options->version = true;
        return true;
    default:
        return err_set(err, "that is not how wirediff is called; see wirediff --help");
    }
}

bool options_parse(struct options *options, int argc, char **argv, struct err *err)
{
    static const struct option longs[] = {
        {"format", required_argument, NULL, 'f'},
        {"color", required_argument, NULL, 'c'},
        {"all", no_argument, NULL, 'a'},
        {"top", required_argument, NULL, 't'},
        {"min", required_argument, NULL, 'm'},
        {"fail-over", required_argument, NULL, 'F'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    int option;

    *options = (struct options){.top = 10, .min_bytes = 104858, .fail_over_bytes = -1};
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":o:h", longs, NULL)) != -1) {
        if (option == ':')
            return err_set(err, "%s needs a value; see wirediff --help", argv[optind - 1]);
        if (option == '?')
            return err_set(err, "%s is not an option; see wirediff --help", argv[optind - 1]);
        if (!parse_one(options, option, optarg, err))
            return false;
    }
    if (options->help || options->version)
        return true;
    if (argc - optind != 2)
        return err_set(err, "%s; see wirediff --help",
                       argc - optind < 2 ? "two bundles are compared: wirediff BEFORE AFTER"
                                         : "more than two bundles were given");
    options->before = argv[optind];
    options->after = argv[optind + 1];
    if (strcmp(options->before, "-") == 0 && strcmp(options->after, "-") == 0)
        return err_set(err, "standard input can be only one of the two bundles");
    return true;
}
