/* report_json.c - see report.h. */
#include <jansson.h>
#include <string.h>

#include "analyze/printable.h"
#include "analyze/report.h"

/* Every object is made from a list of such calls; jansson remembers nothing of a failure, so each
 * is checked where it is put together. */
static void put(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value);
}

static json_t *text_of(struct arena *arena, const char *text)
{
    return text == NULL ? json_null() : json_string(printable(arena, text));
}

static json_t *integer(int64_t number)
{
    return json_integer(number);
}

static json_t *count_of(struct count count)
{
    return count.known ? json_integer((json_int_t)count.n) : json_null();
}

static json_t *answer_of(enum yes_no answer)
{
    return answer == UNSAID ? json_null() : json_boolean(answer == YES);
}

static json_t *share_of(const struct comparison *comparison, int64_t tenths)
{
    if (comparison->after_bytes == comparison->before_bytes)
        return json_null();
    return json_real((double)tenths / 10);
}

static void put_sizes(json_t *object, int64_t before, int64_t after)
{
    put(object, "before_bytes", integer(before));
    put(object, "after_bytes", integer(after));
    put(object, "delta_bytes", integer(after - before));
}

static json_t *side_of(const struct comparison *comparison, const struct side *side,
                       const char *path, int64_t wired_bytes)
{
    const struct manifest *manifest = &side->snap->manifest;
    struct arena *arena = comparison->arena;
    json_t *object = json_object();

    put(object, "path", text_of(arena, path));
    put(object, "digest",
        side->loaded->digest[0] ? json_string(side->loaded->digest) : json_null());
    put(object, "platform", text_of(arena, manifest->platform));
    put(object, "os", text_of(arena, manifest->os));
    put(object, "build", text_of(arena, manifest->build));
    put(object, "model", text_of(arena, manifest->model));
    put(object, "label", text_of(arena, manifest->label));
    put(object, "taken",
        manifest->taken_us.known ? json_string(report_time(arena, manifest->taken_us))
                                 : json_null());
    put(object, "boot_id", text_of(arena, manifest->boot_id));
    put(object, "uptime_s", count_of(manifest->uptime_s));
    put(object, "page_bytes", count_of(manifest->page_bytes));
    put(object, "complete", json_boolean(side->loaded->complete));
    put(object, "privileged", answer_of(manifest->privileged));
    put(object, "wired_bytes", integer(wired_bytes));
    return object;
}

static json_t *texts_of(struct arena *arena, const char *const *texts, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, text_of(arena, texts[i]));
    return list;
}

static json_t *comparison_of(const struct comparison *comparison)
{
    json_t *object = json_object();

    put(object, "same_machine", answer_of(comparison->same_machine));
    put(object, "same_boot", answer_of(comparison->same_boot));
    put(object, "same_build", answer_of(comparison->same_build));
    put(object, "interval_s",
        comparison->interval.known ? json_real((double)comparison->interval.us / 1e6)
                                   : json_null());
    put(object, "warnings",
        texts_of(comparison->arena, comparison->warnings, comparison->warning_count));
    return object;
}

static json_t *wired_of(const struct comparison *comparison)
{
    json_t *object = json_object();

    put_sizes(object, comparison->before_bytes, comparison->after_bytes);
    put(object, "source", json_string(comparison->source));
    put(object, "skew_bytes", integer(comparison->skew_bytes));
    put(object, "resolution_bytes", integer((int64_t)comparison->resolution_bytes));
    return object;
}

