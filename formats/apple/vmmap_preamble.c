/*
 * vmmap_preamble.c - what vmmap says of a process above its regions; a crash report begins alike.
 *
 *     Process:         Harbour Helper (Plugin) [4242]
 *     Path:            /Applications/Harbour.app/Contents/MacOS/Harbour Helper (Plugin)
 *     Code Type:       ARM64
 *     Date/Time:       2026-03-04 09:15:27.402 +0100
 *     OS Version:      macOS 14.5 (23F79)
 *     Analysis Tool:   /usr/bin/vmmap
 *     Physical footprint:         38.4M
 *     ----
 *     Virtual Memory Map of process 4242 (Harbour Helper (Plugin))
 *     VM page size:  16384 bytes
 *
 * A name may hold blanks, brackets and parentheses: the pid stands in the last brackets.
 */
#include "formats/apple/figures.h"
#include "formats/apple/mac_os.h"
#include "formats/apple/machine.h"
#include "formats/apple/vmmap.h"

/* Cuts text at the last `mark`, which is in neither part. False: there is none. */
static bool cut_last(struct str text, char mark, struct str *before, struct str *behind)
{
    for (size_t i = text.len; i-- > 0;) {
        if (text.at[i] != mark)
            continue;
        *before = (struct str){text.at, i};
        *behind = (struct str){text.at + i + 1, text.len - i - 1};
        return true;
    }
    return false;
}

static void set_pid(struct vmmap_preamble *preamble, struct str digits)
{
    uint64_t pid;

    if (preamble->has_pid || !str_u64(digits, 10, &pid) || pid > INT32_MAX)
        return;
    preamble->has_pid = true;
    preamble->pid = (int32_t)pid;
}

/* "Harbour Helper (Plugin) [4242]" */
static void read_process(struct vmmap_preamble *preamble, struct str value)
{
    struct str name, digits;

    if (!cut_last(value, '[', &name, &digits) || !str_cut(&digits, ']', &value))
        return;
    set_pid(preamble, value);
    if (preamble->has_pid && str_trim(name).len > 0)
        preamble->name = str_trim(name);
}

/* "16384 bytes" */
static void read_page(struct vmmap_preamble *preamble, struct str value)
{
    struct str word;
    uint64_t bytes;

    if (str_word(&value, &word) && str_u64(word, 10, &bytes) && mac_page_is_valid(bytes))
        preamble->page_bytes = bytes;
}

bool vmmap_preamble_map_of(struct vmmap_preamble *preamble, struct str line)
{
    struct str word, name;

    if (!str_skip(&line, "Virtual Memory Map of process ") || !str_word(&line, &word))
        return false;
    if (str_ends(word, ":"))
        word.len--;
    preamble->is_vmmap = true;
    set_pid(preamble, word);
    line = str_trim(line);
    if (str_skip(&line, "(") && cut_last(line, ')', &name, &word) && preamble->name.len == 0)
        preamble->name = name;
    return true;
}

void vmmap_preamble_section(struct vmmap_preamble *preamble, struct str line)
{
    struct str word, digits;
    size_t at = str_find(line, "for process ");

    if (at == SIZE_MAX)
        return;
    digits = (struct str){line.at + at, line.len - at};
    (void)str_skip(&digits, "for process ");
    if (str_word(&digits, &word))
        set_pid(preamble, word);
}

bool vmmap_preamble_read(struct vmmap_preamble *preamble, struct str line)
{
    struct str value = line, key;

    if (vmmap_preamble_map_of(preamble, line))
        return true;
    if (!str_cut(&value, ':', &key))
        return false;
    value = str_trim(value);
    if (str_is(key, "Process"))
        read_process(preamble, value);
    else if (str_is(key, "Path"))
        preamble->path = value;
    else if (str_is(key, "OS Version"))
        preamble->os = value;
    else if (str_is(key, "Date/Time"))
        preamble->moment = value;
    else if (str_is(key, "Physical footprint"))
        (void)figure_read(value, &preamble->footprint);
    else if (str_is(key, "VM page size"))
        read_page(preamble, value);
    else if (str_is(key, "Code Type"))
        preamble->translated = str_find(value, "ranslated") != SIZE_MAX;
    else if (str_is(key, "Analysis Tool"))
        preamble->is_vmmap = str_find(value, "vmmap") != SIZE_MAX;
    else
        return false;
    return true;
}

bool vmmap_failure(struct str line)
{
    return str_starts(line, "vmmap[") || str_starts(line, "vmmap:") || str_starts(line, "[fatal]");
}

/* ---- into the snapshot ---- */

static const char *keep_name(struct snapshot *snap, struct str name)
{
    return name.len == 0 ? NULL : snapshot_name(snap, 0, name);
}

/* What the kernel holds for the process: vmmap lists it as one more region. */
static void keep_page_tables(struct process *process, const struct region_sum *sum)
{
    if (process == NULL || sum == NULL || process->page_tables.known)
        return;
    process->page_tables = figure_amount(sum->sizes[REGION_RESIDENT]);
    process->page_tables_resolution_bytes = sum->sizes[REGION_RESIDENT].resolution_bytes;
}

void vmmap_keep_process(struct pids *pids, const struct vmmap_preamble *preamble,
                        const struct region_types *types, struct count region_count)
{
    struct snapshot *snap = pids->snap;
    struct process said = {.pid = preamble->pid,
                           .name = keep_name(snap, preamble->name),
                           .path = keep_name(snap, preamble->path),
                           .footprint = figure_amount(preamble->footprint),
                           .region_count = region_count};

    if (pids_say(pids, &said))
        keep_page_tables(pids_get(pids, said.pid),
                         region_types_find(types, "page table in kernel"));
    else
        snapshot_note(snap, 0, "too many processes: skipped");
}

void vmmap_keep_machine(struct snapshot *snap, const struct vmmap_preamble *preamble)
{
    if (preamble->os.len > 0)
        mac_os_say(snap, 0, preamble->os);
    if (preamble->is_vmmap && preamble->moment.len > 0)
        mac_moment_say(snap, preamble->moment);
    if (preamble->page_bytes > 0 && !preamble->translated)
        mac_page_set(snap, preamble->page_bytes);
}
