#!/usr/bin/env python3
"""Compares every sample with its truth: the right owner, in the right account, to the byte.

usage: samples.py BIN_FOLDER SAMPLES_FOLDER
"""

import json
import os
import subprocess
import sys


def account_bytes(report, wanted, side):
    """What the owner holds in the account, by the report; None without such a row."""
    for row in report["rows"]:
        if row["kind"] == wanted["kind"] and row["name"] == wanted["name"]:
            for account in row["accounts"]:
                if account["account"] == wanted["account"]:
                    return account[side]
    return None


def check(bin_folder, sample, swap):
    """One sample in one direction; returns what is wrong, a line each."""
    sides = ["before_bytes", "after_bytes"]
    names = ["before.tar.gz", "after.tar.gz"]
    paths = [os.path.join(sample, name) for name in (reversed(names) if swap else names)]
    done = subprocess.run([os.path.join(bin_folder, "wirediff"), "--format", "json"] + paths,
                          stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)
    with open(os.path.join(sample, "truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    wrong = []
    for wanted in truth["rows"]:
        for side, other in zip(sides, reversed(sides) if swap else sides):
            found = account_bytes(report, wanted, side)
            if found != wanted[other]:
                wrong.append("%s: %s: %s is %s and not %d" %
                             (sample, wanted["name"], side, found, wanted[other]))
    for side in sides + ["delta_bytes"]:
        total = sum(row[side] for row in report["rows"]) + report["residual"][side]
        if total != report["wired"][side]:
            wrong.append("%s: %s does not add up" % (sample, side))
    return wrong


def main():
    bin_folder, samples = sys.argv[1:]
    folders = sorted(entry.path for entry in os.scandir(samples) if entry.is_dir())
    wrong = [line for folder in folders for swap in (False, True)
             for line in check(bin_folder, folder, swap)]
    print("\n".join(wrong))
    sys.exit(1 if wrong or not folders else 0)


if __name__ == "__main__":
    main()
