#!/usr/bin/env python3
"""The whole path: each story of tests/mac as two simulated Macs, captured by wirecap and compared
by wirediff. The report must say the truth beside the sample of the same story, in both directions;
the readers must take the simulated bundle as they take the sample. Then random pairs, of all
releases and mixed rights, with all their rows; one Mac as root and as a user, and one as wirecap and
as zprint see it: nothing has changed, and no row may say so.

usage: test_stories.py BIN_FOLDER WIRECAP FOLDER

As test_captures.py.
"""
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [os.path.join(HERE, "..", "mac"), os.path.join(HERE, "..")]

# pylint: disable=wrong-import-position
import archive
import machines
import random_pair
import rendering
import samples
import simulation
import stories
import zprint
from evidence import dump

SKIPPED = 77
AT_ONCE = 8
STORIES = [stories.macos_reboot, stories.macos_week, stories.macos_vm_guest,
           stories.macos_gpu_orphan]

SEEDS = range(1, 17)  # of random pairs

# Releases on which a Mac is captured as root and as a user.
BOTH_USERS = [(17, "x86_64"), (20, "arm64"), (21, "arm64"), (22, "arm64"), (23, "x86_64"),
              (25, "arm64")]

# Where zprint has a breakdown too: never on Apple silicon under macOS 11.
APPLE = [release for release in BOTH_USERS if release != (20, "arm64")]

# Of the capture itself: facts that no two captures share.
OF_THE_CAPTURE = ("manifest ", "sample ", "source ")


def spread(run):
    """How far wired memory moved while it was captured: there may be a sample more."""
    wired = [int(row["wired_bytes"]) for row in run.table("samples.tsv")[:-1]]
    return max(wired) - min(wired)


