/*
 * platform_linux.h - what platform_linux is made of, beside its accounts (account_linux.h).
 */
#ifndef ANALYZE_PLATFORM_LINUX_H
#define ANALYZE_PLATFORM_LINUX_H

#include "analyze/platform.h"

void linux_suspects(struct comparison *comparison);
void linux_findings(struct comparison *comparison);

#endif
