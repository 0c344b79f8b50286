/* main.c - wirediff: the command line, the pipeline, the exit status. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "analyze/compare.h"
#include "analyze/options.h"
#include "analyze/report.h"
#include "formats/load.h"

#define EXIT_OVER    1
#define EXIT_TROUBLE 2

/* One of the two loads, each in a thread of its own. */
struct load {
    const char *path;
    struct loaded loaded;
    bool ok;
    struct err err;
};

static void *load_one(void *context)
{
    struct load *load = context;

    load->ok = load_bundle(load->path, &load->loaded, &load->err);
    load->loaded.path = load->path;
    return NULL;
}

static bool load_both(struct load loads[2], struct err *err)
{
    pthread_t thread;
    bool threaded = pthread_create(&thread, NULL, load_one, &loads[0]) == 0;

    if (!threaded)
        load_one(&loads[0]);
    load_one(&loads[1]);
    if (threaded)
        (void)pthread_join(thread, NULL);
    for (size_t i = 0; i < 2; i++)
        if (!loads[i].ok) {
            *err = loads[i].err;
            return false;
        }
    return true;
}

static size_t columns_of(FILE *out)
{
    const char *variable = getenv("COLUMNS");
    uint64_t columns = 100;
    struct winsize size;

    if (isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    else if (variable != NULL)
        (void)str_u64(str_of(variable), 10, &columns);
    return columns < 60 ? 60 : columns > 400 ? 400 : (size_t)columns;
}

static bool wants_color(const struct options *options, FILE *out)
{
    const char *no_color = getenv("NO_COLOR");

    if (options->color != COLOR_AUTO)
        return options->color == COLOR_ALWAYS;
    return isatty(fileno(out)) && (no_color == NULL || *no_color == '\0');
}

/* A report is somebody's work too: an existing file is not overwritten. */
static FILE *open_out(const struct options *options, struct err *err)
{
    int fd;

    if (options->out == NULL)
        return stdout;
    fd = open(options->out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        if (errno == EEXIST)
            err_set(err, "%s exists already: say another name, or remove it", options->out);
        else
            err_errno(err, "%s cannot be written", options->out);
        return NULL;
    }
    return fdopen(fd, "w");
}

static bool write_report(const struct options *options, const struct comparison *comparison,
                         struct err *err)
{
    FILE *out = open_out(options, err);
    bool ok = true;

    if (out == NULL)
        return false;
    if (options->format == FORMAT_JSON) {
        ok = report_json(out, comparison, err);
    } else {
        const struct report_style style = {wants_color(options, out), options->all, options->top,
                                           options->min_bytes, columns_of(out)};

        report_text(out, comparison, &style);
    }
    if (ok && (fflush(out) != 0 || ferror(out)))
        ok = err_errno(err, "the report cannot be written");
    if (out != stdout)
        (void)fclose(out);
    return ok;
}

static int complain(const struct err *err)
{
    (void)fprintf(stderr, "wirediff: %s\n", err->text);
    return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    struct options options;
    struct load loads[2] = {0};
    struct comparison comparison;
    struct arena arena = {0};
    struct err err;
    bool ok, over;

    if (!options_parse(&options, argc, argv, &err))
        return complain(&err);
    if (options.help || options.version) {
        (void)fputs(options.help ? options_usage : "wirediff " WIREDIFF_VERSION "\n", stdout);
        if (fflush(stdout) != 0) {
            err_errno(&err, "standard output cannot be written");
            return complain(&err);
        }
        return EXIT_SUCCESS;
    }
    loads[0].path = options.before;
    loads[1].path = options.after;
    ok = load_both(loads, &err) &&
         compare_bundles(&comparison, &loads[0].loaded, &loads[1].loaded, &arena, &err) &&
         write_report(&options, &comparison, &err);
    over = ok && options.fail_over_bytes >= 0 &&
           comparison.after_bytes - comparison.before_bytes > options.fail_over_bytes;
    arena_free(&arena);
    arena_free(&loads[0].loaded.arena);
    arena_free(&loads[1].loaded.arena);
    if (!ok)
        return complain(&err);
    return over ? EXIT_OVER : EXIT_SUCCESS;
}
