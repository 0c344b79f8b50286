/* report_text.c - see report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyze/printable.h"
#include "analyze/report.h"

#define MIB           ((double)(1 << 20))
#define GIB           ((double)(1 << 30))
#define BAR_COLUMNS   12
#define REGIONS_SHOWN 3

enum tint { TINT_NONE, TINT_GREW, TINT_SHRANK, TINT_BOLD, TINT_DIM, TINT_WARN };

/* What the printing functions share. */
struct page {
    FILE *out;
    const struct comparison *comparison;
    const struct report_style *style;
    struct arena *arena;
    double unit; /* of the table */
    const char *unit_name;
};

/* The pair for colour-blind readers, #D55E00 and #0072B2, as 256-colour codes. Colour only repeats
 * what the text says already. */
static const char *tint_on(const struct page *page, enum tint tint)
{
    static const char *const codes[] = {
        [TINT_NONE] = "",        [TINT_GREW] = "\033[38;5;166m", [TINT_SHRANK] = "\033[38;5;25m",
        [TINT_BOLD] = "\033[1m", [TINT_DIM] = "\033[2m",         [TINT_WARN] = "\033[33m"};

    return page->style->color ? codes[tint] : "";
}

static const char *tint_off(const struct page *page, enum tint tint)
{
    return page->style->color && tint != TINT_NONE ? "\033[0m" : "";
}

