/* vmmap_like.c - whether a text is what Apple's vmmap prints. Our own lists look much the same. */
#include "formats/apple/vmmap.h"
#include "formats/readers.h"

#define FIRST_LINES 8   /* in which a text without any heading has to show what it is */
#define BEGIN_LINES 100 /* in which any other has */

/* Only our own lists have that column, and they are members of bundles: no loose files. */
static bool has_wired(const struct vmmap_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->kinds[i] == REGION_WIRED)
            return true;
    return false;
}

/* Of line n of those that say anything. `own`: a header of our own lists stands above it. */
static bool is_like(struct vmmap_preamble *preamble, size_t n, struct str line, bool *own)
{
    struct vmmap_columns columns;
    struct str none = {"", 0};

    (void)vmmap_preamble_read(preamble, line);
    if (preamble->is_vmmap || vmmap_summary_header(none, line, &columns) ||
        (n < FIRST_LINES && vmmap_failure(line)))
        return true;
    if (vmmap_rows_header(line, &columns)) {
        *own = has_wired(&columns);
        return !*own;
    }
    return n < FIRST_LINES && !*own && vmmap_rows_like(line);
}

/* Crash reports have their summary at the end. */
bool apple_vmmap_is_like(struct str text)
{
    struct vmmap_preamble preamble = {0};
    struct str line;
    size_t n = 0;
    bool own = false;

    while (str_line(&text, &line)) {
        line = str_trim(line);
        if (str_starts(line, "VM Region Summary:") ||
            (n < BEGIN_LINES && is_like(&preamble, n, line, &own)))
            return true;
        n += line.len > 0;
    }
    return false;
}
