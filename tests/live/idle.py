#!/usr/bin/env python3
"""Ten captures of a machine at rest: over all 45 pairs next to nothing may have moved.

usage: idle.py PROGRAMS   the folder of wirecap and wirediff

Needs root. On a machine that others keep busy the result says nothing: then it is skipped.
"""

import itertools
import os
import sys
import tempfile

from wire import MIB, Busy, Tools, alone, check_sums, keep, mib, skip

CAPTURES = 10
HEADLINE = 2 * MIB
RESIDUAL = 1 * MIB  # and its own skew
ROW = 0.5 * MIB
QUIET = 0.05  # share of all CPUs that others may have used


def check_pair(pair, report, worst):
    bad = ["%s: %s" % (pair, text) for text in check_sums(report)]
    wired, residual = report["wired"]["delta_bytes"], report["residual"]
    rows = [row for row in report["rows"] if row["kind"] in ("process", "extension", "object")]

    worst["headline"] = max(worst["headline"], abs(wired))
    worst["residual"] = max(worst["residual"],
                            abs(residual["delta_bytes"]) - residual["skew_bytes"])
    worst["row"] = max([worst["row"], *[abs(row["delta_bytes"]) for row in rows]])
    if abs(wired) > HEADLINE:
        bad.append("%s: the headline moved by %s MiB" % (pair, mib(wired)))
    if abs(residual["delta_bytes"]) > residual["skew_bytes"] + RESIDUAL:
        bad.append("%s: the residual moved by %s MiB with a skew of %s" %
                   (pair, mib(residual["delta_bytes"]), mib(residual["skew_bytes"])))
    for row in rows:
        if abs(row["delta_bytes"]) > ROW:
            bad.append("%s: %s %s moved by %s MiB" %
                       (pair, row["kind"], row["name"], mib(row["delta_bytes"])))
    return bad


def attempt(tools):
    bad = []
    worst = {"headline": 0, "residual": 0, "row": 0}
    with Busy() as busy:
        bundles = [tools.capture("idle-%d" % i) for i in range(CAPTURES)]
    for (i, before), (j, after) in itertools.combinations(enumerate(bundles), 2):
        bad += check_pair("%d-%d" % (i, j), tools.compare(before, after), worst)
    print("%d captures: headline at most %.2f MiB, residual at most %.2f beyond its skew, rows at"
          " most %.2f; others used %.0f %% of the CPUs" %
          (CAPTURES, worst["headline"] / MIB, worst["residual"] / MIB, worst["row"] / MIB,
           100 * busy.share), flush=True)
    return bad, busy.share, bundles


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        skip("the live tests need root on Linux")
    with alone(), tempfile.TemporaryDirectory(prefix="wirediff-idle-") as folder:
        tools = Tools(sys.argv[1], folder)
        tools.capture("warm")  # the first pass over /proc makes the kernel remember names
        for _ in range(3):
            bad, share, bundles = attempt(tools)
            if not bad or share <= QUIET:
                break
        if bad and share <= QUIET:
            print("\n".join(bad))
            print("kept in " + keep(os.path.join(tools.programs, "..", "idle-failed"), *bundles))
            sys.exit(1)
    if bad:
        skip("the machine is not at rest")


if __name__ == "__main__":
    main()
