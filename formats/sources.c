/*
 * sources.c - sources.tsv: how the reading of each member went.
 *
 *     member	status	errno	bytes	us	crc32	note
 *     proc/meminfo	ok	0	1476	11	9a0e6f11	-
 *     vmmap/713.txt	denied	13	-	7	-	-
 */
#include "formats/readers.h"
#include "formats/tsv.h"

static struct count read_crc(const struct tsv *tsv)
{
    struct count crc = {0};

    if (!tsv_says(tsv, "crc32"))
        return crc;
    if (str_u64(tsv_field(tsv, "crc32"), 16, &crc.n) && crc.n <= UINT32_MAX)
        crc.known = true;
    else
        tsv_note(tsv, "not a CRC-32: taken as not known");
    return crc.known ? crc : (struct count){0};
}

static uint32_t read_errno(const struct tsv *tsv)
{
    struct count errnum = tsv_count(tsv, "errno");

    return errnum.n <= UINT32_MAX ? (uint32_t)errnum.n : 0;
}

bool sources_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "member"))
        return err_set(err, "not a table of sources: no column member");
    while (tsv_next(&tsv)) {
        struct source *source;
        enum status status;

        if (!tsv_says(&tsv, "member") || !status_named(tsv_field(&tsv, "status"), &status)) {
            tsv_note(&tsv, "no member, or an unknown status: line skipped");
            continue;
        }
        if (snap->source_count >= RECORDS_MAX) {
            tsv_note(&tsv, "too many sources: the rest is skipped");
            break;
        }
        source = arena_append(snap->arena, &snap->sources, &snap->source_count, sizeof *source);
        source->member = tsv_name(&tsv, "member");
        source->status = status;
        source->errnum = read_errno(&tsv);
        source->content_bytes = tsv_count(&tsv, "bytes");
        source->crc32 = read_crc(&tsv);
    }
    return true;
}
