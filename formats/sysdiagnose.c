/* sysdiagnose.c - see sysdiagnose.h. */
#include "formats/sysdiagnose.h"

#include <string.h>

#include "formats/apple/figures.h"
#include "formats/apple/mac_os.h"

#define PREFIX "sysdiagnose_"

/* How the moment is written: digits where there are zeros. */
#define MOMENT       "0000.00.00_00-00-00"
#define MOMENT_BYTES (sizeof MOMENT - 1)
#define ZONE_BYTES   (sizeof "+0100" - 1)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_moment(struct str text)
{
    if (text.len < MOMENT_BYTES)
        return false;
    for (size_t i = 0; i < MOMENT_BYTES; i++)
        if (MOMENT[i] == '0' ? !is_digit(text.at[i]) : text.at[i] != MOMENT[i])
            return false;
    return true;
}

/* What follows the prefix: the moment and more. Something may stand in front of it: archives that
 * were not finished are called "in_progress_sysdiagnose_...". False: it is no such name. */
static bool skip_prefix(const char *top, struct str *text)
{
    const char *at = strstr(top, PREFIX);

    if (at == NULL)
        return false;
    *text = str_of(at + strlen(PREFIX));
    return is_moment(*text);
}

bool sysdiagnose_is(const char *top)
{
    struct str text;

    return skip_prefix(top, &text);
}

/* Takes "2026.03.07_11-24-31+0100", and the "_" behind it. */
static void fill_moment(struct str *text, struct snapshot *snap)
{
    char moment[MOMENT_BYTES + ZONE_BYTES];
    size_t len = MOMENT_BYTES;

    memcpy(moment, text->at, MOMENT_BYTES);
    moment[4] = moment[7] = '-';
    moment[10] = ' ';
    moment[13] = moment[16] = ':';
    *text = (struct str){text->at + MOMENT_BYTES, text->len - MOMENT_BYTES};
    if (text->len >= ZONE_BYTES && (*text->at == '+' || *text->at == '-')) {
        memcpy(moment + len, text->at, ZONE_BYTES);
        len += ZONE_BYTES;
        *text = (struct str){text->at + ZONE_BYTES, text->len - ZONE_BYTES};
    }
    mac_moment_say(snap, (struct str){moment, len});
    (void)str_skip(text, "_");
}

/* As the systems call themselves today. */
static struct str os_name(struct str os)
{
    static const char *const names[][2] = {
        {"Mac-OS-X", "macOS"}, {"Mac_OS_X", "macOS"}, {"Mac OS X", "macOS"},
        {"iPhone-OS", "iOS"},  {"iPhone_OS", "iOS"},  {"Watch-OS", "watchOS"},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(os, names[i][0]))
            return str_of(names[i][1]);
    return os;
}

/* "MacBookPro99-9" is what the system calls "MacBookPro99,9". Of an iPhone there is no more than
 * "iPhone", which is no model. */
static void fill_model(struct str model, struct snapshot *snap)
{
    size_t digits = 0, dash;
    char name[64];

    while (digits < model.len && is_digit(model.at[model.len - 1 - digits]))
        digits++;
    if (digits == 0 || model.len > sizeof name)
        return;
    memcpy(name, model.at, model.len);
    dash = model.len - digits;
    if (dash >= 2 && name[dash - 1] == '-' && is_digit(name[dash - 2]))
        name[dash - 1] = ',';
    mac_name_say(snap, 0, &snap->manifest.model, (struct str){name, model.len});
}

/* The build is the first word that begins with a digit, the word in front of it the model, and what
 * is in front of that the system, which may hold "_" itself. Anything may follow. */
static void fill_words(struct str text, struct snapshot *snap)
{
    struct str rest = text, word, last = {text.at, 0};
    bool more = true;

    while (more) {
        more = str_cut(&rest, '_', &word);
        if (word.len > 0 && is_digit(*word.at)) {
            mac_os_say(snap, 0, word);
            fill_model(last, snap);
            if (last.at > text.at)
                mac_name_say(snap, 0, &snap->manifest.os,
                             os_name((struct str){text.at, (size_t)(last.at - text.at) - 1}));
            return;
        }
        last = word;
    }
}

void sysdiagnose_fill(const char *top, struct snapshot *snap)
{
    struct str text;

    mac_snapshot(snap);
    if (!skip_prefix(top, &text))
        return;
    fill_moment(&text, snap);
    fill_words(text, snap);
}
