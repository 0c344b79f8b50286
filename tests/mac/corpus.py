#!/usr/bin/env python3
"""Reads every file of the corpus of real outputs, and compares what the readers say with what
expected.py says.

usage: corpus.py DUMP_EVIDENCE [CORPUS_FOLDER [PART_OF_A_NAME]]

The corpus is no part of the project. Its folder is $WIREDIFF_CORPUS, or else the argument; where
there is none the test is skipped, with status 77. A file without an expectation is a failure.
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile

import expected
from evidence import dump

SKIPPED = 77
LINES_MAX = 8  # of one file

# By folder; one for each tool.
TOOLS = {
    "vm_stat": expected.vm_stat,
    "memory_pressure": expected.memory_pressure,
    "zprint": expected.zprint,
    "kextstat": expected.kextstat,
    "kmutil": expected.kextstat,
    "vmmap": expected.vmmap,
    "footprint": expected.footprint,
    "ps": expected.ps,
    "top": expected.top,
    "sysctl": expected.sysctl,
    "panic": expected.panic,
}

FORMATS = {"kmutil": "kextstat", "vmmap": "apple_vmmap"}  # where they are not called like the tool

# Shortened by hand, columns squeezed: what is read must be right, the rest may be refused.
GUIDES = {
    "allmemory": expected.allmemory,
    "memory_pressure": expected.memory_pressure_with_columns,
    "ps": expected.ps,
    "sysctl": expected.sysctl,
    "var": expected.swap_files,
    "vm_stat": expected.vm_stat,
    "vmmap": expected.vmmap,
    "zprint": expected.zprint_with_columns,
}


# ---- comparing

def differs(found, wanted):
    """Whether a number or a name is another one than expected."""
    value, how = wanted
    if how == "is part of":
        return found is None or str(found) not in value
    if isinstance(value, str) or found is None:
        return str(found) != value
    return abs(found - value) > (1 if how else 0)


def compare_totals(want, found, lenient):
    for name, figure in want.totals.items():
        if name not in found.totals:
            if not lenient:
                yield "total %s: missing, is %d" % (name, figure[0])
        elif differs(found.totals[name][0], figure):
            yield "total %s: %d, is %d" % (name, found.totals[name][0], figure[0])
        elif not figure[1] <= 2 * found.totals[name][1] <= 4 * figure[1]:
            yield "total %s: +-%d, is printed to %d" % (name, found.totals[name][1], figure[1])
    for name in found.totals.keys() - want.totals.keys():
        yield "total %s: %d, which the text does not say" % (name, found.totals[name][0])


def compare_record(record, values):
    for field, wanted in values.items():
        if wanted is None:
            if record.get(field):
                yield "%s is %s, and cannot be known" % (field, record.get(field))
        elif differs(record.get(field), wanted):
            yield "%s is %s and not %s" % (field, record.get(field), wanted[0])
    coarse = max((value[1] for value in values.values() if value and isinstance(value[1], int)),
                 default=0)
    if record.resolution * 2 < coarse and record.kind in ("zone", "region_type", "kernel_memory"):
        yield "is said to +-%d and printed to %d" % (record.resolution, coarse)


def compare_records(want, found, lenient):
    left = {kind: found.of(kind) for kind in want.kinds}
    for kind, key, values in want.records:
        same = [record for record in left[kind]
                if all(record.get(field) == value for field, value in key.items())]
        # Two rows can print alike: the one whose numbers fit is meant.
        same.sort(key=lambda record, values=values: len(list(compare_record(record, values))))
        if not same:
            if not lenient:
                yield "%s %s: missing" % (kind, key)
            continue
        left[kind].remove(same[0])
        for wrong in compare_record(same[0], values):
            yield "%s %s: %s" % (kind, key, wrong)
    for records in left.values():
        for record in records:
            yield "%s, which the text does not say" % record


def compare(want, found, lenient=False):
    """What is wrong, a line each. Lenient: what was noted or refused may be missing."""
    lenient = lenient and (found.refused is not None or found.notes)
    if found.refused is not None and not lenient:
        return ["refused: " + found.refused]
    wrong = list(compare_totals(want, found, lenient))
    wrong += compare_records(want, found, lenient)
    if want.redacted != found.redacted:
        wrong.append("zones are redacted: %s, is %s" % (found.redacted, want.redacted))
    return wrong


# ---- what is wrong with one file

def text_of(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read().replace("\r\n", "\n")


def refusal(program, path, format_name=None):
    """As a loose file, and as the tool's member of a bundle."""
    ways = [(path,)] + ([("--format", format_name, path)] if format_name else [])
    for way in ways:
        found = dump(program, *way)
        if found.refused is None or not found.says_nothing():
            return ["taken for data:\n" + found.text]
    return []


def tool(program, path, expectation, lenient=False):
    want = expectation(text_of(path))
    if not want.records and not want.totals:
        return refusal(program, path) if dump(program, path).refused else \
            compare(want, dump(program, path))
    return compare(want, dump(program, path), lenient)


def report_of_a_case(program, path):
    """Prose with numbers in it; at most a panic's own words can be read."""
    want = expected.panic(text_of(path))
    return compare(want, dump(program, path), lenient=True) if want.records else \
        refusal(program, path)


# ---- listings of Apple's own archives

