/* shim_time.c - the clocks of the simulated Mac, which run on from where the scenario sets them. */
#include <time.h>

#include "tests/macrun/mac.h"
#include "tests/macrun/macrun.h"

static void put_time(uint64_t ns, struct timespec *time)
{
    *time = (struct timespec){(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
}

static int mac_clock_gettime(int clock, struct timespec *time)
{
    switch (clock) {
    case DARWIN_CLOCK_REALTIME:
        put_time(mac_epoch_ns(), time);
        return 0;
    case DARWIN_CLOCK_MONOTONIC:
    case DARWIN_CLOCK_MONOTONIC_RAW:
    case DARWIN_CLOCK_UPTIME_RAW:
        put_time(mac_uptime_ns(), time);
        return 0;
    case DARWIN_CLOCK_PROCESS_CPUTIME_ID:
        return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, time);
    case DARWIN_CLOCK_THREAD_CPUTIME_ID:
        return clock_gettime(CLOCK_THREAD_CPUTIME_ID, time);
    default:
        return mac_fail(DARWIN_EINVAL);
    }
}

static int mac_gettimeofday(struct darwin_timeval *time, void *zone)
{
    uint64_t ns = mac_epoch_ns();

    (void)zone;
    time->tv_sec = (int64_t)(ns / 1000000000);
    time->tv_usec = (int32_t)(ns % 1000000000 / 1000);
    return 0;
}

static int64_t mac_time(int64_t *time)
{
    int64_t now = (int64_t)(mac_epoch_ns() / 1000000000);

    if (time != NULL)
        *time = now;
    return now;
}

/* On an Intel Mac, and so for this program on any, a tick is a nanosecond. */
static int mac_mach_timebase_info(uint32_t fraction[2])
{
    fraction[0] = fraction[1] = 1;
    return 0;
}

const struct shim shims_time[] = {SHIM(clock_gettime),
                                  SHIM(gettimeofday),
                                  SHIM(time),
                                  SHIM(mach_timebase_info),
                                  SHIM_AS(mach_absolute_time, mac_uptime_ns),
                                  SHIM_AS(mach_continuous_time, mac_uptime_ns),
                                  SHIM_END};