class Tests:
    def __init__(self, bin_folder, wirecap, folder):
        self.bin_folder, self.folder = bin_folder, folder
        self.simulator = simulation.Simulator(os.path.join(bin_folder, "macrun"), wirecap)

    def capture(self, folder, capture, *arguments):
        scenario = rendering.scenario.scenario(capture)
        run = self.simulator.run(os.path.join(self.folder, folder), scenario, arguments)
        if run.code != 0 or run.left:
            raise RuntimeError("%s: exit status %d: %s %s" % (folder, run.code, run.said, run.left))
        return run

    # ---- the stories ----------------------------------------------------------------------------

    def facts(self, path, pids):
        """What the readers say, a line each: of all that both kinds of bundle hold."""
        def is_told(line):
            return not line.startswith(OF_THE_CAPTURE) and rendering.scenario.OWN_NAME not in line \
                and not (line.startswith("region ") and self.pid_of(line) not in pids)
        evidence = dump(os.path.join(self.bin_folder, "dump_evidence"), path)
        return sorted(line for line in evidence.text.splitlines() if is_told(line))

    @staticmethod
    def pid_of(line):
        return next((int(word[4:]) for word in line.split() if word.startswith("pid=")), None)

    def wrong_facts(self, name, capture, run):
        """The simulated bundle against the sample's, record by record. Regions that the books only
        count are listed in one of them."""
        sample = os.path.join(run.folder, "sample.tar.gz")
        top, members = rendering.render.bundle(capture)
        with open(sample, "wb") as file:
            file.write(archive.bundle(top, members, capture.taken_s))
        pids = {capture.pid(process) for process in capture.books.processes
                if process.regions is not None}
        wanted, found = self.facts(sample, pids), self.facts(run.bundle, pids)
        for line in list(set(wanted) - set(found))[:3]:
            yield "%s: the sample alone says %s" % (name, line)
        for line in list(set(found) - set(wanted))[:3]:
            yield "%s: the capture alone says %s" % (name, line)
        if len(wanted) < 500:
            yield "%s: only %d facts were compared" % (name, len(wanted))

    def story(self, make):
        story = make()
        truth = stories.truth(story)
        folder = os.path.join(self.folder, story.name)
        wrong, runs = [], {}
        for side in ("before", "after"):
            capture = getattr(story, side)
            name = "%s/%s" % (story.name, side)
            runs[side] = run = self.capture(name, capture, "--full", "--label", capture.label)
            wrong += ["%s: %s" % (name, line) for line in simulation.wrong_sources(run)]
            wrong += ["%s: %s" % (name, line) for line in rendering.differences(capture, run)]
            wrong += self.wrong_facts(name, capture, run)
            shutil.copy(run.bundle, os.path.join(folder, side + ".tar.gz"))
        truth["skew_bytes"] = sum(spread(run) for run in runs.values())
        with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as file:
            json.dump(truth, file)
        for swap in (False, True):
            wrong += samples.check(self.bin_folder, folder, swap)
        return wrong

    # ---- random pairs ---------------------------------------------------------------------------

    def pair(self, seed):
        """Every row that both sides could know, to the byte."""
        made = random_pair.Pair(seed)
        made.form = "bundle"
        made.roots = [made.chance.fork("root", n).percent(70) for n in range(2)]
        captures = made.captures()
        bundles = [self.capture("pair-%d-%d" % (seed, n), capture).bundle
                   for n, capture in enumerate(captures)]
        report = self.report(*bundles)
        found = {(row["kind"], row["name"], account["account"]):
                 (account["before_bytes"], account["after_bytes"])
                 for row in report["rows"] for account in row["accounts"]}
        wrong = []
        for row in made.truth(captures)["rows"]:
            key = row["kind"], row["name"], row["account"]
            wanted = row["before_bytes"], row["after_bytes"]
            if found.get(key, (0, 0)) != wanted:
                wrong.append("pair %d: %s is %s and not %s" % (seed, key, found.get(key), wanted))
        return wrong

    # ---- against Apple's own tool ---------------------------------------------------------------

    def apple(self, release):
        """What zprint prints of the same Mac, within its rounding."""
        name = "apple-%d-%s" % release
        capture = machines.machine(*release)
        run = self.capture(name, capture)
        path = os.path.join(run.folder, "apple.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(zprint.zprint(capture))
        wrong = []
        for before, after in ((run.bundle, path), (path, run.bundle)):
            report = self.report(before, after)
            bars = [(row["name"], row["delta_bytes"],
                     sum(account["resolution_bytes"] for account in row["accounts"]))
                    for row in report["rows"]]
            bars.append(("the residual", report["residual"]["delta_bytes"],
                         report["wired"]["resolution_bytes"]))
            wrong += ["%s: %s moved by %d, more than rounding" % (name, who, moved)
                      for who, moved, bar in bars if abs(moved) > bar]
            if len(report["rows"]) < 80:
                wrong.append("%s: only %d rows were compared" % (name, len(report["rows"])))
        return wrong

    # ---- as root and as a user ------------------------------------------------------------------

    def report(self, before, after):
        command = [os.path.join(self.bin_folder, "wirediff"), "--format", "json", before, after]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    @staticmethod
    def claims(report):
        """Everything that is said to have changed."""
        for row in report["rows"]:
            if row["state"] != "both":
                yield "%s %s is %s" % (row["kind"], row["name"], row["state"])
            for account in row["accounts"]:
                if account["delta_bytes"]:
                    yield "%s moved by %d in %s" % (row["name"], account["delta_bytes"],
                                                    account["account"])
            if any(region["delta_bytes"] for region in row["regions"]):
                yield "regions of %s moved" % row["name"]
        if report["wired"]["delta_bytes"] or report["residual"]["delta_bytes"]:
            yield "wired memory or the residual moved"
        if report["suspects"]:
            yield "somebody is suspected: %s" % report["suspects"]

    def users(self, release):
        name = "users-%d-%s" % release
        bundles = [self.capture("%s-%s" % (name, "root" if root else "user"),
                                machines.machine(*release, root=root)).bundle
                   for root in (True, False)]
        wrong = []
        for before, after in (bundles, bundles[::-1]):
            report = self.report(before, after)
            wrong += ["%s: %s" % (name, line) for line in self.claims(report)]
            if not report["one_sided"]:
                wrong.append("%s: nothing is told to be known to one side only" % name)
        return wrong


def main():
    bin_folder, wirecap, folder = sys.argv[1:4]
    if not os.path.exists(wirecap):
        print("%s: it was not built, for there is no zig: skipped" % wirecap)
        sys.exit(SKIPPED)
    shutil.rmtree(folder, ignore_errors=True)
    tests = Tests(bin_folder, wirecap, folder)
    jobs = [(tests.story, make) for make in STORIES]
    jobs += [(tests.pair, seed) for seed in SEEDS]
    jobs += [(tests.users, release) for release in BOTH_USERS]
    jobs += [(tests.apple, release) for release in APPLE]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        wrong = [line for lines in pool.map(lambda job: job[0](job[1]), jobs) for line in lines]
    print("\n".join(wrong))
    print("%d stories, %d random pairs, %d Macs as root and as a user, %d against zprint, "
          "%d things wrong" % (len(STORIES), len(SEEDS), len(BOTH_USERS), len(APPLE), len(wrong)))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
