/* scenario_process.c - the section [process] of a scenario. */
#include <stdlib.h>
#include <string.h>

#include "tests/macrun/macrun.h"
#include "tests/macrun/scenario.h"

static struct process *process; /* at hand */

void begin_process(void)
{
    process = arena_append(&mac.arena, &mac.processes, &mac.process_count, sizeof *process);
    process->wired = process->resident = process->footprint = process->virtual_size = NOT_GIVEN;
    process->vanish = process->vanish_walk = NOT_GIVEN;
    process->ports = NOT_GIVEN;
    process->name = process->path = "";
}

/* ---- key = value --------------------------------------------------------------------------- */

static const struct {
    const char *key;
    size_t offset;
    bool is_text;
} keys[] = {
#define NUMBER(key)                                \
    {                                              \
#key, offsetof(struct process, key), false \
    }
#define TEXT(key)                                 \
    {                                             \
#key, offsetof(struct process, key), true \
    }
    NUMBER(pid),
    NUMBER(ppid),
    NUMBER(uid),
    NUMBER(gid),
    NUMBER(threads),
    NUMBER(status),
    NUMBER(nice),
    NUMBER(fds),
    NUMBER(sockets),
    NUMBER(pipes),
    NUMBER(ports),
    NUMBER(flags),
    NUMBER(cs_flags),
    NUMBER(platform),
    NUMBER(start_sec),
    NUMBER(start_usec),
    NUMBER(uniqueid),
    NUMBER(puniqueid),
    NUMBER(idversion),
    NUMBER(pageins),
    NUMBER(user_time),
    NUMBER(system_time),
    NUMBER(wired),
    NUMBER(resident),
    NUMBER(footprint),
    NUMBER(virtual_size),
    NUMBER(vanish),
    NUMBER(vanish_walk),
    TEXT(name),
    TEXT(comm),
    TEXT(path),
    TEXT(cs_ident),
    TEXT(cs_team),
    TEXT(args),
    {"self", offsetof(struct process, is_self), false}};

/* False: no such key. */
static bool read_plain(const struct line *line)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char *at = (char *)process + keys[i].offset;

        if (!str_is(line->key, keys[i].key))
            continue;
        if (keys[i].is_text) {
            const char *text = scenario_name(line->value);

            memcpy(at, &text, sizeof text);
        } else {
            uint64_t number = scenario_number(line->value);

            memcpy(at, &number, sizeof number);
        }
        return true;
    }
    return false;
}

static enum task_port port_of(struct str text)
{
    static const char *const names[] = {"rule", "ok", "denied", "read"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(text, names[i]))
            return (enum task_port)i;
    scenario_bad("taskport: rule, ok, denied or read");
}

