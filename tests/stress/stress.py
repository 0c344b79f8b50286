#!/usr/bin/env python3
"""Captures 500 processes with 300 regions each while others come and go, with the worst names that
there are; reads the bundle with every tool at hand, and looks for raw bytes in the reports.

usage: stress.py PROGRAMS   the folder of wirecap, wirediff, wirehold and crowd

As an ordinary user too: it is his processes then.
"""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "live"))

from wire import MIB, Tools, Trouble, alone, check_sums, keep, read_table, skip  # noqa: E402

PROCESSES = 500
REGIONS = 300
PEAK = 32 * MIB

# Names of processes that lock memory, so that they are at the top of the report.
NAMES = (b"\x1b[31mred\x1b[0m", b"two\nlines", b"bad\xff\xfeutf8", b"\xc2\x9b31mcsi",
         b"\xe2\x80\xaetxt.exe", b"bell\x07\rback")
FILE = b"map \x1b[7m\nof \xff file"


@contextlib.contextmanager
def crowd(tools, folder):
    path = os.path.join(os.fsencode(folder), FILE)
    with open(path, "wb") as file:
        file.write(bytes(4096))
    command = [tools.program("crowd"), str(PROCESSES), str(REGIONS), path]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        if process.stdout.readline() != b"ready\n":
            raise Trouble(process.stderr.read().decode(errors="replace"))
        yield process.pid
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def capture_measured(tools, name):
    """The bundle, and the most memory that wirecap had."""
    path = os.path.join(tools.folder, name + ".tar.gz")
    process = subprocess.Popen([tools.program("wirecap"), "-q", "-o", path])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Trouble("wirecap: exit %d" % process.returncode)
    return path, usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime


def check_archive(bundle):
    """GNU tar, bsdtar and gzip where they are here; Python's tarfile with every byte."""
    bad = []
    for command in (["gzip", "-t"], ["tar", "-tzf"], ["bsdtar", "-tf"]):
        if shutil.which(command[0]) is None:
            print("skipped: no " + command[0])
            continue
        done = subprocess.run([*command, bundle], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            bad.append("%s: %s" % (" ".join(command), done.stdout[-300:].decode(errors="replace")))
    sources = {row["member"]: row for row in read_table(bundle, "sources.tsv")}
    last = None
    with tarfile.open(bundle) as archive:
        for member in archive:
            last = member.name.partition("/")[2]
            if not member.isreg() or last == "sources.tsv":
                continue
            content = archive.extractfile(member).read()
            row = sources.get(last)
            if row is None:
                bad.append("%s: not in sources.tsv" % last)
            elif row["crc32"] != "%08x" % zlib.crc32(content) or row["bytes"] != str(len(content)):
                bad.append("%s: sources.tsv says %s bytes, crc %s" %
                           (last, row["bytes"], row["crc32"]))
    if last != "sources.tsv":
        bad.append("the last member is %s" % last)
    return bad


def check_processes(bundle, parent):
    rows = read_table(bundle, "processes.tsv")
    stayed = [row for row in rows if row["ppid"] == str(parent)]
    whole = [row for row in stayed
             if row["regions_status"] == "ok" and int(row["regions"]) >= REGIONS]
    print("%d processes, %d of the crowd, %d of them with all their regions" %
          (len(rows), len(stayed), len(whole)))
    return [] if len(whole) >= PROCESSES else ["of %d processes only %d are whole" %
                                               (PROCESSES, len(whole))]


def check_harmless(what, raw):
    """Valid UTF-8 without a control or a direction character, and ends of lines alone."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return ["%s: %s" % (what, error)]
    bad = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
    return ["%s: holds %r" % (what, c) for c in sorted(bad)]


def check_reports(tools, before, after):
    text = tools.diff(before, after, "text")
    raw = tools.diff(before, after)
    bad = check_harmless("text", text) + check_harmless("json", raw)
    try:
        report = json.loads(raw)
    except ValueError as error:
        return [*bad, "json: %s" % error]
    locked = [row for row in report["rows"] if row["kind"] == "process" and any(
        a["account"] == "locked" and a["delta_bytes"] >= 3 * MIB for a in row["accounts"])]
    print("%d rows, %d of the badly named processes hold their memory" %
          (len(report["rows"]), len(locked)))
    if len(locked) < len(NAMES) and can_lock():
        bad.append("of %d badly named processes %d have a row of their own" %
                   (len(NAMES), len(locked)))
    return bad + check_sums(report)


def can_lock():
    return os.geteuid() == 0


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not sys.platform.startswith("linux"):
        skip("needs Linux")
    limit = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    if limit != resource.RLIM_INFINITY and limit < 2 * PROCESSES:
        skip("only %d processes allowed" % limit)
    with alone(), tempfile.TemporaryDirectory(prefix="wirediff-stress-") as folder:
        tools = Tools(sys.argv[1], folder)
        before = tools.capture("before")
        with contextlib.ExitStack() as stack:
            parent = stack.enter_context(crowd(tools, folder))
            for name in NAMES if can_lock() else ():
                stack.enter_context(tools.hold(name, "mlock", 4))
            after, peak, seconds = capture_measured(tools, "crowd")
        print("wirecap: at most %.1f MiB of memory, %.2f s of CPU, bundle %.1f MiB" %
              (peak / MIB, seconds, os.path.getsize(after) / MIB))
        bad = check_processes(after, parent) + check_archive(after)
        bad += check_reports(tools, before, after)
        if peak > PEAK:
            bad.append("wirecap took %.1f MiB of memory, may take %.1f" % (peak / MIB, PEAK / MIB))
        if bad:
            print("\n".join(bad))
            print("kept in " + keep(os.path.join(sys.argv[1], "..", "stress-failed"),
                                    before, after))
            sys.exit(1)


if __name__ == "__main__":
    main()