const char *report_time(struct arena *arena, struct count us)
{
    time_t seconds = (time_t)(us.n / 1000000);
    struct tm utc;
    char text[40];

    if (!us.known || gmtime_r(&seconds, &utc) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        return "-";
    return arena_intern(arena, str_of(text));
}

/* A size in a sentence: "1.84 GiB", "256.0 MiB", "12 KiB". */
static const char *size_text(const struct page *page, int64_t bytes)
{
    double size = (double)(bytes < 0 ? -bytes : bytes);

    if (size >= GIB)
        return compare_print(page->arena, "%.2f GiB", size / GIB);
    if (size >= MIB / 10)
        return compare_print(page->arena, "%.1f MiB", size / MIB);
    return compare_print(page->arena, "%.0f KiB", size / 1024);
}

static const char *duration_text(const struct page *page, uint64_t seconds)
{
    if (seconds >= 86400)
        return compare_print(page->arena, "%" PRIu64 "d %02" PRIu64 "h", seconds / 86400,
                             seconds / 3600 % 24);
    if (seconds >= 3600)
        return compare_print(page->arena, "%" PRIu64 "h %02" PRIu64 "m", seconds / 3600,
                             seconds / 60 % 60);
    if (seconds >= 60)
        return compare_print(page->arena, "%" PRIu64 "m %02" PRIu64 "s", seconds / 60,
                             seconds % 60);
    return compare_print(page->arena, "%" PRIu64 "s", seconds);
}

static const char *share_text(const struct page *page, int64_t tenths)
{
    if (page->comparison->after_bytes == page->comparison->before_bytes)
        return "-";
    return compare_print(page->arena, "%s%" PRId64 ".%" PRId64 "%%", tenths < 0 ? "-" : "",
                         (tenths < 0 ? -tenths : tenths) / 10,
                         (tenths < 0 ? -tenths : tenths) % 10);
}

/* Words run on one paragraph, broken at the page's width. */
static void print_paragraph(const struct page *page, const char *text, size_t indent,
                            enum tint tint)
{
    size_t column = indent;
    struct str rest = str_of(text), word;
    bool first = true;

    (void)fprintf(page->out, "%s", tint_on(page, tint));
    while (str_word(&rest, &word)) {
        size_t width = printable_width(arena_intern(page->arena, word));

        if (!first && column + 1 + width > page->style->columns) {
            (void)fprintf(page->out, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        (void)fprintf(page->out, "%s%.*s", first ? "" : " ", (int)word.len, word.at);
        column += width + (first ? 0 : 1);
        first = false;
    }
    (void)fprintf(page->out, "%s\n", tint_off(page, tint));
}

/* ---- the sentence ---- */

static bool is_fresh_boot(const struct comparison *comparison)
{
    const struct manifest *before = &comparison->before.snap->manifest;
    const struct manifest *after = &comparison->after.snap->manifest;

    return comparison->same_boot == NO && comparison->after_bytes < comparison->before_bytes &&
           before->uptime_s.known && after->uptime_s.known &&
           after->uptime_s.n < before->uptime_s.n;
}

static const char *who_text(const struct page *page, const struct row *row)
{
    const char *name = printable_cut(page->arena, printable(page->arena, row->name), 60);
    const char *account = row_main_account(row)->account;

    switch (row->kind) {
    case OWNER_PROCESS:
        return compare_print(page->arena, "the process %s (%s)", name, account);
    case OWNER_EXTENSION:
        return compare_print(page->arena, "the module %s (%s)", name, account);
    case OWNER_ZONE:
        return compare_print(page->arena, "the slab cache %s", name);
    case OWNER_OBJECT:
        return compare_print(page->arena, "%s (%s)", name, account);
    case OWNER_CGROUP:
        return compare_print(page->arena, "the control group %s", name);
    default:
        return compare_print(page->arena, "the kernel: %s", name);
    }
}

static const char *ram_text(const struct page *page)
{
    struct amount ram = page->comparison->after.snap->manifest.memory;

    if (!ram.known || ram.bytes == 0)
        return "";
    return compare_print(page->arena, ", %.1f%% -> %.1f%% of RAM",
                         (double)page->comparison->before_bytes * 100 / (double)ram.bytes,
                         (double)page->comparison->after_bytes * 100 / (double)ram.bytes);
}

/* The row that moved most in the direction of the whole. */
static const struct row *main_row(const struct comparison *comparison)
{
    int64_t total = comparison->after_bytes - comparison->before_bytes;

    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        int64_t delta = row->after_bytes - row->before_bytes;

        if ((total >= 0 && delta > 0) || (total < 0 && delta < 0))
            return row;
    }
    return NULL;
}

static void print_sentence(const struct page *page)
{
    const struct comparison *comparison = page->comparison;
    int64_t delta = comparison->after_bytes - comparison->before_bytes;
    int64_t residual = comparison->residual.after_bytes - comparison->residual.before_bytes;
    const struct row *row = main_row(comparison);
    const char *what, *who = "";

    if (llabs(delta) <= comparison->skew_bytes || delta == 0)
        what = compare_print(page->arena,
                             "Wired memory did not move beyond the error of the captures (%s%s, "
                             "+-%s; now %s%s).",
                             delta < 0 ? "-" : "+", size_text(page, delta),
                             size_text(page, comparison->skew_bytes),
                             size_text(page, comparison->after_bytes), ram_text(page));
    else if (is_fresh_boot(comparison))
        what = compare_print(page->arena, "Before the reboot %s more was wired (%s -> %s%s).",
                             size_text(page, delta), size_text(page, comparison->before_bytes),
                             size_text(page, comparison->after_bytes), ram_text(page));
    else
        what = compare_print(page->arena, "Wired memory %s by %s (%s -> %s%s).",
                             delta > 0 ? "grew" : "shrank", size_text(page, delta),
                             size_text(page, comparison->before_bytes),
                             size_text(page, comparison->after_bytes), ram_text(page));
    if (llabs(delta) > comparison->skew_bytes &&
        (row == NULL || llabs(residual) > llabs(row->after_bytes - row->before_bytes)))
        who = compare_print(page->arena,
                            " Most of it (%s) is counted in no account: nobody can be named with "
                            "certainty.",
                            size_text(page, residual));
    else if (row != NULL && llabs(row->after_bytes - row->before_bytes) > comparison->skew_bytes)
        who = compare_print(page->arena, " %s of %s: %s.",
                            llabs(delta) > comparison->skew_bytes
                                ? share_text(page, row->share_tenths)
                                : size_text(page, row->after_bytes - row->before_bytes),
                            llabs(delta) > comparison->skew_bytes ? "it is one owner"
                                                                  : "the moves is one owner",
                            who_text(page, row));
    print_paragraph(page, compare_print(page->arena, "%s%s", what, who), 0, TINT_BOLD);
}

/* ---- the captures ---- */

static const char *or_unknown(const struct page *page, const char *text)
{
    return text == NULL ? "?" : printable(page->arena, text);
}

static void print_capture(const struct page *page, const struct side *side, const char *which)
{
    const struct manifest *manifest = &side->snap->manifest;
    struct str rest = str_of(or_unknown(page, manifest->build)), release;
    const char *line;

    (void)str_word(&rest, &release);
    line = compare_print(
        page->arena, "  %-7s %s  up %-8s  %.*s  sha256 %.12s%s%s%s", which,
        report_time(page->arena, manifest->taken_us),
        manifest->uptime_s.known ? duration_text(page, manifest->uptime_s.n) : "?",
        (int)release.len, release.at, side->loaded->digest[0] ? side->loaded->digest : "none",
        side->loaded->complete ? "" : "  INCOMPLETE", manifest->label != NULL ? "  " : "",
        manifest->label != NULL ? printable(page->arena, manifest->label) : "");
    (void)fprintf(page->out, "%s\n", printable_cut(page->arena, line, page->style->columns));
}

/* What the systems are called. */
static const char *system_text(const struct page *page)
{
    const struct manifest *before = &page->comparison->before.snap->manifest;
    const struct manifest *after = &page->comparison->after.snap->manifest;
    const char *from = or_unknown(page, before->os), *to = or_unknown(page, after->os);

    return strcmp(from, to) == 0 ? from : compare_print(page->arena, "%s -> %s", from, to);
}

static void print_captures(const struct page *page)
{
    const struct comparison *comparison = page->comparison;
    const char *apart = "";

    for (size_t i = 0; i < comparison->warning_count; i++) {
        (void)fprintf(page->out, "%swarning%s: ", tint_on(page, TINT_WARN),
                      tint_off(page, TINT_WARN));
        print_paragraph(page, comparison->warnings[i], 9, TINT_NONE);
    }
    (void)fprintf(page->out, "%s", comparison->warning_count > 0 ? "\n" : "");
    print_sentence(page);
    (void)fprintf(page->out, "\n");
    print_capture(page, &comparison->before, "BEFORE");
    print_capture(page, &comparison->after, "AFTER");
    if (comparison->interval.known)
        apart = compare_print(
            page->arena, ", %s apart",
            duration_text(page, (uint64_t)(llabs(comparison->interval.us) / 1000000)));
    (void)fprintf(page->out, "  ");
    print_paragraph(page,
                    compare_print(page->arena, "%s; %s, %s%s", system_text(page),
                                  comparison->same_machine == YES  ? "same machine"
                                  : comparison->same_machine == NO ? "two machines"
                                                                   : "machine not known",
                                  comparison->same_boot == YES ? "same boot"
                                  : comparison->same_boot == NO
                                      ? "rebooted between: matched by name, not by id"
                                      : "boot not known",
                                  apart),
                    2, TINT_NONE);
    (void)fprintf(page->out, "\n");
}

/* ---- the table ---- */

static const char *bar_text(const struct page *page, int64_t tenths)
{
    static const char hashes[] = "############";
    int64_t length = llabs(tenths) * BAR_COLUMNS / 1000;

    if (length > BAR_COLUMNS)
        length = BAR_COLUMNS;
    return compare_print(page->arena, "%-*s", BAR_COLUMNS,
                         tenths < 0 ? (length > 0 ? "-" : "") : hashes + BAR_COLUMNS - length);
}

/* "-0.0" says nothing: what rounds to zero is zero. */
static double rounded(const struct page *page, int64_t bytes)
{
    double size = (double)bytes / page->unit;

    return size > -0.05 && size < 0.05 ? 0.0 : size;
}

/* Narrow pages lose the bars first, then what was before; never the change or the name. */
static bool has_bars(const struct page *page)
{
    return page->style->columns >= 90;
}

static bool has_before(const struct page *page)
{
    return page->style->columns >= 72;
}

/* One line of the table; what is cut in the middle when it is too long. */
static void print_line(const struct page *page, int64_t before, int64_t after, int64_t tenths,
                       char mark, const char *what, enum tint tint)
{
    struct arena *arena = page->arena;
    const char *numbers = compare_print(
        arena, "%s%9.1f %+9.1f %7s  %s%c ",
        has_before(page) ? compare_print(arena, "%9.1f ", rounded(page, before)) : "",
        rounded(page, after), rounded(page, after - before), share_text(page, tenths),
        has_bars(page) ? compare_print(arena, "%s ", bar_text(page, tenths)) : "", mark);

    (void)fprintf(page->out, "%s%s%s%s\n", tint_on(page, tint), numbers,
                  printable_cut(arena, what, page->style->columns - strlen(numbers)),
                  tint_off(page, tint));
}

static void print_header(const struct page *page)
{
    const char *unit = page->unit_name;

    (void)fprintf(page->out, "%s%9s %9s %7s  %*s  who\n", has_before(page) ? "   before " : "",
                  "after", "delta", "share", has_bars(page) ? BAR_COLUMNS + 1 : 0, "");
    (void)fprintf(page->out, "%s%9s %9s\n",
                  has_before(page) ? compare_print(page->arena, "%9s ", unit) : "", unit, unit);
}

static void print_regions(const struct page *page, const struct row *row)
{
    size_t shown = 0;

    for (size_t i = 0; i < row->region_count && shown < REGIONS_SHOWN; i++) {
        const struct row_region *region = &row->regions[i];
        int64_t delta = region->after_bytes - region->before_bytes;
        uint64_t count = delta >= 0 ? region->after_count : region->before_count;
        const char *line;

        if (llabs(delta) < page->style->min_bytes)
            continue;
        line = compare_print(page->arena, "%*s%+.1f in %" PRIu64 " region%s: %s %s",
                             has_before(page) ? 44 : 32, "", rounded(page, delta), count,
                             count == 1 ? "" : "s", printable(page->arena, region->type),
                             printable(page->arena, region->detail));
        (void)fprintf(page->out, "%s%s%s\n", tint_on(page, TINT_DIM),
                      printable_cut(page->arena, line, page->style->columns),
                      tint_off(page, TINT_DIM));
        shown++;
    }
}

static void print_row(const struct page *page, const struct row *row)
{
    static const char *const kinds[] = {
        [OWNER_PROCESS] = "process", [OWNER_EXTENSION] = "module", [OWNER_ZONE] = "slab",
        [OWNER_OBJECT] = "object",   [OWNER_CGROUP] = "cgroup",    [OWNER_KERNEL] = "kernel"};
    const char *state = "", *account = "";
    int64_t delta = row->after_bytes - row->before_bytes;

    if (row->renamed_from != NULL)
        state = compare_print(page->arena, "  new, perhaps was %s",
                              printable(page->arena, row->renamed_from));
    else if (row->renamed_to != NULL)
        state = compare_print(page->arena, "  gone, perhaps is now %s",
                              printable(page->arena, row->renamed_to));
    else if (row->state != ROW_BOTH)
        state = row->state == ROW_NEW ? "  new" : "  gone";
    if (row->kind == OWNER_PROCESS || row->kind == OWNER_OBJECT || row->kind == OWNER_EXTENSION)
        account = compare_print(page->arena, " (%s)", row_main_account(row)->account);
    print_line(page, row->before_bytes, row->after_bytes, row->share_tenths,
               row->evidence == MEASURED ? 'M' : 'D',
               compare_print(page->arena, "%-7s %s%s%s", kinds[row->kind],
                             printable(page->arena, row->name), account, state),
               delta > 0   ? TINT_GREW
               : delta < 0 ? TINT_SHRANK
                           : TINT_DIM);
    print_regions(page, row);
}

/* Rows that are told as one line. */
struct fold {
    size_t count;
    int64_t before_bytes, after_bytes, share_tenths;
};

enum { FOLD_GREW, FOLD_SHRANK, FOLD_NOT_RUNNING, FOLD_SAME, FOLDS };

static void fold_row(struct fold *folds, const struct row *row, bool fresh_boot)
{
    int64_t delta = row->after_bytes - row->before_bytes;
    struct fold *fold = &folds[delta > 0 ? FOLD_GREW : delta < 0 ? FOLD_SHRANK : FOLD_SAME];

    if (fresh_boot && row->kind == OWNER_PROCESS && row->state == ROW_GONE)
        fold = &folds[FOLD_NOT_RUNNING];
    fold->count++;
    fold->before_bytes += row->before_bytes;
    fold->after_bytes += row->after_bytes;
    fold->share_tenths += row->share_tenths;
}

static void print_folds(const struct page *page, const struct fold *folds)
{
    static const char *const words[] = {[FOLD_GREW] = "more grew",
                                        [FOLD_SHRANK] = "more shrank",
                                        [FOLD_NOT_RUNNING] = "processes not running now",
                                        [FOLD_SAME] = "same"};

    for (size_t i = 0; i < FOLDS; i++)
        if (folds[i].count > 0)
            print_line(page, folds[i].before_bytes, folds[i].after_bytes, folds[i].share_tenths,
                       '.', compare_print(page->arena, "%zu %s", folds[i].count, words[i]),
                       TINT_DIM);
}

static void print_table(const struct page *page)
{
    const struct comparison *comparison = page->comparison;
    struct fold folds[FOLDS] = {{0}};
    bool fresh_boot = is_fresh_boot(comparison);

    print_header(page);
    for (size_t i = 0; i < comparison->row_count; i++) {
        const struct row *row = &comparison->rows[i];
        int64_t moved = llabs(row->after_bytes - row->before_bytes);

        if (page->style->all || (i < page->style->top && moved >= page->style->min_bytes))
            print_row(page, row);
        else
            fold_row(folds, row, fresh_boot);
    }
    print_folds(page, folds);
    print_line(page, comparison->residual.before_bytes, comparison->residual.after_bytes,
               comparison->residual.share_tenths, '?',
               compare_print(page->arena, "residual (%s of it may be skew)",
                             size_text(page, comparison->residual.skew_bytes)),
               TINT_NONE);
    print_line(page, comparison->before_bytes, comparison->after_bytes, 1000, ' ', "total wired",
               TINT_BOLD);
}

/* ---- what else ---- */

static void print_findings(const struct page *page)
{
    const struct comparison *comparison = page->comparison;

    for (size_t i = 0; i < comparison->finding_count; i++) {
        const struct finding *finding = &comparison->findings[i];
        bool warning = finding->severity == SEVERITY_WARNING;
        enum tint tint = warning ? TINT_WARN : TINT_NONE;

        (void)fprintf(page->out, "\n%s%s[%s]%s: %s\n   ", tint_on(page, tint),
                      warning ? "warning" : "note", finding->code, tint_off(page, tint),
                      printable_cut(page->arena, printable(page->arena, finding->subject),
                                    page->style->columns - 16));
        print_paragraph(page, printable(page->arena, finding->text), 3, TINT_NONE);
        (void)fprintf(page->out, "   = help: ");
        print_paragraph(page, finding->help, 11, TINT_NONE);
        if (strcmp(finding->code, "W301") != 0)
            continue;
        for (size_t j = 0; j < comparison->suspect_count; j++) {
            (void)fprintf(page->out, "   = inferred: ");
            print_paragraph(page,
                            compare_print(page->arena, "%s: %s",
                                          printable(page->arena, comparison->suspects[j].subject),
                                          printable(page->arena, comparison->suspects[j].text)),
                            15, TINT_NONE);
        }
    }
}

/* " | 3 notes", when there are any. */
static const char *counted(const struct page *page, size_t count, const char *what)
{
    return count == 0 ? "" : compare_print(page->arena, " | %zu %s", count, what);
}

static void print_coverage(const struct page *page)
{
    const struct comparison *comparison = page->comparison;

    (void)fprintf(page->out, "\n  ");
    print_paragraph(
        page,
        compare_print(page->arena,
                      "%.1f%% of the moves named, %.1f%% by owner | %zu of %zu processes unreadable"
                      "%s%s%s",
                      comparison->named_share * 100, comparison->owner_share * 100,
                      comparison->unread_count, comparison->process_count,
                      counted(page, comparison->one_sided_count, "set aside (one side only)"),
                      counted(page, comparison->missing_count, "members not read"),
                      counted(page, comparison->note_count, "notes")),
        2, TINT_NONE);
    (void)fprintf(page->out, "  M measured  D derived  ? unknown      all rows: --all\n");
}

void report_text(FILE *out, const struct comparison *comparison, const struct report_style *style)
{
    bool large = comparison->before_bytes > 100 * (int64_t)GIB ||
                 comparison->after_bytes > 100 * (int64_t)GIB;
    struct page page = {
        out, comparison, style, comparison->arena, large ? GIB : MIB, large ? "GiB" : "MiB"};

    print_captures(&page);
    print_table(&page);
    print_findings(&page);
    print_coverage(&page);
}
