/*
 * clock.h - time, in microseconds.
 */
#ifndef CAPTURE_CLOCK_H
#define CAPTURE_CLOCK_H

#include <stdint.h>

/* Since some moment in the past; only ever goes up, and stands while the machine sleeps. For how long
 * something took. */
uint64_t clock_now_us(void);

/* Since the epoch. For when something was. */
int64_t clock_epoch_us(void);

/* Sleeps that long, or until a signal arrives. */
void clock_sleep_ms(unsigned ms);

#endif
