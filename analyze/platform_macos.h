/*
 * platform_macos.h - what platform_macos is made of, beside its accounts (account_macos.h).
 */
#ifndef ANALYZE_PLATFORM_MACOS_H
#define ANALYZE_PLATFORM_MACOS_H

#include "analyze/platform.h"

void mac_suspects(struct comparison *comparison);
void mac_findings(struct comparison *comparison);

#endif
