#!/usr/bin/env python3
"""wirecap for a Mac, in every case of situations.py.

usage: test_captures.py BIN_FOLDER WIRECAP FOLDER [PART_OF_A_NAME]

macrun and dump_evidence are in the first folder; WIRECAP is the program for a Mac; the other folder
is emptied, and then holds what was run, for who wants to look. Skipped, with status 77, when there
is no such program.
"""
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mac"))

# pylint: disable=wrong-import-position
import rendering
import simulation
from situations import all_cases
from evidence import dump

SKIPPED = 77
LINES_MAX = 6  # of one case
PEAK_MAX = 32 << 20
AT_ONCE = 12  # they wait most of the time

# What takes a process's time, or looks into its memory.
NEVER = {"task_suspend", "task_suspend2", "thread_suspend", "mach_vm_read", "mach_vm_read_list",
         "mach_vm_read_overwrite", "vm_read", "vm_read_overwrite", "ptrace", "popen", "system",
         "mach_vm_write", "mach_vm_protect", "task_generate_corpse", "execvp", "execlp"}


def says(row, wanted):
    """Whether a row of sources.tsv has this status, and this in its note."""
    status, note = (wanted if isinstance(wanted, tuple) else (wanted, ""))[:2]
    return row["status"] == status and note in row["note"]


def expected_status(capture, name):
    """On a quiet day."""
    darwin = capture.books.release.darwin
    if name == "systemextensions.txt" and darwin < 19 or name == "owned.tsv" and darwin < 19:
        return "absent"
    for process in capture.books.processes:
        if name == "vmmap/%d.txt" % capture.pid(process):
            return "ok" if rendering.render.is_readable(capture, process) else "denied"
    return "ok" if dict(rendering.render.members(capture)).get(name, "") is not None else "denied"


def wrong_statuses(case, run):
    sources = run.sources()
    for name, wanted in case.sources.items():
        maybe = isinstance(wanted, tuple) and "maybe" in wanted
        if name not in sources:
            if not maybe:
                yield "%s: not in sources.tsv" % name
        elif not says(sources[name], wanted):
            yield "%s: %s, %s" % (name, sources[name]["status"], sources[name]["note"])
    for name, row in sources.items():
        if name in case.sources or row["status"] == "timed out" and case.is_stuck:
            continue
        wanted = expected_status(case.capture, name)
        if row["status"] != wanted:
            yield "%s: %s and not %s (%s)" % (name, row["status"], wanted, row["note"])


def wrong_order(run):
    """What asking moves is asked for first, and what all of it cost is known last."""
    names = list(run.sources())
    if names[:4] != ["manifest.txt", "vm_stat.txt", "kernel_memory.tsv", "zones.tsv"]:
        yield "first come %s" % ", ".join(names[:4])
    if names[-1] != "samples.tsv":
        yield "last comes %s" % names[-1]


def wrong_calls(case, run):
    calls = {} if case.is_stuck else run.calls()
    for name in sorted(NEVER & set(calls)):
        yield "%s was called" % name
    for name, wanted in case.calls.items():
        if calls.get(name, 0) != wanted:
            yield "%s was called %d times and not %d" % (name, calls.get(name, 0), wanted)


def wild_bytes(run):
    """In a member of ours no byte that a terminal would obey; what a tool printed is its own."""
    for name, content in run.members.items():
        is_ours = "by /" not in run.sources().get(name, {}).get("note", "")
        if is_ours and any(byte < 0x20 and byte not in b"\t\n" or byte == 0x7F for byte in content):
            yield "%s: has control characters" % name


def peak(run):
    """What wirecap and all that simulates the Mac took."""
    most = int(run.table("samples.tsv")[-1]["peak_bytes"])
    if most > PEAK_MAX:
        yield "it took %d bytes of memory" % most


def wrong_evidence(bin_folder, case, run):
    """What the readers of all bundles have to remark."""
    evidence = dump(os.path.join(bin_folder, "dump_evidence"), run.bundle)
    if evidence.refused:
        yield "refused: " + evidence.refused
    for note in evidence.notes:
        if not any(part in note for part in case.notes):
            yield note


def wrong_end(case, run):
    """After trouble: what was read until then is in a bundle of another name."""
    if case.said not in run.said:
        yield "it said %r" % run.said
    if os.path.exists(run.bundle) or not run.said.startswith("wirecap: "):
        yield "it said %r" % run.said
    if run.members and "sources.tsv" in run.members:
        yield from simulation.wrong_sources(run)


def checked(case, run):
    try:
        return list(case.check(run))
    except (KeyError, IndexError) as missing:
        return ["%s is not there" % missing]


def wrong(bin_folder, case, run):
    if run.left:
        return ["still runs: %r" % run.left]
    if run.code != case.code:
        return ["exit status %d: %s" % (run.code, run.said.strip())]
    if case.code != 0:
        return list(wrong_end(case, run)) + checked(case, run)
    out = list(simulation.wrong_sources(run)) + list(wrong_statuses(case, run))
    out += rendering.differences(case.capture, run, set(case.other))
    out += list(wrong_order(run)) + list(wrong_calls(case, run)) + list(wild_bytes(run))
    out += checked(case, run)
    out += peak(run)
    return out + list(wrong_evidence(bin_folder, case, run))


def main():
    bin_folder, wirecap, folder = sys.argv[1:4]
    part = sys.argv[4] if len(sys.argv) > 4 else ""
    if not os.path.exists(wirecap):
        print("%s: it was not built, for there is no zig: skipped" % wirecap)
        sys.exit(SKIPPED)
    shutil.rmtree(folder, ignore_errors=True)
    simulator = simulation.Simulator(os.path.join(bin_folder, "macrun"), wirecap)

    def attempt(case):
        made = rendering.scenario.scenario(case.capture)
        case.change(made)
        run = simulator.run(os.path.join(folder, case.name.replace(" ", "-")), made,
                            case.arguments, case.interrupted, case.file_bytes)
        return case.name, wrong(bin_folder, case, run)

    cases = [case for case in all_cases() if part in case.name]
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, lines in pool.map(attempt, cases):
            failed += bool(lines)
            for line in lines[:LINES_MAX]:
                print("%s: %s" % (name, line))
    print("%d captures, %d of them wrong" % (len(cases), failed))
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
