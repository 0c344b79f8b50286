"""What the live tests share: captures, comparisons, memory that is held, and the sums.

Every check returns a list of complaints; an empty list is a pass.
"""

import contextlib
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tarfile
import time

MIB = 1 << 20
SKIPPED = 77  # what CTest takes for "skipped"


class Trouble(Exception):
    """A program of ours failed where it must not."""


def skip(reason):
    print("skipped: " + reason)
    sys.exit(SKIPPED)


@contextlib.contextmanager
def alone():
    """While the body runs no other live test does, of whatever checkout: they would see each other.
    The lock is a name that the kernel forgets with the process."""
    with socket.socket(socket.AF_UNIX) as lock:
        while True:
            try:
                lock.bind("\0wirediff-live-test")
                break
            except OSError:
                time.sleep(0.5)
        yield


def mib(size):
    return "%+.1f" % (size / MIB)


class Tools:
    """The programs under test, and a folder for bundles."""

    def __init__(self, programs, folder):
        self.programs = os.path.abspath(programs)
        self.folder = folder

    def program(self, name):
        return os.path.join(self.programs, name)

    def capture(self, name, *options, **identity):
        path = os.path.join(self.folder, name + ".tar.gz")
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
        run([self.program("wirecap"), "-q", "-o", path, *options], **identity)
        return path

    def diff(self, before, after, form="json"):
        return run([self.program("wirediff"), "--format", form, before, after])

    def compare(self, before, after):
        return json.loads(self.diff(before, after))

    @contextlib.contextmanager
    def hold(self, name, *method, **identity):
        """Memory held by a process NAME, while the body runs."""
        command = [self.program("wirehold"), "--name", name, *[str(word) for word in method]]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **identity)
        try:
            if not process.stdout.readline().startswith(b"ready"):
                raise Trouble(process.stderr.read().decode(errors="replace").strip())
            yield process
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
            process.stderr.close()


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        raise Trouble("%s: exit %d: %s" % (" ".join(map(str, command)), done.returncode,
                                           done.stderr.decode(errors="replace").strip()))
    return done.stdout


def read_member(bundle, name):
    """The text of one member, by its path below the top folder; None when it is not there."""
    with tarfile.open(bundle) as archive:
        for member in archive:
            if member.name.partition("/")[2] == name:
                return archive.extractfile(member).read().decode("ascii", "backslashreplace")
    return None


def read_table(bundle, name):
    """A TSV member as dictionaries."""
    lines = (read_member(bundle, name) or "").splitlines()
    columns = lines[0].split("\t") if lines else []
    return [dict(zip(columns, line.split("\t"))) for line in lines[1:]]


def check_sums(report):
    """DESIGN section 4: everything sums exactly, and no number is missing."""
    bad = []
    wired, residual, rows = report["wired"], report["residual"], report["rows"]
    for part in ("before_bytes", "after_bytes", "delta_bytes"):
        total = sum(row[part] for row in rows) + residual[part]
        if total != wired[part]:
            bad.append("rows and residual: %s is %d, the headline %d" % (part, total, wired[part]))
        for row in rows:
            inside = sum(account[part] for account in row["accounts"])
            if inside != row[part]:
                bad.append("%s: accounts' %s is %d, the row %d" %
                           (row["name"], part, inside, row[part]))
    for line in [wired, residual, *rows]:
        if line["after_bytes"] - line["before_bytes"] != line["delta_bytes"]:
            bad.append("%s: delta is not after - before" % line.get("name", "headline or residual"))
    shares = [line["share"] for line in [residual, *rows]]
    if wired["delta_bytes"] == 0:
        if any(share is not None for share in shares):
            bad.append("shares of a change of 0")
    elif None in shares or round(sum(shares), 6) != 100:
        bad.append("shares sum to %s" % sum(share or 0 for share in shares))
    return bad


def charge(report, kind, name, account):
    """What rows of that kind and name say about an account: delta and how many rows. The name of a
    process is whole; of others it is enough that it is part of it."""
    delta, count = 0, 0
    for row in report["rows"]:
        if row["kind"] != kind:
            continue
        if row["name"] != name if kind == "process" else name not in row["name"]:
            continue
        count += 1
        delta += sum(a["delta_bytes"] for a in row["accounts"] if a["account"] == account)
    return delta, count


class Busy:
    """How much of the machine others used while the body ran: their share of all CPUs."""

    def __enter__(self):
        self.started = self._busy()
        return self

    def __exit__(self, *unused):
        total, busy, own = (now - then for now, then in zip(self._busy(), self.started))
        self.share = max(0.0, (busy - own) / max(total, 0.01))

    @staticmethod
    def _busy():
        tick = os.sysconf("SC_CLK_TCK")
        with open("/proc/stat", encoding="ascii") as stat:
            times = [int(word) / tick for word in stat.readline().split()[1:9]]
        idle = times[3] + times[4]
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(times), sum(times) - idle, sum(u.ru_utime + u.ru_stime for u in used)


def keep(folder, *bundles):
    """Copies the bundles of a failure to where they can be looked at; returns that folder."""
    os.makedirs(folder, exist_ok=True)
    for bundle in bundles:
        if bundle and os.path.exists(bundle):
            shutil.copy(bundle, folder)
    return folder
