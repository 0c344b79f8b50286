#!/usr/bin/env python3
"""Puts the corpus' real cases of a zone that grew into the forms in which people would have had
them, and asks wirediff: it must name the zone, or say honestly that it cannot be known. What had
nothing to do with it must be in no row.

usage: pairs.py WIREDIFF [CORPUS_FOLDER [PART_OF_A_NAME]]

Skipped, with status 77, when there is no corpus: at $WIREDIFF_CORPUS, or else the argument.
"""

import json
import os
import subprocess
import sys
import tempfile

import forms
from cases import cases_of
from forms import Machine, write

SKIPPED = 77


def pair(case):
    return (Machine(case.release, case.zone, case.before[0]),
            Machine(case.release, case.zone, case.after[0]))


# ---- forms: (name, path before, path after, error allowed; None when it cannot be known)

def in_zprint(folder, case):
    before, after = pair(case)
    yield ("zprint", write(folder, "monday.txt", forms.zprint(before)),
           write(folder, "friday.txt", forms.zprint(after)), 0)
    for redacted in (False, True) if before.release >= (13, 0) else (False,):
        name = "folder of a user's outputs" if redacted else "folder of outputs"
        sides = [forms.folder_of(os.path.join(folder, name, side), forms.members(machine, redacted))
                 for side, machine in (("before", before), ("after", after))]
        yield (name, *sides, 0)
    if before.release < (13, 0):
        return
    yield ("zprint without root", write(folder, "mine.txt", forms.zprint(before, True)),
           write(folder, "mine too.txt", forms.zprint(after, True)), 0)
    # Elements are all that both sides know.
    yield ("zprint without and with root", write(folder, "user.txt", forms.zprint(before, True)),
           write(folder, "root.txt", forms.zprint(after)), before.page)


def in_jetsam_events(folder, case):
    before, after = pair(case)
    if before.release >= (11, 0):
        yield ("JetsamEvent", write(folder, "JetsamEvent-1.ips", forms.jetsam_event(before)),
               write(folder, "JetsamEvent-2.ips", forms.jetsam_event(after)), 0)


def in_panics(folder, case):
    if case.panic is None:
        return
    before, after = pair(case)
    coarse = forms.resolution_of_panic(case) + before.page
    zprint = write(folder, "healthy.txt", forms.zprint(before))
    text = write(folder, "Kernel.panic", forms.panic_text(case))
    yield "zprint, then a panic", zprint, text, coarse
    yield ("zprint, then a panic's .ips", zprint,
           write(folder, "panic-full.ips", forms.panic_ips(case, after)), coarse)
    yield ("vm_stat, then a panic", write(folder, "vm_stat.txt", forms.vm_stat(before)), text, None)


def in_totals(folder, case):
    before, after = pair(case)
    yield ("vm_stat", write(folder, "vm_stat 1.txt", forms.vm_stat(before)),
           write(folder, "vm_stat 2.txt", forms.vm_stat(after)), None)


# ---- what the report says of them

def run(program, before, after):
    done = subprocess.run([program, "--format", "json", before, after], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    if done.returncode != 0:
        return None, done.stderr.decode(errors="replace").strip()
    return json.loads(done.stdout), None


def sums_hold(report):
    for side in ("before_bytes", "after_bytes", "delta_bytes"):
        total = sum(row[side] for row in report["rows"]) + report["residual"][side]
        if total != report["wired"][side]:
            yield "%s: rows and residual are %d, wired is %d" % (side, total, report["wired"][side])


def nobody_else_is_blamed(report, case, allowed):
    for row in report["rows"]:
        if row["kind"] == "zone" and row["name"] == case.zone:
            continue
        if abs(row["delta_bytes"]) > allowed:
            yield "%s %s moved by %d" % (row["kind"], row["name"], row["delta_bytes"])
        if row["state"] != "both" and row["name"] in case.decoys:
            yield "%s %s is in a row: it has nothing to do with it" % (row["kind"], row["name"])
    for suspect in report["suspects"]:
        if suspect["evidence"] != "inferred":
            yield "a suspect that is not inferred: %s" % suspect


def grew_by(report, case, sign, error):
    wanted = sign * (case.after[0] - case.before[0])
    rows = [row for row in report["rows"] if row["kind"] == "zone" and row["name"] == case.zone]
    if len(rows) != 1:
        yield "zone %s: %d rows" % (case.zone, len(rows))
    elif abs(rows[0]["delta_bytes"] - wanted) > error:
        yield "zone %s moved by %d, not by %d" % (case.zone, rows[0]["delta_bytes"], wanted)
    elif rows[0]["state"] != "both":
        yield "zone %s is called %s" % (case.zone, rows[0]["state"])


def check(program, case, before, after, error, sign):
    report, trouble = run(program, before, after)
    if report is None and error is None and "nothing that both captures tell" in trouble:
        return []
    if report is None:
        return ["refused: " + trouble]
    wrong = list(sums_hold(report)) + list(nobody_else_is_blamed(report, case, error or 0))
    if error is not None:
        wrong += grew_by(report, case, sign, error)
    elif any(row["kind"] == "zone" and row["delta_bytes"] for row in report["rows"]):
        wrong.append("a zone moved, and nobody can know that")
    return wrong


def in_whole_pages(case):
    """What a zone can hold."""
    for machine, side in zip(pair(case), ("before", "after")):
        setattr(case, side, (machine.held, getattr(case, side)[1]))
    return case


def main():
    program = sys.argv[1]
    corpus = os.environ.get("WIREDIFF_CORPUS") or (sys.argv[2] if len(sys.argv) > 2 else "")
    part = sys.argv[3] if len(sys.argv) > 3 else ""
    if not os.path.isdir(os.path.join(corpus, "pairs")):
        print("%s: no corpus there: skipped" % corpus)
        sys.exit(SKIPPED)
    count = failed = 0
    for case in map(in_whole_pages, cases_of(os.path.join(corpus, "pairs"))):
        with tempfile.TemporaryDirectory() as folder:
            for form in (in_zprint, in_jetsam_events, in_panics, in_totals):
                for name, before, after, error in form(folder, case):
                    if part not in case.name + " " + name:
                        continue
                    for sign, sides in ((1, (before, after)), (-1, (after, before))):
                        wrong = check(program, case, *sides, error, sign)
                        count += 1
                        failed += bool(wrong)
                        for line in wrong:
                            print("%s as %s%s: %s" % (case.name, name,
                                                      "" if sign > 0 else ", backwards", line))
    print("%d comparisons, %d of them wrong" % (count, failed))
    sys.exit(1 if failed or not count else 0)


if __name__ == "__main__":
    main()
