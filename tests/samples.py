#!/usr/bin/env python3
"""Compares every sample with its truth: the right owner, in the right account, to the byte, in both
directions, and nobody else.

usage: samples.py BIN_FOLDER SAMPLES_FOLDER

truth.json says
    rows          [{kind, name, account, before_bytes, after_bytes, region}]: must be found so;
                  region {type, detail}: must hold these bytes of it alone
and, where it is there,
    wired, residual              {before_bytes, after_bytes}: to the byte
    skew_bytes                   the error bar of the residual
    nothing_else_above_bytes     no other account of any row moves further
    same_boot                    what the report says of the two captures
    suspects      [{subject}]    are named
    no_suspects   [{subject}]    are not
    findings      [{code}]       are among the findings
"""

import json
import os
import subprocess
import sys

SIDES = ("before_bytes", "after_bytes")


class Sample:
    """A sample, its truth, and the report in one direction."""

    def __init__(self, bin_folder, folder, swap):
        self.name = "%s%s" % (os.path.basename(folder), " (AFTER against BEFORE)" if swap else "")
        self.swap = swap
        self.wrong = []
        with open(os.path.join(folder, "truth.json"), encoding="utf-8") as file:
            self.truth = json.load(file)
        end = ".txt" if os.path.exists(os.path.join(folder, "before.txt")) else ".tar.gz"
        names = ["before" + end, "after" + end]
        paths = [os.path.join(folder, name) for name in (reversed(names) if swap else names)]
        done = subprocess.run([os.path.join(bin_folder, "wirediff"), "--format", "json"] + paths,
                              stdout=subprocess.PIPE, check=True)
        self.report = json.loads(done.stdout)

    def expect(self, holds, text, *details):
        if not holds:
            self.wrong.append("%s: %s" % (self.name, text % details))

    def side(self, said, side):
        """What the truth says of this side of the report."""
        return said[SIDES[1 - SIDES.index(side)]] if self.swap else said[side]

    def equal(self, what, found, said):
        for side in SIDES:
            wanted = self.side(said, side)
            self.expect(found is not None and found[side] == wanted, "%s: %s is %s and not %d",
                        what, side, found and found[side], wanted)

    def find(self, wanted):
        """The row and its account; None, None without such a row."""
        for row in self.report["rows"]:
            if row["kind"] == wanted["kind"] and row["name"] == wanted["name"]:
                for account in row["accounts"]:
                    if account["account"] == wanted["account"]:
                        return row, account
        return None, None


def check_rows(sample):
    for wanted in sample.truth["rows"]:
        row, account = sample.find(wanted)
        sample.equal("%s in %s" % (wanted["name"], wanted["account"]), account, wanted)
        region = wanted.get("region")
        if row is None or region is None:
            continue
        found = [one for one in row["regions"] if one["account"] == wanted["account"] and
                 one["type"] == region["type"] and one["detail"] == region["detail"]]
        sample.expect(len(found) == 1, "%s: %d regions %s", wanted["name"], len(found), region)
        sample.equal("%s: its region" % wanted["name"], found[0] if found else None, wanted)


def check_totals(sample):
    report, truth = sample.report, sample.truth
    for side in SIDES + ("delta_bytes",):
        total = sum(row[side] for row in report["rows"]) + report["residual"][side]
        sample.expect(total == report["wired"][side], "%s does not add up", side)
    for name in ("wired", "residual"):
        if name in truth:
            sample.equal(name, report[name], truth[name])


def check_nothing_else(sample):
    report, truth = sample.report, sample.truth
    if "skew_bytes" in truth:
        skew = report["residual"]["skew_bytes"]
        sample.expect(skew == truth["skew_bytes"], "the error bar is %d", skew)
    if "nothing_else_above_bytes" not in truth:
        return
    planted = {(row["kind"], row["name"], row["account"]) for row in truth["rows"]}
    for row in report["rows"]:
        for account in row["accounts"]:
            most = truth["nothing_else_above_bytes"]
            key = row["kind"], row["name"], account["account"]
            sample.expect(key in planted or abs(account["delta_bytes"]) <= most,
                          "%s moved by %d in %s, more than %d", row["name"],
                          account["delta_bytes"], account["account"], most)


def check_words(sample):
    report, truth = sample.report, sample.truth
    if "same_boot" in truth:
        said = report["comparison"]["same_boot"]
        sample.expect(said is truth["same_boot"], "same_boot is %s", said)
    subjects = {suspect["subject"] for suspect in report["suspects"]}
    for suspect in truth.get("suspects", []):
        sample.expect(suspect["subject"] in subjects, "%s is not suspected", suspect["subject"])
    for suspect in truth.get("no_suspects", []):
        sample.expect(suspect["subject"] not in subjects, "%s is suspected", suspect["subject"])
    codes = {finding["code"] for finding in report["findings"]}
    for finding in truth.get("findings", []):
        sample.expect(finding["code"] in codes, "finding %s is not among %s", finding["code"],
                      " ".join(sorted(codes)))


def check(bin_folder, folder, swap):
    """One sample in one direction; returns what is wrong, a line each."""
    sample = Sample(bin_folder, folder, swap)
    for part in (check_rows, check_totals, check_nothing_else, check_words):
        part(sample)
    return sample.wrong


def main():
    bin_folder, samples = sys.argv[1:]
    folders = sorted(entry.path for entry in os.scandir(samples) if entry.is_dir())
    wrong = [line for folder in folders for swap in (False, True)
             for line in check(bin_folder, folder, swap)]
    print("\n".join(wrong))
    sys.exit(1 if wrong or not folders else 0)


if __name__ == "__main__":
    main()
