#!/bin/sh
# Fails when a file includes a layer that it must not know, or a library or platform that only one
# place may.
cd "$1" || exit 2
bad=$(
    grep -nE '#include "(capture|analyze|tests)/' formats/*.[ch] formats/apple/*.[ch]
    grep -nE '#include "(analyze|tests)/' capture/*.[ch] capture/*/*.[ch]
    grep -nE '#include "(capture|tests)/' analyze/*.[ch]
    grep -nE '#include "[^"/]*"' formats/*.[ch] formats/apple/*.[ch] capture/*.[ch] capture/*/*.[ch] analyze/*.[ch]
    grep -nE '#include <archive' formats/*.[ch] formats/apple/*.[ch] capture/*.[ch] capture/*/*.[ch] analyze/*.[ch] |
        grep -v '^formats/bundle_archive\.c:'
    grep -nE '#include "capture/(linux|macos)/' capture/*.[ch]
    grep -nE '#include "capture/linux/' capture/macos/*.[ch]
    grep -nE '#include "capture/macos/' capture/linux/*.[ch]
    grep -nE '#include <(mach|libproc|sys/(sysctl|proc_info))' capture/macos/*.[ch] |
        grep -v '_calls\.[ch]:'
    grep -nE '__APPLE__|__linux__|#include <(mach|libproc|sys/sysctl|linux)[/.]' \
        formats/*.[ch] formats/apple/*.[ch] capture/*.[ch] analyze/*.[ch]
    grep -nE '\b(atoi|atol|atoll|strtol|strtoul|strtoull|sscanf)\(' \
        formats/*.[ch] formats/apple/*.[ch] capture/*.[ch] capture/*/*.[ch] analyze/*.[ch]
)
[ -z "$bad" ] && exit 0
echo "$bad"
exit 1
