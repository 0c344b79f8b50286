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

const struct shim shims_time[] = {SHIM(clock_gettime), SHIM_END};
