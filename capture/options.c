/* options.c - see options.h. */
#include "capture/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "capture/crew.h"

#define LABEL_MAX 256
#define PIDS_MAX  4096

const char options_usage[] =
    "usage: wirecap [-q] [-o FILE|DIR|-] [--label TEXT] [--pid PID]... [--raw PID]...\n"
    "               [--no-regions] [--full] [--threads N]\n"
    "\n"
    "Writes a bundle: what this machine says about its memory, now. Compare two with wirediff.\n"
    "Run it with sudo: without, only your own processes can be read in full.\n"
    "\n"
    "  -o FILE|DIR|-  where the bundle goes: a file, a folder, or standard output\n"
    "                 (default: a file named after time, system and model, in this folder)\n"
    "  --label TEXT   a remark that goes into the bundle: \"before the upgrade\"\n"
    "  --pid PID      read memory regions of this process only; may be repeated\n"
    "  --no-regions   read no memory regions at all: faster, but wired memory of processes\n"
    "                 cannot be told from the rest\n"
    "  --full         read also what is slow or large: page owners, page types, all sockets\n"
    "  --raw PID      keep the kernel's own text about this process too; may be repeated\n"
    "  --threads N    read N processes at a time (default: one for each processor, at most 4)\n"
    "  -q, --quiet    no progress and no summary\n"
    "  --help, --version\n";

enum {
    LONG_LABEL = 256,
    LONG_PID,
    LONG_NO_REGIONS,
    LONG_FULL,
    LONG_RAW,
    LONG_THREADS,
    LONG_HELP,
    LONG_VERSION
};

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"label", required_argument, NULL, LONG_LABEL},
    {"pid", required_argument, NULL, LONG_PID},
    {"no-regions", no_argument, NULL, LONG_NO_REGIONS},
    {"full", no_argument, NULL, LONG_FULL},
    {"raw", required_argument, NULL, LONG_RAW},
    {"threads", required_argument, NULL, LONG_THREADS},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, LONG_HELP},
    {"version", no_argument, NULL, LONG_VERSION},
    {NULL, 0, NULL, 0},
};

static bool read_number(const char *text, uint64_t max, uint64_t *number)
{
    return str_u64(str_of(text), 10, number) && *number >= 1 && *number <= max;
}

static bool add_pid(const char *text, int32_t **pids, size_t *count, struct err *err)
{
    uint64_t pid;
    int32_t *grown;

    if (!read_number(text, INT32_MAX, &pid))
        return err_set(err, "%s: not the number of a process", text);
    if (*count == PIDS_MAX)
        return err_set(err, "more than %d processes named", PIDS_MAX);
    grown = realloc(*pids, (*count + 1) * sizeof **pids);
    if (grown == NULL)
        return err_set(err, "out of memory");
    grown[(*count)++] = (int32_t)pid;
    *pids = grown;
    return true;
}

static bool read_threads(const char *text, unsigned *thread_count, struct err *err)
{
    uint64_t number;

    if (!read_number(text, CREW_THREADS_MAX, &number))
        return err_set(err, "--threads %s: not a number from 1 to %d", text, CREW_THREADS_MAX);
    *thread_count = (unsigned)number;
    return true;
}

static bool read_option(struct options *options, int option, const char *word, struct err *err)
{
    struct capture *capture = &options->capture;

    switch (option) {
    case 'o':
        capture->out = optarg;
        return *optarg != '\0' || err_set(err, "-o: an empty name");
    case 'q':
        options->quiet = true;
        return true;
    case LONG_LABEL:
        capture->options.label = optarg;
        return strlen(optarg) <= LABEL_MAX ||
               err_set(err, "--label: longer than %d bytes", LABEL_MAX);
    case LONG_PID:
        return add_pid(optarg, &options->pids, &capture->options.pid_count, err);
    case LONG_RAW:
        return add_pid(optarg, &options->raw_pids, &capture->options.raw_pid_count, err);
    case LONG_NO_REGIONS:
        capture->options.regions = false;
        return true;
    case LONG_FULL:
        capture->options.full = true;
        return true;
    case LONG_THREADS:
        return read_threads(optarg, &capture->thread_count, err);
    case LONG_HELP:
        options->help = true;
        return true;
    case LONG_VERSION:
        options->version = true;
        return true;
    case ':':
        return err_set(err, "%s: needs a value", word);
    default:
        return err_set(err, "%s: no such option", word);
    }
}

/* What each makes sense alone. */
static bool check(const struct options *options, struct err *err)
{
    const struct capture_options *capture = &options->capture.options;

    if (!capture->regions && capture->pid_count > 0)
        return err_set(err, "--pid asks for memory regions, and --no-regions for none");
    if (!capture->regions && capture->raw_pid_count > 0)
        return err_set(err, "--raw asks for memory regions, and --no-regions for none");
    return true;
}

bool options_read(struct options *options, int argc, char **argv, struct err *err)
{
    int option;

    *options = (struct options){.capture.options = {.root = "/", .regions = true}};
    opterr = 0; /* we say it ourselves */
    for (;;) {
        int before = optind;

        option = getopt_long(argc, argv, ":o:q", long_options, NULL);
        if (option == -1)
            break;
        if (!read_option(options, option, argv[before], err))
            return false;
        if (options->help || options->version)
            return true;
    }
    if (optind < argc)
        return err_set(err, "%s: wirecap takes options only; to name the bundle, use -o",
                       argv[optind]);
    options->capture.options.pids = options->pids;
    options->capture.options.raw_pids = options->raw_pids;
    return check(options, err);
}

void options_end(struct options *options)
{
    free(options->pids);
    free(options->raw_pids);
}
