"""wirecap for a Mac, run on a simulated one: a scenario in, what it did out."""
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


class Run:
    """How it ended, what it said, and what is in the bundle."""

    def __init__(self, code, out, said, folder, bundle, left):
        self.left = left  # tools that ran on
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


def end_tools(folder):
    """Ends the tools that still run, and says which: macrun plays them, from files in the folder."""
    left = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                arguments = file.read().split(b"\0")
            if b"--play" in arguments and any(one.startswith(os.fsencode(folder) + b"/")
                                              for one in arguments):
                left.append(arguments)
                os.kill(int(path.split("/")[2]), signal.SIGKILL)
        except OSError:
            continue
    return left


class Simulator:
    def __init__(self, macrun, wirecap):
        self.macrun, self.wirecap = macrun, wirecap

    def command(self, folder, path, arguments):
        bundle = os.path.join(folder, "bundle.tar.gz")
        options = ["--lib", "libz.so.1", "--leaks", "--count", os.path.join(folder, "count")]
        return [self.macrun, *options, "--scenario", path, self.wirecap, "-o", bundle,
                *arguments], bundle

    def run(self, folder, scenario, arguments=(), interrupt_s=0, file_bytes=0):
        """The scenario's folder is made; the bundle is in it."""
        command, bundle = self.command(folder, scenario.write(folder), arguments)
        if not interrupt_s:
            command = IN_SHELL + command

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, env=dict(os.environ, TZ="UTC"),
                              start_new_session=True,
                              preexec_fn=limit if file_bytes else None) as process:
            if interrupt_s:
                time.sleep(interrupt_s)
                process.send_signal(signal.SIGINT)
            try:
                out, said = process.communicate(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, said = process.communicate()
        return Run(process.returncode, out, said, folder, bundle, end_tools(folder))


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
