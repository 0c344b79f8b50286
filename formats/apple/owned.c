/*
 * owned.c - owned.tsv: VM objects that processes of a Mac own, mapped or not.
 *
 *     pid	object_id	ledger_tag	virtual_bytes	resident_bytes	wired_bytes
 *     713	0x91f3a5c20d7e4b68	4	33554432	33554432	33554432
 *
 * An object has one owner: seen again, it was handed on while the processes were read.
 */
#include "formats/apple/figures.h"
#include "formats/groups.h"
#include "formats/readers.h"
#include "formats/tsv.h"

static bool read_object(const struct tsv *tsv, struct owned_object *object)
{
    struct str id = tsv_field(tsv, "object_id");
    uint64_t pid;

    *object = (struct owned_object){0};
    if (!str_u64(tsv_field(tsv, "pid"), 10, &pid) || pid > INT32_MAX) {
        tsv_note(tsv, "no process id: line skipped");
        return false;
    }
    if (tsv_says(tsv, "object_id") && !str_u64(id, 16, &object->object_id)) {
        tsv_note(tsv, "not an object's number: line skipped");
        return false;
    }
    object->pid = (int32_t)pid;
    object->ledger_tag = tsv_count(tsv, "ledger_tag");
    object->virtual_size = tsv_amount(tsv, "virtual_bytes");
    object->resident = tsv_amount(tsv, "resident_bytes");
    object->wired = tsv_amount(tsv, "wired_bytes");
    return true;
}

/* False: seen before. Objects without a number cannot be told apart, and are all new. */
static bool is_first(struct groups *objects, uint64_t id)
{
    struct group_key key = {{(uintptr_t)id, (uintptr_t)(id >> 32)}};
    size_t count = objects->count;

    return id == 0 || groups_add(objects, &key) == count;
}

static void add_object(struct snapshot *snap, const struct owned_object *object)
{
    struct owned_object *added =
        arena_append(snap->arena, &snap->owned_objects, &snap->owned_object_count, sizeof *added);

    *added = *object;
}

bool owned_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct groups objects = {0};
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "object_id"))
        return err_set(err, "not a table of owned objects: no column object_id");
    mac_snapshot(snap);
    while (tsv_next(&tsv)) {
        struct owned_object object;

        if (!read_object(&tsv, &object))
            continue;
        if (snap->owned_object_count >= RECORDS_MAX) {
            tsv_note(&tsv, "too many owned objects: the rest is skipped");
            break;
        }
        if (is_first(&objects, object.object_id))
            add_object(snap, &object);
        else
            tsv_note(&tsv, "an object that was there already: the first line counts");
    }
    groups_free(&objects);
    return true;
}
