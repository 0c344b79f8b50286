/* page.c - see page.h. */
#include "analyze/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyze/printable.h"

/* The pair for colour-blind readers, #D55E00 and #0072B2, as 256-colour codes. Colour only repeats
 * what the text says already. */
const char *tint_on(const struct page *page, enum tint tint)
{
    static const char *const codes[] = {
        [TINT_NONE] = "",        [TINT_GREW] = "\033[38;5;166m", [TINT_SHRANK] = "\033[38;5;25m",
        [TINT_BOLD] = "\033[1m", [TINT_DIM] = "\033[2m",         [TINT_WARN] = "\033[33m"};

    return page->style->color ? codes[tint] : "";
}

const char *tint_off(const struct page *page, enum tint tint)
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

const char *size_text(const struct page *page, int64_t bytes)
{
    double size = (double)(bytes < 0 ? -bytes : bytes);

    if (size >= PAGE_GIB)
        return arena_print(page->arena, "%.2f GiB", size / PAGE_GIB);
    if (size >= PAGE_MIB / 10)
        return arena_print(page->arena, "%.1f MiB", size / PAGE_MIB);
    return arena_print(page->arena, "%.0f KiB", size / 1024);
}

const char *duration_text(const struct page *page, uint64_t seconds)
{
    if (seconds >= 86400)
        return arena_print(page->arena, "%" PRIu64 "d %02" PRIu64 "h", seconds / 86400,
                           seconds / 3600 % 24);
    if (seconds >= 3600)
        return arena_print(page->arena, "%" PRIu64 "h %02" PRIu64 "m", seconds / 3600,
                           seconds / 60 % 60);
    if (seconds >= 60)
        return arena_print(page->arena, "%" PRIu64 "m %02" PRIu64 "s", seconds / 60, seconds % 60);
    return arena_print(page->arena, "%" PRIu64 "s", seconds);
}

const char *share_text(const struct page *page, int64_t tenths)
{
    if (page->comparison->after_bytes == page->comparison->before_bytes)
        return "-";
    return arena_print(page->arena, "%s%" PRId64 ".%" PRId64 "%%", tenths < 0 ? "-" : "",
                       (tenths < 0 ? -tenths : tenths) / 10, (tenths < 0 ? -tenths : tenths) % 10);
}

void print_paragraph(const struct page *page, const char *text, size_t indent, enum tint tint)
{
    size_t column = indent, room = page->style->columns - indent;
    struct str rest = str_of(text), word;
    bool first = true;

    (void)fprintf(page->out, "%s", tint_on(page, tint));
    while (str_word(&rest, &word)) {
        const char *cut = printable_cut(page->arena, arena_intern(page->arena, word), room);
        size_t width = printable_width(cut);

        if (!first && column + 1 + width > page->style->columns) {
            (void)fprintf(page->out, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        (void)fprintf(page->out, "%s%s", first ? "" : " ", cut);
        column += width + (first ? 0 : 1);
        first = false;
    }
    (void)fprintf(page->out, "%s\n", tint_off(page, tint));
}

const char *or_unknown(const struct page *page, const char *text)
{
    return text == NULL ? "?" : printable(page->arena, text);
}

bool is_fresh_boot(const struct comparison *comparison)
{
    const struct manifest *before = &comparison->before.snap->manifest;
    const struct manifest *after = &comparison->after.snap->manifest;

    return comparison->same_boot == NO && comparison->after_bytes < comparison->before_bytes &&
           before->uptime_s.known && after->uptime_s.known &&
           after->uptime_s.n < before->uptime_s.n;
}
