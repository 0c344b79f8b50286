/*
 * comparison.h - what two snapshots differ in: rows, residual, findings. The nouns of the reports.
 *
 * A row is one owner; its accounts, its instances and its regions unfold below it. For each of
 * before, after and delta:
 *
 *     sum(rows) + residual == wired          sum(accounts of a row) == the row
 *
 * to the byte. Rows are sorted by how much they changed, then by kind, name and identity, so that
 * equal evidence gives equal reports. Everything here lives in the comparison's arena; names are
 * raw bytes.
 */
#ifndef ANALYZE_COMPARISON_H
#define ANALYZE_COMPARISON_H

#include <string.h>

#include "analyze/charges.h"
#include "analyze/common.h"

enum row_state { ROW_BOTH, ROW_NEW, ROW_GONE };

struct row_instance {
    struct count pid, start; /* of the after side, where it is there; else of the before side */
    int64_t before_bytes, after_bytes;
    bool in_before, in_after;
};

struct row_account {
    const char *account;
    int64_t before_bytes, after_bytes;
    enum evidence evidence;
    uint64_t resolution_bytes; /* how far rounding in the sources can have moved the delta */
    int64_t skew_bytes;        /* of the account as a whole */
    int64_t unread_before_bytes,
        unread_after_bytes; /* what no region explains; 0 without regions */
};

struct row_region {
    const char *account, *type, *detail;
    uint64_t before_count, after_count;
    int64_t before_bytes, after_bytes;
};

struct row {
    enum owner_kind kind;
    const char *name, *identity;
    int64_t before_bytes, after_bytes;
    int64_t share_tenths;   /* of a percent of the net delta; all rows and the residual make 1000 */
    enum evidence evidence; /* of its main account; accounts[] say it of each */
    enum row_state state;
    const char *renamed_from, *renamed_to; /* its near twin on the other side, or NULL */
    struct row_instance *instances;
    size_t instance_count;
    struct row_account *accounts;
    size_t account_count;
    struct row_region *regions;
    size_t region_count;
};

/* What common ground set aside; outside every sum. */
struct one_sided {
    enum owner_kind kind;
    const char *name, *account;
    struct {
        int64_t bytes;
        bool known;
    } before, after;
    const char *reason;
    bool whole_account; /* the account itself is counted by one side only */
};

struct suspect {
    const char *subject; /* name of a process or module */
    const char *row;     /* the row that it may explain: "residual" */
    const char *text;
    const char *figure_name;
    int64_t figure;
};

enum severity { SEVERITY_NOTE, SEVERITY_WARNING };

struct finding {
    const char *code;
    enum severity severity;
    const char *subject, *text, *help;
    const char *evidence; /* "measured", "derived", "inferred" */
};

struct platform;

struct comparison {
    struct arena *arena;
    const struct platform *platform; /* of both sides: platform.h */
    struct side before, after;
    struct ground ground;
    enum yes_no same_machine, same_boot, same_build;
    struct {
        int64_t us;
        bool known;
    } interval;
    const char **warnings;
    size_t warning_count;

    int64_t before_bytes, after_bytes; /* wired */
    const char *source;                /* how the headline was computed */
    const char *what, *total;          /* what it is: "Wired memory", "total wired" */
    bool skew_known; /* some side was looked at more than once: skew_bytes are more than a guess */
    int64_t skew_bytes;
    uint64_t resolution_bytes; /* how far rounding in the sources can have moved its delta */
    struct row *rows;
    size_t row_count;
    struct {
        int64_t before_bytes, after_bytes, skew_bytes, share_tenths;
    } residual;
    struct one_sided *one_sided;
    size_t one_sided_count;
    struct suspect *suspects;
    size_t suspect_count;
    struct finding *findings;
    size_t finding_count;

    /* Coverage. Shares are parts of 1. */
    double named_share, owner_share;
    size_t process_count, unread_count;
    const char **missing;
    size_t missing_count;
    const char **notes;
    size_t note_count;
};

/* The account in which the row moved most; if it did not move, the largest. */
const struct row_account *row_main_account(const struct row *row);

/* The owner's kind tells the account already: an extension in "extension memory". */
static inline bool is_default_account(const struct row *row)
{
    return row->kind == OWNER_EXTENSION &&
           strcmp(row_main_account(row)->account, "extension memory") == 0;
}

#endif
