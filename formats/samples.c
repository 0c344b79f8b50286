/*
 * samples.c - samples.tsv: all terms of wired memory, several times.
 *
 *     phase	t_us	kept	wired_bytes	residual_bytes	locked_bytes	...	peak_bytes	cpu_us
 *     before	0	no	1181548544	15007744	278102016	...	-	-
 *     before	60012	yes	1181499392	14958592	278102016	...	-	-
 *     cost	-	-	-49152	-	-	...	9437184	81000
 *
 * Every column of bytes is a term. The row "cost" says what the capture itself took, and is no
 * sample.
 */
#include "formats/readers.h"
#include "formats/tsv.h"

#define SAMPLES_MAX 10000

static bool is_term(struct str column)
{
    return str_ends(column, "_bytes") && !str_is(column, "peak_bytes");
}

static void read_columns(const struct tsv *tsv, struct snapshot *snap)
{
    for (size_t i = 0; i < tsv->name_count; i++) {
        const char **column;

        if (!is_term(tsv->names[i]))
            continue;
        column = arena_append(snap->arena, &snap->sample_columns, &snap->sample_column_count,
                              sizeof *column);
        *column = snapshot_name(snap, 1, tsv->names[i]);
    }
}

/* A residual may be less than nothing. It is then not known here: it follows from the others. */
static struct amount read_term(const struct tsv *tsv, const char *column)
{
    struct str field = tsv_field(tsv, column);
    uint64_t below;

    if (str_skip(&field, "-") && str_bytes(field, 1, &below))
        return (struct amount){0};
    return tsv_machine_amount(tsv, column);
}

bool samples_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "phase"))
        return err_set(err, "not a table of samples: no column phase");
    read_columns(&tsv, snap);
    while (tsv_next(&tsv)) {
        struct sample *sample;

        if (str_is(tsv_field(&tsv, "phase"), "cost"))
            continue;
        if (!tsv_says(&tsv, "phase")) {
            tsv_note(&tsv, "no phase: line skipped");
            continue;
        }
        if (snap->sample_count >= SAMPLES_MAX) {
            tsv_note(&tsv, "too many samples: the rest is skipped");
            break;
        }
        sample = arena_append(snap->arena, &snap->samples, &snap->sample_count, sizeof *sample);
        sample->phase = tsv_name(&tsv, "phase");
        sample->kept = tsv_yes_no(&tsv, "kept") == YES;
        sample->amounts =
            arena_alloc(snap->arena, snap->sample_column_count * sizeof *sample->amounts);
        for (size_t i = 0; i < snap->sample_column_count; i++)
            sample->amounts[i] = read_term(&tsv, snap->sample_columns[i]);
    }
    return true;
}
