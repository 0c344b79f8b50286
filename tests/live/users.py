#!/usr/bin/env python3
"""Captures by root, by an ordinary user, and by root without locked.tsv, in every order: nothing
may look new or gone because of who captured.

usage: users.py PROGRAMS   the folder of wirecap, wirediff and wirehold

Needs root, to be both.
"""

import contextlib
import itertools
import os
import pwd
import shutil
import sys
import tarfile
import tempfile

from wire import Tools, Trouble, alone, check_sums, keep, mib, read_table, skip

# Held all the time, by root and by the user: (who, name, method). Small for the user: his limit.
HELD = (
    ("root", "u-mlock", ("mlock", 32)),
    ("root", "u-share", ("mlock-shared-all", 32, 2)),
    ("root", "u-onfault", ("mlock-onfault", 32, 8)),
    ("root", "u-shm", ("shm-lock", 32)),
    ("root", "u-tables", ("pagetables", 16)),
    ("root", "u-threads", ("threads", 200)),
    ("root", "u-array", ("bpf-array", 16)),
    ("root", "u-ringbuf", ("bpf-ringbuf", 16)),
    ("user", "u-mine", ("mlock", 4)),
)


def without_locked(bundle, folder):
    """The bundle unpacked, and locked.tsv taken away."""
    path = os.path.join(folder, "without")
    with tarfile.open(bundle) as archive:
        archive.extractall(path)
    top = os.path.join(path, os.listdir(path)[0])
    os.remove(os.path.join(top, "locked.tsv"))
    return top


def names_of(bundle):
    return {row["name"] for row in read_table(bundle, "processes.tsv")}


def check_pair(pair, report, before, after):
    """before and after: the names of the processes that each side listed."""
    bad = ["%s: %s" % (pair, text) for text in check_sums(report)]
    for row in report["rows"]:
        if row["state"] == "both":
            continue
        other = before if row["state"] == "new" else after
        if row["kind"] == "process" and row["name"] not in other:
            continue  # it did start, or end
        if row["name"].endswith("counted more than once"):
            continue  # a moment's disagreement between two files of the kernel
        bad.append("%s: %s %s is %s, by %s MiB, and was there on both sides" %
                   (pair, row["kind"], row["name"], row["state"], mib(row["delta_bytes"])))
    for row in report["rows"]:
        if row["name"].startswith("u-") and abs(row["delta_bytes"]) > 1 << 19:
            bad.append("%s: %s moved by %s MiB, and held what it held" %
                       (pair, row["name"], mib(row["delta_bytes"])))
    if not any(row["name"] == "u-tables" and row["state"] == "both" for row in report["rows"]):
        bad.append("%s: no row for u-tables, whose page tables everyone may see" % pair)
    return bad


def as_user(user):
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def programs_for_all(programs, folder):
    """A copy that an ordinary user can reach, wherever the build is."""
    path = os.path.join(folder, "bin")
    os.mkdir(path)
    for name in ("wirecap", "wirediff", "wirehold"):
        shutil.copy(os.path.join(programs, name), path)
    return path


def capture_all(folder, programs, user):
    """The three sides: name -> (bundle or folder, bundle with its processes)."""
    mine = os.path.join(folder, "user")
    os.mkdir(mine)
    os.chown(mine, user.pw_uid, user.pw_gid)
    tools = Tools(programs, folder)
    with contextlib.ExitStack() as stack:
        for who, name, method in HELD:
            try:
                stack.enter_context(tools.hold(name, *method,
                                               **(as_user(user) if who == "user" else {})))
            except Trouble as trouble:
                print("not held: %s: %s" % (name, trouble))
        root = tools.capture("root")
        plain = Tools(programs, mine).capture("user", cwd=mine, **as_user(user))
        again = tools.capture("again")
    return {
        "root": (root, root),
        "user": (plain, plain),
        "unlocked": (without_locked(again, folder), again),
        "again": (again, again),
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        skip("needs root on Linux, to capture as root and as an ordinary user")
    user = pwd.getpwnam("nobody")
    bad = []
    with alone(), tempfile.TemporaryDirectory(prefix="wirediff-users-") as folder:
        os.chmod(folder, 0o755)
        programs = programs_for_all(sys.argv[1], folder)
        tools = Tools(programs, folder)
        sides = capture_all(folder, programs, user)
        names = {side: names_of(listed) for side, (_, listed) in sides.items()}
        for before, after in itertools.permutations(sides, 2):
            pair = before + " -> " + after
            report = tools.compare(sides[before][0], sides[after][0])
            wrong = check_pair(pair, report, names[before], names[after])
            print("%-8s %-20s %d rows, %d one-sided, wired %s, residual %s" %
                  ("FAILED" if wrong else "ok", pair, len(report["rows"]),
                   len(report["one_sided"]), mib(report["wired"]["delta_bytes"]),
                   mib(report["residual"]["delta_bytes"])), flush=True)
            bad += wrong
        if bad:
            print("\n".join(bad))
            print("kept in " + keep(os.path.join(sys.argv[1], "..", "users-failed"),
                                    *[listed for _, listed in sides.values()]))
            sys.exit(1)


if __name__ == "__main__":
    main()
