/* process_row.c - see process_row.h. */
#include "formats/apple/process_row.h"

#include "formats/apple/figures.h"

/* Without the mark of what changed since the last sample. */
static struct str without_mark(struct str field)
{
    char last = field.len > 1 ? field.at[field.len - 1] : '0';

    if (last == '+' || last == '-' || last == '*')
        field.len--;
    return field;
}

/* A user id is a signed number to some: "-2" is 4294967294, nobody. */
static bool read_uid(struct str field, struct count *uid)
{
    bool negative = str_skip(&field, "-");
    uint64_t n;

    if (!str_u64(field, 10, &n) || n > UINT32_MAX || (negative && (n == 0 || n > INT32_MAX)))
        return false;
    *uid = (struct count){negative ? UINT32_MAX - n + 1 : n, true};
    return true;
}

static bool read_pid(struct str field, int32_t *pid)
{
    uint64_t n;

    if (!str_u64(without_mark(field), 10, &n) || n > INT32_MAX)
        return false;
    *pid = (int32_t)n;
    return true;
}

static bool read_count(struct str field, struct count *count)
{
    struct str first;

    (void)str_cut(&field, '/', &first);
    count->known = str_u64(without_mark(first), 10, &count->n);
    return count->known;
}

static bool read_figure(struct str field, struct amount *amount)
{
    struct figure figure;

    if (!figure_read(without_mark(field), &figure))
        return false;
    *amount = figure_amount(figure);
    return true;
}

static bool read_kib(struct str field, struct amount *amount)
{
    uint64_t bytes;

    if (!str_bytes(field, 1024, &bytes))
        return false;
    *amount = amount_of(bytes);
    return true;
}

static bool read_field(struct str field, enum process_column_kind kind, void *at)
{
    if (field.len == 0 || str_is(field, "-") || str_is(field, "N/A"))
        return true;
    if (kind == PROCESS_UID)
        return read_uid(field, at);
    if (field.at[0] == '-')
        return true;
    switch (kind) {
    case PROCESS_PID:
        return read_pid(field, at);
    case PROCESS_COUNT:
        return read_count(field, at);
    case PROCESS_FIGURE:
        return read_figure(field, at);
    case PROCESS_KIB:
        return read_kib(field, at);
    case PROCESS_UID:
        break;
    }
    return false;
}

bool process_row(const struct columns *columns, const struct process_column *wanted, size_t count,
                 struct process *said)
{
    struct str pid = columns_field(columns, "PID");

    *said = (struct process){0};
    if (pid.len == 0 || *pid.at < '0' || *pid.at > '9')
        return false;
    for (size_t i = 0; i < count; i++) {
        void *at = (char *)said + wanted[i].offset;

        if (!read_field(columns_field(columns, wanted[i].name), wanted[i].kind, at))
            return false;
    }
    return true;
}
