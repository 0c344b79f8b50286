/* report_text.c - see report.h. What stands around the table. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/page.h"
#include "analyze/printable.h"

#define RELEASE_COLUMNS   24 /* of a kernel, at most */
#define NAME_COLUMNS      40 /* of a file, at most */
#define LABEL_COLUMNS_MIN 10 /* a shorter piece of a label says nothing */

/* When it was taken; a loose output does not say, and is known by its name. */
static const char *moment_text(const struct page *page, const struct side *side)
{
    const char *path = side->loaded->path != NULL ? side->loaded->path : "-";
    const char *slash = strrchr(path, '/');

    if (side->snap->manifest.taken_us.known)
        return report_time(page->arena, side->snap->manifest.taken_us);
    if (strcmp(path, "-") == 0)
        return "standard input";
    if (slash != NULL && slash[1] != '\0')
        path = slash + 1;
    return printable_cut(page->arena, printable(page->arena, path), NAME_COLUMNS);
}

static void print_capture(const struct page *page, const struct side *side, const char *which)
{
    const struct manifest *manifest = &side->snap->manifest;
    struct str rest = str_of(or_unknown(page, manifest->build)), release;
    const char *line, *label = "";
    size_t columns = page->style->columns, used;

    (void)str_word(&rest, &release);
    line = arena_print(
        page->arena, "  %-7s %s  up %-8s  %s  sha256 %.12s%s", which, moment_text(page, side),
        manifest->uptime_s.known ? duration_text(page, manifest->uptime_s.n) : "?",
        printable_cut(page->arena, arena_intern(page->arena, release), RELEASE_COLUMNS),
        side->loaded->digest[0] ? side->loaded->digest : "none",
        side->loaded->complete ? "" : "  INCOMPLETE");
    used = printable_width(line);
    if (manifest->label != NULL && used + LABEL_COLUMNS_MIN <= columns)
        label = arena_print(page->arena, "  %s",
                            printable_cut(page->arena, printable(page->arena, manifest->label),
                                          columns - used - 2));
    (void)fprintf(page->out, "%s%s\n", printable_cut(page->arena, line, columns), label);
}

/* What the systems are called. */
static const char *system_text(const struct page *page)
{
    const struct manifest *before = &page->comparison->before.snap->manifest;
    const struct manifest *after = &page->comparison->after.snap->manifest;
    const char *from = or_unknown(page, before->os), *to = or_unknown(page, after->os);

    if (before->os == NULL && after->os == NULL)
        return "system not known";

    return strcmp(from, to) == 0 ? from : arena_print(page->arena, "%s -> %s", from, to);
}

void print_captures(const struct page *page)
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
        apart =
            arena_print(page->arena, ", %s apart",
                        duration_text(page, (uint64_t)(llabs(comparison->interval.us) / 1000000)));
    (void)fprintf(page->out, "  ");
    print_paragraph(page,
                    arena_print(page->arena, "%s; %s, %s%s", system_text(page),
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
        for (size_t j = 0; j < comparison->suspect_count; j++) {
            if (strcmp(comparison->suspects[j].row, finding->subject) != 0)
                continue;
            (void)fprintf(page->out, "   = inferred: ");
            print_paragraph(page,
                            arena_print(page->arena, "%s: %s",
                                        printable(page->arena, comparison->suspects[j].subject),
                                        printable(page->arena, comparison->suspects[j].text)),
                            15, TINT_NONE);
        }
    }
}

/* " | 3 notes", when there are any. */
static const char *counted(const struct page *page, size_t count, const char *what)
{
    return count == 0 ? "" : arena_print(page->arena, " | %zu %s", count, what);
}

static void print_coverage(const struct page *page)
{
    const struct comparison *comparison = page->comparison;

    (void)fprintf(page->out, "\n  ");
    print_paragraph(
        page,
        arena_print(page->arena,
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

static void print_list(const struct page *page, const char *title, const char *const *lines,
                       size_t count)
{
    if (count > 0)
        (void)fprintf(page->out, "\n  %s:\n", title);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(
            page->out, "    %s\n",
            printable_cut(page->arena, printable(page->arena, lines[i]), page->style->columns - 4));
}

static const char *side_size(const struct page *page, bool known, int64_t bytes)
{
    return known ? size_text(page, bytes) : "not known";
}

/* What the counts in the last lines stand for. */
static void print_rest(const struct page *page)
{
    const struct comparison *comparison = page->comparison;

    if (comparison->one_sided_count > 0)
        (void)fprintf(page->out, "\n  set aside, in no sum:\n");
    for (size_t i = 0; i < comparison->one_sided_count; i++) {
        const struct one_sided *aside = &comparison->one_sided[i];
        const char *line =
            arena_print(page->arena, "%s %s (%s): %s -> %s", owner_kind_name(aside->kind),
                        printable(page->arena, aside->name), aside->account,
                        side_size(page, aside->before.known, aside->before.bytes),
                        side_size(page, aside->after.known, aside->after.bytes));

        (void)fprintf(page->out, "    %s\n",
                      printable_cut(page->arena, line, page->style->columns - 4));
    }
    print_list(page, "members not read", comparison->missing, comparison->missing_count);
    print_list(page, "notes", comparison->notes, comparison->note_count);
}

void report_text(FILE *out, const struct comparison *comparison, const struct report_style *style)
{
    bool large = comparison->before_bytes > 100 * (int64_t)PAGE_GIB ||
                 comparison->after_bytes > 100 * (int64_t)PAGE_GIB;
    struct page page = {out,
                        comparison,
                        style,
                        comparison->arena,
                        large ? PAGE_GIB : PAGE_MIB,
                        large ? "GiB" : "MiB"};

    print_captures(&page);
    print_table(&page);
    print_findings(&page);
    print_coverage(&page);
    if (style->all)
        print_rest(&page);
}
