#!/usr/bin/env python3
"""Takes wired memory in ways that are known to the page, and checks the row that must name it.

usage: live.py PROGRAMS [EXPERIMENT...]   PROGRAMS: the folder of wirecap, wirediff, wirehold

Each experiment captures before and during, compares the two, and prints one line. It needs root;
what it changes it restores. Bundles of a failure are kept in PROGRAMS/../live-failed.
"""

import contextlib
import os
import signal
import sys
import tempfile
import time

from experiments import EXPERIMENTS
from wire import MIB, SKIPPED, Tools, Trouble, alone, charge, check_sums, keep, mib, skip

ROW_TOLERANCE = 0.5 * MIB
RESIDUAL_TOLERANCE = 3 * MIB
CALM = 4 * MIB


def check_rows(experiment, report):
    bad, seen = [], []
    for row in experiment.rows:
        delta, count = charge(report, row.kind, row.name, row.account)
        seen.append("%s %s %s" % (row.name, row.account, mib(delta)))
        if abs(delta - row.mib * MIB) > ROW_TOLERANCE:
            bad.append("%s %s: %s is %s MiB in %d rows, must be %+.1f" %
                       (row.kind, row.name, row.account, mib(delta), count, row.mib))
        elif row.mib > 0 and count != 1:
            bad.append("%s %s: in %d rows, must be in one" % (row.kind, row.name, count))
    return bad, seen


def check_calm(report):
    bad = ["%s %s moved by %s MiB, and nothing was wired" %
           (row["kind"], row["name"], mib(row["delta_bytes"]))
           for row in report["rows"] if abs(row["delta_bytes"]) > CALM]
    if abs(report["wired"]["delta_bytes"]) > CALM:
        bad.append("the headline moved by %s MiB" % mib(report["wired"]["delta_bytes"]))
    return bad


def check_residual(experiment, report):
    bad = []
    residual = report["residual"]
    away = abs(residual["delta_bytes"] - experiment.residual * MIB)
    skew = 0 if experiment.residual else residual["skew_bytes"]
    if away > RESIDUAL_TOLERANCE + skew:
        bad.append("the residual moved by %s MiB, must be %+.1f" %
                   (mib(residual["delta_bytes"]), experiment.residual))
    if experiment.hint:
        said = [str(f.get("text", "")) + str(f.get("help", ""))
                for f in report["findings"] + report["suspects"]]
        if not any(word in text.lower() for word in experiment.hint for text in said):
            bad.append("nothing says that the residual could be: " + " or ".join(experiment.hint))
    return bad


@contextlib.contextmanager
def changed(tools, change):
    with change[0](tools, *change[1:]) if change else contextlib.nullcontext():
        yield


def attempt(tools, experiment):
    """Runs one experiment; returns what is wrong, and the figures."""
    process = "h-" + experiment.name
    with changed(tools, experiment.setup):
        before = tools.capture(experiment.name + "-before")
        holder = (tools.hold(process, *experiment.hold) if experiment.hold
                  else changed(tools, experiment.change))
        with holder:
            time.sleep(0.1)
            during = tools.capture(experiment.name + "-during")
    report = tools.compare(before, during)
    bad, seen = check_rows(experiment, report)
    bad += check_sums(report) + check_residual(experiment, report)
    if experiment.calm:
        bad += check_calm(report)
    seen.append("wired %s" % mib(report["wired"]["delta_bytes"]))
    seen.append("residual %s (skew %.1f)" % (mib(report["residual"]["delta_bytes"]),
                                             report["residual"]["skew_bytes"] / MIB))
    if bad:
        bad.append("kept in " + keep(os.path.join(tools.programs, "..", "live-failed"),
                                     before, during))
    return bad, seen


def perform(tools, experiment):
    """One experiment, and its line. A machine that others use may spoil a first try."""
    for note in ("", " (second try)"):
        try:
            bad, seen = attempt(tools, experiment)
        except Trouble as trouble:
            if any(word in str(trouble).lower() for word in experiment.may_lack):
                print("skipped %-10s %s" % (experiment.name, trouble), flush=True)
                return "skipped"
            bad, seen = [str(trouble)], []
        time.sleep(0.3)
        if not bad:
            print("ok      %-10s %s%s" % (experiment.name, ", ".join(seen), note), flush=True)
            return "ok"
    print("FAILED  %-10s %s" % (experiment.name, ", ".join(seen)))
    for line in bad:
        print("        " + line, flush=True)
    return "FAILED"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        skip("the live tests need root on Linux")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *unused: sys.exit(2))  # so that everything is restored
    chosen = [e for e in EXPERIMENTS if len(sys.argv) == 2 or e.name in sys.argv[2:]]
    with alone(), tempfile.TemporaryDirectory(prefix="wirediff-live-") as folder:
        results = [perform(Tools(sys.argv[1], folder), e) for e in chosen]
    print("%d ok, %d failed, %d skipped" % tuple(map(results.count, ("ok", "FAILED", "skipped"))))
    if "FAILED" in results or not results:
        sys.exit(1)
    sys.exit(0 if "ok" in results else SKIPPED)


if __name__ == "__main__":
    main()
