/*
 * name.h - what a bundle is called, in the manner of a sysdiagnose:
 *
 *     wirecap_2026.11.20_23-19-00+0000_Linux_ThinkPad-X1_6.12.9
 *
 * Time is UTC, so that names sort by it and say nothing about where the machine stands.
 */
#ifndef CAPTURE_NAME_H
#define CAPTURE_NAME_H

#include "formats/err.h"
#include "formats/snapshot.h"

#define NAME_TOP_MAX  150 /* with the NUL: what ustar can hold beside a member's own name */
#define NAME_PATH_MAX 4096

/* The top folder, and the file's name without ".tar.gz". platform is as in the manifest. */
void name_top(char top[NAME_TOP_MAX], const char *platform, const struct manifest *manifest,
              int64_t taken_s);

/* Where the bundle goes: out itself, or top.tar.gz in the folder that out is, or here when out is
 * NULL. "-" is standard output. False: the path is too long, or the folder does not exist. */
bool name_path(char path[NAME_PATH_MAX], const char *out, const char *top, struct err *err);

/* "2026-11-20T23:19:00Z", at least 32 bytes; "-" for what no calendar holds. */
void name_iso_time(char *text, size_t size, int64_t time_s);

#endif
