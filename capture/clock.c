/* clock.c - see clock.h. */
#include "capture/clock.h"

#include <time.h>

/* Of Linux the monotonic clock stands while the machine sleeps. Apple's goes on, and what was read
 * then would be taken for stuck. */
#ifdef CLOCK_UPTIME_RAW
#define CLOCK_AWAKE CLOCK_UPTIME_RAW
#else
#define CLOCK_AWAKE CLOCK_MONOTONIC
#endif

uint64_t clock_now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_AWAKE, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int64_t clock_epoch_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void clock_sleep_ms(unsigned ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    (void)nanosleep(&time, NULL);
}
