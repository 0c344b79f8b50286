/* figures.c - see figures.h. */
#include "formats/apple/figures.h"

#define DECIMALS_MAX 6

/* Takes the unit off the end of *text. */
static bool take_unit(struct str *text, uint64_t *unit)
{
    static const char letters[] = "BKMGTPE";
    char last;

    *unit = 1;
    if (text->len == 0)
        return false;
    last = text->at[text->len - 1];
    if (last >= '0' && last <= '9')
        return true;
    if (last == 'B') {
        text->len--;
        *text = str_trim(*text);
        if (text->len == 0)
            return false;
        last = text->at[text->len - 1];
    }
    if (last == 'i' && text->len > 1) { /* "KiB" is what others call "KB" */
        text->len--;
        last = text->at[text->len - 1];
    }
    if (last == 'k')
        last = 'K';
    for (size_t i = 1; letters[i] != '\0'; i++) {
        if (last != letters[i])
            continue;
        *unit = (uint64_t)1 << (10 * i);
        text->len--;
    }
    *text = str_trim(*text);
    return true;
}

bool figure_read(struct str text, struct figure *figure)
{
    struct str rest = str_trim(text), whole;
    uint64_t unit, number, decimals = 0, scale = 1, bytes;

    if (!take_unit(&rest, &unit))
        return false;
    if (str_cut(&rest, '.', &whole)) {
        if (rest.len > DECIMALS_MAX || !str_u64(rest, 10, &decimals) || (unit == 1 && decimals > 0))
            return false;
        for (size_t i = 0; i < rest.len; i++)
            scale *= 10;
    }
    if (!str_u64(whole, 10, &number) || number > MACHINE_MAX / unit)
        return false;
    /* decimals < scale <= 10^6 and unit <= 2^60: in two steps, so that the product fits. */
    bytes = number * unit + decimals * (unit / scale) + decimals * (unit % scale) / scale;
    if (bytes > MACHINE_MAX)
        return false;
    *figure = (struct figure){bytes, unit == 1 ? 0 : unit / scale, true};
    return true;
}

bool figure_of_pages(uint64_t pages, uint64_t page_bytes, struct figure *figure)
{
    if (page_bytes == 0 || pages > MACHINE_MAX / page_bytes)
        return false;
    *figure = (struct figure){pages * page_bytes, 0, true};
    return true;
}

struct amount figure_amount(struct figure figure)
{
    return figure.known ? amount_of(figure.bytes) : (struct amount){0, false};
}

void mac_total_set(struct snapshot *snap, enum mac_total total, struct figure figure)
{
    if (figure.known && !snap->mac_totals[total].known)
        snap->mac_totals[total] = figure;
}

void mac_snapshot(struct snapshot *snap)
{
    if (snap->manifest.platform == NULL)
        snap->manifest.platform = arena_intern(snap->arena, str_of("macos"));
}