static json_t *instances_of(const struct row *row)
{
    json_t *list = json_array();

    for (size_t i = 0; i < row->instance_count; i++) {
        const struct row_instance *instance = &row->instances[i];
        json_t *object = json_object();

        put(object, "pid", count_of(instance->pid));
        put(object, "start", count_of(instance->start));
        put(object, "before_bytes", integer(instance->before_bytes));
        put(object, "after_bytes", integer(instance->after_bytes));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *accounts_of(const struct row *row)
{
    json_t *list = json_array();

    for (size_t i = 0; i < row->account_count; i++) {
        const struct row_account *account = &row->accounts[i];
        json_t *object = json_object();

        put(object, "account", json_string(account->account));
        put_sizes(object, account->before_bytes, account->after_bytes);
        put(object, "evidence", json_string(evidence_name(account->evidence)));
        put(object, "skew_bytes", integer(account->skew_bytes));
        put(object, "resolution_bytes", integer((int64_t)account->resolution_bytes));
        put(object, "regions_unread_before_bytes", integer(account->unread_before_bytes));
        put(object, "regions_unread_after_bytes", integer(account->unread_after_bytes));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *regions_of(const struct row *row, struct arena *arena)
{
    json_t *list = json_array();

    for (size_t i = 0; i < row->region_count; i++) {
        const struct row_region *region = &row->regions[i];
        json_t *object = json_object();

        put(object, "account", json_string(region->account));
        put(object, "type", text_of(arena, region->type));
        put(object, "detail", text_of(arena, region->detail));
        put(object, "count_before", integer((int64_t)region->before_count));
        put(object, "count_after", integer((int64_t)region->after_count));
        put_sizes(object, region->before_bytes, region->after_bytes);
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *row_of(const struct comparison *comparison, const struct row *row)
{
    static const char *const states[] = {
        [ROW_BOTH] = "both", [ROW_NEW] = "new", [ROW_GONE] = "gone"};
    struct arena *arena = comparison->arena;
    json_t *object = json_object();
    int64_t unread = 0;

    for (size_t i = 0; i < row->account_count; i++)
        unread += row->accounts[i].unread_after_bytes - row->accounts[i].unread_before_bytes;
    put(object, "kind", json_string(owner_kind_name(row->kind)));
    put(object, "name", text_of(arena, row->name));
    put(object, "identity", text_of(arena, row->identity));
    put_sizes(object, row->before_bytes, row->after_bytes);
    put(object, "share", share_of(comparison, row->share_tenths));
    put(object, "evidence", json_string(evidence_name(row->evidence)));
    put(object, "state", json_string(states[row->state]));
    put(object, "renamed_from", text_of(arena, row->renamed_from));
    put(object, "renamed_to", text_of(arena, row->renamed_to));
    put(object, "instances", instances_of(row));
    put(object, "accounts", accounts_of(row));
    put(object, "regions", regions_of(row, arena));
    put(object, "regions_unread_bytes", integer(unread));
    return object;
}

static json_t *residual_of(const struct comparison *comparison)
{
    json_t *object = json_object();

    put_sizes(object, comparison->residual.before_bytes, comparison->residual.after_bytes);
    put(object, "share", share_of(comparison, comparison->residual.share_tenths));
    put(object, "skew_bytes", integer(comparison->residual.skew_bytes));
    put(object, "evidence", json_string("unknown"));
    return object;
}

static json_t *one_sided_of(const struct comparison *comparison)
{
    json_t *list = json_array();

    for (size_t i = 0; i < comparison->one_sided_count; i++) {
        const struct one_sided *aside = &comparison->one_sided[i];
        json_t *object = json_object();

        put(object, "kind", json_string(owner_kind_name(aside->kind)));
        put(object, "name", text_of(comparison->arena, aside->name));
        put(object, "account", json_string(aside->account));
        put(object, "before_bytes",
            aside->before.known ? integer(aside->before.bytes) : json_null());
        put(object, "after_bytes", aside->after.known ? integer(aside->after.bytes) : json_null());
        put(object, "reason", json_string(aside->reason));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *suspects_of(const struct comparison *comparison)
{
    json_t *list = json_array();

    for (size_t i = 0; i < comparison->suspect_count; i++) {
        const struct suspect *suspect = &comparison->suspects[i];
        json_t *object = json_object(), *figures = json_object();

        put(figures, suspect->figure_name, integer(suspect->figure));
        put(object, "subject", text_of(comparison->arena, suspect->subject));
        put(object, "row", json_string(suspect->row));
        put(object, "text", text_of(comparison->arena, suspect->text));
        put(object, "evidence", json_string("inferred"));
        put(object, "figures", figures);
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *findings_of(const struct comparison *comparison)
{
    json_t *list = json_array();

    for (size_t i = 0; i < comparison->finding_count; i++) {
        const struct finding *finding = &comparison->findings[i];
        json_t *object = json_object();

        put(object, "code", json_string(finding->code));
        put(object, "severity",
            json_string(finding->severity == SEVERITY_WARNING ? "warning" : "note"));
        put(object, "subject", text_of(comparison->arena, finding->subject));
        put(object, "text", text_of(comparison->arena, finding->text));
        put(object, "help", text_of(comparison->arena, finding->help));
        put(object, "evidence", json_string(finding->evidence));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static json_t *coverage_of(const struct comparison *comparison)
{
    json_t *object = json_object();

    put(object, "named_share", json_real(comparison->named_share));
    put(object, "owner_share", json_real(comparison->owner_share));
    put(object, "processes_total", integer((int64_t)comparison->process_count));
    put(object, "processes_unread", integer((int64_t)comparison->unread_count));
    put(object, "members_missing",
        texts_of(comparison->arena, comparison->missing, comparison->missing_count));
    put(object, "notes", texts_of(comparison->arena, comparison->notes, comparison->note_count));
    return object;
}

/* Where the report goes, part by part: with many rows the whole of it would not fit into memory. */
struct sink {
    FILE *out;
    bool failed;
};

static void write_value(struct sink *sink, json_t *value)
{
    if (value == NULL ||
        json_dumpf(value, sink->out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) != 0)
        sink->failed = true;
    json_decref(value);
}

static void write_part(struct sink *sink, const char *key, json_t *value)
{
    (void)fprintf(sink->out, ",\n\"%s\": ", key);
    write_value(sink, value);
}

static void write_rows(struct sink *sink, const struct comparison *comparison)
{
    (void)fprintf(sink->out, ",\n\"rows\": [");
    for (size_t i = 0; i < comparison->row_count; i++) {
        (void)fprintf(sink->out, i > 0 ? ",\n" : "\n");
        write_value(sink, row_of(comparison, &comparison->rows[i]));
    }
    (void)fprintf(sink->out, "\n]");
}

bool report_json(FILE *out, const struct comparison *comparison, struct err *err)
{
    const struct side *before = &comparison->before, *after = &comparison->after;
    struct sink sink = {out, false};

    (void)fprintf(out, "{\n\"schema\": \"wirediff.report/1\"");
    write_part(&sink, "before",
               side_of(comparison, before, before->loaded->path, comparison->before_bytes));
    write_part(&sink, "after",
               side_of(comparison, after, after->loaded->path, comparison->after_bytes));
    write_part(&sink, "comparison", comparison_of(comparison));
    write_part(&sink, "wired", wired_of(comparison));
    write_rows(&sink, comparison);
    write_part(&sink, "residual", residual_of(comparison));
    write_part(&sink, "one_sided", one_sided_of(comparison));
    write_part(&sink, "suspects", suspects_of(comparison));
    write_part(&sink, "findings", findings_of(comparison));
    write_part(&sink, "coverage", coverage_of(comparison));
    (void)fprintf(out, "\n}\n");
    if (sink.failed || ferror(out))
        return err_set(err, "the JSON report cannot be written: out of memory or disk full");
    return true;
}
