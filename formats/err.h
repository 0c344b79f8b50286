/*
 * err.h - why a call failed, and where.
 *
 * A function that can fail returns bool and takes `struct err *err` last. True: *err is
 * untouched. False: it is filled. Test the bool, never the struct. Each layer adds only the
 * place that it knows, in front: "after.tar.gz: proc/meminfo:3: ...".
 *
 * Holds no pointers, so it lives on the caller's stack. Only main prints one.
 * The message is for a person: what, where, what to do. It may quote names from evidence; those
 * are made harmless here (control bytes and bytes above 0x7e become \xNN), so that it can be
 * printed as it is.
 */
#ifndef FORMATS_ERR_H
#define FORMATS_ERR_H

#include <stdbool.h>

struct err {
    char text[1024];
};

/* Fills *err; returns false, so that failing is one expression: return err_set(err, ...). */
bool err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As err_set, and appends ": " and what errno says. */
bool err_errno(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "PLACE: " in front of what *err says already; returns false. */
bool err_in(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
