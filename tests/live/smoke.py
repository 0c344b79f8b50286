#!/usr/bin/env python3
"""One capture of this machine and another, by whoever runs it: they compare, sum, and mirror.

usage: smoke.py PROGRAMS   the folder of wirecap and wirediff

Every build runs it, those with sanitizers too.
"""

import io
import sys
import tarfile
import tempfile

from wire import Tools, check_sums, run, skip


def check_mirror(forth, back):
    moved = {(r["kind"], r["identity"]): r["delta_bytes"] for r in forth["rows"]}
    mirrored = {(r["kind"], r["identity"]): -r["delta_bytes"] for r in back["rows"]}
    return [] if moved == mirrored else ["A to B does not mirror B to A"]


def check_same(report):
    moved = [row["name"] for row in report["rows"] if row["delta_bytes"] != 0]
    if report["wired"]["delta_bytes"] != 0 or report["residual"]["delta_bytes"] != 0 or moved:
        return ["a bundle differs from itself: %s" % moved]
    return []


def check_forms(tools, bundle, other):
    """The same report from a bundle, from a folder, and from standard input."""
    expected = tools.diff(bundle, other)
    bad = []
    with tempfile.TemporaryDirectory(dir=tools.folder) as folder:
        with tarfile.open(bundle) as archive:
            top = archive.getnames()[0].partition("/")[0]
            archive.extractall(folder)
        if without_paths(tools.diff(folder + "/" + top, other)) != without_paths(expected):
            bad.append("an unpacked folder gives another report than its bundle")
    with open(bundle, "rb") as file:
        command = [tools.program("wirediff"), "--format", "json", "-", other]
        if without_paths(run(command, stdin=file)) != without_paths(expected):
            bad.append("standard input gives another report than the file")
    return bad


def without_paths(report):
    return [line for line in io.BytesIO(report) if b'"path"' not in line]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not sys.platform.startswith("linux"):
        skip("needs Linux")
    with tempfile.TemporaryDirectory(prefix="wirediff-smoke-") as folder:
        tools = Tools(sys.argv[1], folder)
        before, after = tools.capture("before"), tools.capture("after")
        forth = tools.compare(before, after)
        bad = check_sums(forth) + check_mirror(forth, tools.compare(after, before))
        bad += check_same(tools.compare(before, before)) + check_forms(tools, before, after)
        if tools.diff(before, after) != tools.diff(before, after):
            bad.append("two runs on the same bundles differ")
        tools.diff(before, after, "text")
        print("%d rows" % len(forth["rows"]))
    if bad:
        sys.exit("\n".join(bad))


if __name__ == "__main__":
    main()
