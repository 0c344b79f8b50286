/* mac_os.c - see mac_os.h. */
#include "formats/apple/mac_os.h"

#include "formats/apple/machine.h"

#define SECOND_US ((uint64_t)1000000)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void mac_name_say(struct snapshot *snap, unsigned line, const char **name, struct str text)
{
    text = str_trim(text);
    if (*name == NULL && text.len > 0)
        *name = snapshot_name(snap, line, text);
}

/* "23F79", "18F132", "22A5321d": digits, a capital letter, then digits first. */
static bool is_build(struct str text)
{
    size_t at = 0;

    while (at < text.len && is_digit(text.at[at]))
        at++;
    if (at == 0 || at > 3 || at + 1 >= text.len || text.at[at] < 'A' || text.at[at] > 'Z' ||
        !is_digit(text.at[at + 1]))
        return false;
    for (size_t i = at + 1; i < text.len; i++)
        if (!is_digit(text.at[i]) && (text.at[i] < 'a' || text.at[i] > 'z'))
            return false;
    return true;
}

void mac_os_say(struct snapshot *snap, unsigned line, struct str release)
{
    struct str rest = str_trim(release), os;

    if (is_build(rest)) {
        mac_name_say(snap, line, &snap->manifest.build, rest);
        return;
    }
    if (str_starts(rest, "Bridge OS") || !str_cut(&rest, '(', &os) || !str_ends(rest, ")"))
        return;
    rest.len--;
    if (!is_build(rest))
        return;
    mac_name_say(snap, line, &snap->manifest.os, os);
    mac_name_say(snap, line, &snap->manifest.build, rest);
}

void mac_kernel_say(struct snapshot *snap, struct str version)
{
    version = str_trim(version);
    if (str_skip(&version, "Darwin Kernel Version "))
        (void)mac_darwin_of_release(snap, version);
}

/* Takes so many digits, and the mark behind them (0: none). */
static bool take(struct str *text, size_t digits, char mark, uint64_t *number)
{
    size_t marks = mark != '\0';

    if (text->len < digits + marks || !str_u64((struct str){text->at, digits}, 10, number) ||
        (marks == 1 && text->at[digits] != mark))
        return false;
    *text = (struct str){text->at + digits + marks, text->len - digits - marks};
    return true;
}

/* Days from 1970-01-01: the Gregorian calendar has 146097 days in 400 years, and March comes first
 * so that the leap day is a year's last. */
static uint64_t days_of(uint64_t year, uint64_t month, uint64_t day)
{
    uint64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;

    return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* ".25": parts of a second in microseconds. */
static uint64_t take_fraction(struct str *text)
{
    uint64_t us = 0, unit = SECOND_US / 10;

    if (!str_skip(text, "."))
        return 0;
    for (; text->len > 0 && is_digit(*text->at); unit /= 10) {
        us += (uint64_t)(*text->at - '0') * unit;
        *text = (struct str){text->at + 1, text->len - 1};
    }
    return us;
}

/* " -0600", "+06:00", "Z": the seconds by which that clock is ahead. */
static bool take_zone(struct str text, int64_t *ahead_s)
{
    uint64_t hours, minutes;
    bool behind;

    text = str_trim(text);
    *ahead_s = 0;
    if (str_is(text, "Z"))
        return true;
    behind = str_starts(text, "-");
    if (!str_skip(&text, "-") && !str_skip(&text, "+"))
        return false;
    if (!take(&text, 2, '\0', &hours))
        return false;
    str_skip(&text, ":");
    if (!take(&text, 2, '\0', &minutes) || text.len > 0 || hours > 14 || minutes > 59)
        return false;
    *ahead_s = (int64_t)(hours * 3600 + minutes * 60) * (behind ? -1 : 1);
    return true;
}

void mac_moment_say(struct snapshot *snap, struct str moment)
{
    uint64_t year, month, day, hour, minute, second, us;
    int64_t ahead_s, s;

    moment = str_trim(moment);
    if (!take(&moment, 4, '-', &year) || !take(&moment, 2, '-', &month) ||
        !take(&moment, 2, '\0', &day) || (!str_skip(&moment, " ") && !str_skip(&moment, "T")) ||
        !take(&moment, 2, ':', &hour) || !take(&moment, 2, ':', &minute) ||
        !take(&moment, 2, '\0', &second))
        return;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 60)
        return;
    us = take_fraction(&moment);
    if (!take_zone(moment, &ahead_s) || snap->manifest.taken_us.known)
        return;
    s = (int64_t)(days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) - ahead_s;
    if (s >= 0)
        snap->manifest.taken_us = (struct count){(uint64_t)s * SECOND_US + us, true};
}