def names_of(listing):
    """(name, size or None) of each file, and the folders."""
    for line in text_of(listing).splitlines():
        words = re.match(r"(file|dir)\s+(\S+)\s+(.*?)\s*$", line)
        if line.startswith("#") or not line.strip():
            continue
        if words:
            yield words.group(3) + ("/" if words.group(1) == "dir" else ""), words.group(2)
        else:
            yield line.strip(), None


def content_for(name, wanted_size, corpus):
    """An output of the same tool, the very one if its size says so, and its expectation."""
    stem = name.partition(".")[0]
    if stem not in TOOLS or not os.path.isdir(os.path.join(corpus, stem)):
        return None, None
    paths = sorted(entry.path for entry in os.scandir(os.path.join(corpus, stem))
                   if not entry.name.startswith("errors-"))
    paths.sort(key=lambda path: str(os.path.getsize(path)) != wanted_size)
    return paths[0], TOOLS[stem](text_of(paths[0]))


def archive_of(listing, folder, corpus):
    """The archive that was listed; a file for which the corpus has nothing is empty. Returns its
    path and what the readers should say of it, by member."""
    path = os.path.join(folder, "sysdiagnose_2026.01.02_03-04-05-0600.tar.gz")
    top, expectations, done = os.path.basename(path)[:-len(".tar.gz")], {}, set()
    with tarfile.open(path, "w:gz") as archive:
        for name, wanted_size in names_of(listing):
            if name in done:
                continue
            done.add(name)
            member = tarfile.TarInfo("%s/%s" % (top, name.rstrip("/")))
            if name.endswith("/"):
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
                continue
            source, expectation = (None, None) if corpus is None else \
                content_for(name, wanted_size, corpus)
            if source is None:
                archive.addfile(member)
                continue
            expectations[name] = expectation
            member.size = os.path.getsize(source)
            with open(source, "rb") as content:
                archive.addfile(member, content)
    return path, expectations


def members_of(program):
    """Names that stand for a format."""
    done = subprocess.run([program, "--formats"], stdout=subprocess.PIPE, check=True)
    return {line.split()[1] for line in done.stdout.decode().splitlines()}


def listing_of_an_archive(program, path, corpus):
    with tempfile.TemporaryDirectory() as folder:
        empty = dump(program, archive_of(path, folder, None)[0])
        wrong = [] if empty.says_nothing() else ["made of empty files:\n" + empty.text]
        archive, expectations = archive_of(path, folder, corpus)
        found = dump(program, archive)
    if found.refused is not None:
        return wrong + ["refused: " + found.refused]
    wrong += ["%s: not recognised" % name for name, _ in names_of(path)
              if name in members_of(program) and name not in expectations and
              not any(note.startswith("note %s:" % name) for note in found.notes)]
    for name, want in expectations.items():
        # Outputs of several machines lie in one archive: what two tools say is believed of one.
        want.totals.pop("compressor", None)
        kinds = {kind for kind in want.kinds if kind != "process"}
        alone = expected.Expected()
        alone.totals, alone.kinds = want.totals, kinds
        alone.records = [record for record in want.records if record[0] in kinds]
        wrong += ["%s: %s" % (name, line) for line in compare_totals(alone, found, False)
                  if "does not say" not in line]
        wrong += ["%s: %s" % (name, line) for line in compare_records(alone, found, False)]
    return wrong


# ---- all of them

def check(program, corpus, name):
    path = os.path.join(corpus, name)
    folder, _, base = name.rpartition("/")
    if base.startswith("errors-") or folder == "":
        return refusal(program, path, FORMATS.get(folder, folder))
    if folder in TOOLS:
        return tool(program, path, TOOLS[folder])
    if folder == "guides":
        for guide, expectation in GUIDES.items():
            if base.startswith(guide + "-"):
                return tool(program, path, expectation, lenient=True)
    if folder == "pairs":
        return report_of_a_case(program, path)
    if folder == "sysdiagnose-listing":
        return listing_of_an_archive(program, path, corpus)
    return ["no expectation: what should the readers say?"]


def files_in(corpus):
    for folder, _, names in os.walk(corpus):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), corpus)


def main():
    program = sys.argv[1]
    corpus = os.environ.get("WIREDIFF_CORPUS") or (sys.argv[2] if len(sys.argv) > 2 else "")
    part = sys.argv[3] if len(sys.argv) > 3 else ""
    if not os.path.isdir(corpus):
        print("%s: no corpus there: skipped" % corpus)
        sys.exit(SKIPPED)
    names = [name for name in sorted(files_in(corpus)) if part in name]
    failed = 0
    for name in names:
        try:
            wrong = check(program, corpus, name)
        except (RuntimeError, subprocess.TimeoutExpired) as trouble:
            wrong = [str(trouble)]
        except (AttributeError, LookupError, ValueError) as trouble:
            wrong = ["what it says cannot be worked out: %r" % trouble]
        failed += bool(wrong)
        for line in wrong[:LINES_MAX]:
            print("%s: %s" % (name, line))
        if len(wrong) > LINES_MAX:
            print("%s: and %d more" % (name, len(wrong) - LINES_MAX))
    print("%d files, %d of them not read as they should be" % (len(names), failed))
    sys.exit(1 if failed or not names else 0)


if __name__ == "__main__":
    main()