static void read_key(const struct line *line)
{
    if (str_is(line->key, "uuid"))
        scenario_all_bytes(line->value, process->uuid, sizeof process->uuid);
    else if (str_is(line->key, "taskport"))
        process->task_port = port_of(line->value);
    else if (!read_plain(line))
        scenario_bad("no such key of a process: %.*s", (int)line->key.len, line->key.at);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void read_ledger(const struct line *line)
{
    struct ledger_value *value;
    size_t entry = 0;

    line_needs(line, 3, "ledger, NAME, BALANCE, CREDIT, DEBIT");
    while (entry < mac.ledger_count && !str_is(line->fields[1], mac.ledgers[entry].name))
        entry++;
    if (entry == mac.ledger_count)
        scenario_bad("this ledger is not in [ledgers]");
    value = arena_append(&mac.arena, &process->ledgers, &process->ledger_count, sizeof *value);
    value->entry = entry;
    value->balance = scenario_signed(line->fields[2]);
    value->credit = line->field_count > 3 ? scenario_signed(line->fields[3]) : value->balance;
    value->debit = line->field_count > 4 ? scenario_signed(line->fields[4]) : 0;
}

static void read_owned(const struct line *line)
{
    struct darwin_owned_object *owned;
    uint64_t ledger, purgeable = DARWIN_VM_PURGABLE_DENY;

    line_needs(line, 6, "owned, OBJECT, LEDGER, VIRTUAL, RESIDENT, WIRED, PURGEABLE");
    owned = arena_append(&mac.arena, &process->owned, &process->owned_count, sizeof *owned);
    owned->object_id = scenario_number(line->fields[1]);
    ledger = scenario_number(line->fields[2]);
    owned->virtual_size = scenario_number(line->fields[3]);
    owned->resident_size = scenario_number(line->fields[4]);
    owned->wired_size = scenario_number(line->fields[5]);
    if (line->field_count > 6)
        purgeable = scenario_number(line->fields[6]);
    owned->flags = (ledger & 7) << 1 | (purgeable & 3) << 4;
}

void read_process(const struct line *line)
{
    if (str_is(line->fields[0], "region"))
        read_region(line, process);
    else if (str_is(line->fields[0], "ledger"))
        read_ledger(line);
    else if (str_is(line->fields[0], "owned"))
        read_owned(line);
    else
        read_key(line);
}

/* ---- what was left out --------------------------------------------------------------------- */

/* Sizes that follow from the regions. */
static void add_up(struct process *one)
{
    uint64_t resident = 0, wired = 0, size = 0, dirty = 0;

    for (size_t i = 0; i < one->region_count; i++) {
        const struct region *region = &one->regions[i];

        size += region->depth == 0 ? region->size * region->repeat : 0;
        wired += region->wired > 0 ? region->size * region->repeat : 0;
        if (region->submap)
            continue;
        resident += region->resident * region->repeat;
        dirty += ((uint64_t)region->dirty + region->swapped) * region->repeat;
    }
    if (one->resident == NOT_GIVEN)
        one->resident = resident * mac.page_bytes;
    if (one->wired == NOT_GIVEN)
        one->wired = wired;
    if (one->footprint == NOT_GIVEN)
        one->footprint = dirty * mac.page_bytes;
    if (one->virtual_size == NOT_GIVEN)
        one->virtual_size = size;
}

static void finish_process(struct process *one)
{
    if (one->comm == NULL)
        one->comm = one->name;
    if (one->status == 0)
        one->status = DARWIN_SRUN;
    if (one->flags == 0)
        one->flags = DARWIN_PROC_FLAG_LP64 | (one->pid == 0 ? DARWIN_PROC_FLAG_SYSTEM : 0);
    if (one->threads == 0)
        one->threads = 1;
    if (one->uniqueid == 0)
        one->uniqueid = one->pid + 1000;
    if (one->start_sec == 0)
        one->start_sec = mac.boot_time_s + 60;
    regions_link(one);
    add_up(one);
}

/* The program itself, with two regions. */
static void add_self(const char *program)
{
    const char *slash = strrchr(program, '/');
    uint64_t pid = 1;
    struct region *regions;

    for (size_t i = 0; i < mac.process_count; i++)
        pid = mac.processes[i].pid > pid ? mac.processes[i].pid : pid;
    begin_process();
    process->pid = pid + 7;
    process->ppid = process->is_self = 1;
    process->uid = mac.uid;
    process->gid = mac.gid;
    process->start_sec = mac.now_s;
    process->path = program;
    process->name = slash != NULL ? slash + 1 : program;
    process->region_count = 2;
    process->regions = regions = arena_alloc(&mac.arena, 2 * sizeof *regions);
    regions[0] = (struct region){.start = 0x100000000,
                                 .size = 0x40000,
                                 .repeat = 1,
                                 .stride = 0x40000,
                                 .object = 0x51,
                                 .resident = 9,
                                 .references = 2,
                                 .protection = 5,
                                 .max_protection = 5,
                                 .share = DARWIN_SM_COW,
                                 .pager = 1,
                                 .path = program};
    regions[1] = (struct region){.start = 0x7ff7bf400000,
                                 .size = 0x800000,
                                 .repeat = 1,
                                 .stride = 0x800000,
                                 .object = 0x52,
                                 .tag = 30,
                                 .resident = 9,
                                 .dirty = 9,
                                 .references = 1,
                                 .protection = 3,
                                 .max_protection = 7,
                                 .share = DARWIN_SM_PRIVATE};
}

static int compare_pids(const void *a, const void *b)
{
    const struct process *one = *(struct process *const *)a, *other = *(struct process *const *)b;

    return (one->pid > other->pid) - (one->pid < other->pid);
}

static void sort_by_pid(void)
{
    mac.by_pid = arena_alloc(&mac.arena, mac.process_count * sizeof *mac.by_pid);
    for (size_t i = 0; i < mac.process_count; i++)
        mac.by_pid[i] = &mac.processes[i];
    qsort(mac.by_pid, mac.process_count, sizeof *mac.by_pid, compare_pids);
    for (size_t i = 1; i < mac.process_count; i++)
        if (mac.by_pid[i]->pid == mac.by_pid[i - 1]->pid)
            scenario_bad("two processes with the pid %d", (int)mac.by_pid[i]->pid);
}

void finish_processes(const char *program)
{
    bool self = false;

    for (size_t i = 0; i < mac.process_count; i++)
        self = self || mac.processes[i].is_self != 0;
    if (!self)
        add_self(program);
    for (size_t i = 0; i < mac.process_count; i++)
        finish_process(&mac.processes[i]);
    sort_by_pid();
}
