/* test_tsv.c - tsv.h, and processes.h both ways. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "formats/processes.h"
#include "formats/readers.h"
#include "formats/tsv.h"

Test(tsv, columns_are_found_by_name)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena};
    struct tsv tsv;

    cr_assert(tsv_open(&tsv, str_of("b\ta\n1\t2\n\n3\n4\t5\t6\n"), &snap, "a"));
    cr_assert(tsv_next(&tsv) && tsv_count(&tsv, "a").n == 2 && tsv_count(&tsv, "b").n == 1);
    cr_assert_eq(tsv.line, 2);
    cr_assert(tsv_next(&tsv) && !tsv_count(&tsv, "a").known && tsv_count(&tsv, "b").n == 3);
    cr_assert_eq(tsv.line, 4);
    cr_assert(tsv_next(&tsv) && tsv_count(&tsv, "a").n == 5 && !tsv_says(&tsv, "c"));
    cr_assert_not(tsv_next(&tsv));
    cr_assert_eq(snap.note_count, 0);
    arena_free(&arena);
}

Test(tsv, a_table_needs_its_column)
{
    struct snapshot snap = {0};
    struct tsv tsv;

    cr_assert_not(tsv_open(&tsv, str_of(""), &snap, "a"));
    cr_assert_not(tsv_open(&tsv, str_of("aa\tb\n"), &snap, "a"));
}

/* "45" may have been "4567". */
Test(tsv, a_line_that_was_cut_is_not_used)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena};
    struct tsv tsv;

    cr_assert(tsv_open(&tsv, str_of("a\n123\n45"), &snap, "a"));
    cr_assert(tsv_next(&tsv) && tsv_count(&tsv, "a").n == 123);
    cr_assert_eq(snap.note_count, 0);
    cr_assert_not(tsv_next(&tsv));
    cr_assert_not(tsv_next(&tsv));
    cr_assert_eq(snap.note_count, 1);
    cr_assert_eq(snap.notes[0].line, 3);
    cr_assert_not_null(strstr(snap.notes[0].what, "cut in the middle of a line"));
    cr_assert_not(tsv_open(&tsv, str_of("a\tb"), &snap, "a"));
    arena_free(&arena);
}

Test(tsv, not_known_is_not_zero)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena};
    struct tsv tsv;

    cr_assert(tsv_open(&tsv, str_of("a\tb\tc\n-\t\tx\n"), &snap, "a"));
    cr_assert(tsv_next(&tsv));
    cr_assert_not(tsv_amount(&tsv, "a").known || tsv_amount(&tsv, "b").known);
    cr_assert_eq(snap.note_count, 0);
    cr_assert_not(tsv_amount(&tsv, "c").known);
    cr_assert_eq(snap.note_count, 1);
    cr_assert_null(tsv_name(&tsv, "a"));
    arena_free(&arena);
}

/* Every field of a process, through a line and back. */
Test(tsv, a_process_comes_back_as_it_was)
{
    static char line[PROCESSES_LINE_MAX], text[2 * PROCESSES_LINE_MAX];
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena};
    struct process process = {
        .pid = 713,
        .ppid = 1,
        .start = {4711, true},
        .name = "a\tb",
        .path = "/usr/bin/x (deleted)",
        .script = "-",
        .team = "",
        .kernel = true,
        .status = STATUS_TIMED_OUT,
        .regions_status = STATUS_DENIED,
        .fds_status = STATUS_OK,
        .ring_count = {0, true},
        .wired = {AMOUNT_MAX, true},
        .hugetlb = {4096, true},
    };
    const struct process *back;
    struct err err;
    size_t used;

    used = processes_format_header(text, sizeof text);
    cr_assert_eq(used, strlen(text));
    used = processes_format(&process, line, sizeof line);
    cr_assert_eq(used, strlen(line));
    (void)strcat(text, line);
    cr_assert(processes_read(str_of(text), &snap, &err));
    cr_assert_eq(snap.process_count, 1);
    cr_assert_eq(snap.note_count, 0);
    back = &snap.processes[0];
    cr_assert(back->pid == 713 && back->ppid == 1 && back->start.n == 4711 && !back->uid.known);
    cr_assert(eq(str, (char *)back->name, (char *)process.name));
    cr_assert(eq(str, (char *)back->path, (char *)process.path));
    cr_assert(eq(str, (char *)back->script, "-"));
    cr_assert(eq(str, (char *)back->team, ""));
    cr_assert(back->unit == NULL && back->kernel && back->status == STATUS_TIMED_OUT);
    cr_assert(back->regions_status == STATUS_DENIED && back->fds_status == STATUS_OK);
    cr_assert(back->ring_count.known && back->ring_count.n == 0 && !back->pipe_count.known);
    cr_assert(eq(u64, back->wired.bytes, AMOUNT_MAX));
    cr_assert(back->hugetlb.known && !back->resident.known);
    arena_free(&arena);
}

Test(tsv, the_longest_process_fits)
{
    static char line[PROCESSES_LINE_MAX];
    char *name = malloc(10001);
    struct process process = {0};

    memset(name, 0xff, 10000);
    name[10000] = '\0';
    process.name = process.path = process.unit = process.script = name;
    process.signing_id = process.team = process.method = name;
    cr_assert_lt(processes_format(&process, line, sizeof line), sizeof line);
    cr_assert_eq(line[strlen(line) - 1], '\n');
    free(name);
}

Test(tsv, notes_are_bounded)
{
    struct arena arena = {0};
    struct snapshot snap = {.arena = &arena, .member = "a"};

    for (unsigned i = 0; i < 1000; i++)
        snapshot_note(&snap, i, "x");
    cr_assert_eq(snap.note_count, 1000);
    cr_assert_eq(snap.notes[SNAPSHOT_NOTES_MAX - 1].line, SNAPSHOT_NOTES_MAX - 1);
    cr_assert_lt(arena.used_bytes, 16384, "the others take no memory");
    arena_free(&arena);
}
