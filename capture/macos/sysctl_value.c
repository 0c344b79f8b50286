/* sysctl_value.c - see sysctl_value.h. */
#include "capture/macos/sysctl_value.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "capture/macos/darwin.h"

/* bsd/sys/time.h, bsd/sys/resource.h: layouts of 64-bit programs. */
struct timeval_64 {
    int64_t sec;
    int32_t usec, padding;
};
struct loadavg_64 {
    uint32_t load[3], padding;
    int64_t scale;
};
struct clockinfo_32 {
    int32_t hz, tick, tick_adjust, statistics_hz, profile_hz;
};

typedef void put_fn(struct output *output, const char *value);

static void put_timeval(struct output *output, const char *value)
{
    struct timeval_64 moment;
    struct tm tm;
    char text[64];
    time_t seconds;

    memcpy(&moment, value, sizeof moment);
    seconds = (time_t)moment.sec;
    output_printf(output, "{ sec = %" PRId64 ", usec = %" PRId32 " } ", moment.sec, moment.usec);
    if (localtime_r(&seconds, &tm) != NULL &&
        strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &tm) > 0)
        output_printf(output, "%s", text);
}

static void put_loadavg(struct output *output, const char *value)
{
    struct loadavg_64 loads;
    double scale;

    memcpy(&loads, value, sizeof loads);
    scale = loads.scale == 0 ? 1 : (double)loads.scale;
    output_printf(output, "{ %.2f %.2f %.2f }", (double)loads.load[0] / scale,
                  (double)loads.load[1] / scale, (double)loads.load[2] / scale);
}

static void put_clockinfo(struct output *output, const char *value)
{
    struct clockinfo_32 clock;

    memcpy(&clock, value, sizeof clock);
    output_printf(output,
                  "{ hz = %" PRId32 ", tick = %" PRId32 ", tickadj = %" PRId32 ", profhz = %" PRId32
                  ", stathz = %" PRId32 " }",
                  clock.hz, clock.tick, clock.tick_adjust, clock.profile_hz, clock.statistics_hz);
}

static void put_swap(struct output *output, const char *value)
{
    const double mib = 1024.0 * 1024.0;
    struct darwin_swap_usage swap;

    memcpy(&swap, value, sizeof swap);
    output_printf(output, "total = %.2fM  used = %.2fM  free = %.2fM  %s", (double)swap.total / mib,
                  (double)swap.used / mib, (double)swap.available / mib,
                  swap.encrypted != 0 ? "(encrypted)" : "");
}

struct structure {
    const char *format;
    size_t size;
    put_fn *put;
};

static const struct structure structures[] = {
    {"S,timeval", sizeof(struct timeval_64), put_timeval},
    {"S,loadavg", sizeof(struct loadavg_64), put_loadavg},
    {"S,clockinfo", sizeof(struct clockinfo_32), put_clockinfo},
    {"S,xsw_usage", sizeof(struct darwin_swap_usage), put_swap},
};

static const struct structure *structure_of(const char *format)
{
    for (size_t i = 0; i < sizeof structures / sizeof *structures; i++)
        if (strcmp(format, structures[i].format) == 0)
            return &structures[i];
    return NULL;
}

bool sysctl_is_printable(const char *format)
{
    return (*format != '\0' && strchr("AILQ", *format) != NULL) || structure_of(format) != NULL;
}

/* One number or several of them. */
static void put_numbers(struct output *output, struct str value, size_t width, bool is_unsigned)
{
    for (size_t at = 0; at + width <= value.len; at += width) {
        int64_t number = 0;
        int32_t narrow;

        if (width == sizeof number) {
            memcpy(&number, value.at + at, width);
        } else {
            memcpy(&narrow, value.at + at, width);
            number = is_unsigned ? (int64_t)(uint32_t)narrow : narrow;
        }
        if (at > 0)
            output_write(output, " ", 1);
        if (is_unsigned)
            output_printf(output, "%" PRIu64, (uint64_t)number);
        else
            output_printf(output, "%" PRId64, number);
    }
}

static void line_put(struct output *output, const char *name, struct str line)
{
    output_printf(output, "%s: ", name);
    for (size_t i = 0; i < line.len; i++) {
        char c = line.at[i];
        bool control = ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;

        output_write(output, control ? "?" : &c, 1);
    }
    output_write(output, "\n", 1);
}

/* Up to the first NUL, with each line under the name: a value cannot pass for another variable. */
static void put_text(struct output *output, const char *name, struct str value)
{
    struct str line = {value.at, 0};

    value.len = strnlen(value.at, value.len);
    do {
        (void)str_line(&value, &line);
        line_put(output, name, line);
    } while (value.len > 0);
}

bool sysctl_put(struct output *output, const char *name, const char *format, struct str value)
{
    const struct structure *structure = structure_of(format);
    size_t width = *format == 'I' ? sizeof(int32_t) : sizeof(int64_t);

    if (value.len == 0 || !sysctl_is_printable(format))
        return false;
    if (*format == 'A') {
        put_text(output, name, value);
        return true;
    }
    if (structure != NULL ? value.len != structure->size : value.len < width)
        return false;
    output_printf(output, "%s: ", name);
    if (structure != NULL)
        structure->put(output, value.at);
    else
        put_numbers(output, value, width, format[1] == 'U');
    output_write(output, "\n", 1);
    return true;
}
