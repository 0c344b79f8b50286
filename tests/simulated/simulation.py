"""wirecap for a Mac, run on a simulated one: a scenario in, what it did out."""
import contextlib
import csv
import glob
import os
import resource
import signal
import subprocess
import tarfile
import time
import zlib

# A process's peak is at least what its parent had when it was forked: a shell has little.
IN_SHELL = ["sh", "-c", "\"$@\"; exit $?", "sh"]
PATIENCE_S = 100

# Ctrl-C ends all at once: Python would first wait for what its threads have begun.
signal.signal(signal.SIGINT, signal.SIG_DFL)


class Run:
    """How it ended, what it said, and what is in the bundle."""

    def __init__(self, code, out, said, folder, bundle, left):
        self.left = left  # what ran on
        self.code, self.folder, self.bundle = code, folder, bundle
        self.out, self.said = out.decode(errors="replace"), said.decode(errors="replace")
        self.members = {}
        for path in (bundle, bundle + ".partial"):
            if os.path.exists(path):
                self.members.update(members_of(path))

    def text(self, member):
        return self.members[member].decode("utf-8", "surrogateescape")

    def table(self, member):
        """Rows of a table, by the names of its columns."""
        lines = self.text(member).splitlines()
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))

    def sources(self):
        """{member: its row of sources.tsv}"""
        return {row["member"]: row for row in self.table("sources.tsv")}

    def calls(self):
        """{name: how often it was called}"""
        path = os.path.join(self.folder, "count")
        if not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8") as file:
            return {line.split()[1].lstrip("_").split("$")[0]: int(line.split()[0])
                    for line in file}


def members_of(bundle):
    """By name without the top folder, in their order."""
    out = {}
    with tarfile.open(bundle, "r:gz") as archive:
        for member in archive:
            out[member.name.partition("/")[2]] = archive.extractfile(member).read()
    return out


def running(folder, *options):
    """{pid: arguments} of each macrun with one of the options that runs on files in the folder."""
    out = {}
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                arguments = os.fsdecode(file.read()).split("\0")
        except OSError:
            continue
        if set(options) & set(arguments) and any(one.startswith(folder + "/") for one in arguments):
            out[int(path.split("/")[2])] = arguments
    return out


def end_left(folder):
    """Ends what still runs, and says what: a tool is in a group of its own."""
    left = running(folder, "--play", "--scenario")
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return list(left.values())


def interrupt(process, folder):
    """As soon as a tool runs."""
    until = time.monotonic() + PATIENCE_S
    while not running(folder, "--play") and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)


class Simulator:
    def __init__(self, macrun, wirecap):
        self.macrun, self.wirecap = macrun, wirecap

    def command(self, folder, path, arguments):
        bundle = os.path.join(folder, "bundle.tar.gz")
        options = ["--lib", "libz.so.1", "--leaks", "--count", os.path.join(folder, "count")]
        return [self.macrun, *options, "--scenario", path, self.wirecap, "-o", bundle,
                *arguments], bundle

    def run(self, folder, scenario, arguments=(), interrupted=False, file_bytes=0):
        """The scenario's folder is made; the bundle is in it."""
        command, bundle = self.command(folder, scenario.write(folder), arguments)
        if not interrupted:
            command = IN_SHELL + command

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, env=dict(os.environ, TZ="UTC"),
                              preexec_fn=limit if file_bytes else None) as process:
            if interrupted:
                interrupt(process, folder)
            try:
                out, said = process.communicate(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                end_left(folder)
                out, said = process.communicate()
        return Run(process.returncode, out, said, folder, bundle, end_left(folder))


def wrong_sources(run):
    """What sources.tsv says of the bundle that is not so."""
    sources = run.sources()
    for name, content in run.members.items():
        row = sources.get(name)
        if name == "sources.tsv":
            continue
        if row is None:
            yield "%s: not in sources.tsv" % name
        elif (row["bytes"], row["crc32"]) != (str(len(content)), "%08x" % zlib.crc32(content)):
            yield "%s: not the bytes of which sources.tsv tells" % name
    for name, row in sources.items():
        if row["bytes"] != "-" and name not in run.members:
            yield "%s: has bytes in sources.tsv, and is not there" % name
