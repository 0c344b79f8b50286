/*
 * proc_sysvipc_shm.c - /proc/sysvipc/shm: SysV shared memory segments.
 *
 *            key      shmid perms                  size  cpid ...   uid ...                   rss
 *          23063      32770  2600             268435456   801 ...     0 ...             268435456
 *
 * Columns are found by their names. In perms, which is octal, 2000 says SHM_LOCK. A key is signed
 * here and nowhere else.
 */
#include "formats/readers.h"

#define COLUMNS_MAX 32
#define SHM_LOCKED  02000

struct columns {
    struct str names[COLUMNS_MAX];
    struct str fields[COLUMNS_MAX];
    size_t count;
};

static size_t split(struct str line, struct str words[COLUMNS_MAX])
{
    size_t n = 0;

    while (n < COLUMNS_MAX && str_word(&line, &words[n]))
        n++;
    return n;
}

static struct str field_of(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (str_is(columns->names[i], name))
            return columns->fields[i];
    return (struct str){"", 0};
}

static bool read_key(struct str field, uint64_t *key)
{
    bool negative = str_skip(&field, "-");

    if (!str_u64(field, 10, key) || *key > UINT32_MAX)
        return false;
    if (negative)
        *key = (uint32_t) - (uint32_t)*key;
    return true;
}

/* The size is what was asked for, which may be anything. */
static void check_sizes(struct snapshot *snap, unsigned n, const struct columns *columns,
                        const struct shm_segment *segment)
{
    bool has_resident = field_of(columns, "rss").len > 0;

    if (!segment->size.known || (has_resident && !segment->resident.known))
        snapshot_note(snap, n, "not a size, or too large: taken as not known");
}

static bool read_segment(const struct columns *columns, struct shm_segment *segment)
{
    uint64_t perms, pid, bytes;

    *segment = (struct shm_segment){0};
    if (!read_key(field_of(columns, "key"), &segment->key) ||
        !str_u64(field_of(columns, "shmid"), 10, &segment->id) ||
        !str_u64(field_of(columns, "perms"), 8, &perms) ||
        !str_u64(field_of(columns, "uid"), 10, &segment->uid) ||
        !str_bytes(field_of(columns, "size"), 1, &bytes))
        return false;
    segment->size = amount_of(bytes);
    segment->locked = (perms & SHM_LOCKED) != 0;
    if (str_bytes(field_of(columns, "rss"), 1, &bytes))
        segment->resident = amount_of(bytes);
    if (str_u64(field_of(columns, "cpid"), 10, &pid) && pid <= INT32_MAX)
        segment->creator_pid = (int32_t)pid;
    return true;
}

bool proc_sysvipc_shm_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct columns columns = {0};
    struct str line;

    if (!str_line(&text, &line) || str_find(line, " shmid ") == SIZE_MAX)
        return err_set(err, "not /proc/sysvipc/shm: no column shmid");
    columns.count = split(line, columns.names);
    for (unsigned n = 2; str_line(&text, &line); n++) {
        struct shm_segment segment, *added;

        if (line.len == 0)
            continue;
        if (split(line, columns.fields) < columns.count || !read_segment(&columns, &segment)) {
            snapshot_note(snap, n, "not a line of a segment: skipped");
            continue;
        }
        check_sizes(snap, n, &columns, &segment);
        if (snap->shm_segment_count >= RECORDS_MAX) {
            snapshot_note(snap, n, "too many segments: the rest is skipped");
            break;
        }
        added =
            arena_append(snap->arena, &snap->shm_segments, &snap->shm_segment_count, sizeof *added);
        *added = segment;
    }
    return true;
}
